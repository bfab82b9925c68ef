"""MLLP's frames out of a stream: VT, a message, FS CR. Source: HL7 v2, transport specification MLLP release 1.

What real senders do besides is met so that a frame is never read short: FS inside a frame ends it only before CR or
before a new frame; VT and MSH inside a frame begin another one, since the first was given up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

START = b"\x0b"
END = b"\x1c\r"
BLANK = b"\r\n \t\x00"
# How a frame ends: as it should, without its CR before the next one, or given up for a new one.
ENDS = re.compile(rb"\x1c\r|\x1c?\x0b(?=MSH)")
LONGEST_END = 5
# Of a frame that is too long so much is kept, which holds its MSH: enough to say to whom the answer goes.
BEGINNING = 4096


@dataclass(frozen=True, slots=True)
class Frame:
    """What stood in a frame; only its beginning where it is not `whole`, since it was too long."""

    body: bytes
    whole: bool = True


class Framer:
    """Cuts one connection's stream into frames of at most `limit` bytes.

    `stray` counts bytes between frames that are no blanks, `given_up` frames that another one broke off.
    """

    def __init__(self, limit: int) -> None:
        self.stray = 0
        self.given_up = 0
        self.inside = False
        self._limit = limit
        self._held = bytearray()
        self._searched = 0
        self._beginning: bytes | None = None

    @property
    def held(self) -> int:
        """How many bytes of an unfinished frame are in memory."""
        return len(self._held)

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take what came; each frame that it completes, in order."""
        while data:
            if not self.inside:
                data = self._enter(data)
            else:
                self._held += data
                data = b""
            while self.inside and (end := ENDS.search(self._held, self._searched)):
                found, rest = self._leave(end)
                if found is not None:
                    yield found
                if not self.inside:
                    data = rest
            self._searched = max(0, len(self._held) - LONGEST_END)
            if self.inside and (self._beginning is not None or len(self._held) > self._limit):
                self.skip()

    def skip(self) -> None:
        """Keep no more than the beginning of the frame that is coming in: it is too long."""
        if self._beginning is None:
            self._beginning = bytes(self._held[:BEGINNING])
        del self._held[: max(0, len(self._held) - LONGEST_END)]
        self._searched = 0

    def _enter(self, data: bytes) -> bytes:
        """Look for a frame's beginning; what follows it."""
        before, start, rest = data.partition(START)
        self.stray += len(before.translate(None, BLANK + b"\x1c"))
        self.inside = bool(start)
        self._searched = 0
        return rest

    def _leave(self, end: "re.Match[bytes]") -> tuple[Frame | None, bytes]:
        """End the frame; it, unless it was given up, and the bytes behind it."""
        how = end.group()
        frame = self._frame(end.start())
        rest = bytes(self._held[end.end() :])
        self._held.clear()
        self._searched = 0
        self._beginning = None
        if how == END:
            self.inside = False
            return frame, rest
        self._held += rest
        if how != START:
            return frame, b""
        if frame.body:
            self.given_up += 1
        return None, b""

    def _frame(self, end: int) -> Frame:
        if self._beginning is None and end <= self._limit:
            return Frame(bytes(self._held[:end]))
        beginning = bytes(self._held[:BEGINNING]) if self._beginning is None else self._beginning
        return Frame(beginning, whole=False)
