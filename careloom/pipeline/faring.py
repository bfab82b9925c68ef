"""Faring: how all patients fared over some time, by their records, and what changed when drafts began.

Takes    who asks, the first and last day, and when drafts began (else the day on which the first document from a draft was filed)
Gives    every outcome over the time, by month, against the trend before and against panels without drafts
Never    tells a patient's value, who looks after a panel, or a change from before to after that stands alone
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.entry import Entry
from careloom.errors import InputError
from careloom.knowledge.labs import Labs
from careloom.measure.outcomes import OUTCOMES
from careloom.measure.outcomes.noun import Seen, joined
from careloom.measure.outcomes.risks import Profile, profile
from careloom.measure.outcomes.values import SCORES, Change, change, measured, scored
from careloom.measure.outcomes.visits import (
    Stay,
    appointments,
    discharges,
    emergencies,
    readmissions,
    stays,
)
from careloom.pipeline.access import Access
from careloom.store.opening import Store
from careloom.study.outcomes import Compared, Panels, compared
from careloom.study.statistics.estimate import NotSaid
from careloom.study.statistics.risk import Adjusted, Patient, observed_expected

LABS = ("hba1c", "systolic", "diastolic")
BEFORE, SINCE = "before drafts", "since drafts"
NO_DRAFT = "no document from a draft was filed"


@dataclass(frozen=True, slots=True)
class Fared:
    """Outcomes from one day to another over so many patients; `start` is when drafts began, None where nobody has worked with one."""

    first: date
    last: date
    start: date | None
    patients: int
    outcomes: tuple[Compared, ...]


@dataclass(slots=True)
class _Gathered:
    """What is gathered while patients are read one after the other."""

    seen: dict[str, list[Seen]] = field(default_factory=lambda: {name: [] for name in OUTCOMES})
    starts: dict[str, date] = field(default_factory=dict)
    stays: dict[str, tuple[Stay, ...]] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    panels: dict[str, str] = field(default_factory=dict)
    told: date = date.min


@dataclass(frozen=True)
class Faring:
    """How one organisation's patients fared; `entries` gives what may be used of a patient as of a day, days are those of `zone`."""

    store: Store
    access: Access
    labs: Labs
    entries: Callable[[str, date], Sequence[Entry]]
    today: Callable[[], date]
    zone: ZoneInfo

    def found(
        self,
        actor: Reviewer | str,
        first: date,
        last: date,
        start: date | None = None,
        step: Callable[[int], None] = lambda _: None,
    ) -> Fared:
        """Every outcome. Raises NotLicensed for whoever doesn't lead, InputError for a time that isn't over or ends before it begins."""
        if isinstance(actor, Reviewer):
            self.access.must(actor, Permission.LEAD)
        if first > last:
            raise InputError("the first day comes after the last", where="from")
        if last > self.today():
            raise InputError("the last day is yet to come", where="to")
        held = _Gathered()
        number = 0
        for patient in self.store.arrived.patients():
            self._gather(held, patient, (first, last))
            number += 1
            step(1)
        began = start or min(held.starts.values(), default=None)
        for patient, every in held.stays.items():
            held.seen["readmission"].append(readmissions(patient, every, first, last, held.told))
        who = actor.user if isinstance(actor, Reviewer) else actor
        self.store.audit.note(who, "measure", what=f"outcomes of {number} patients")
        adjusted = self._adjusted(held, (first, last), began)
        outcomes = (self._compared(held, name, (first, last), began, adjusted) for name in OUTCOMES)
        return Fared(first, last, began, number, tuple(outcomes))

    def _gather(self, held: _Gathered, patient: str, span: tuple[date, date]) -> None:
        entries = self.entries(patient, self.today())
        about = [one for one in entries if one.kind == "Patient"]
        born, died = (_day(one.detail.get(key) for one in about) for key in ("birth_date", "deceased"))
        for name in LABS:
            held.seen[name].append(measured(patient, entries, name, self.labs, span[1]))
        for name in SCORES:
            held.seen[name].append(scored(patient, entries, name, span[1]))
        held.seen["emergency"].append(emergencies(patient, entries, *span, died))
        held.seen["appointments"].append(appointments(patient, entries, *span))
        held.stays[patient] = stays(entries)
        # Stays are known to the day of the newest visit: a feed that fell silent has no readmission to tell.
        days = [one.effective.start.day for one in entries if one.kind == "Encounter" and one.effective.start]
        held.told = max([held.told, *(day for day in days if day <= self.today())])
        sex = next((said for one in about if (said := one.detail.get("sex"))), "")
        held.profiles[patient] = profile(born, sex, entries, [one.began for one in held.stays[patient]])
        began = self._began(patient)
        if began is not None:
            held.starts[patient] = began
        team = self.store.teams.of(patient)
        if team:
            held.panels[patient] = team[0].user

    def _began(self, patient: str) -> date | None:
        """The day on which the first document from a draft was filed."""
        for proposal, at in self.store.chart.of(patient):
            if not self.store.proposals.get(proposal).document.by_hand:
                return at.astimezone(self.zone).date()
        return None

    def _compared(
        self,
        held: _Gathered,
        name: str,
        span: tuple[date, date],
        start: date | None,
        adjusted: Adjusted | NotSaid,
    ) -> Compared:
        seen = joined(held.seen[name])
        outcome = OUTCOMES[name]
        since: dict[str, date] = {}
        for patient, day in held.starts.items():
            panel = held.panels.get(patient)
            if panel is not None:
                since[panel] = min(day, since.get(panel, day))
        return compared(
            outcome,
            seen,
            span,
            start,
            Panels(held.panels, since),
            changes=_changes(held, name) if outcome.scale == "mean" else None,
            adjusted=adjusted if name == "readmission" else None,
            risks=lambda one: held.profiles[one.patient].on(one.day, start),
        )

    def _adjusted(self, held: _Gathered, span: tuple[date, date], start: date | None) -> Adjusted | NotSaid:
        """Readmissions before and since drafts against what patients' risks and the stay's length would give."""
        if start is None:
            return NotSaid("one_arm", "Nobody has worked with drafts yet: there is nothing to compare.")
        rows = []
        for patient, every in held.stays.items():
            for one in discharges(every, *span, held.told)[0]:
                known = held.profiles[patient].on(one.day - timedelta(days=one.days), start)
                if known is not None:
                    risks = {**known, "days of the stay": float(one.days)}
                    rows.append(Patient(one.readmitted, SINCE if one.day >= start else BEFORE, risks))
        same = {
            name for name in (rows[0].risks if rows else ()) if len({one.risks[name] for one in rows}) == 1
        }
        apart = [
            replace(one, risks={name: said for name, said in one.risks.items() if name not in same})
            for one in rows
        ]
        return observed_expected(apart)


def _changes(held: _Gathered, name: str) -> list[Change | str]:
    """Each patient's change around her own first document from a draft."""
    found: list[Change | str] = []
    for one in held.seen[name]:
        if one.taken:
            start = held.starts.get(one.taken[0].patient)
            found.append(change(one.taken, start) if start else NO_DRAFT)
    return found


def _day(said: Iterable[str | None]) -> date | None:
    """The first whole day among texts."""
    for text in said:
        try:
            return date.fromisoformat((text or "")[:10])
        except ValueError:
            continue
    return None
