"""Prior authorisation (278): a Claim for each event that is asked for, a ClaimResponse for each decision.

Source: 005010X217 (request and response), 005010X216 (notification), 004010X094A1; code lists 306 (HCR-01) and 886
(HCR-03). A service that has a decision of its own is an answer of its own, so that what was denied stays apart from
what was approved.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from careloom.care.entry import Code, Entry, Period, Person, Reading
from careloom.care.review import REASONS, REJECTS, REVIEW_ACTIONS
from careloom.connect.x12 import codes, words
from careloom.connect.x12.job import Job, detail, joined
from careloom.connect.x12.people import MORE, Party, party
from careloom.connect.x12.segment import Segment
from careloom.connect.x12.timing import across, span

UNDERSTOOD = frozenset({"CL1", "PRV", "TRN"})
RESPONSE = "11"
EVENT, SERVICE, PROVIDER = "EV", "SS", "19"
LINES = {"SV1": 1, "SV2": 2, "SV3": 1}
TYPES = {"SV1": "professional", "SV2": "institutional", "SV3": "oral"}
# DTP: certified from (007), to (036); service (472), admission (435), the event (AAH), discharge (096).
CERTIFIED, EXPIRES, SERVED = "007", "036", ("472", "AAH", "435", "096")
PAYERS = frozenset({"X3", "PR", "2B", "36"})


@dataclass(slots=True)
class Part:
    """An event or one of its services while it is read."""

    where: str
    is_service: bool
    codes: list[Code] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    diagnoses: list[Code] = field(default_factory=list)
    dates: dict[str, Period] = field(default_factory=dict)
    quantities: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    decided: Segment | None = None
    number: str = ""
    kind: str = ""
    asked: str = ""


@dataclass(slots=True)
class Authorisation:
    """The reader of one 278."""

    job: Job
    answers: bool = False
    payer: Party = field(default_factory=Party)
    requester: Party = field(default_factory=Party)
    subscriber: Party = field(default_factory=Party)
    dependent: Party | None = None
    current: Party = field(default_factory=Party)
    level: str = ""
    parts: list[Part] = field(default_factory=list)
    of_patient: list[Code] = field(default_factory=list)

    def take(self, segment: Segment) -> Iterator[Reading]:
        """Read a segment; a reading comes with each event that is complete."""
        name = segment.id
        if name == "HL":
            yield from self._level(segment)
        elif name == "BHT":
            self.job.begin(segment)
            self.answers = segment.get(2) == RESPONSE or self.job.guide.startswith("005010X216")
        elif name == "NM1":
            self._name(party(segment))
        elif name == "AAA":
            self._error(segment)
        elif self.parts:
            self._told(self.parts[-1], segment)
        elif name == "HI":
            self.of_patient += [code for kind, code in codes.health(segment) if kind == "diagnosis"]
        elif name in MORE:
            self.current.more(segment, self.job.zone)
        elif name not in UNDERSTOOD | {"INS", "DTP", "MSG", "PWK"}:
            self.job.unknown[f"segment {name}"] += 1

    def close(self, *, whole: bool) -> Iterator[Reading]:
        """The last reading; a set that breaks off (not `whole`) gives its last event up."""
        if not whole:
            self.parts = []
        yield from self._flush()

    def _level(self, segment: Segment) -> Iterator[Reading]:
        level = segment.get(3)
        if level != SERVICE:
            yield from self._flush()
        sure = self.job.sure
        self.job.level(segment)
        if level in (EVENT, SERVICE, PROVIDER):
            # What stands under somebody who is not sure is not sure either.
            self.job.sure = self.job.sure and sure
        self.level, self.current = level, Party()
        if level in ("20", "21"):
            self.of_patient = []
        if level == "22":
            self.subscriber, self.of_patient = Party(), []
        if level in ("20", "21", "22", "23"):
            self.dependent = Party() if level == "23" else None
        if level in (EVENT, SERVICE):
            name = "2000E" if level == EVENT else "2000F"
            where = f"{self.job.where}/{name} HL[{self.job.hierarchy.count}]"
            self.parts.append(Part(where, level == SERVICE))

    def _name(self, named: Party) -> None:
        named_twice = (named.role == "IL" and self.subscriber.family) or (
            named.role == "QC" and self._dependent_named()
        )
        if named_twice or (named.role in ("IL", "QC") and self.parts):
            if self.job.sure:
                self.job.doubt(f"{self.job.where}/HL[{self.job.hierarchy.count}]/NM1")
            return
        self.current = named
        if self.level == "20":
            self.payer = named
        elif self.level == "21":
            self.requester = named
        elif self.level == "22" and named.role == "IL":
            self.subscriber = named
        elif self.level == "23" and named.role == "QC":
            self.dependent = named

    def _dependent_named(self) -> bool:
        return self.dependent is not None and bool(self.dependent.family)

    def _error(self, segment: Segment) -> None:
        """Why a payer could not decide: of an event or service, else of the whole request."""
        said = words.told(REJECTS, segment.get(3), "AAA")
        if self.parts:
            self.parts[-1].errors.append(said)
        elif self.level in ("22", "23"):
            where = f"{self.job.where}/HL[{self.job.hierarchy.count}]/AAA"
            self.parts.append(Part(where, is_service=False, errors=[said]))
        else:
            self.job.unknown[f"AAA {segment.get(3)}" if segment.get(3) in REJECTS else "AAA"] += 1

    def _told(self, part: Part, segment: Segment) -> None:
        name = segment.id
        if name in LINES:
            code, said = codes.service(segment, LINES[name])
            part.codes += [code] if code else []
            if name == "SV2" and segment.get(1):
                part.codes.append(Code(codes.REVENUE, segment.get(1)))
            part.words.append(said or (f"revenue code {segment.get(1)}" if name == "SV2" else ""))
            part.kind = TYPES[name]
        elif name == "HI":
            for kind, code in codes.health(segment):
                (part.diagnoses if kind == "diagnosis" else part.codes).append(code)
        elif name == "UM":
            part.asked = _asked(segment)
        elif name == "HCR":
            part.decided = segment
        elif name == "DTP":
            part.dates[segment.get(1)] = span(segment.get(2), segment.get(3), self.job.zone)
        elif name == "HSD":
            part.quantities.append(_quantity(segment))
        elif name == "MSG":
            part.notes.append(segment.get(1))
        elif name == "REF":
            part.number = segment.get(2) if segment.get(1) == "BB" else part.number
        elif name in MORE:
            self.current.more(segment, self.job.zone)
        elif name not in UNDERSTOOD:
            self.job.unknown[f"segment {name}"] += 1

    def _flush(self) -> Iterator[Reading]:
        parts, self.parts = self.parts, []
        if not parts:
            return
        who = self.dependent if self.dependent is not None else self.subscriber
        if not self.job.sure or not (who.family or who.number):
            self.job.reject(parts[0].where, "is not read: whose it is is not sure", "IK3 8")
            return
        yield from self.job.give(self._patient(who, parts[0].where), list(self._entries(parts)))

    def _patient(self, who: Party, where: str) -> Person:
        subscriber = self.subscriber if who is self.dependent else None
        return self.job.person(who, self.payer, where, subscriber=subscriber)

    def _entries(self, parts: list[Part]) -> Iterator[Entry]:
        """One request; or an answer for each service that has its own, and one for the event with the others."""
        event = next((one for one in parts if not one.is_service), parts[0])
        own = (
            [one for one in parts if one is not event and (one.decided or one.errors)] if self.answers else []
        )
        rest = [one for one in parts if one not in own]
        if not self.answers:
            yield self._entry("Claim", event, rest)
            return
        if event.decided or event.errors or not own:
            yield self._entry("ClaimResponse", event, rest)
        for one in own:
            yield self._entry(
                "ClaimResponse", one, [one, replace(event, codes=[], words=[], quantities=[], notes=[])]
            )

    def _entry(self, kind: str, main: Part, parts: list[Part]) -> Entry:
        said = [word for one in parts for word in one.words]
        service = joined(said) or main.asked or joined([one.asked for one in parts])
        diagnoses = codes.each([*self.of_patient, *(code for one in parts for code in one.diagnoses)])
        dates = {**parts[-1].dates, **main.dates} if parts else main.dates
        entry = replace(
            self.job.entry(kind, main.where),
            codes=codes.each(code for one in parts for code in one.codes),
            text=service,
            category=tuple(dict.fromkeys(one.kind for one in parts if one.kind)),
            value_codes=diagnoses,
            effective=_held(dates, parts),
            status="active",
            detail=detail(
                use="preauthorization",
                service=service,
                payer=self.payer.name,
                author=self.requester.name,
                reason=joined([code.code for code in diagnoses]) if kind == "Claim" else "",
                quantity=joined([said for one in parts for said in one.quantities]),
                authorization=main.number,
                note=joined([said for one in parts for said in one.notes]),
            ),
        )
        return _decided(entry, main) if kind == "ClaimResponse" else entry


def _decided(entry: Entry, part: Part) -> Entry:
    """With the payer's decision, its number and its reason."""
    said = part.decided
    action = said.get(1) if said else ""
    outcome = REVIEW_ACTIONS.get(action, "error" if part.errors else "complete")
    reasons = [words.told(REASONS, code, "X12 886") for code in (said.repeats(3) if said else [])]
    number = part.number or (said.get(2) if said else "")
    told = detail(
        outcome=outcome,
        disposition=joined(part.errors),
        reason=joined([*reasons, *part.errors]),
        authorization=number,
    )
    # As a FHIR reader has it: the diagnoses are the request's and not the answer's.
    return replace(entry, value_codes=(), detail={**entry.detail, **told})


