"""Segments: the bytes of X12 interchanges, cut at the marks that each one's own header (ISA) names.

Source: ASC X12.5 (interchange control structures) and X12.6 (application control structure), 004010 and 005010.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from careloom.care.entry import Rejection
from careloom.connect.x12.fault import fault
from careloom.errors import InputError

CHUNK = 1 << 16
# A segment with every element of HIPAA's guides at its longest is far shorter; longer ones miss their terminator.
MOST = 1 << 16
# How many characters each of ISA01 to ISA16 has, and what TA1 calls a wrong one.
ISA = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
ISA_CODES = (10, 11, 12, 13, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 27)
HEADER = sum(ISA) + 20
START = re.compile(rb"ISA([^A-Za-z0-9\s])[0-9A-Z ]{0,3}\1[^\r\n]{0,12}\1")
# What a file that has lost its interchange header may begin with.
CUT = re.compile(rb"(?:ISA|TA1|GS|ST|BHT|BPR|BGN|SE|GE|IEA)([^A-Za-z0-9\s])[^\r\n]{0,20}\1")
# What an interchange begins with after its header.
AFTER = re.compile(r"(?:GS|TA1|IEA)([^A-Za-z0-9\s])")
# Elements that are composite in every guide: what parts their components shows in each.
COMPOSITES = {"CLM": 5, "HI": 1, "SV1": 1, "SV2": 2, "SVC": 1, "STC": 1}
PARTED = re.compile(r"[A-Z0-9]{1,3}([^A-Za-z0-9 .\-])[A-Z0-9]")
BLANK = " \r\n\t\x00\x1a"
LINE_ENDS = "\r\n"
SPACES = "spaces stand before the segment's id"
# Characters that no charset of X12 has; a segment with one is read without it. Marks may be of them.
CONTROLS = frozenset(map(chr, (*range(32), 127))) - frozenset("\t")


@dataclass(frozen=True, slots=True)
class Marks:
    """The characters that end or part segments, elements, repetitions and components."""

    element: str
    component: str
    repetition: str
    terminator: str


@dataclass(slots=True)
class Segment:
    """One segment: `elements[0]` is its id; `number` is its place in the file, counted from 1."""

    elements: list[str]
    number: int
    marks: Marks

    @property
    def id(self) -> str:
        """The segment's id ("NM1")."""
        return self.elements[0]

    def get(self, place: int) -> str:
        """The element at a place (1 is the first after the id), "" where there is none."""
        return self.elements[place] if place < len(self.elements) else ""

    def part(self, place: int, component: int) -> str:
        """A component of an element, both counted from 1; "" where there is none."""
        said = self.elements[place] if place < len(self.elements) else ""
        parts = said.split(self.marks.component)
        return parts[component - 1] if component <= len(parts) else ""

    def repeats(self, place: int) -> list[str]:
        """The repetitions of an element; none where it is empty."""
        said = self.get(place)
        return said.split(self.marks.repetition) if said and self.marks.repetition else [said] if said else []


@dataclass(slots=True)
class Input:
    """A stream and what has been taken from it and not yet cut."""

    body: BinaryIO
    waiting: bytes = b""
    start: int = 0
    ended: bool = False

    def more(self) -> bool:
        """Take another chunk; False at the end of the stream."""
        chunk = self.body.read(CHUNK)
        if not chunk:
            self.ended = True
            return False
        self.waiting = self.waiting[self.start :] + chunk
        self.start = 0
        return True

    def need(self, size: int) -> bytes:
        """The next bytes, at least `size` of them where there are as many."""
        while len(self.waiting) - self.start < size and self.more():
            pass
        return self.waiting[self.start : self.start + size]

    def until(self, mark: bytes) -> bytes | None:
        """What stands before the next mark, which is passed; None where no mark comes. Raises InputError."""
        looked = self.start
        while True:
            end = self.waiting.find(mark, looked)
            if end - self.start > MOST or (end < 0 and len(self.waiting) - self.start > MOST):
                raise InputError(f"no segment terminator in {MOST >> 10} KB (TA1 004)")
            if end >= 0:
                found = self.waiting[self.start : end]
                self.start = end + len(mark)
                return found
            before = len(self.waiting) - self.start
            if not self.more():
                return None
            looked = before

    def rest(self) -> bytes:
        """What is left after the last mark."""
        left = self.waiting[self.start :]
        self.start = len(self.waiting)
        return left

    def skip_to_header(self) -> tuple[int, bool]:
        """Pass everything before the next interchange header: how many bytes that were, and whether there is one."""
        skipped = 0
        while True:
            found = START.search(self.waiting, self.start)
            if found:
                skipped += len(self.waiting[self.start : found.start()].strip())
                self.start = found.start()
                return skipped, True
            keep = max(self.start, len(self.waiting) - 40)
            skipped += len(self.waiting[self.start : keep].strip())
            self.start = keep
            if not self.more():
                return skipped + len(self.rest().strip(BLANK.encode())), False


