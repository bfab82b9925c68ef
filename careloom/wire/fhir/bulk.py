"""Bulk export: asked for, waited for, and given up; its files are fetched by `download`.

Source   HL7 FHIR Bulk Data Access (Flat FHIR) 2.0.0: kick-off, status, output files, deleted and error files
"""

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from careloom.errors import SourceError
from careloom.wire.fhir.address import absolute, asking
from careloom.wire.fhir.download import GONE, NDJSON, Expired, File, chunks
from careloom.wire.fhir.exchange import PASSING, Reply, retry_after
from careloom.wire.fhir.outcome import issues, words
from careloom.wire.fhir.pages import CannotAnswer
from careloom.wire.fhir.server import Server

__all__ = ["Expired", "Export", "File", "Manifest", "Running", "ask", "chunks", "forget", "kick_off"]

# Between two questions how far it is, where the server does not say; never less, and never more, than these.
PAUSE = 5.0
SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
# To be asked again in an hour is no failure of an export that takes a night.
LONGEST_ASKED = 3600.0
PROGRESS_LETTERS = 80
MOST_LISTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is exported: a group's patients (`group`), all patients or the whole system; which types; since when."""

    level: str = "patient"
    group: str = ""
    types: tuple[str, ...] = ()
    since: str = ""
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """A finished export: until when it is complete (the server's own words), and its files."""

    until: str
    needs_token: bool
    output: tuple[File, ...] = ()
    deleted: tuple[File, ...] = ()
    errors: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """An export under way: what the server says of it, and the seconds until it wants to be asked again.

    `silent` where it was out of order and said nothing of the export.
    """

    progress: str
    wait: float
    silent: bool = False


class _File(msgspec.Struct):
    type: str = ""
    url: str = ""
    count: Any = None


class _Link(msgspec.Struct):
    relation: str = ""
    url: str = ""


class _Manifest(msgspec.Struct, rename="camel"):
    transaction_time: str = ""
    output: list[_File] | None = None
    deleted: list[_File] | None = None
    error: list[_File] | None = None
    requires_access_token: bool = True
    link: list[_Link] | None = None


def kick_off(server: Server, export: Export) -> str:
    """Ask for an export; the address at which it is asked how far it is.

    Raises CannotAnswer where the server does not export so, SourceError where it can't now.
    """
    path = {"system": "$export", "patient": "Patient/$export", "group": f"Group/{export.group}/$export"}
    params: list[tuple[str, str]] = []
    if export.types:
        params.append(("_type", ",".join(export.types)))
    if export.since:
        params.append(("_since", export.since))
    params += [("_typeFilter", one) for one in export.filters]
    wanted = {"Prefer": "respond-async"}
    named = [("_outputFormat", NDJSON), *params]
    reply = server.get(asking(server.base, path[export.level], named), wanted)
    if reply.status == 400:
        # NDJSON is what every export gives unasked, and some servers know it by another name only.
        reply = server.get(asking(server.base, path[export.level], params), wanted)
    where = reply.headers.get("content-location", "")
    if reply.status != 202 or not where:
        raise _refusal(server, "an export", reply)
    url = absolute(server.base, where)
    server.refuse_foreign(url)
    return url


def ask(server: Server, status_url: str, asked: int) -> Running | Manifest:
    """How far an export is, asked for the `asked`th time. Raises Expired, CannotAnswer where it failed, SourceError."""
    reply = server.get(status_url, {"Accept": "application/json"}, at_once=True)
    if reply.status == 202 or reply.status in PASSING:
        said = reply.headers.get("x-progress", "")
        progress = "".join(letter for letter in said if letter.isprintable())[:PROGRESS_LETTERS]
        return Running(progress, _pause(server, reply, asked), silent=reply.status not in (202, 429))
    if reply.status in GONE:
        raise Expired(f"{server.name} no longer has the export")
    if reply.status >= 500 and any(one.code == "transient" for one in issues(reply.body)):
        return Running("", LONGEST_PAUSE, silent=True)
    if reply.status >= 500 and not issues(reply.body):
        # An export that failed says why; this comes from what stands before the server.
        return Running("", _pause(server, reply, asked), silent=True)
    if reply.status != 200:
        raise _refusal(server, "the export", reply)
    return _listed(server, reply)


def _pause(server: Server, reply: Reply, asked: int) -> float:
    """The seconds until the next question: as the server says, never so few that it is pressed."""
    said = retry_after(reply, server.time.now())
    if said is None:
        return float(min(PAUSE * 2 ** min(asked - 1, 10), LONGEST_PAUSE))
    return max(SHORTEST_PAUSE, min(said, max(LONGEST_ASKED, server.exchange.limits.longest_wait)))


def forget(server: Server, status_url: str) -> bool:
    """Tell the server that the export is no longer needed; whether it took it. Never an error: it expires anyway."""
    try:
        return server.delete(status_url).status < 300
    except SourceError:
        return False


def _listed(server: Server, reply: Reply) -> Manifest:
    """The list of files, which may itself come in pages."""
    manifest, link = _manifest(server, reply)
    for _ in range(MOST_LISTS):
        if not link:
            return manifest
        reply = server.get(absolute(server.base, link), {"Accept": "application/json"})
        if reply.status != 200:
            raise _refusal(server, "the export", reply)
        more, link = _manifest(server, reply)
        manifest = replace(
            manifest,
            output=manifest.output + more.output,
            deleted=manifest.deleted + more.deleted,
            errors=manifest.errors + more.errors,
        )
    raise CannotAnswer(server.name, "the export", 200, f"it gives more than {MOST_LISTS:,} lists of files")


def _manifest(server: Server, reply: Reply) -> tuple[Manifest, str]:
    """A list of files, and where the next one is."""
    try:
        found = msgspec.json.decode(reply.body, type=_Manifest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise CannotAnswer(server.name, "the export", 200, "its list of files can't be read") from None
    link = next((one.url for one in found.link or () if one.relation == "next"), "")
    manifest = Manifest(
        until=found.transaction_time,
        needs_token=found.requires_access_token,
        output=_files(found.output),
        deleted=_files(found.deleted),
        errors=_files(found.error),
    )
    return manifest, link


def _files(listed: list[_File] | None) -> tuple[File, ...]:
    return tuple(
        File(one.type, one.url, one.count if isinstance(one.count, int) else None) for one in listed or ()
    )


def _refusal(server: Server, what: str, reply: Reply) -> SourceError:
    if reply.status in PASSING:
        return SourceError(f"{server.name} is overloaded or out of order ({reply.status}): pull again later")
    said = words(reply.body)
    why = f"{said} ({reply.status})" if said else f"it answered {reply.status}"
    return CannotAnswer(server.name, what, reply.status, why)
