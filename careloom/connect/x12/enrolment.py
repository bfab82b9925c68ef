"""Enrolment in a plan (834): for each member a Patient entry and one Coverage a line of insurance.

Source: 005010X220A1 and 004010X095A1. A dependent's subscriber number (REF 0F) is the subscriber's and identifies
nobody else.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from careloom.care.entry import Entry, Period, Person, Reading
from careloom.connect.x12 import words
from careloom.connect.x12.job import Job, detail
from careloom.connect.x12.people import MORE, Party, party
from careloom.connect.x12.segment import Segment
from careloom.connect.x12.timing import moment, span

UNDERSTOOD = frozenset(
    {"AMT", "COB", "DTP", "EC", "HLH", "ICM", "IDC", "LE", "LS", "LX", "N1", "PLA", "QTY", "DSB", "ACT"}
)
# INS-03 and HD-01: 024 cancellation or termination.
CANCELLED = "024"
MEMBER, CORRECTED = ("IL", "74"), "74"
BEGINS, ENDS = ("348", "356", "303"), ("349", "357")


@dataclass(slots=True)
class Member:
    """A member while they are read."""

    where: str
    said: Segment
    who: Party = field(default_factory=Party)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    language: str = ""
    dates: dict[str, Period] = field(default_factory=dict)
    lines: list[tuple[Segment, dict[str, Period]]] = field(default_factory=list)


@dataclass(slots=True)
class Enrolment:
    """The reader of one 834."""

    job: Job
    payer: Party = field(default_factory=Party)
    sponsor: Party = field(default_factory=Party)
    member: Member | None = None
    members: int = 0
    current: Party | None = None
    reporting: bool = False

    def take(self, segment: Segment) -> Iterator[Reading]:
        """Read a segment; a reading comes with each member who is complete."""
        name = segment.id
        if name == "INS":
            yield from self._flush()
            self.members += 1
            self.member = Member(f"{self.job.where}/2000 INS[{self.members}]", segment)
            self.current, self.reporting = None, False
        elif name == "BGN":
            self.job.begin(segment)
        elif name == "N1" and self.member is None:
            named = party(segment)
            if named.role == "IN":
                self.payer = named
            elif named.role == "P5":
                self.sponsor = named
        elif self.member is not None:
            self._inside(self.member, segment)
        elif name not in UNDERSTOOD | MORE:
            self.job.unknown[f"segment {name}"] += 1

    def close(self, *, whole: bool) -> Iterator[Reading]:
        """The last reading; a set that breaks off (not `whole`) gives its last member up."""
        if not whole:
            self.member = None
        yield from self._flush()

    def _inside(self, member: Member, segment: Segment) -> None:
        name = segment.id
        if name in ("LS", "LE"):
            self.reporting = name == "LS"
        elif self.reporting:
            return
        elif name == "NM1":
            self.current = party(segment)
            if self.current.role in MEMBER and member.who.family:
                self.job.doubt(f"{member.where}/NM1")
            elif self.current.role in MEMBER:
                member.who = self.current
        elif name == "HD":
            member.lines.append((segment, {}))
            self.current = None
        elif name == "DTP":
            dates = member.lines[-1][1] if member.lines else member.dates
            dates.setdefault(segment.get(1), span(segment.get(2), segment.get(3), self.job.zone))
        elif name == "LUI":
            member.language = member.language or (
                segment.get(2) if segment.get(1) in ("LD", "LE") else segment.get(3)
            )
        elif name == "REF" and self.current is None and not member.lines:
            member.numbers.append((segment.get(1), segment.get(2)))
        elif name in MORE:
            if self.current is not None:
                self.current.more(segment, self.job.zone)
        elif name not in UNDERSTOOD:
            self.job.unknown[f"segment {name}"] += 1

    def _flush(self) -> Iterator[Reading]:
        member, self.member = self.member, None
        if member is None:
            return
        if not self.job.sure:
            self.job.sure = True
            return
        if not member.who.family and not member.who.number:
            self.job.reject(member.where, "is not read: no name of the member stands in it", "IK3 3")
            return
        entries = [self._patient(member), *self._lines(member)]
        yield from self.job.give(self._person(member), entries)

    def _person(self, member: Member) -> Person:
        """Who the member is; the subscriber's number is theirs where they are the subscriber (INS-01)."""
        who = member.who
        number = next((said for kind, said in member.numbers if kind == "0F"), "")
        own = replace(who, numbers=[*who.numbers, *(one for one in member.numbers if one[0] in ("SY", "1W"))])
        subscriber = None
        if number and member.said.get(1) == "Y":
            own.numbers.append(("1W", number))
        elif number:
            subscriber = Party(number_kind="MI", number=number)
        return self.job.person(own, self.payer, member.where, subscriber=subscriber)

    def _patient(self, member: Member) -> Entry:
        died = moment(member.said.get(12), self.job.zone)
        return replace(
            self.job.entry("Patient", member.where),
            detail=detail(
                birth_date=member.who.birth,
                sex=member.who.sex,
                deceased=died.text if died else "",
                language=member.language,
            ),
        )

    def _lines(self, member: Member) -> Iterator[Entry]:
        """Each line of insurance (HD); a member without one keeps what INS says."""
        relation = words.RELATIONS.get(member.said.get(2), "")
        payer = self.payer.name or self.sponsor.name
        for number, (said, dates) in enumerate(member.lines, start=1):
            kind = words.LINES.get(said.get(3), said.get(3))
            text = f"{kind}: {said.get(4)}" if kind and said.get(4) else kind or said.get(4)
            yield replace(
                self.job.entry("Coverage", f"{member.where}/2300 HD[{number}]"),
                text=text or payer,
                status="cancelled" if CANCELLED in (said.get(1), member.said.get(3)) else "active",
                effective=_held(dates, member.dates),
                detail=detail(payer=payer, relation=relation),
            )
        if not member.lines:
            yield replace(
                self.job.entry("Coverage", member.where),
                text=payer,
                status="cancelled" if member.said.get(3) == CANCELLED else "active",
                effective=_held({}, member.dates),
                detail=detail(payer=payer, relation=relation),
            )


def _held(line: dict[str, Period], member: dict[str, Period]) -> Period:
    """From when to when: the line's own dates, else the member's eligibility."""
    dates = {**member, **line}
    start = next((dates[kind].start for kind in BEGINS if kind in dates), None)
    end = next((dates[kind].start for kind in ENDS if kind in dates), None)
    return Period(start, end)
