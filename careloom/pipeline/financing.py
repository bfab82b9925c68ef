"""Financing: what documents cost by the site's own prices, what months of care management lack, and chronic conditions for a human coder to look at.

Takes    who asks, some time, a month or a year, and the prices of finance.toml
Gives    the cost of filed documents with and without a draft, what has no price, each family of codes of a patient's month with what it lacks, and by
         patient what is documented and uncoded, or coded and undocumented
Never    knows a price of its own, counts what has none as nothing, takes for documented what nobody documented, or proposes a code
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.entry import Code, Entry
from careloom.care.kinds import CARE_PLAN
from careloom.care.record import PatientRecord, Problem
from careloom.care.worked import Attested as Attestation
from careloom.errors import InputError
from careloom.knowledge.conditions import Conditions
from careloom.measure.finance.care_months import Attested, CareMonth, Claimable, claimable, counted, uncounted
from careloom.measure.finance.coding import Coded, Documented, Gap, coding_gaps
from careloom.measure.finance.costs import Cost, Costs, Prices, Spent, cost_of, together
from careloom.pipeline.access import Access
from careloom.pipeline.counting import believed
from careloom.pipeline.prices import SitePrices, prices
from careloom.pipeline.timing import Case, Timing
from careloom.store.opening import Store

VISIT_DIAGNOSIS = "encounter-diagnosis"
CLAIMS = ("Claim", "ExplanationOfBenefit")
STATED = ("", "confirmed")
MACHINE_HOUR = "a machine's hour"
# The role of whoever has no account any more.
NOBODY = "nobody known"


@dataclass(frozen=True, slots=True)
class Spending:
    """What filed documents cost on which anybody worked in these days, from a draft and by hand. `unbelieved` are those whose clock ran all night; `prices` what
    the site says."""

    first: date
    last: date
    prices: SitePrices
    drafted: Costs
    by_hand: Costs
    unbelieved: int


@dataclass(frozen=True, slots=True)
class Coding:
    """A patient's conditions for a coder to look at."""

    patient: str
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class MonthOfCare:
    """A patient's month of attested minutes: each family of codes with what it rests on and lacks, and minutes by role that the site counts as nobody's."""

    patient: str
    families: tuple[Claimable, ...]
    uncounted: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Programme:
    """The care months of all patients with attested minutes, and what those that lack nothing pay by the site's rates."""

    month: date
    prices: SitePrices
    patients: tuple[MonthOfCare, ...]
    pays: float


