"""A file of an export: fetched while it comes, taken up again where the connection breaks, given unpacked."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from careloom.errors import SourceError
from careloom.wire.fhir.address import absolute, origin
from careloom.wire.fhir.exchange import CHUNK, PASSING, Reply
from careloom.wire.fhir.server import Server

NDJSON = "application/fhir+ndjson"
MOST_MOVES = 3
MOVED = (301, 302, 303, 307, 308)
GONE = frozenset({404, 410})
GZIP = b"\x1f\x8b"
# zlib: a gzip header is expected.
GZIP_BITS = 31
PACKED = ("", "identity", "gzip", "x-gzip")


@dataclass(frozen=True, slots=True)
class File:
    """One file of an export: its type, its address, and how many resources are said to be in it."""

    kind: str
    url: str
    count: int | None = None


class Expired(SourceError):
    """The server no longer has the export, or one of its files."""


class _Passing(Exception):
    """An answer that may pass."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


def is_whole(last: bytes) -> bool:
    """Whether NDJSON that ends with this byte (after white space) ends with a line's end: resources are objects."""
    return last in (b"", b"}")


def chunks(server: Server, file: File, *, needs_token: bool, most_bytes: int) -> Iterator[bytes]:
    """The bytes of a file. A connection that breaks is taken up again after what has been given.

    A file that breaks off inside a line each time is given as far as it goes. Raises Expired where it is gone,
    SourceError where it can't be had, is too large or changes on the way.
    """
    got = _Got(hashlib.sha256())
    number, renewed = 0, False
    while True:
        number, before = number + 1, got.size
        fault: Exception | None = None
        try:
            for part in _behind(server, _parts(server, file, needs_token=needs_token), got):
                got.take(part)
                if got.size > most_bytes:
                    raise SourceError(
                        f"{server.name}: a file is larger than {most_bytes >> 20} MB", permanent=True
                    )
                yield part
            if is_whole(got.last):
                return
        except (_Passing, httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            fault = error
        if got.size > before:
            # What went further than the last time may go further again.
            number, renewed = 1, False
        reply = fault.reply if isinstance(fault, _Passing) else None
        if reply and reply.status == 401 and not renewed:
            server.forget_token()
            number, renewed = number - 1, True
        elif number < server.exchange.limits.tries and not (reply and reply.status == 401):
            server.exchange.pause(number, reply)
        elif reply:
            raise SourceError(f"{server.name} does not give a file ({reply.status})")
        elif fault:
            raise server.exchange.failed(fault) from None
        else:
            return


@dataclass(slots=True)
class _Got:
    """What has been given of a file: how much, its hash, and its last byte but white space."""

    seen: "hashlib._Hash"
    size: int = 0
    last: bytes = b""

    def take(self, part: bytes) -> None:
        self.size += len(part)
        self.seen.update(part)
        self.last = part.rstrip()[-1:] or self.last


def _behind(server: Server, parts: Iterator[bytes], got: _Got) -> Iterator[bytes]:
    """What comes after what has been given, which must come again as it was."""
    skip, digest, again = got.size, got.seen.digest(), hashlib.sha256()
    for part in parts:
        if skip:
            again.update(part[:skip])
            part, skip = part[skip:], max(skip - len(part), 0)
            if skip == 0 and again.digest() != digest:
                raise SourceError(f"{server.name} changed a file while it was read")
        if part:
            yield part
    if skip:
        raise SourceError(f"{server.name} changed a file while it was read")


def _parts(server: Server, file: File, *, needs_token: bool) -> Iterator[bytes]:
    """The bytes of one try, after at most a few redirects; a token goes to the server alone."""
    url = absolute(server.base, file.url)
    if needs_token:
        server.refuse_foreign(url)
    for _ in range(MOST_MOVES):
        if not server.may_fetch(url):
            raise _unsafe(server, url)
        token = needs_token and server.is_own(url)
        # Unpacked here, since a packed answer that breaks off must not pass for a whole one.
        sent = {"Accept": NDJSON, "Accept-Encoding": "gzip"}
        with server.stream(url, sent, token=token) as answer:
            if answer.status_code == 200:
                if answer.headers.get("content-encoding", "").strip().lower() not in PACKED:
                    raise SourceError(
                        f"{server.name} packs a file in a way that nobody asked for", permanent=True
                    )
                yield from _unpacked(server.exchange.paced(answer.iter_raw()))
                return
            reply = Reply(answer.status_code, answer.headers)
        if reply.status in PASSING or reply.status == 401:
            raise _Passing(reply)
        if reply.status in GONE:
            raise Expired(f"{server.name} no longer has a file of the export")
        if reply.status not in MOVED or not reply.headers.get("location"):
            raise SourceError(f"{server.name} does not give a file ({reply.status})", permanent=True)
        url = absolute(url, reply.headers["location"])
    raise SourceError(f"{server.name} sends us from host to host for a file", permanent=True)


def _unsafe(server: Server, url: str) -> SourceError:
    if origin(url)[0] != "https":
        return SourceError(f"{server.name} offers a file over http from another host", permanent=True)
    return SourceError(
        f"{server.name} offers a file on a machine of this network; set options.trusted_hosts where that is right",
        permanent=True,
    )


def _unpacked(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes of what may be gzip, whatever its headers say: NDJSON never begins as gzip does.

    Raises httpx.DecodingError where it is damaged or breaks off.
    """
    head = b""
    for part in parts:
        head += part
        if len(head) >= len(GZIP):
            break
    if not head.startswith(GZIP):
        if head:
            yield head
        yield from parts
        return
    unpacking = zlib.decompressobj(GZIP_BITS)
    rest: bytes | None = head
    while rest is not None:
        while rest:
            if unpacking.eof:
                unpacking = zlib.decompressobj(GZIP_BITS)
            try:
                found = unpacking.decompress(rest, CHUNK)
            except zlib.error:
                raise httpx.DecodingError("damaged") from None
            rest = unpacking.unused_data if unpacking.eof else unpacking.unconsumed_tail
            if found:
                yield found
        rest = next(parts, None)
    if not unpacking.eof:
        raise httpx.DecodingError("breaks off")