def _asked(segment: Segment) -> str:
    """What kind of review of what kind of service (UM-01, UM-03)."""
    review, service = segment.get(1), segment.get(3)
    said = [
        words.REVIEWS.get(review, ""),
        words.SERVICES.get(service, f"service type {service}" if service else ""),
    ]
    return ": ".join(word for word in said if word)


def _quantity(segment: Segment) -> str:
    """HSD in words: how many, how often, for how long."""
    unit, period = words.UNITS, words.PERIODS
    said = " ".join(part for part in (segment.get(2), unit.get(segment.get(1), segment.get(1))) if part)
    if segment.get(4):
        said += f", {segment.get(4)} per {unit.get(segment.get(3), segment.get(3)).rstrip('s')}"
    elif segment.get(3):
        said += f" per {unit.get(segment.get(3), segment.get(3)).rstrip('s')}"
    if segment.get(6):
        said += f", for {segment.get(6)} {period.get(segment.get(5), segment.get(5))}"
    return said.strip(", ")


def _held(dates: dict[str, Period], parts: list[Part]) -> Period:
    """When an authorisation holds: as certified, else when the service is to be."""
    certified, expires = dates.get(CERTIFIED, Period()), dates.get(EXPIRES, Period())
    if certified.start or expires.start:
        return Period(certified.start, certified.end or expires.end or expires.start)
    found = [one.dates[kind] for one in parts for kind in SERVED if kind in one.dates]
    return across(found)