def is_ours(head: bytes) -> bool:
    """Whether a message's first bytes show X12: an interchange header, or what follows one that was lost."""
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return bool(CUT.match(start) or START.search(start[:4096]))


def segments(body: BinaryIO) -> Iterator[Segment | Rejection]:
    """The segments of every interchange in a stream, and what can't be one. Raises InputError for UTF-16."""
    source = Input(body)
    number = interchange = 0
    head = source.need(HEADER)
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\x00" in head[:8]:
        raise InputError("is UTF-16 or binary; send ASCII or UTF-8", "line 1")
    source.start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    while True:
        skipped, found = source.skip_to_header()
        if skipped:
            yield _astray(skipped, interchange, found)
        if not found:
            return
        interchange += 1
        where = f"ISA {interchange}"
        try:
            header, marks, faults = _header(source, where)
        except InputError as error:
            yield Rejection(error.where or where, error.reason)
            source.start += 3
            continue
        yield from faults
        number += 1
        yield Segment(header, number, marks)
        for one in _body(source, marks, number, where):
            if isinstance(one, Segment):
                number = one.number
            yield one


def _body(source: Input, marks: Marks, number: int, where: str) -> Iterator[Segment | Rejection]:
    """The segments after a header up to the trailer, or up to the next header where there is none."""
    told = first = False
    mark = marks.terminator.encode()
    start = b"ISA" + marks.element.encode()
    stray = re.compile(f"[{re.escape(''.join(sorted(CONTROLS - set(_chars(marks)) - set(LINE_ENDS))))}]")
    while True:
        try:
            raw = source.until(mark)
        except InputError as error:
            yield Rejection(f"{where}, segment {number + 1}", error.reason)
            return
        ended = raw is None
        raw = source.rest() if raw is None else raw
        cut = raw.lstrip(b" \r\n\t")
        if cut.startswith(start):
            # Another interchange begins and this one has no trailer: the envelope says so.
            source.waiting = cut + (b"" if ended else mark) + source.waiting[source.start :]
            source.start = 0
            return
        number += 1
        text, problem = _text(raw, stray)
        if problem:
            yield fault(f"{where}, segment {number}", problem, "IK3 1" if problem == SPACES else "IK4 6")
        if ended:
            if not text.strip(BLANK):
                return
            yield fault(f"{where}, segment {number}", "the file ends inside a segment", "TA1 023")
        elif not text.strip(BLANK):
            if marks.terminator not in LINE_ENDS:
                yield fault(f"{where}, segment {number}", "an empty segment", "IK3 8")
            continue
        elements = text.split(marks.element)
        if not first:
            first = True
            yield from _other_marks(text, marks, where)
        if not told and elements[0] in COMPOSITES:
            other = _other_separator(elements, marks)
            told = bool(other)
            if told:
                marks = replace(marks, component=other)
                why = "components are parted by another character than it names; they are read by that one"
                yield fault(f"{where}/ISA-16", why, "TA1 027")
        yield Segment(elements, number, marks)
        if ended or elements[0] == "IEA":
            return


