"""From JSON bytes to typed resources; what doesn't fit is named by its place, never by what it says."""

import re
from dataclasses import dataclass, field
from typing import Any, Union

import msgspec

from careloom.connect.fhir.datatypes import Coding, Meta, Resource, Wire
from careloom.connect.fhir.types import DECODERS, TYPES
from careloom.errors import InputError

TYPE_NAME = re.compile(r"[A-Z][A-Za-z]{1,63}")
AT_BYTE = re.compile(r"\(byte (\d+)\)")
SHAPE = re.compile(r"Expected `([^`]*)`(?:, got `([^`]*)`)?")
AT_PATH = re.compile(r" - at `\$(.*)`$")
WORDS = {"object": "an object", "array": "a list", "str": "text", "int": "a number", "float": "a number"}
AI_LABELS = frozenset({"AIAST", "AIRPT"})
# v3-ActCode: "substance abuse information sensitivity", "42 CFR Part2".
PART2_LABELS = frozenset({"ETH", "42CFRPart2"})


class Head(Wire):
    """What every resource says of itself."""

    resource_type: str | None = None
    id: str | None = None


class Request(Wire):
    """Bundle.entry.request."""

    method: str | None = None
    url: str | None = None


class Response(Wire):
    """Bundle.entry.response."""

    last_modified: str | None = None


class BundleEntry(Wire):
    """Bundle.entry, its resource still unread."""

    full_url: str | None = None
    resource: msgspec.Raw = msgspec.Raw()
    request: Request | None = None
    response: Response | None = None


class Bundle(Wire):
    """A Bundle, its entries still unread (of any other resource: its type and id)."""

    resource_type: str | None = None
    id: str | None = None
    type: str | None = None
    meta: Meta | None = None
    entry: list[msgspec.Raw] = []


class Issue(Wire):
    """OperationOutcome.issue: its codes."""

    severity: str | None = None
    code: str | None = None


class Outcome(Wire):
    """An OperationOutcome."""

    issue: list[Issue] = []


class Labels(Wire):
    """Resource.meta: what the resource is labelled as."""

    security: list[Coding] = []


class Labelled(Wire):
    """A resource's labels."""

    meta: Labels | None = None


# A Bundle.entry whose resource is of a type that is understood and shaped as FHIR has it, in one step.
READ_ENTRY: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    msgspec.defstruct(
        "ReadEntry",
        [
            ("full_url", str | None, None),
            ("resource", Union[tuple(TYPES.values())]),  # noqa: UP007
            ("request", Request | None, None),
        ],
        rename="camel",
        kw_only=True,
    ),
    float_hook=str,
)
HEAD = msgspec.json.Decoder(Head)
ENTRY = msgspec.json.Decoder(BundleEntry)
OUTCOME = msgspec.json.Decoder(Outcome)
BUNDLE = msgspec.json.Decoder(Bundle)
LABELLED = msgspec.json.Decoder(Labelled)


@dataclass(frozen=True, slots=True)
class Unread:
    """A resource that was not turned into a typed one: of an unknown type, an OperationOutcome, or a Bundle."""

    kind: str
    raw: bytes = field(default=b"", repr=False)


def resource(raw: bytes | msgspec.Raw, where: str) -> Resource | Unread:
    """The typed resource in some JSON.

    Raises InputError naming the field that is not as FHIR has it, or saying that it is no resource.
    """
    kind = head(raw, where).resource_type or ""
    decoder = DECODERS.get(kind)
    if decoder is None:
        return Unread(kind, bytes(raw) if kind in ("Bundle", "OperationOutcome") else b"")
    try:
        found = decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise shape(error, where) from None
    assert isinstance(found, Resource)
    return found


def head(raw: bytes | msgspec.Raw, where: str) -> Head:
    """Type and id of a resource. Raises InputError where it is none."""
    try:
        found = HEAD.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise shape(error, where) from None
    if not TYPE_NAME.fullmatch(found.resource_type or ""):
        raise InputError("is not a FHIR resource (it has no resourceType)", where)
    return found


def contained(it: Resource, where: str) -> dict[str, Resource]:
    """The contained resources by id. Raises InputError naming the one that can't be read."""
    found: dict[str, Resource] = {}
    for number, raw in enumerate(it.contained):
        one = resource(raw, f"{where}.contained[{number}]")
        if isinstance(one, Resource) and one.id:
            found[one.id.removeprefix("#")] = one
    return found


def label_detail(raw: bytes | msgspec.Raw) -> dict[str, str]:
    """What the labels of a resource say of its entries: that an AI asserted it (v3-ObservationValue AIAST), that it is of a
    substance-use programme (v3-ActCode ETH, 42CFRPart2)."""
    try:
        meta = LABELLED.decode(raw).meta
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return {}
    codes = {one.code for one in meta.security if one.code} if meta else set()
    found = {"machine_written": "true"} if codes & AI_LABELS else {}
    if programmes := sorted(codes & PART2_LABELS):
        found["part2"] = f"label {' and '.join(programmes)}"
    return found


def shape(error: Exception, where: str) -> InputError:
    """What a decoder objected to, in plain words, with the path of the field."""
    if isinstance(error, RecursionError):
        return InputError("is nested too deeply", where)
    if isinstance(error, UnicodeError):
        return InputError("is not UTF-8", where)
    said = str(error)
    path = AT_PATH.search(said)
    inside = f"{where}{path.group(1)}" if path else where
    found = SHAPE.search(said)
    if found is None:
        return InputError("is cut short or is not JSON", inside)
    expected = " or ".join(WORDS.get(one, one) for one in found.group(1).split(" | ") if one != "null")
    got = found.group(2) or ""
    return InputError(f"expected {expected}, found {WORDS.get(got, got or 'something else')}", inside)


def position(error: Exception, data: bytes) -> int:
    """The byte (from 0) at which a JSON decoder stopped: the end where the text was cut short."""
    if isinstance(error, msgspec.ValidationError):
        return 0
    found = AT_BYTE.search(str(error))
    return min(int(found.group(1)), len(data)) if found else len(data)