@dataclass(frozen=True)
class Financing:
    """The money of one organisation. `record` gives a patient's record as of a day, without what substance-use programmes sent."""

    store: Store
    access: Access
    timing: Timing
    conditions: Conditions
    record: Callable[[str, date], PatientRecord]
    home: Path

    def prices(self) -> SitePrices:
        """The site's own. Raises ConfigError."""
        return prices(self.home)

    def costs(self, actor: Reviewer | str, first: date, last: date) -> Spending:
        """What documents cost. Raises NotLicensed for whoever doesn't lead, InputError, ConfigError."""
        who = self._lead(actor)
        if first > last:
            raise InputError("the first day comes after the last", where="from")
        site = self.prices()
        roles = {one.id: one.role for one in self.store.users.accounts()}
        costs: dict[bool, list[Cost]] = {True: [], False: []}
        unbelieved = 0
        for case in self.timing.cases(who, first, last):
            if not case.case or case.status != "active":
                continue
            if not _is_believed(case):
                unbelieved += 1
                continue
            costs[case.origin == "hand"].append(_cost(self._spent(case, roles), site))
        return Spending(first, last, site, together(costs[False]), together(costs[True]), unbelieved)

    def gaps(
        self, actor: Reviewer | str, year: int, step: Callable[[int], None] = lambda _: None
    ) -> tuple[Coding, ...]:
        """Chronic conditions that were documented and not coded in a year, or coded and documented nowhere, of each patient who has any.

        Raises NotLicensed, InputError for a year that hasn't begun.
        """
        who = self._lead(actor)
        if not 2000 <= year <= self.timing.today.year:
            raise InputError("this year hasn't begun, or is none", where="year")
        as_of = min(date(year, 12, 31), self.timing.today)
        found = []
        for patient in self.store.arrived.patients():
            record = self.record(patient, as_of)
            known, coded = tuple(self._documented(record)), tuple(self._coded(record.entries, as_of))
            concepts = {one.concept for one in known} | {one.concept for one in coded}
            wider = {one: self._wider(one) for one in concepts}
            gaps = coding_gaps(known, coded, year, wider)
            if gaps:
                found.append(Coding(patient, tuple(map(self._labelled, gaps))))
            step(1)
        self.store.audit.note_all(who, "read", [one.patient for one in found], "coding")
        return tuple(found)

    def months(self, actor: Reviewer | str, month: date) -> Programme:
        """Which programme's conditions a month (its first day) meets, of each patient for whom anybody attested minutes, and what it lacks.

        Enrolment, the programme's consent, the initiating visit, the risk, a copy of the plan and who is reached at night are recorded nowhere here, so
        that they lack. Raises NotLicensed, InputError for a month that is yet to come, ConfigError.
        """
        who, first = self._lead(actor), month.replace(day=1)
        if first > self.timing.today:
            raise InputError("this month is yet to come", where="month")
        site = self.prices()
        attested: dict[str, list[Attestation]] = defaultdict(list)
        for one in self.store.worked.attested(first):
            attested[self.store.sameness.first(one.patient)].append(one)
        found, pays = [], 0.0
        for patient, said in sorted(attested.items()):
            held = self._month(patient, first, said)
            families = claimable(held, site.staff)
            pays += sum(one.pays(site.rates) or 0.0 for one in counted(families, site.rates))
            found.append(MonthOfCare(patient, families, uncounted(held, site.staff)))
        self.store.audit.note_all(who, "read", [one.patient for one in found], "care months")
        return Programme(first, site, tuple(found), pays)

    def _month(self, patient: str, first: date, said: Sequence[Attestation]) -> CareMonth:
        """What is documented of a month. Minutes stand by role: whose they are is hers to see."""
        roles = {one.id: one.role for one in self.store.users.accounts()}
        minutes: dict[str, int] = defaultdict(int)
        people: dict[str, set[str]] = defaultdict(set)
        for one in said:
            role = roles.get(one.who, NOBODY)
            minutes[role] += one.minutes
            people[role].add(one.who)
        last = min((first + timedelta(days=32)).replace(day=1) - timedelta(days=1), self.timing.today)
        known = self._documented(self.record(patient, last))
        back = self.store.chart.taken_back(patient)
        plans = [
            (proposal, at.astimezone(self.timing.zone).date())
            for proposal, at in self.store.chart.of(patient)
            if proposal not in back and self.store.proposals.kind(proposal) == CARE_PLAN
        ]
        standing = [(proposal, day) for proposal, day in plans if day <= last]
        return CareMonth(
            patient,
            first,
            tuple(
                Attested(f"{len(people[role])} of the role", role, many)
                for role, many in sorted(minutes.items())
                if many > 0
            ),
            {one.name: one.entries for one in known if one.last is not None and not one.doubtful},
            plan=standing[-1][0] if standing else "",
            # Whether a later plan is a substantial revision is a person's judgement; the first one was established.
            revised=len(standing) == 1 and standing[0][1] >= first,
        )

    def _lead(self, actor: Reviewer | str) -> str:
        if isinstance(actor, Reviewer):
            self.access.must(actor, Permission.LEAD)
            return actor.user
        return actor

    def _spent(self, case: Case, roles: dict[str, str]) -> Spent:
        """What went into a case; whoever has no account any more is named as such, and has no price."""
        minutes: dict[str, float] = defaultdict(float)
        for who, row in case.worked:
            minutes[roles.get(who, NOBODY)] += row.seconds / 60
        model = self.store.proposals.get(case.case).document.model
        return Spent(
            case.case,
            minutes,
            {model.name: model.prompt_tokens},
            {model.name: model.completion_tokens},
            model.seconds / 3600,
        )

    def _documented(self, record: PatientRecord) -> Iterator[Documented]:
        """Chronic problems, each with what documents it beside visits' own diagnoses; of others than current ones no day, so that they are known and no gap."""
        entries = {one.id: one for one in record.entries}
        for problem in record.problems:
            if problem.concept is None or not self._is_chronic(problem.concept):
                continue
            stated = [
                one
                for one in (entries[each] for each in problem.entries if each in entries)
                if _is_stated(one) and VISIT_DIAGNOSIS not in one.category
            ]
            days = [day for one in stated for day in _days(one) if day <= record.as_of]
            current = problem.status == "active"
            yield Documented(
                problem.concept,
                problem.name,
                tuple(one.id for one in stated),
                max(days, default=None) if current else None,
                _is_doubtful(problem),
            )

    def _coded(self, entries: Sequence[Entry], as_of: date) -> Iterator[Coded]:
        """The chronic diagnoses of visits and claims."""
        by_address = {
            said: one for one in entries if one.kind == "Condition" for said in one.elements.get("id", ())
        }
        for one in entries:
            codes = _codes(one, by_address)
            day = one.happened.day if one.happened else None
            if day is None or day > as_of:
                continue
            for concept in dict.fromkeys(self.conditions.specific([code]) for code in codes):
                if concept is not None and self._is_chronic(concept):
                    yield Coded(concept, one.id, day)

    def _is_chronic(self, concept: str) -> bool:
        known = self.conditions.get(concept)
        return known is not None and known.chronic and known.group == "condition"

    def _wider(self, concept: str) -> frozenset[str]:
        known = self.conditions.get(concept)
        held = {known.counts_as} if known is not None and known.counts_as else set()
        return self.conditions.above(concept) | held

    def _labelled(self, gap: Gap) -> Gap:
        """A gap with the name of its concept, where only a code told it."""
        known = self.conditions.get(gap.concept)
        return replace(gap, name=known.label) if gap.name == gap.concept and known is not None else gap


