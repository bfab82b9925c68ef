"""Writing to a FHIR R4 server: what is there under our keys, and one transaction or one change at a time, handed over once.

Takes    a server, the identifiers by which our resources are found, a Bundle or a resource
Gives    what is there, and what the server said of each change
Never    sends anything a second time by itself, or takes an answer that says nothing for success
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson

from careloom.errors import SourceError, WriteBackError, WriteBackUnknown
from careloom.wire.fhir.capability import Offer
from careloom.wire.fhir.exchange import PASSING, Reply, retry_after
from careloom.wire.fhir.outcome import issues, words
from careloom.wire.fhir.pages import CannotAnswer, pages
from careloom.wire.fhir.searches import Search
from careloom.wire.fhir.server import Server

# As many identifiers are asked for at once, so that no address grows too long.
AT_ONCE = 15
# Somebody changed it between our read and our write.
MOVED = frozenset({409, 412})
REASONS = {
    401: "it does not let us in",
    403: "our token does not cover it",
    404: "it has no such thing",
    405: "it does not take it",
    409: "it was changed meanwhile",
    410: "it is gone",
    412: "it was changed meanwhile",
    413: "it is too large for it",
    415: "it does not take JSON",
    422: "a rule of its own says no",
    501: "it has not built this",
}


# What stands where a server remarks nothing of a change.
NOTHING = b"null"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server said of one change: its status (0 where it said none), and why not, in words; its address where it is new; its version."""

    status: int
    why: str = ""
    address: str = ""
    version: str = ""

    @property
    def done(self) -> bool:
        """Whether it was made."""
        return 200 <= self.status < 300 and not self.why


