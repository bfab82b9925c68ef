"""A file's bytes into messages: segment ends, MLLP's block characters, batches and their counts, junk between."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from careloom.care.entry import Rejection

CHUNK = 1 << 20
START, END = b"\x0b", b"\x1c"
BLOCKS = re.compile(rb"([\x0b\x1c])")
BOM = b"\xef\xbb\xbf"
BLOCK = (START, END)
BATCH = (b"FHS", b"BHS", b"BTS", b"FTS")
TRAILERS = (b"BTS", b"FTS")
STRUCTURAL = frozenset({b"MSH", *BATCH})


@dataclass(slots=True)
class Raw:
    """One message's lines as they came; `cut` says why its end is missing, `loose` that nothing ended its last line."""

    number: int
    lines: list[bytes]
    size: int = 0
    framed: bool = False
    cut: str = ""
    loose: bool = False
    too_large: bool = False


@dataclass(slots=True)
class Batches:
    """How many messages each open batch holds so far, and what was wrong with those that ended."""

    file: bool = False
    batch: int = 0
    open: bool = False
    messages: int = 0
    batches: int = 0
    rejected: list[Rejection] = field(default_factory=list)

    def see(self, line: bytes) -> None:
        """Take a batch's header or trailer; a count that is not that of its messages becomes a rejection."""
        name = line[:3]
        if name == b"FHS":
            self.file = True
        elif name == b"BHS":
            self._unended()
            self.open, self.messages, self.batch = True, 0, self.batch + 1
        elif name == b"BTS":
            self._compare(line, f"batch {max(self.batch, 1)}, BTS-1", self.messages, "messages")
            self.open, self.messages, self.batches = False, 0, self.batches + 1
        else:
            self._unended()
            self._compare(line, "FTS-1", self.batches, "batches")
            self.file = False

    def end(self) -> None:
        """The file ends here: what is still open was cut short."""
        self._unended()
        if self.file:
            self.rejected.append(
                Rejection("the end of the file", "no FTS ends the file: it may be cut short")
            )

    def _unended(self) -> None:
        if self.open:
            self.rejected.append(
                Rejection(f"batch {self.batch}", "no BTS ends the batch: it may be cut short")
            )
            self.open = False

    def _compare(self, line: bytes, where: str, found: int, things: str) -> None:
        said = line[4:].split(line[3:4], 1)[0].strip() if len(line) > 4 else b""
        if said and (not said.isdigit() or int(said) != found):
            self.rejected.append(
                Rejection(where, f"its count is not that of the {things} that came ({found})")
            )


@dataclass(slots=True)
class Cutter:
    """Takes a file's lines in order and gives each message once it is whole."""

    limit: int
    batches: Batches = field(default_factory=Batches)
    current: Raw | None = None
    number: int = 0
    framed: bool = False
    started: bool = False
    junk: bool = False

    def take(self, line: bytes, *, ended: bool) -> Iterator[Raw | Rejection]:
        """One line; what it ends, and a rejection where it belongs to no message."""
        head = line[:3]
        if line in (START, END):
            yield from self._done(whole=line == END)
            self.framed = line == START
        elif head == b"MSH" and _separates(line):
            yield from self._done()
            self.number, self.junk, self.started = self.number + 1, False, True
            self.batches.messages += 1
            self.current = Raw(self.number, [line], len(line), self.framed, loose=not ended)
        elif head in BATCH and (_separates(line) or (len(line) == 3 and head in TRAILERS)):
            yield from self._done()
            self.batches.see(line)
            self.started = True
        elif self.current is not None:
            _append(self.current, line, self.limit, ended=ended)
        elif line.strip() and not self.junk:
            self.junk = True
            yield Rejection(_between(self.number), "holds bytes that belong to no message")

    def end(self) -> Iterator[Raw | Rejection]:
        """The file ends here."""
        yield from self._done()
        self.batches.end()
        yield from self.batches.rejected
        if not self.started and not self.junk:
            yield Rejection("line 1", "is empty")

    def _done(self, *, whole: bool = False) -> Iterator[Raw]:
        """The message that ends here; one that a start block began is whole only if an end block ends it."""
        if self.current is not None:
            if self.current.framed and not whole:
                self.current.cut = "no end block (0x1C) ends it: it is cut short"
            yield self.current
            self.current = None


def messages(body: BinaryIO, limit: int) -> Iterator[Raw | Rejection]:
    """The messages of a file in order, each once it is whole, and what belongs to none; in flat memory.

    Of a message with more than `limit` bytes only the first lines are kept, and it says so.
    """
    cutter = Cutter(limit)
    for line, ended in _lines(body, limit):
        if cutter.current is not None and line[:3] not in STRUCTURAL and line not in BLOCK:
            _append(cutter.current, line, limit, ended=ended)
        else:
            yield from cutter.take(line, ended=ended)
    yield from cutter.end()


def _append(message: Raw, line: bytes, limit: int, *, ended: bool) -> None:
    message.size += len(line)
    if message.size > limit:
        message.too_large = True
        return
    message.lines.append(line)
    if line:
        message.loose = not ended


def _separates(line: bytes) -> bool:
    """Whether a field separator follows a segment's name: anything printable that is no letter or digit."""
    return len(line) > 3 and 0x20 < line[3] < 0x7F and not line[3:4].isalnum()


def _between(number: int) -> str:
    return f"after message {number}" if number else "before message 1"


def _lines(body: BinaryIO, limit: int) -> Iterator[tuple[bytes, bool]]:
    """Lines without their ends (CR, LF or both), block characters as lines of their own; whether each was ended.

    Blank lines come too, since a text may hold them. Of a line longer than `limit` the start alone is given.
    """
    tail = b""
    first = True
    skipping = False
    while chunk := body.read(CHUNK):
        if first:
            chunk, first = chunk.removeprefix(BOM), False
        if chunk[-1:] == b"\r":
            chunk += body.read(1)
        pieces = (tail + chunk).replace(b"\r\n", b"\r").replace(b"\n", b"\r").split(b"\r")
        tail = pieces.pop()
        for piece in pieces:
            if skipping:
                skipping = False
            elif START in piece or END in piece:
                yield from _blocks(piece, ended=True)
            else:
                yield piece, True
        if len(tail) > limit:
            if not skipping:
                yield tail[: limit + 1], True
            tail, skipping = b"", True
    if tail and not skipping:
        yield from _blocks(tail, ended=False)


def _blocks(piece: bytes, *, ended: bool) -> Iterator[tuple[bytes, bool]]:
    """A line's parts around block characters; what stands before one is ended by it."""
    parts = BLOCKS.split(piece)
    for place, part in enumerate(parts):
        if part:
            yield part, ended or place < len(parts) - 1