def _other_marks(text: str, marks: Marks, where: str) -> Iterator[Rejection]:
    """Whether the first segment after a header shows other marks than the header names: then none of it can be read."""
    if (found := AFTER.match(text)) and found[1] != marks.element:
        why = "elements are parted by another character than in the header"
        yield fault(f"{where}/ISA, after ISA-16", why, "TA1 026")
    ends = re.search(rf"[^A-Za-z0-9 {re.escape(marks.element)}]\s*ST{re.escape(marks.element)}\d{{3}}", text)
    if text.startswith("GS") and ends:
        yield fault(
            f"{where}/ISA, after ISA-16", "segments end with another character than the header", "TA1 004"
        )


def _other_separator(elements: list[str], marks: Marks) -> str:
    """What parts the components of a composite where it is not what the header names; "" where it is or can't be told."""
    place = COMPOSITES[elements[0]]
    said = elements[place] if place < len(elements) else ""
    found = PARTED.match(said)
    return found.group(1) if found and found.group(1) not in (marks.component, marks.repetition) else ""


def _text(raw: bytes, stray: re.Pattern[str]) -> tuple[str, str]:
    """A segment's characters, and what is wrong with its bytes. What is not UTF-8 is taken as Latin-1."""
    problem = ""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
        problem = "is neither ASCII nor UTF-8; read as Latin-1"
    text = text.rstrip(LINE_ENDS)
    if text[:1] in " \t\r\n" and (begun := text.lstrip(" \t\r\n")):
        # Spaces around a line's end are layout; before a segment that follows at once they are a fault.
        layout = text[: -len(begun)]
        problem = problem or ("" if "\n" in layout or "\r" in layout else SPACES)
        text = begun
    if not text.isprintable() and stray.search(text):
        problem = "holds a control character"
        text = stray.sub("", text)
    return text, problem


def _chars(marks: Marks) -> str:
    return marks.element + marks.component + marks.repetition + marks.terminator


def _header(source: Input, where: str) -> tuple[list[str], Marks, list[Rejection]]:
    """The elements of an interchange header and its marks. Raises InputError where they can't be told."""
    head = source.need(HEADER + 64)
    mark = head[3:4]
    parts = head.split(mark, 16)
    if len(parts) < 17 or len(parts[16]) < 2:
        raise InputError("the interchange header (ISA) breaks off: it has not 16 elements (TA1 022)", where)
    elements = [part.decode("latin-1") for part in (*parts[:16], parts[16][:1])]
    if any(end in part for part in elements[:16] for end in LINE_ENDS):
        raise InputError("the interchange header (ISA) breaks off: it has not 16 elements (TA1 022)", where)
    component, terminator = parts[16][:1].decode("latin-1"), parts[16][1:2].decode("latin-1")
    if terminator.isalnum() or terminator.encode() == mark or not terminator.isascii():
        raise InputError(
            "the segment terminator after ISA-16 is a letter, a digit or missing (TA1 004)", where
        )
    if not component.strip(" ") or component.isalnum() or component.encode() in (mark, parts[16][1:2]):
        raise InputError("the component separator (ISA-16) is none (TA1 027)", where)
    faults = [
        fault(f"{where}/ISA-{place:02}", f"has {len(said)} characters, not {size}", f"TA1 {code:03}")
        for place, (said, size, code) in enumerate(zip(elements[1:], ISA, ISA_CODES, strict=True), start=1)
        if len(said) != size
    ]
    source.start += len(mark.join(parts[:16])) + len(mark) + 2
    repetition = elements[11] if elements[11] and not elements[11].isalnum() else ""
    marks = Marks(mark.decode("latin-1"), component, repetition, terminator)
    return elements, marks, faults


def _astray(size: int, interchange: int, followed: bool) -> Rejection:
    """What stands outside every interchange."""
    if not interchange:
        reason = "no interchange header (ISA) stands before the first segment"
        return fault("line 1", reason if not followed else f"{reason}: {size} bytes are not read", "TA1 022")
    return fault(f"after IEA of ISA {interchange}", f"{size} bytes stand after the interchange", "TA1 022")
