"""What is wrong with a message as a message, found before it is answered: cheap, and of its form alone.

What a message says of a patient is read later, by whoever reads it. Source: HL7 v2.8.2, chapter 2 (2.5.4, 2.9.2,
2.13.9) and its tables 0103, 0104, 0211 and 0357.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from careloom.errors import InputError
from careloom.wire.mllp.header import Header

# Table 0357, as far as it is used here.
CODES = {
    "100": "Segment sequence error",
    "101": "Required field missing",
    "102": "Data type error",
    "103": "Table value not found",
    "104": "Value too long",
    "202": "Unsupported processing id",
    "203": "Unsupported version id",
    "207": "Application error",
}
PROCESSING = ("P", "T", "D")
VERSION = re.compile(r"2\.(0D?|1|2|3(\.[12])?|4|5(\.1)?|6|7(\.1)?|8(\.[12])?|9(\.1)?)")
LONGEST_CONTROL = 199
# What ends the segment before a PID: CR, as the standard says, or LF, as some senders do.
SECOND = re.compile(rb"[\r\n]MSH(?=[^A-Za-z0-9\r\n])")
PID = re.compile(rb"[\r\n]PID(?=[^A-Za-z0-9\r\n])[^\r\n]*")

# How many people a message of a type and event is about: nobody need be named, one, or several may be.
People: TypeAlias = Literal["any", "one", "several"]
PeopleOf: TypeAlias = Callable[[str, str], People]
# The codec in which a message of that character set (MSH-18) is read. Raises InputError for one that is not known.
CodecOf: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: `place` as "MSH-12", `code` of table 0357, `reason` in words without content."""

    place: str
    code: str
    reason: str


TOO_LONG = Fault("MSH", "207", "the message is longer than this listener takes")
TOO_MUCH = Fault("MSH", "207", "too much is coming in at once; send it again later")
NOT_KEPT = Fault("MSH", "207", "the message can't be stored now; send it again later")
NO_HEADER = Fault("MSH", "100", "the frame does not begin with an MSH segment")


@dataclass(frozen=True)
class Form:
    """What a message of good form is, where the standard alone does not say: `people` by type, `codec` by character set."""

    people: PeopleOf
    codec: CodecOf

    def faults(self, head: Header, body: bytes) -> Iterator[Fault]:
        """What is wrong with the form of a message, in the order of its fields."""
        yield from _of_header(head)
        yield from self._of_text(head, body)
        yield from self._of_people(head, body)

    def _of_text(self, head: Header, body: bytes) -> Iterator[Fault]:
        named = head.part(18)
        if b"\x00" in body:
            yield Fault("MSH", "102", "holds a NUL byte")
        if SECOND.search(body):
            yield Fault("MSH[2]", "100", "the frame holds a second message")
        try:
            codec = self.codec(named)
        except InputError:
            yield Fault("MSH-18", "103", "names a character set that is not known here")
            return
        if not body.isascii() and not _decodes(body, codec):
            yield Fault("MSH-18", "102", "the message is not in the character set that it names")

    def _of_people(self, head: Header, body: bytes) -> Iterator[Fault]:
        people = self.people(head.type, head.event)
        if people == "any":
            return
        lines = PID.findall(body)
        if not lines:
            yield Fault("PID", "100", "is missing: the message names no patient")
        elif len(lines) > 1 and people == "one":
            numbers = [_numbers(head, line) for line in lines]
            if any(numbers[0].isdisjoint(other) for other in numbers[1:]):
                yield Fault("PID[2]", "100", "one message holds two patients")


def _of_header(head: Header) -> Iterator[Fault]:
    if not head.is_sane:
        yield Fault("MSH-2", "102", "names no delimiters, one of them twice, or a letter, a digit or a blank")
    if not head.type:
        yield Fault("MSH-9", "101", "the message does not say of which type it is")
    if not head.control:
        yield Fault("MSH-10", "101", "the message has no control id")
    elif len(head.control) > LONGEST_CONTROL:
        yield Fault("MSH-10", "104", f"the control id is longer than {LONGEST_CONTROL} characters")
    if not head.field(11):
        yield Fault("MSH-11", "101", "the message has no processing id")
    elif head.part(11).upper() not in PROCESSING:
        yield Fault("MSH-11", "202", "the processing id is none of P, T and D")
    if not head.field(12):
        yield Fault("MSH-12", "101", "the message does not say of which version it is")
    elif not VERSION.fullmatch(head.version):
        yield Fault("MSH-12", "203", "the version is none of 2.1 to 2.9")


def _decodes(body: bytes, codec: str) -> bool:
    try:
        codecs.decode(body, codec)
    except (ValueError, LookupError):
        return False
    return True


def _numbers(head: Header, line: bytes) -> set[bytes]:
    """The numbers of a PID (its field 3, or 2 where that is empty), without their assigners."""
    fields = line.lstrip(b"\r\n").split(head.separator)
    said = next((fields[at] for at in (3, 2) if len(fields) > at and fields[at].strip()), b"")
    repeated = said.split(head.repetition) if head.repetition else [said]
    first = (one.split(head.component)[0].strip() if head.component else one for one in repeated)
    return {one for one in first if one}