class Refusal(WriteBackError):
    """A server took nothing of what was handed over, with its status; it stays so however often it is tried."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason, permanent=True)
        self.status = status


class _Response(msgspec.Struct):
    status: str = ""
    location: str = ""
    etag: str = ""
    outcome: msgspec.Raw = msgspec.Raw(NOTHING)


class _Entry(msgspec.Struct):
    response: _Response | None = None


class _Bundle(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    entry: list[_Entry] = []


_BUNDLE = msgspec.json.Decoder(_Bundle)


class _Identifier(msgspec.Struct, frozen=True):
    system: str = ""
    value: str | int = ""


class _Reference(msgspec.Struct, frozen=True):
    reference: str = ""
    display: str = ""


class _Agent(msgspec.Struct, frozen=True):
    who: _Reference = _Reference()


class _Meta(msgspec.Struct, frozen=True, rename="camel"):
    version_id: str | int = ""


class _Held(msgspec.Struct, frozen=True, rename="camel"):
    """The shape of what is looked at of a resource that is there; the rest may be whatever it is."""

    resource_type: str
    id: str
    meta: _Meta = _Meta()
    identifier: tuple[_Identifier, ...] = ()
    subject: _Reference = _Reference()
    whom: _Reference = msgspec.field(name="for", default=_Reference())
    agent: tuple[_Agent, ...] = ()
    target: tuple[_Reference, ...] = ()


def found_by(
    server: Server, kind: str, identifiers: Sequence[tuple[str, str]], whose: str
) -> list[dict[str, Any]]:
    """The resources of a type that bear one of these identifiers; of everybody's, where the server is asked by them, else of this patient's.

    Raises CannotAnswer where it can be asked neither way, SourceError where it can't be asked now.
    """
    offered = server.capability.offers.get(kind, Offer()).params
    if not server.capability.known or "identifier" in offered or not offered:
        asked = [
            ("identifier", ",".join(f"{system}|{value}" for system, value in identifiers[n : n + AT_ONCE]))
            for n in range(0, len(identifiers), AT_ONCE)
        ]
    elif "patient" in offered or "subject" in offered:
        asked = [("patient", whose.rpartition("/")[2])] if "patient" in offered else [("subject", whose)]
    else:
        raise CannotAnswer(server.name, kind, 200, "it can be asked neither by identifier nor by patient")
    wanted = set(identifiers)
    found = {}
    for one in asked:
        for resource in _results(server, Search(kind, (one,), f"{kind} by identifier"), kind):
            if any((by.get("system"), by.get("value")) in wanted for by in resource.get("identifier", [])):
                found[resource.get("id")] = resource
    return list(found.values())


def read(server: Server, address: str) -> dict[str, Any] | None:
    """What is at an address; None where nothing is (any more). Raises SourceError where it can't be asked now."""
    reply = server.get(f"{server.base}/{address}")
    if reply.status in (404, 410):
        return None
    if reply.status != 200:
        raise CannotAnswer(
            server.name, address.partition("/")[0], reply.status, f"it answered {reply.status}"
        )
    try:
        found = msgspec.json.decode(reply.body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        found = None
    if not isinstance(found, dict) or f"{found.get('resourceType')}/{found.get('id')}" != address:
        raise _something_else(server)
    return _of_that_shape(server, found)


def provenances(server: Server, target: str) -> list[dict[str, Any]]:
    """The Provenances of a resource; none where the server can't be asked for them. Raises SourceError where it can't be asked now."""
    try:
        return list(_results(server, Search("Provenance", (("target", target),), "Provenance"), "Provenance"))
    except CannotAnswer:
        return []


def _results(server: Server, search: Search, kind: str) -> Iterable[dict[str, Any]]:
    for page in pages(server, search):
        # Whoever gave the page has seen that it is a Bundle, and not what is inside.
        try:
            entries = orjson.loads(page.body).get("entry") or ()
        except orjson.JSONDecodeError:
            raise CannotAnswer(server.name, search.label, 200, "its answer can't be read") from None
        for entry in entries:
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(resource, dict) and resource.get("resourceType") == kind:
                yield _of_that_shape(server, resource)


def _of_that_shape(server: Server, resource: dict[str, Any]) -> dict[str, Any]:
    """The resource. Raises SourceError for one of which what is looked at isn't as FHIR has it."""
    try:
        msgspec.convert(resource, _Held)
    except msgspec.ValidationError:
        raise _something_else(server) from None
    return resource


def _something_else(server: Server) -> SourceError:
    return SourceError(f"{server.name} answered with something else than was asked for", permanent=True)


def transact(server: Server, bundle: Mapping[str, Any]) -> list[Answered]:
    """What a server said of each entry of a transaction.

    Raises Refusal where it took nothing, WriteBackUnknown where it may have taken it, WriteBackError where it can't now.
    """
    reply = _handed_over(server, "POST", server.base, bundle, {})
    found = _bundle(reply.body)
    if found is None:
        said = words(reply.body)
        if any(one.serious for one in issues(reply.body)):
            raise Refusal(f"{server.name} answered {reply.status} with errors: {said}", reply.status)
        raise WriteBackUnknown(f"{server.name} answered {reply.status} with no Bundle")
    answers = [_answered(one.response) for one in found.entry]
    short = len(bundle["entry"]) - len(answers)
    return [*answers, *[Answered(0, "it says nothing of it")] * short]


def change(
    server: Server, method: str, url: str, resource: Mapping[str, Any], conditions: Mapping[str, str]
) -> Answered:
    """What a server said of one create or update. Raises as `transact`, but for what was changed meanwhile (409, 412)."""
    try:
        reply = _handed_over(server, method, f"{server.base}/{url}", resource, conditions)
    except Refusal as refusal:
        if refusal.status in MOVED:
            return Answered(refusal.status, REASONS[refusal.status])
        raise
    if any(one.serious for one in issues(reply.body)):
        raise Refusal(f"{server.name} answered {reply.status} with errors: {words(reply.body)}", reply.status)
    location = reply.headers.get("location", "")
    return Answered(
        reply.status,
        address=_address(location),
        version=_version(location, reply.headers.get("etag", "")),
    )


def _handed_over(
    server: Server, method: str, url: str, body: Mapping[str, Any], conditions: Mapping[str, str]
) -> Reply:
    try:
        reply = server.send(method, url, orjson.dumps(body), conditions)
    except SourceError as failure:
        kind = WriteBackUnknown if failure.reached else WriteBackError
        raise kind(str(failure), permanent=failure.permanent) from None
    if reply.status in (408, 429, 503):
        later = WriteBackError(f"{server.name} is overloaded or out of order ({reply.status})")
        later.after = retry_after(reply, server.time.now()) or 0.0
        raise later
    if reply.status in PASSING:
        raise WriteBackUnknown(f"{server.name} gave no answer of its own ({reply.status})")
    if reply.status >= 500 and reply.status != 501:
        raise WriteBackError(f"{server.name} failed ({reply.status})")
    if reply.status >= 300:
        said = words(reply.body) or REASONS.get(reply.status, "")
        why = f"{said} ({reply.status})" if said else f"it answered {reply.status}"
        raise Refusal(f"{server.name} took nothing: {why}", reply.status)
    return reply


def _bundle(body: bytes) -> _Bundle | None:
    try:
        found = _BUNDLE.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return found if found.resource_type == "Bundle" else None


def _answered(response: _Response | None) -> Answered:
    if response is None:
        return Answered(0, "it says nothing of it")
    number = response.status[:3]
    status = int(number) if number.isdigit() else 0
    body = bytes(response.outcome)
    failed = status >= 400 or (body != NOTHING and any(one.serious for one in issues(body)))
    why = (words(body) or REASONS.get(status, f"it answered {status}")) if failed or not status else ""
    return Answered(status, why, _address(response.location), _version(response.location, response.etag))


def _address(location: str) -> str:
    """ "Type/id" of a Location, which may have a base before it and a version behind it."""
    parts = location.partition("/_history")[0].rstrip("/").split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 else ""


def _version(location: str, etag: str) -> str:
    """The version of a Location (".../_history/3"), else of an ETag (W/"3"); "" where neither says one."""
    return location.partition("/_history/")[2].strip("/") or etag.removeprefix("W/").strip('"')
