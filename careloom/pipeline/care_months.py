"""Care months: which programme's conditions the month of each patient meets, on what evidence, and what it lacks: for a biller.

Takes    who asks, a month, what people attested and said of care management, records, and the site's prices
Gives    each family of codes with what it rests on and lacks, minutes by role that count nowhere, and what pays by the site's own rates
Never    claims anything, names whose minutes they are, counts minutes before a consent or after an end, or guesses what nobody said
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.entry import Entry
from careloom.care.hours import Calendar
from careloom.care.kinds import CARE_PLAN
from careloom.care.management import Managed, Said, managed
from careloom.care.record import PatientRecord
from careloom.care.sending import State
from careloom.care.worked import Attested as Attestation
from careloom.errors import InputError
from careloom.measure.finance.care_months import (
    Attested,
    CareMonth,
    Claimable,
    Discharge,
    claimable,
    counted,
    initiated,
    uncounted,
)
from careloom.pipeline.access import Access
from careloom.pipeline.chronic import Chronic
from careloom.pipeline.prices import NOBODY, SitePrices, prices
from careloom.pipeline.timing import Timing
from careloom.pipeline.transitions import SERVICE, Made, discharges
from careloom.store.opening import Store

PATIENT_COPY = "patient_copy"
DEFINITION = (
    "Numerator: months of patients that meet every condition of one family of codes, one family a month, transitional care beside it. "
    "Denominator: months of patients with attested minutes, an enrolment in force, or a discharge. By the rules of docs/care_months.md; a biller decides."
)


@dataclass(frozen=True, slots=True)
class MonthOfCare:
    """A patient's month: each family of codes with what it rests on and lacks, which of them count, and minutes by role that the site counts as nobody's."""

    patient: str
    families: tuple[Claimable, ...]
    counted: tuple[str, ...]
    uncounted: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Programme:
    """The care months of all patients, and what those that lack nothing pay by the site's rates; `met` are those in which at least one family lacks nothing,
    `unpriced` the codes of such that have no rate."""

    month: date
    prices: SitePrices
    patients: tuple[MonthOfCare, ...]
    pays: float
    met: int = 0
    unpriced: tuple[str, ...] = ()
    definition: str = field(default=DEFINITION)


@dataclass(frozen=True)
class CareMonths:
    """The care months of one organisation. `record` and `entries` give what may be used of a patient as of a day, without what substance-use programmes sent."""

    store: Store
    access: Access
    timing: Timing
    chronic: Chronic
    record: Callable[[str, date], PatientRecord]
    entries: Callable[[str, date], Sequence[Entry]]
    calendar: Callable[[], Calendar]
    home: Path

    def found(
        self, actor: Reviewer | str, month: date, step: Callable[[int], None] = lambda _: None
    ) -> Programme:
        """The month (its first day) of each patient with attested minutes, an enrolment in force, or a discharge.

        Raises NotLicensed for whoever doesn't lead, InputError for a month that is yet to come, ConfigError.
        """
        if isinstance(actor, Reviewer):
            self.access.must(actor, Permission.LEAD)
        first = month.replace(day=1)
        if first > self.timing.today:
            raise InputError("this month is yet to come", where="month")
        site = prices(self.home)
        attested, said = self._by_patient(self.store.worked.attested(first)), self._said()
        made = self._made(site)
        found: list[MonthOfCare] = []
        pays, met, unpriced = 0.0, 0, set[str]()
        for patient in self.store.arrived.patients():
            one = self._month(patient, first, (attested[patient], said[patient]), site, made)
            step(1)
            if one is None:
                continue
            families = claimable(one, site.staff)
            count = counted(families, site.rates)
            pays += sum(each.pays(site.rates) or 0.0 for each in count)
            whole = [each for each in families if each.met]
            met += bool(whole)
            unpriced |= {code for each in whole for code in each.units if code not in site.rates}
            names = tuple(each.family for each in count)
            found.append(MonthOfCare(patient, families, names, uncounted(one, site.staff)))
        who = actor.user if isinstance(actor, Reviewer) else actor
        self.store.audit.note_all(who, "read", [one.patient for one in found], "care months")
        return Programme(first, site, tuple(found), pays, met, tuple(sorted(unpriced)))

    def _by_patient(self, every: Iterable[Attestation]) -> Mapping[str, list[Attestation]]:
        found: dict[str, list[Attestation]] = defaultdict(list)
        for one in every:
            found[self.store.sameness.first(one.patient)].append(one)
        return found

    def _said(self) -> Mapping[str, list[Said]]:
        found: dict[str, list[Said]] = defaultdict(list)
        for one in self.store.management.all():
            found[self.store.sameness.first(one.patient)].append(one)
        return found

    def _made(self, site: SitePrices) -> Made:
        """Roles by the name under which contacts are documented; a name of two people with different roles tells none."""
        roles: dict[str, set[str]] = defaultdict(set)
        for one in self.store.users.all():
            roles[one.name or one.user].add(one.role)
        counts = {*site.staff.clinical, *site.staff.practitioners}
        return Made({name: next(iter(held)) for name, held in roles.items() if len(held) == 1}, counts)

    def _month(
        self,
        patient: str,
        first: date,
        told: tuple[Sequence[Attestation], Sequence[Said]],
        site: SitePrices,
        made: Made,
    ) -> CareMonth | None:
        """What is documented of a month; None where nothing is."""
        attested, said = told
        last = min((first + timedelta(days=32)).replace(day=1) - timedelta(days=1), self.timing.today)
        held = managed(said, last)
        went = self._discharges(patient, first, last, held, made)
        enrolled = held.consent is not None and (held.ended is None or held.ended.day >= first)
        if not (attested or enrolled or went):
            return None
        consent = held.consent if enrolled else None
        visit = held.visit
        programme = consent.programme if consent is not None else ""
        begun = (
            visit.day
            if visit is not None
            and consent is not None
            and programme
            and initiated(visit.day, consent.day, programme)
            else None
        )
        plan, filed = self._plan(patient, last)
        copy = self._copy(patient, (plan, filed), held, last)
        risk = held.attested
        of_month = held.months.get(first)
        established = plan != "" and filed >= first and self._plans(patient, last)[0][0] == plan
        proof = {
            "consent": consent.id if consent else "",
            "visit": visit.id if visit and begun else "",
            "ended": held.ended.id if held.ended and enrolled else "",
            "attest": risk.id if risk else "",
            "month": of_month.id if of_month else "",
            "copy": copy,
        }
        return CareMonth(
            patient,
            first,
            self._minutes(patient, attested, (first, last), (consent, begun, held)),
            self._conditions(patient, last, risk),
            at_risk=risk is not None and risk.at_risk and risk.lasting,
            consented=consent.day if consent else None,
            initiated=begun,
            plan=plan,
            copied=bool(copy),
            # Whether a later plan is a substantial revision is a practitioner's judgement; the first one was established.
            revised=established or (of_month is not None and of_month.revised),
            complexity=of_month.complexity if of_month else "",
            enrolled=programme,
            reachable=bool(site.day_and_night),
            qualified=held.beneficiary.qualified if held.beneficiary else None,
            focal=risk is not None and risk.focal,
            ended=held.ended.day if held.ended and enrolled else None,
            proof={what: one for what, one in proof.items() if one},
            discharges=went,
        )

    def _minutes(
        self,
        patient: str,
        said: Sequence[Attestation],
        month: tuple[date, date],
        programme: tuple[Said | None, date | None, Managed],
    ) -> tuple[Attested, ...]:
        """Attested minutes by role, since whose they are is hers to see. Those beyond what she was active within the programme's days don't count."""
        consent, begun, held = programme
        first, last = month
        since = max([first, *(day for day in (consent.day if consent else None, begun) if day is not None)])
        until = min(last, held.ended.day) if held.ended is not None and consent is not None else last
        roles = {one.id: one.role for one in self.store.users.accounts()}
        by_person: dict[str, list[Attestation]] = defaultdict(list)
        for one in said:
            by_person[one.who].append(one)
        found: dict[str, list[tuple[int, int, tuple[str, ...]]]] = defaultdict(list)
        for who, mine in by_person.items():
            every = sum(one.minutes for one in mine)
            within = every
            if (since, until) != (first, last):
                rows = self.timing.worked(who, since, until) if since <= until else ()
                within = min(every, sum(row.seconds for row in rows if row.patient == patient) // 60)
            kept = (within, every - within, tuple(one.id for one in mine))
            found[roles.get(who, NOBODY)].append(kept)
        return tuple(
            Attested(
                f"{len(mine)} of the role",
                role,
                sum(one[0] for one in mine),
                tuple(each for one in mine for each in one[2]),
                sum(one[1] for one in mine),
            )
            for role, mine in sorted(found.items())
            if any(one[0] + one[1] for one in mine)
        )

    def _conditions(self, patient: str, last: date, risk: Said | None) -> Mapping[str, tuple[str, ...]]:
        """The chronic conditions that the record documents; of those that a practitioner named, once any did, them alone."""
        known = self.chronic.named(self.record(patient, last))
        wanted = {one.concept for one in risk.conditions} if risk is not None else None
        return {one.name: one.entries for one in known if wanted is None or one.concept in wanted}

    def _plans(self, patient: str, last: date) -> list[tuple[str, date]]:
        """The signed care plans that were in the chart by a day and weren't taken back, oldest first."""
        back = self.store.chart.taken_back(patient)
        filed = (
            (proposal, at.astimezone(self.timing.zone).date())
            for proposal, at in self.store.chart.of(patient)
            if proposal not in back and self.store.proposals.kind(proposal) == CARE_PLAN
        )
        return [(proposal, day) for proposal, day in filed if day <= last]

    def _plan(self, patient: str, last: date) -> tuple[str, date]:
        plans = self._plans(patient, last)
        return plans[-1] if plans else ("", date.min)

    def _copy(self, patient: str, plan: tuple[str, date], held: Managed, last: date) -> str:
        """What shows that the patient got a copy of the plan in force: somebody's word, or what was sent; "" for nothing."""
        named, filed = plan
        if not named:
            return ""
        for one in reversed(held.copies):
            if one.plan == named:
                return one.id
        for sent in self.store.sendings.to(patient):
            step = sent.steps[-1] if sent.steps else None
            if sent.state is not State.SENT or step is None:
                continue
            day = step.at.astimezone(self.timing.zone).date()
            copy = self.store.proposals.kind(sent.proposal) == PATIENT_COPY
            if filed <= day <= last and (copy or sent.proposal == named):
                return f"sending {sent.id}"
        return ""

    def _discharges(
        self, patient: str, first: date, last: date, held: Managed, made: Made
    ) -> tuple[Discharge, ...]:
        """The discharges that belong to a month: by the visit after them, or by their own day where there is none yet."""
        # What came within the service's days after the month belongs to its discharges.
        entries = self.entries(patient, min(last + SERVICE, self.timing.today))
        if not any(one.kind == "Encounter" for one in entries):
            return ()
        died = next((day for one in entries if one.kind == "Patient" and (day := _died(one))), None)
        every = discharges(entries, held.transitions, self.calendar(), made, died)
        return tuple(one for one in every if first <= (one.visit or one.day) <= last)


def _died(one: Entry) -> date | None:
    try:
        return date.fromisoformat((one.detail.get("deceased") or "")[:10])
    except ValueError:
        return None
