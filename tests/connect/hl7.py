"""Invented HL7 v2 messages, and short ways to read them."""

import hashlib
import io
from collections.abc import Iterator

from careloom.care.entry import Entry, Message, Reading
from careloom.connect import hl7v2

MSH = "MSH|^~\\&|WARD|HARBOR|CARELOOM|SITE|20260304101500-0500||{kind}|C-1|P|2.5.1"
PID = "PID|1||H-778^^^HARBOR^MR||Quill^Marta^Jo^Jr||19490630|F"
NEVER_IN_ERRORS = ("Quill", "Marta", "19490630", "H-778", "7.0")
LIMIT = 8 << 20


def hl7(kind: str, *segments: str, pid: str = PID, msh: str = MSH, end: str = "\r") -> bytes:
    """A message about Marta Quill, unless another PID is asked for; "" leaves it out."""
    lines = [msh.format(kind=kind), *([pid] if pid else []), *segments]
    return (end.join(lines) + end).encode()


def seg(name: str, fields: dict[int, str]) -> str:
    """A segment by the numbers of its fields."""
    return "|".join([name, *(fields.get(number, "") for number in range(1, max(fields) + 1))])


def sent(data: bytes, zone: str = "America/New_York") -> Message:
    """The message of some bytes, from a source called harbor."""
    return Message(hashlib.sha256(data).hexdigest(), "harbor", "hl7v2", "feed.hl7", zone)


def read(data: bytes, limit: int = LIMIT, **options: str) -> list[Reading]:
    """All readings of a file."""
    return list(hl7v2.read(sent(data), io.BytesIO(data), limit=limit, options=options))


def the_reading(data: bytes, **options: str) -> Reading:
    """The one reading of a file in which nothing is rejected."""
    (found,) = read(data, **options)
    assert found.rejected == ()
    return found


def entries(data: bytes, kind: str = "") -> list[Entry]:
    """The entries of a file in which nothing is rejected, of one kind where that is asked for."""
    found = read(data)
    assert [one for reading in found for one in reading.rejected] == []
    return [entry for reading in found for entry in reading.entries if kind in ("", entry.kind)]


def the_entry(data: bytes, kind: str) -> Entry:
    """The one entry of a kind."""
    (found,) = entries(data, kind)
    return found


def result(obx: str, *further: str, kind: str = "ORU^R01") -> Entry:
    """The observation that an OBX under a plain OBR gives."""
    return the_entry(
        hl7(kind, "OBR|1|||24323-8^CMP^LN|||202603040800|||||||||||||||202603040930||LAB|F", obx, *further),
        "Observation",
    )


def rejections(data: bytes, **options: str) -> list[tuple[str, str]]:
    """Place and reason of everything that was rejected; none of it tells of the person."""
    found = [(one.where, one.reason) for reading in read(data, **options) for one in reading.rejected]
    for where, reason in found:
        assert not any(word in where + reason for word in NEVER_IN_ERRORS)
    return found


class Made(io.RawIOBase):
    """A file whose pieces are made as they are read; `made` says how many."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.rest, self.made = pieces, b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if not self.rest:
            self.rest = next(self.pieces, b"")
            self.made += bool(self.rest)
        taken = self.rest[: len(buffer)]
        self.rest = self.rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)
