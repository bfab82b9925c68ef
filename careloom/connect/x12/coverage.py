"""Eligibility (270, 271): one Coverage for each person whom a payer answers for, one request for each who is asked about.

Source: 005010X279A1 and 004010X092A1. A payer that can't answer (AAA) gives a CoverageEligibilityResponse with the
reason and no coverage.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from careloom.care.entry import Component, Entry, Period, Reading
from careloom.care.review import REJECTS
from careloom.connect.x12 import codes, words
from careloom.connect.x12.job import Job, detail, joined
from careloom.connect.x12.people import MORE, Party, party
from careloom.connect.x12.segment import Segment
from careloom.connect.x12.timing import span

UNDERSTOOD = frozenset({"TRN", "LS", "LE", "PRV", "MPI", "HSD", "III", "AMT", "HI"})
PEOPLE = frozenset({"IL", "03", "QC"})
PAYERS = frozenset({"PR", "2B", "36", "GP", "P5"})
# DTP: from and to of plan (346, 347), eligibility (356, 357), benefit (348, 349); both of plan (291), eligibility (307).
STARTS, ENDS, BOTH = ("346", "356", "348"), ("347", "357", "349"), ("291", "307", "292", "472", "435")


@dataclass(slots=True)
class Answer:
    """What a payer says, or is asked, of one person."""

    benefits: list[Segment] = field(default_factory=list)
    asked: list[Segment] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    dates: dict[str, Period] = field(default_factory=dict)
    relation: str = ""


@dataclass(slots=True)
class Eligibility:
    """The reader of one 270 or 271."""

    job: Job
    payer: Party = field(default_factory=Party)
    provider: Party = field(default_factory=Party)
    subscriber: Party = field(default_factory=Party)
    who: Party | None = None
    current: Party = field(default_factory=Party)
    answer: Answer = field(default_factory=Answer)
    inside: bool = False
    seconds: str = ""

    def take(self, segment: Segment) -> Iterator[Reading]:
        """Read a segment; a reading comes with each person who is complete."""
        name = segment.id
        if name == "HL":
            yield from self._flush()
            self._level(segment)
        elif name == "BHT":
            self.job.begin(segment)
        elif name in ("LS", "LE"):
            self.inside = name == "LS"
        elif name == "NM1":
            self._name(party(segment))
        elif name in MORE:
            self.current.more(segment, self.job.zone)
        elif name == "AAA":
            self._error(segment)
        elif self.who is not None:
            self._told(segment)
        elif name not in UNDERSTOOD:
            self.job.unknown[f"segment {name}"] += 1

    def close(self, *, whole: bool) -> Iterator[Reading]:
        """The last reading; a set that breaks off (not `whole`) gives its last person up."""
        if whole:
            yield from self._flush()

    def _level(self, segment: Segment) -> None:
        self.job.level(segment)
        self.answer, self.inside, self.current = Answer(), False, Party()
        level = segment.get(3)
        self.who = Party() if level in ("22", "23") else None
        if level == "22":
            self.subscriber = Party()

    def _name(self, named: Party) -> None:
        """A name; between LS and LE and after EB it is of somebody who gives or pays a benefit."""
        self.current = named
        if self.inside or self.answer.benefits:
            if named.role in PEOPLE and not self.inside:
                self.seconds = f"{self.job.where}/HL[{self.job.hierarchy.count}]/NM1"
            return
        if self.who is not None:
            if self.who.family and named.role in PEOPLE:
                self.seconds = f"{self.job.where}/HL[{self.job.hierarchy.count}]/NM1"
            self.who = named
            if named.role == "IL":
                self.subscriber = named
        elif named.role in PAYERS:
            self.payer = named
        else:
            self.provider = named

    def _error(self, segment: Segment) -> None:
        said = words.told(REJECTS, segment.get(3), "AAA")
        if self.who is None:
            self.job.unknown[f"AAA {segment.get(3)}" if segment.get(3) in REJECTS else "AAA"] += 1
        else:
            self.answer.errors.append(said)

    def _told(self, segment: Segment) -> None:
        name, answer = segment.id, self.answer
        if name == "EB":
            answer.benefits.append(segment)
        elif name == "EQ":
            answer.asked.append(segment)
        elif name == "MSG":
            answer.notes.append(segment.get(1))
        elif name == "INS":
            answer.relation = words.RELATIONS.get(segment.get(2), "")
        elif name == "DTP":
            answer.dates.setdefault(segment.get(1), span(segment.get(2), segment.get(3), self.job.zone))
        elif name not in UNDERSTOOD:
            self.job.unknown[f"segment {name}"] += 1

    def _flush(self) -> Iterator[Reading]:
        who, answer = self.who, self.answer
        seconds, self.seconds = self.seconds, ""
        self.who, self.answer = None, Answer()
        if (
            who is not None
            and self.job.kind == "270"
            and not answer.asked
            and not self.job.hierarchy.promised
        ):
            # Of a subscriber with dependents nothing need be asked (005010X279, 2110C EQ).
            where = f"{self.job.where}/HL[{self.job.hierarchy.count}]"
            self.job.reject(where, "nothing is asked of the patient: the segment EQ is missing", "IK3 3")
        if who is None or not (answer.benefits or answer.asked or answer.errors):
            return
        where = f"{self.job.where}/HL[{self.job.hierarchy.count}]"
        if seconds and self.job.sure:
            self.job.doubt(seconds)
        if not self.job.sure or not (who.family or who.number):
            self.job.reject(where, "is not read: whose it is is not sure", "IK3 8")
            return
        subscriber = self.subscriber if who is not self.subscriber else None
        one = self.job.person(who, self.payer, where, subscriber=subscriber)
        yield from self.job.give(
            one, [*self._coverage(answer, where), *self._request(answer, where), *self._errors(answer, where)]
        )

    def _coverage(self, answer: Answer, where: str) -> Iterator[Entry]:
        if not answer.benefits:
            return
        standing = next((one for one in answer.benefits if one.get(1) in words.ACTIVE + words.INACTIVE), None)
        plan = next((one.get(5) for one in answer.benefits if one.get(5)), "")
        status = None if standing is None else "active" if standing.get(1) in words.ACTIVE else "cancelled"
        yield replace(
            self.job.entry("Coverage", f"{where}/EB"),
            text=plan or self.payer.name,
            status=status,
            effective=_held(answer.dates),
            components=tuple(_benefit(one) for one in answer.benefits),
            detail=detail(
                payer=self.payer.name,
                relation=answer.relation
                or ("self" if self.subscriber.family and not self._is_dependent() else ""),
                note=joined(answer.notes),
            ),
        )

    def _is_dependent(self) -> bool:
        return "23" in self.job.hierarchy.open

    def _request(self, answer: Answer, where: str) -> Iterator[Entry]:
        if not answer.asked:
            return
        asked = [code for one in answer.asked for code in one.repeats(1)]
        products = [codes.service(one, 2) for one in answer.asked if one.get(2)]
        service = joined(
            [words.SERVICES.get(code, f"service type {code}") for code in asked]
            + [said for _, said in products]
        )
        yield replace(
            self.job.entry("CoverageEligibilityRequest", f"{where}/EQ"),
            codes=codes.each(code for code, _ in products if code),
            text=service,
            status="active",
            effective=_held(answer.dates),
            detail=detail(service=service, payer=self.payer.name, author=self.provider.name),
        )

    def _errors(self, answer: Answer, where: str) -> Iterator[Entry]:
        if answer.errors:
            yield replace(
                self.job.entry("CoverageEligibilityResponse", f"{where}/AAA"),
                status="active",
                detail=detail(outcome="error", disposition=joined(answer.errors), payer=self.payer.name),
            )


def _held(dates: dict[str, Period]) -> Period:
    """When a plan holds: its own dates, else those of eligibility or benefit."""
    both = next((dates[kind] for kind in BOTH if kind in dates), Period())
    start = next((dates[kind].start for kind in STARTS if kind in dates), None)
    end = next((dates[kind].start for kind in ENDS if kind in dates), None)
    return Period(start or both.start, end or both.end)


def _benefit(said: Segment) -> Component:
    """One benefit in words, with its amount: what, for which services, in which period, in the network or not."""
    services = [words.SERVICES.get(code, f"service type {code}") for code in said.repeats(3)]
    network = {"Y": "in network", "N": "out of network"}.get(said.get(12), "")
    parts = [words.BENEFITS.get(said.get(1), f"EB {said.get(1)}"), ", ".join(services)]
    parts += [said.get(5), words.PERIODS.get(said.get(6), ""), network]
    amount, share, quantity = said.get(7), said.get(8), said.get(10)
    value, unit = (
        (amount, "USD") if amount else (share, "1") if share else (quantity, words.UNITS.get(said.get(9)))
    )
    return Component(
        (), text="; ".join(part for part in parts if part), value=value or None, unit=unit if value else None
    )
