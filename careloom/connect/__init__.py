"""Connect: turn a stored message into sourced entries.

Takes    a Message (already durable), its bytes, and knowledge of drugs
Gives    readings: the entries of one person each, what was rejected and where, and what was not understood
Never    merges two people, guesses a subject, changes a digit, or obeys a text
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO, TypeAlias

from careloom.care.elsewhere import Elsewhere
from careloom.care.entry import Message, Reading
from careloom.connect import ccda, claims, fhir, hl7v2, notes, scan, tables, x12
from careloom.connect.said import said, span
from careloom.errors import InputError
from careloom.knowledge import Knowledge

__all__ = ["READERS", "READER_VERSION", "TABLE", "detect", "read", "said", "span", "version"]

# Raise it when a reader gives other entries for the same bytes.
READER_VERSION = "3"
# A mapped table's format is this and the name of its mapping.
TABLE = "table:"
Mappings: TypeAlias = Mapping[str, tables.Mapping]


@dataclass(frozen=True, slots=True)
class Means:
    """What a reader may use besides the message: knowledge, the most that one JSON object, document or HL7 message may
    have (MB), mappings, and what the site set for its source by name (`options`).

    `served` says that the source is a server that the site reads from; `elsewhere` what earlier messages of it said.
    """

    knowledge: Knowledge
    max_json_mb: int
    mappings: Mappings = field(default_factory=dict)
    served: bool = False
    elsewhere: Elsewhere | None = None
    options: Mapping[str, str] = field(default_factory=dict)


Reader: TypeAlias = Callable[[Message, BinaryIO, Means], Iterator[Reading]]


def _fhir(message: Message, body: BinaryIO, means: Means) -> Iterator[Reading]:
    return fhir.read(
        message, body, max_json_mb=means.max_json_mb, served=means.served, elsewhere=means.elsewhere
    )


def _hl7v2(message: Message, body: BinaryIO, means: Means) -> Iterator[Reading]:
    return hl7v2.read(message, body, limit=means.max_json_mb << 20, options=means.options)


def _alone(read: Callable[[Message, BinaryIO], Iterator[Reading]]) -> Reader:
    """A reader that needs nothing but the message."""
    return lambda message, body, _: read(message, body)


def _table(message: Message, body: BinaryIO, means: Means) -> Iterator[Reading]:
    name = message.format.removeprefix(TABLE)
    if name not in means.mappings:
        raise InputError(f"no mapping {name!r} is in force; put {name}.toml among the mappings")
    return tables.read(message, body, means.mappings[name])


def _ccda(message: Message, body: BinaryIO, means: Means) -> Iterator[Reading]:
    return ccda.read(message, body, max_mb=means.max_json_mb)


READERS: Mapping[str, Reader] = {
    "fhir": _fhir,
    "ccda": _ccda,
    "hl7v2": _hl7v2,
    "pharmacy_claims": _alone(claims.read),
    "notes": _alone(notes.read),
    "table": _table,
    "x12": _alone(x12.read),
    "scan": _alone(scan.read),
}
# Which format a message's first bytes show, asked in this order.
SIGNS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("fhir", fhir.is_ours),
    ("ccda", ccda.is_ours),
    ("hl7v2", hl7v2.is_ours),
    ("pharmacy_claims", claims.is_ours),
    ("notes", notes.is_ours),
    ("x12", x12.is_ours),
    ("scan", scan.is_ours),
)


def detect(name: str, head: bytes, mappings: Mappings | None = None) -> str:
    """The format of a message: by its first bytes (`head`), only then by its file's name.

    A site's own mapping whose columns the header has comes before what we read without one. Raises InputError
    saying what was looked for where nothing fits.
    """
    mapped = tables.recognised(head, mappings.values()) if mappings else None
    if mapped:
        return TABLE + mapped
    for format, shows in SIGNS:
        if shows(head):
            return format
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head[:4]:
        raise InputError("is UTF-16 or binary; send UTF-8", "line 1")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    raise InputError(
        _why(name.lower(), start, start.decode("utf-8", errors="replace").partition("\n")[0]), "line 1"
    )


def _why(name: str, start: bytes, first: str) -> str:
    """What is wrong with a file of no format that is read, in words that help its sender."""
    if not start:
        return "is empty"
    if start[:1] == b"[":
        return "is a JSON list; send a FHIR Bundle, or NDJSON with one resource a line"
    if start[:1] == b"<":
        return "is XML; send FHIR as JSON, a C-CDA with ClinicalDocument as its root"
    if name.endswith((".json", ".ndjson")):
        return "is not JSON: it does not begin with {"
    if name.endswith(".csv") or first.count(",") > 3:
        return (
            f"is a CSV without the columns {', '.join(claims.REQUIRED)} of pharmacy claims, and no mapping fits its "
            "header (careloom mapping propose)"
        )
    if name.endswith(".txt"):
        return 'is a text without a note\'s header ("Patient: …", "MRN: …", a blank line)'
    return "is none of: FHIR R4 (JSON, NDJSON), HL7 v2, C-CDA (XML), pharmacy claims (CSV), note (text with a header), X12"


def version(format: str, mappings: Mappings) -> str:
    """The version of the reader of a format; of a mapped table also which text of its mapping read it."""
    mapping = mappings.get(format.removeprefix(TABLE)) if format.startswith(TABLE) else None
    return f"{READER_VERSION}:{mapping.digest[:16]}" if mapping else READER_VERSION


def read(
    message: Message,
    body: BinaryIO,
    *,
    knowledge: Knowledge,
    max_json_mb: int,
    mappings: Mappings | None = None,
    served: bool = False,
    elsewhere: Elsewhere | None = None,
    options: Mapping[str, str] | None = None,
) -> Iterator[Reading]:
    """The readings of a stored message, of the format that it names, with what its documents' texts say.

    `body` holds the bytes as received (.gz opened); `max_json_mb` is the most that one JSON object or HL7 message may
    have; `mappings` are those of the site, by name; `served`, `elsewhere` and `options` as in `Means`.
    Raises InputError with a place and never with content where the message as a whole can't be read.
    """
    reader = READERS.get(message.format.partition(":")[0])
    if reader is None:
        raise InputError(f"no reader for the format {message.format!r}")
    means = Means(knowledge, max_json_mb, mappings or {}, served, elsewhere, options or {})
    for reading in reader(message, body, means):
        told = tuple(
            found
            for entry in reading.entries
            if entry.kind == "DocumentReference"
            for found in said(entry, knowledge)
        )
        yield replace(reading, entries=reading.entries + told) if told else reading