def _cost(spent: Spent, site: SitePrices) -> Cost:
    """What a case cost; a machine's hour that has no price leaves it without one."""
    found = cost_of(spent, Prices(site.wages, site.read, site.written, site.machine_hour or 0.0))
    if spent.machine_hours and site.machine_hour is None:
        return replace(found, unpriced=(*found.unpriced, MACHINE_HOUR))
    return found


def _is_believed(case: Case) -> bool:
    """Whether its clock ran, and never all night, by the rule of pilots."""
    found = believed(row for _, row in case.worked)
    return found is not None and not found.left_out


def _is_stated(entry: Entry) -> bool:
    """Whether it is somebody's own, confirmed statement of a condition: no guess, nothing that a machine read or wrote."""
    machine = {"read_by", "found_by", "machine_written"} & set(entry.detail)
    return (
        entry.kind == "Condition"
        and entry.subject == "patient"
        and not entry.negated
        and not machine
        and entry.certainty in STATED
    )


def _is_doubtful(problem: Problem) -> bool:
    return problem.doubtful or problem.status == "refuted"


def _days(entry: Entry) -> Iterable[date]:
    return (one.day for one in (entry.recorded, entry.effective.start) if one is not None)


def _codes(entry: Entry, by_address: dict[str, Entry]) -> tuple[Code, ...]:
    """The diagnoses that a visit or a claim bears as codes."""
    if entry.kind in CLAIMS:
        billed = entry.status in ("active", None) and entry.detail.get("use", "claim") == "claim"
        return entry.value_codes if billed else ()
    if entry.kind == "Condition":
        return entry.codes if VISIT_DIAGNOSIS in entry.category and _is_stated(entry) else ()
    if entry.kind != "Encounter":
        return ()
    reasons = (one.rpartition("|") for one in entry.elements.get("reason", ()))
    named = (by_address.get(one) for one in entry.elements.get("diagnosis", ()))
    return (
        *(Code(system, code) for system, _, code in reasons),
        *(code for one in named if one is not None and _is_stated(one) for code in one.codes),
    )
