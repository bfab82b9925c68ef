"""Health care claims (837 professional, institutional, dental): one Claim a CLM, and the Coverage it is sent to.

Source: 005010X222A1, 005010X223A2 and their addenda, 004010X098A1, 004010X096A1. A claim stands under the
subscriber's HL where the subscriber is the patient, else under the dependent's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from careloom.care.entry import Code, Entry, Period, Person, Reading
from careloom.connect.x12 import codes, words
from careloom.connect.x12.job import TOGETHER, Job, detail, joined, with_detail
from careloom.connect.x12.people import MORE, Party, party
from careloom.connect.x12.segment import Segment
from careloom.connect.x12.timing import across, span

# Which element of each kind of service line has the product or service, the charge, and what of it is a revenue code.
LINES = {"SV1": (1, 2), "SV2": (2, 3), "SV3": (1, 2)}
TYPES = {"SV1": "professional", "SV2": "institutional", "SV3": "oral"}
# When it was done (472), from when to when the bill is (434), admission (435).
SERVED, STATED = "472", "434"
# What makes two claims of one patient the same: number, charge, frequency, services, diagnoses, days.
Claimed: TypeAlias = tuple[str, str, str, tuple[Code, ...], tuple[Code, ...], tuple[Period, ...]]
UNDERSTOOD = frozenset(
    {"AMT", "BHT", "CAS", "CL1", "CUR", "DTP", "HL", "LX", "PRV", "SVD", "OI", "MOA", "MIA"}
)


@dataclass(slots=True)
class Line:
    """A service line: what was done and what it costs."""

    codes: list[Code] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Claim:
    """A claim while it is read."""

    where: str
    number: str
    charge: str
    frequency: str
    kind: str = ""
    lines: list[Line] = field(default_factory=list)
    diagnoses: list[Code] = field(default_factory=list)
    procedures: list[Code] = field(default_factory=list)
    served: list[Period] = field(default_factory=list)
    stated: Period = field(default_factory=Period)
    notes: list[str] = field(default_factory=list)
    authorization: str = ""
    charges: list[str] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)
    quantities: list[str] = field(default_factory=list)
    pointers: list[list[str]] = field(default_factory=list)
    numbered: int = 0


@dataclass(slots=True)
class Claims:
    """The reader of one 837."""

    job: Job
    claims: int = 0
    claim: Claim | None = None
    provider: Party = field(default_factory=Party)
    subscriber: Party = field(default_factory=Party)
    dependent: Party | None = None
    payer: Party = field(default_factory=Party)
    coverage: Segment | None = None
    relation: str = ""
    entries: list[Entry] = field(default_factory=list)
    current: Party = field(default_factory=Party)
    claims_here: int = 0
    told: set[Claimed] = field(default_factory=set)

    def take(self, segment: Segment) -> Iterator[Reading]:
        """Read a segment; readings come when a patient's claims are complete."""
        name = segment.id
        if name == "HL":
            yield from self._flush()
            self._level(segment)
        elif name == "CLM":
            self._finish()
            if len(self.entries) >= TOGETHER:
                yield from self._flush()
            self.claims += 1
            self.claims_here += 1
            where = f"{self.job.where}/2300 CLM[{self.claims}]"
            self.claim = Claim(where, segment.get(1), segment.get(2), segment.part(5, 3))
            self.current = Party()
        elif name == "BHT":
            self.job.begin(segment)
        elif name == "NM1":
            self._name(segment)
        elif name in MORE and not (self.claim and name == "REF"):
            self.current.more(segment, self.job.zone)
        elif self.claim:
            self._inside(self.claim, segment)
        elif name == "SBR":
            self.coverage = segment
        elif name == "PAT":
            self.relation = words.RELATIONS.get(segment.get(1), "")
        elif name not in UNDERSTOOD:
            self.job.unknown[f"segment {name}"] += 1

    def close(self, *, whole: bool) -> Iterator[Reading]:
        """The last readings; a set that breaks off (not `whole`) gives its last claim up."""
        if not whole:
            self.claim = None
        yield from self._flush()

    def _level(self, segment: Segment) -> None:
        """A new billing provider, subscriber or dependent."""
        self.job.level(segment)
        level = segment.get(3)
        if level == "20":
            self.provider = Party()
        if level in ("20", "22"):
            self.subscriber, self.payer, self.coverage = Party(), Party(), None
        self.dependent = Party() if level == "23" else None
        self.relation, self.current, self.claims_here = "", Party(), 0
        self.told.clear()

    def _name(self, segment: Segment) -> None:
        """A name. Inside a claim it is a provider's or another insurance's and never the patient's."""
        self.current = party(segment)
        role = self.current.role
        if self.claim:
            others = self.claim.others
            if role == "PR" and others:
                others[-1] = with_detail(others[-1], payer=self.current.name)
            elif role in ("IL", "QC") and (not others or self.claim.lines):
                self._second_person(f"{self.claim.where}/NM1")
            return
        named = self.subscriber.family if role == "IL" else self.dependent.family if self.dependent else ""
        if role in ("IL", "QC") and (named or self.claims_here):
            self._second_person(f"{self.job.where}/HL[{self.job.hierarchy.count}]/NM1")
            return
        if role == "85":
            self.provider = self.current
        elif role == "IL":
            self.subscriber = self.current
        elif role == "QC" and self.dependent is not None:
            self.dependent = self.current
        elif role == "PR":
            self.payer = self.current

    def _second_person(self, where: str) -> None:
        """Give up what follows until the next level; the claims before it are their patient's."""
        self._finish()
        if self.job.sure:
            self.job.doubt(where)

    def _inside(self, claim: Claim, segment: Segment) -> None:
        name = segment.id
        if name == "LX":
            claim.numbered += 1
            if segment.get(1) != str(claim.numbered):
                where = f"{claim.where}/2400 LX[{claim.numbered}]: LX-01"
                self.job.reject(where, f"is out of sequence: this is line {claim.numbered}", "IK4 7")
        elif name in LINES:
            claim.kind = TYPES[name]
            claim.lines.append(self._line(claim, segment))
        elif name == "HI":
            for kind, code in codes.health(segment):
                (claim.diagnoses if kind == "diagnosis" else claim.procedures).append(code)
        elif name == "DTP":
            self._date(claim, segment)
        elif name == "LIN":
            self._drug(claim, segment)
        elif name == "CTP":
            amount = f"{segment.get(4)} {words.MEASURES.get(segment.part(5, 1), segment.part(5, 1))}"
            claim.quantities.append(amount.strip() if segment.get(4) else "")
        elif name == "NTE":
            claim.notes.append(segment.get(2))
        elif name == "REF":
            self._number(claim, segment)
        elif name == "SBR" and claim.lines:
            self._second_person(f"{claim.where}/SBR")
        elif name == "SBR":
            self._other_insurance(claim, segment)
        elif name == "PAT":
            self._second_person(f"{claim.where}/PAT")
        elif name not in UNDERSTOOD:
            self.job.unknown[f"segment {name}"] += 1

    def _line(self, claim: Claim, segment: Segment) -> Line:
        place, charge = LINES[segment.id]
        claim.charges.append(segment.get(charge))
        if segment.id == "SV1" and segment.get(7):
            claim.pointers.append(segment.get(7).split(segment.marks.component))
        code, said = codes.service(segment, place)
        line = Line([code] if code else [], [said])
        if segment.id == "SV2" and segment.get(1):
            line.codes.append(Code(codes.REVENUE, segment.get(1)))
            line.words = [said or f"revenue code {segment.get(1)}"]
        return line

    def _date(self, claim: Claim, segment: Segment) -> None:
        held = span(segment.get(2), segment.get(3), self.job.zone)
        if segment.get(1) in (SERVED, STATED):
            self.job.not_later(held, f"{claim.where}/DTP: DTP-03")
        if segment.get(1) == SERVED:
            claim.served.append(held)
        elif segment.get(1) == STATED:
            claim.stated = held

    def _drug(self, claim: Claim, segment: Segment) -> None:
        """A drug of a service line (LIN-02 N4: NDC of 11 digits)."""
        if segment.get(2) != "N4" or not segment.get(3) or not claim.lines:
            return
        line = claim.lines[-1]
        code = codes.product("N4", segment.get(3))
        if code:
            line.codes.append(code)
        else:
            line.words.append(f"NDC {segment.get(3)} (as sent)")
            where = f"{claim.where}/2400 LX[{len(claim.lines)}]/2410 LIN: LIN-03"
            why = f"is no NDC of 11 digits, it has {len(segment.get(3))} characters; kept as words"
            self.job.reject(where, why, "IK4 7")

    def _number(self, claim: Claim, segment: Segment) -> None:
        """Numbers of the claim: the prior authorisation (G1) and the patient's medical record (EA)."""
        if segment.get(1) == "G1" and not claim.authorization:
            claim.authorization = segment.get(2)
        elif segment.get(1) == "EA":
            (self.dependent or self.subscriber).numbers.append(("EA", segment.get(2)))

    def _other_insurance(self, claim: Claim, segment: Segment) -> None:
        """Another insurance of the patient's (2320); who pays it is named after it."""
        entry = self.job.entry("Coverage", f"{claim.where}/2320 SBR[{len(claim.others) + 1}]")
        relation = words.RELATIONS.get(segment.get(2), "")
        said = segment.get(4) or words.FILING.get(segment.get(9), "")
        claim.others.append(replace(entry, text=said, status="active", detail=detail(relation=relation)))

    def _finish(self) -> None:
        """Turn the claim into an entry."""
        claim, self.claim = self.claim, None
        if claim is None:
            return
        if not self.job.sure:
            self.job.reject(claim.where, "is not read: whose it is is not sure (see its HL)", "IK3 8")
            return
        _balance(claim, self.job)
        _pointers(claim, self.job)
        found = [*claim.procedures, *(code for line in claim.lines for code in line.codes)]
        same = (
            claim.number,
            claim.charge,
            claim.frequency,
            tuple(found),
            tuple(claim.diagnoses),
            tuple(claim.served),
        )
        if claim.number and same in self.told:
            why = "the same claim of the same patient stands above it; it is read once"
            self.job.reject(claim.where, why, "ours: duplicate")
            return
        if len(self.told) >= TOGETHER:
            self.told.clear()
        self.told.add(same)
        self.entries += (one for one in claim.others if one.text or one.detail.get("payer"))
        service = joined([word for line in claim.lines for word in line.words])
        day = claim.stated if claim.stated != Period() else across(claim.served)
        self.entries.append(
            replace(
                self.job.entry("Claim", claim.where),
                codes=codes.each(found),
                text=service,
                category=(claim.kind,) if claim.kind else (),
                value_codes=codes.each(claim.diagnoses),
                effective=day,
                status="cancelled" if claim.frequency == "8" else "active",
                detail=detail(
                    use="claim",
                    service=service,
                    payer=self.payer.name,
                    reason=joined([code.code for code in codes.each(claim.diagnoses)]),
                    author=self.provider.name,
                    authorization=claim.authorization,
                    quantity=joined(claim.quantities),
                    note=joined(claim.notes),
                ),
            )
        )

    def _flush(self) -> Iterator[Reading]:
        """Give what has been found of the patient whose level this is."""
        self._finish()
        entries, self.entries = self.entries, []
        if not entries:
            return
        where = entries[0].source.where
        who = self.dependent if self.dependent is not None else self.subscriber
        if not who.family and not who.number:
            for entry in entries:
                self.job.reject(
                    entry.source.where, "is not read: no name of the patient stands above it", "IK3 3"
                )
            return
        yield from self.job.give(self._patient(who, where), [*self._covered(), *entries])

    def _patient(self, who: Party, where: str) -> Person:
        subscriber = self.subscriber if who is self.dependent else None
        npi = self.provider.number if self.provider.number_kind == "XX" else ""
        return self.job.person(who, self.payer, where, subscriber=subscriber, provider=npi)

    def _covered(self) -> list[Entry]:
        """The insurance that the claim is sent to, told once for each patient's level."""
        said = self.coverage
        if said is None:
            return []
        where = f"{self.job.where}/HL[{self.job.hierarchy.count}]/SBR"
        self.coverage = None
        relation = self.relation if self.dependent is not None else words.RELATIONS.get(said.get(2), "")
        payer = self.payer.name
        entry = replace(
            self.job.entry("Coverage", where),
            text=said.get(4) or words.FILING.get(said.get(9), "") or payer,
            status="active",
            detail=detail(payer=payer, relation=relation),
        )
        return [entry]


def _balance(claim: Claim, job: Job) -> None:
    """CLM-02 is the sum of the lines' charges (guides, CLM-02)."""
    try:
        total = Decimal(claim.charge)
        lines = sum(map(Decimal, claim.charges), Decimal(0))
    except InvalidOperation:
        return
    if claim.charges and total != lines:
        job.reject(f"{claim.where}: CLM-02", "the claim's total is not the sum of its lines", "ours: balance")


def _pointers(claim: Claim, job: Job) -> None:
    """SV1-07 points at diagnoses of the claim's HI by their number."""
    for number, pointers in enumerate(claim.pointers, start=1):
        if any(one.isdigit() and not 1 <= int(one) <= len(claim.diagnoses) for one in pointers):
            where = f"{claim.where}/2400 LX[{number}]: SV1-07"
            job.reject(where, "points at a diagnosis that the claim does not have", "IK4 7")
