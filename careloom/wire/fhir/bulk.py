"""Bulk export: asked for, waited for, and fetched file by file.

Source   HL7 FHIR Bulk Data Access (Flat FHIR) 2.0.0: kick-off, status, output files, deleted and error files
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from careloom.errors import SourceError
from careloom.wire.fhir.address import absolute, asking
from careloom.wire.fhir.exchange import CHUNK, PASSING, Reply, retry_after
from careloom.wire.fhir.outcome import issues, words
from careloom.wire.fhir.pages import CannotAnswer
from careloom.wire.fhir.server import Server

NDJSON = "application/fhir+ndjson"
# Between two questions how far it is, where the server does not say.
PAUSE = 5.0
LONGEST_PAUSE = 300.0
MOST_MOVES = 3
PROGRESS_LETTERS = 80
GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is exported: a group's patients (`group`), all patients or the whole system; which types; since when."""

    level: str = "patient"
    group: str = ""
    types: tuple[str, ...] = ()
    since: str = ""
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """One file of an export: its type, its address, and how many resources are said to be in it."""

    kind: str
    url: str
    count: int | None = None


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
    """An export under way: what the server says of it, and the seconds until it wants to be asked again."""

    progress: str
    wait: float


class Expired(SourceError):
    """The server no longer has the export, or one of its files."""


class _File(msgspec.Struct):
    type: str = ""
    url: str = ""
    count: Any = None


class _Manifest(msgspec.Struct, rename="camel"):
    transaction_time: str
    output: list[_File] = []
    deleted: list[_File] = []
    error: list[_File] = []
    requires_access_token: bool = True


def kick_off(server: Server, export: Export) -> str:
    """Ask for an export; the address at which it is asked how far it is.

    Raises CannotAnswer where the server does not export so, SourceError where it can't now.
    """
    path = {"system": "$export", "patient": "Patient/$export", "group": f"Group/{export.group}/$export"}
    params = [("_outputFormat", NDJSON)]
    if export.types:
        params.append(("_type", ",".join(export.types)))
    if export.since:
        params.append(("_since", export.since))
    params += [("_typeFilter", one) for one in export.filters]
    reply = server.get(asking(server.base, path[export.level], params), {"Prefer": "respond-async"})
    where = reply.headers.get("content-location", "")
    if reply.status != 202 or not where:
        raise _refusal(server, "an export", reply)
    url = absolute(server.base, where)
    server.refuse_foreign(url)
    return url


def ask(server: Server, status_url: str, asked: int) -> Running | Manifest:
    """How far an export is, asked for the `asked`th time. Raises Expired, CannotAnswer where it failed, SourceError."""
    reply = server.get(status_url, {"Accept": "application/json"})
    if reply.status == 202 or reply.status in PASSING:
        said = reply.headers.get("x-progress", "")
        progress = "".join(letter for letter in said if letter.isprintable())[:PROGRESS_LETTERS]
        pause = retry_after(reply, server.time.now())
        backoff = min(PAUSE * 2 ** min(asked - 1, 10), LONGEST_PAUSE)
        return Running(
            progress, backoff if pause is None else min(pause, server.exchange.limits.longest_wait)
        )
    if reply.status in GONE:
        raise Expired(f"{server.name} no longer has the export")
    if reply.status >= 500 and any(one.code == "transient" for one in issues(reply.body)):
        return Running("", LONGEST_PAUSE)
    if reply.status != 200:
        raise _refusal(server, "the export", reply)
    return _manifest(server, reply)


def forget(server: Server, status_url: str) -> bool:
    """Tell the server that the export is no longer needed; whether it took it. Never an error: it expires anyway."""
    try:
        return server.delete(status_url).status < 300
    except SourceError:
        return False


def chunks(server: Server, file: File, *, needs_token: bool, most_bytes: int) -> Iterator[bytes]:
    """The bytes of a file. A connection that breaks is taken up again after what has been given.

    Raises Expired where it is gone, SourceError where it can't be had, is too large or changes on the way.
    """
    given, seen = 0, hashlib.sha256()
    number = 0
    while True:
        number += 1
        before = given
        try:
            skip, again = given, hashlib.sha256()
            for part in _parts(server, file, needs_token=needs_token):
                if skip:
                    again.update(part[:skip])
                    part, skip = part[skip:], max(skip - len(part), 0)
                    if skip == 0 and again.digest() != seen.digest():
                        raise SourceError(f"{server.name} changed a file while it was read")
                if part:
                    given += len(part)
                    seen.update(part)
                    if given > most_bytes:
                        raise SourceError(
                            f"{server.name}: a file is larger than {most_bytes >> 20} MB", permanent=True
                        )
                    yield part
            return
        except _Passing as passing:
            _pause(server, number, passing.reply)
        except (httpx.HTTPError, httpx.StreamError) as error:
            # What went further than the last time may go further again.
            number = 1 if given > before else number
            if number >= server.exchange.limits.tries:
                raise server.exchange.failed(error) from None
            server.exchange.pause(number, None)


class _Passing(Exception):
    """An answer that may pass."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


def _pause(server: Server, number: int, reply: Reply) -> None:
    if reply.status == 401 and number == 1:
        server.forget_token()
        return
    if reply.status == 401 or number >= server.exchange.limits.tries:
        raise SourceError(f"{server.name} does not give a file ({reply.status})")
    server.exchange.pause(number, reply)


def _parts(server: Server, file: File, *, needs_token: bool) -> Iterator[bytes]:
    """The bytes of one try, after at most a few redirects; a token goes to the server alone."""
    url = absolute(server.base, file.url)
    if needs_token:
        server.refuse_foreign(url)
    for _ in range(MOST_MOVES):
        if not server.may_fetch(url):
            raise SourceError(f"{server.name} offers a file over http from another host", permanent=True)
        token = needs_token and server.is_own(url)
        with server.stream(url, {"Accept": NDJSON}, token=token) as answer:
            if answer.status_code == 200:
                yield from answer.iter_bytes(CHUNK)
                return
            reply = Reply(answer.status_code, answer.headers)
        if reply.status in PASSING or reply.status == 401:
            raise _Passing(reply)
        if reply.status in GONE:
            raise Expired(f"{server.name} no longer has a file of the export")
        if reply.status not in (301, 302, 303, 307, 308) or not reply.headers.get("location"):
            raise SourceError(f"{server.name} does not give a file ({reply.status})", permanent=True)
        url = absolute(url, reply.headers["location"])
    raise SourceError(f"{server.name} sends us from host to host for a file", permanent=True)


def _manifest(server: Server, reply: Reply) -> Manifest:
    try:
        found = msgspec.json.decode(reply.body, type=_Manifest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise CannotAnswer(server.name, "the export", 200, "its list of files can't be read") from None
    return Manifest(
        until=found.transaction_time,
        needs_token=found.requires_access_token,
        output=_files(found.output),
        deleted=_files(found.deleted),
        errors=_files(found.error),
    )


def _files(listed: list[_File]) -> tuple[File, ...]:
    return tuple(File(one.type, one.url, one.count if isinstance(one.count, int) else None) for one in listed)


def _refusal(server: Server, what: str, reply: Reply) -> SourceError:
    if reply.status in PASSING:
        return SourceError(f"{server.name} is overloaded or out of order ({reply.status}): pull again later")
    said = words(reply.body)
    why = f"{said} ({reply.status})" if said else f"it answered {reply.status}"
    return CannotAnswer(server.name, what, reply.status, why)
