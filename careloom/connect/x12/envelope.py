"""Envelopes: interchanges, functional groups and transaction sets, and what is wrong with how they close.

A transaction set is the unit of trust. It is read where its own trailer closes it with its own control number; a
set whose numbers differ may be two halves of two sets and is not read. One that breaks off is read without its last
claim. Wrong counts, and numbers of the group or interchange around it, are told and change nothing inside.
Source: X12.5 and X12.6; HIPAA's guides, appendix C (control segments).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from careloom.care.entry import Rejection
from careloom.connect.x12.fault import fault
from careloom.connect.x12.segment import Segment, segments
from careloom.connect.x12.timing import is_date, is_time

# Functional identifier codes (GS01, X12 element 479) and the sets that a group of each holds.
GROUPS: Mapping[str, frozenset[str]] = {
    "HC": frozenset({"837"}), "HP": frozenset({"835"}), "BE": frozenset({"834"}), "HS": frozenset({"270"}),
    "HB": frozenset({"271"}), "HR": frozenset({"276"}), "HN": frozenset({"277"}), "HI": frozenset({"278"}),
    "FA": frozenset({"997", "999"}), "RA": frozenset({"820"}), "AG": frozenset({"824"}), "PI": frozenset({"275"}),
}  # fmt: skip
OF_SETS = {name: group for group, names in GROUPS.items() for name in names}
# ISA05 and ISA07, interchange id qualifiers of HIPAA's guides; ISA12, versions of the interchange.
QUALIFIERS = frozenset({"01", "14", "20", "27", "28", "29", "30", "33", "ZZ"})
VERSIONS = re.compile(r"00[2-8]\d\d")
GUIDE = re.compile(r"0\d\d0\d\d(?:X\d{3,4}(?:[AE]\d)?)?")
COUNT = re.compile(r"\d{1,10}")

NO_TRAILER, OTHER_NUMBER = "no trailer", "other number"


@dataclass(slots=True)
class Opened:
    """A transaction set: its kind (ST01), guide (ST03, else GS08), its place, and what is wrong with its closing."""

    kind: str
    guide: str
    where: str
    marks: Segment
    broken: str = ""
    segments: int = 1


@dataclass(slots=True)
class Closed:
    """The end of a transaction set."""

    opened: Opened


Event = Segment | Rejection | Opened | Closed


@dataclass(slots=True)
class Level:
    """An interchange, group or set that is open: its control number, its ordinal, and what it has held so far."""

    control: str
    ordinal: int
    held: int = 0
    seen: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Envelope:
    """What is open while a stream is read; `broken` names the sets that are known not to close well."""

    broken: Mapping[int, str] = field(default_factory=dict)
    interchange: Level | None = None
    group: Level | None = None
    opened: Opened | None = None
    kinds: frozenset[str] | None = None
    guide: str = ""
    control: str = ""
    interchanges: int = 0
    sets: int = 0
    numbers: set[str] = field(default_factory=set)
    outside: int = 0
    is_test: bool = False
    acknowledgements: int = 0

    @property
    def where(self) -> str:
        """The place of what is open now."""
        parts = [f"ISA {self.interchanges}"]
        if self.group:
            parts.append(f"GS {self.group.ordinal}")
        return "/".join(parts)

    def events(self, stream: Iterable[Segment | Rejection]) -> Iterator[Event]:
        """Segments inside transaction sets, what opens and closes these, and every fault of the envelope."""
        for one in stream:
            if isinstance(one, Rejection):
                yield one
            elif (take := TAKES.get(one.elements[0])) is not None:
                yield from take(self, one)
                yield from self._shape(one)
            elif self.opened:
                self.opened.segments += 1
                yield one
            elif one.elements[0] == "TA1":
                self.acknowledgements += 1
            else:
                self.outside += 1
        yield from self.end_of_file()

    def _shape(self, segment: Segment) -> Iterator[Rejection]:
        """What is wrong with the elements of a control segment, whichever it is."""
        name, given = segment.id, len(segment.elements) - 1
        where = f"ISA {self.interchanges}, segment {segment.number} of the file: {name}"
        if any(segment.elements[SIZES[name] + 1 :]):
            yield fault(where, f"has {given} elements, at most {SIZES[name]} are defined", "IK4 3")
        elif given and not segment.elements[-1]:
            yield fault(where, "ends with empty elements: a separator stands before the terminator", "IK3 8")
        for place, said in enumerate(segment.elements[1:], start=1):
            if name != "ISA" and said.endswith(" ") and said.strip():
                yield fault(f"{where}-{place:02}", "ends with spaces", "IK4 6")

    def isa(self, segment: Segment) -> Iterator[Event]:
        """An interchange begins."""
        if self.interchange:
            yield from self.close_group("a new interchange begins")
            yield fault(self.where, "a new interchange begins: the trailer (IEA) is missing", "TA1 023")
        self.interchanges += 1
        control = segment.get(13)
        self.interchange = Level(control, self.interchanges)
        self.is_test = segment.get(15) == "T"
        where = f"ISA {self.interchanges}"
        if control in self.numbers:
            yield fault(f"{where}/ISA-13", "the control number stands twice in this file", "TA1 025")
        self.numbers.add(control)
        yield from _header_faults(segment, where)

    def gs(self, segment: Segment) -> Iterator[Event]:
        """A functional group begins."""
        if self.group:
            yield from self.close_group("a new group begins")
        yield from self.astray()
        level = self.interchange
        if level is None:
            return
        level.held += 1
        self.group = Level(segment.get(6), level.held)
        self.guide = segment.get(8)
        where = self.where
        if segment.get(6) in level.seen:
            yield fault(
                f"{where}/GS-06", "the group control number stands twice in the interchange", "AK9 19"
            )
        level.seen.add(segment.get(6))
        self.kinds = GROUPS.get(segment.get(1))
        if self.kinds is None:
            yield fault(f"{where}/GS-01", "is no functional identifier code that is known here", "AK9 1")
        if not GUIDE.fullmatch(self.guide):
            yield fault(f"{where}/GS-08", "is no version, release or guide of X12", "AK9 2")
        yield from _group_faults(segment, where)

    def st(self, segment: Segment) -> Iterator[Event]:
        """A transaction set begins."""
        if self.opened:
            yield from self.close_set(f"a new set begins: {NO_SE}", "IK5 2")
        yield from self.astray()
        self.sets += 1
        if self.group is None:
            self.group = Level("", (self.interchange.held if self.interchange else 0) + 1)
            self.guide, self.kinds = "", None
            yield fault(
                self.where, "a transaction set stands outside a group: its header (GS) is missing", "TA1 024"
            )
        self.group.held += 1
        where = f"{self.where}/ST {self.group.held}"
        kind, guide = segment.get(1), segment.get(3) or self.guide
        self.control = segment.get(2).strip()
        if self.control in self.group.seen:
            yield fault(f"{where}/ST-02", "the control number stands twice in the group", "IK5 23")
        self.group.seen.add(self.control)
        if not 4 <= len(self.control) <= 9:
            yield fault(f"{where}/ST-02", "the control number has not 4 to 9 characters", "IK5 7")
        if self.kinds is not None and kind in OF_SETS and kind not in self.kinds:
            yield fault(
                f"{where}/ST-01", "this transaction set does not belong to the group of GS-01", "IK5 18"
            )
        if segment.get(3) and self.guide and segment.get(3) != self.guide:
            yield fault(f"{where}/ST-03", "names another guide than GS-08", "IK5 19")
        self.opened = Opened(kind, guide, where, segment, self.broken.get(self.sets, ""))
        yield self.opened

    def se(self, segment: Segment) -> Iterator[Event]:
        """A transaction set ends."""
        if self.opened is None:
            yield from self.astray(" up to SE")
            return
        opened = self.opened
        opened.segments += 1
        if segment.get(2).strip() != self.control:
            why = "SE-02 is not the control number of ST-02; nothing of this set is read"
            yield from self.close_set(why, "IK5 3")
            return
        said = segment.get(1)
        if not COUNT.fullmatch(said) or int(said) != opened.segments:
            told = f"says {int(said)}" if COUNT.fullmatch(said) else "is no number"
            why = f"the number of segments {told}, there are {opened.segments}"
            yield fault(f"{opened.where}/SE-01", why, "IK5 4")
        self.opened = None
        yield Closed(opened)

    def ge(self, segment: Segment) -> Iterator[Event]:
        """A functional group ends."""
        if self.opened:
            yield from self.close_set(f"its group ends: {NO_SE}", "IK5 2")
        yield from self.astray()
        group = self.group
        if group is None:
            yield fault(self.where, "a group's trailer (GE) stands without its header (GS)", "TA1 024")
            return
        if segment.get(2) != group.control and group.control:
            yield fault(f"{self.where}/GE-02", "is not the control number of GS-06", "AK9 4")
        yield from _count(segment, "GE", group.held, self.where, "transaction sets", "AK9 5")
        self.group = None

    def iea(self, segment: Segment) -> Iterator[Event]:
        """An interchange ends."""
        yield from self.close_group("its interchange ends")
        level = self.interchange
        where = f"ISA {self.interchanges}"
        if level is None:
            return
        if segment.get(2) != level.control:
            yield fault(f"{where}/IEA-02", "is not the control number of ISA-13", "TA1 001")
        yield from _count(segment, "IEA", level.held, where, "groups", "TA1 021")
        self.interchange = None

    def close_set(self, why: str, code: str) -> Iterator[Event]:
        """Close a set that its own trailer does not close."""
        if self.opened:
            yield fault(self.opened.where, why, code)
            opened, self.opened = self.opened, None
            yield Closed(opened)

    def close_group(self, why: str) -> Iterator[Event]:
        """Close what is open inside an interchange."""
        yield from self.close_set(f"{why}: {NO_SE}", "IK5 2")
        yield from self.astray()
        if self.group:
            yield fault(self.where, f"{why}: the group's trailer (GE) is missing", "AK9 3")
            self.group = None

    def astray(self, until: str = "") -> Iterator[Rejection]:
        """What stood between the sets."""
        if self.outside or until:
            why = (
                f"{self.outside} segments{until} stand outside a transaction set: its header (ST) is missing"
            )
            yield fault(self.where, f"{why}; they are not read", "TA1 024")
            self.outside = 0

    def end_of_file(self) -> Iterator[Event]:
        """Close everything where the stream ends."""
        yield from self.close_group("the file ends")
        if self.interchange:
            yield fault(f"ISA {self.interchanges}", "the file ends: the trailer (IEA) is missing", "TA1 023")


NO_SE = "its trailer (SE) is missing; its last claim or answer is not read"
# How many elements each control segment has.
SIZES = {"ISA": 16, "GS": 8, "ST": 3, "SE": 2, "GE": 2, "IEA": 2}
TAKES = {
    "ISA": Envelope.isa,
    "GS": Envelope.gs,
    "ST": Envelope.st,
    "SE": Envelope.se,
    "GE": Envelope.ge,
    "IEA": Envelope.iea,
}


def survey(body: BinaryIO) -> dict[int, str]:
    """Which transaction sets of a stream (counted from 1) do not close well, and how; the stream is read once."""
    broken: dict[int, str] = {}
    number, control, is_open = 0, "", False
    for one in segments(body):
        if isinstance(one, Rejection):
            continue
        name = one.elements[0]
        if name not in TAKES:
            continue
        if name == "SE" and is_open:
            if one.get(2).strip() != control:
                broken[number] = OTHER_NUMBER
        elif is_open:
            broken[number] = NO_TRAILER
        is_open = name == "ST"
        if is_open:
            number, control = number + 1, one.get(2).strip()
    if is_open:
        broken[number] = NO_TRAILER
    return broken


def _count(segment: Segment, name: str, held: int, where: str, what: str, code: str) -> Iterator[Rejection]:
    said = segment.get(1)
    if not COUNT.fullmatch(said) or int(said) != held:
        told = f"says {int(said)}" if COUNT.fullmatch(said) else "is no number"
        yield fault(f"{where}/{name}-01", f"the number of {what} {told}, there are {held}", code)


def _header_faults(segment: Segment, where: str) -> Iterator[Rejection]:
    """What is wrong with the values of an interchange header whose lengths are right."""
    tests = (
        (5, segment.get(5) in QUALIFIERS, "is no interchange id qualifier of HIPAA's guides", 5),
        (6, bool(segment.get(6).strip()), "names no sender", 6),
        (7, segment.get(7) in QUALIFIERS, "is no interchange id qualifier of HIPAA's guides", 7),
        (8, bool(segment.get(8).strip()), "names no receiver", 8),
        (9, is_date(segment.get(9)), "is no date (YYMMDD)", 14),
        (10, is_time(segment.get(10)), "is no time (HHMM)", 15),
        (12, bool(VERSIONS.fullmatch(segment.get(12))), "is no version of the interchange", 17),
        (13, segment.get(13).isdigit(), "is no control number", 18),
        (14, segment.get(14) in ("0", "1"), "is neither 0 nor 1", 19),
        (15, segment.get(15) in ("P", "T", "I"), "is none of P, T, I", 20),
    )
    for place, holds, why, code in tests:
        if not holds and len(segment.get(place)):
            yield fault(f"{where}/ISA-{place:02}", why, f"TA1 {code:03}")


def _group_faults(segment: Segment, where: str) -> Iterator[Rejection]:
    """What is wrong with the values of a group header."""
    tests = (
        (2, bool(segment.get(2).strip()), "names no sender", "AK9 14"),
        (3, bool(segment.get(3).strip()), "names no receiver", "AK9 13"),
        (4, len(segment.get(4)) in (6, 8) and is_date(segment.get(4)), "is no date", "TA1 024"),
        (5, is_time(segment.get(5)), "is no time", "TA1 024"),
        (6, bool(COUNT.fullmatch(segment.get(6))), "is no group control number", "AK9 6"),
        (7, segment.get(7) in ("X", "T"), "is no responsible agency", "TA1 024"),
    )
    for place, holds, why, code in tests:
        if not holds:
            yield fault(f"{where}/GS-{place:02}", why, code)
