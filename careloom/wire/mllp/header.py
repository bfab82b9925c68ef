"""A message's header (MSH), read cheaply and as bytes. Source: HL7 v2.8.2, chapter 2, sections 2.5.4 and 2.13.9."""

import re
from dataclasses import dataclass

BOM = b"\xef\xbb\xbf"
LINE_END = re.compile(rb"[\r\n]")
NO_MARK = re.compile(rb"[^!-~]|[A-Za-z0-9]")
LONGEST_LINE = 1 << 16


@dataclass(frozen=True, slots=True)
class Header:
    """The MSH of a message: its fields by number, as they came."""

    fields: tuple[bytes, ...]
    separator: bytes

    def field(self, number: int) -> bytes:
        """MSH-`number` as it came; MSH-1 is the separator itself."""
        if number == 1:
            return self.separator
        return self.fields[number - 1].strip() if number <= len(self.fields) else b""

    def part(self, number: int, component: int = 1) -> str:
        """A component of the first repetition of MSH-`number`; "" where there is none or it is no ASCII."""
        first = self.field(number).split(self.repetition)[0] if self.repetition else self.field(number)
        parts = first.split(self.component) if self.component else [first]
        said = parts[component - 1] if component <= len(parts) else b""
        return said.decode("ascii", errors="ignore").strip()

    @property
    def encoding(self) -> bytes:
        """MSH-2: what separates components, repetitions and subcomponents, and what escapes."""
        return self.field(2)

    @property
    def is_sane(self) -> bool:
        """Whether MSH-1 and MSH-2 can be delimiters: one to five printable marks, each with one meaning."""
        marks = self.encoding + self.separator
        return 2 <= len(marks) <= 6 and len(set(marks)) == len(marks) and not NO_MARK.search(marks)

    @property
    def component(self) -> bytes:
        """What separates components."""
        return self.encoding[:1]

    @property
    def repetition(self) -> bytes:
        """What separates repetitions."""
        return self.encoding[1:2]

    @property
    def type(self) -> str:
        """MSH-9.1, the kind of message."""
        return self.part(9).upper()

    @property
    def event(self) -> str:
        """MSH-9.2, what happened."""
        return self.part(9, 2).upper()

    @property
    def control(self) -> bytes:
        """MSH-10, the sender's own number for the message."""
        return self.field(10)

    @property
    def version(self) -> str:
        """MSH-12.1."""
        return self.part(12)

    @property
    def is_enhanced(self) -> bool:
        """Whether the sender says which acknowledgements it wants (MSH-15, MSH-16)."""
        return bool(self.field(15) or self.field(16))


def header(body: bytes) -> Header | None:
    """The header with which a message begins; None where none does."""
    start = len(body) - len(body.removeprefix(BOM).lstrip(b" \t\r\n"))
    line = LINE_END.split(body[start : start + LONGEST_LINE], maxsplit=1)[0]
    separator = line[3:4]
    if line[:3] != b"MSH" or not separator or separator.isalnum() or not 0x20 < separator[0] < 0x7F:
        return None
    return Header(tuple(line.split(separator)), separator)
