"""The data audit: every patient is counted and forgotten, the run is kept, and what fell away is named.

Takes    a store, knowledge, the site's source systems, and the day
Gives    the report of this run and of the one before
Never    holds more than one patient, or writes anything but the run, the day counts that are watched, and an audit event
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import combinations

from careloom import identity, readiness
from careloom.care.arrived import Alike
from careloom.care.entry import Entry
from careloom.care.system import SourceSystem
from careloom.knowledge import Knowledge
from careloom.monitor.arriving import Mix
from careloom.readiness import Field, Report, Tally, Told
from careloom.readiness.changes import Change
from careloom.readiness.tally import KEPT
from careloom.review.accepted import ABOUT_DRUGS
from careloom.review.rates import History, Rate, Shown, rates
from careloom.store.opening import Store
from careloom.store.readiness import Run
from careloom.study.pilot.groups import UNKNOWN, groups_of_entries

# In sources.toml: options = { role = "main" } names the site's own EHR.
ROLE, MAIN = "role", "main"
# Who a patient is may change from week to week; these entries say it.
A_WEEK = timedelta(7)
WHO = ("Patient", "Coverage")
# So many pairs are named; who has more needs a matching batch, not a list.
MOST_PAIRS = 200


@dataclass(frozen=True, slots=True)
class Audited:
    """A run of the audit: when, by whom, its report, and what changed since the run before it."""

    at: datetime
    actor: str
    report: Report
    before: datetime | None
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class DataAudit:
    """The audits of one organisation's data."""

    store: Store
    knowledge: Knowledge
    systems: Mapping[str, SourceSystem]
    zone: tzinfo
    clock: Callable[[], datetime]
    # What watches is given every day's counts, so that nobody reads all records a second time for them.
    watch: Callable[[Tally, Mix], None] = lambda _tally, _mix: None

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is looked for."""
        return readiness.load_fields(self.knowledge)

    def run(self, actor: str, as_of: date, step: Callable[[int], None] = lambda _: None) -> Audited:
        """Count everything, keep the run, and compare it with the last; `step` is called for each patient."""
        tally = Tally(self.fields, self.knowledge, as_of, self.zone)
        for message in self.store.arrived.messages():
            tally.message(message)
        mix = Mix()
        for patient in self.store.arrived.patients():
            told = self._told(patient)
            tally.add(told)
            self._mixed(mix, told, as_of)
            step(1)
        found = readiness.report(tally, tuple(self._alike()), self._main())
        before = self._newest()
        run = self.store.readiness.add(readiness.as_json(found), actor=actor, at=self.clock())
        self.store.audit.note(actor, "readiness", what=run.id)
        self.watch(tally, mix)
        return _audited(run, found, before)

    def last(self) -> Audited | None:
        """The newest run; None where nobody made one."""
        runs = self.store.readiness.last(2)
        report = readiness.from_json(runs[0].report) if runs else None
        return _audited(runs[0], report, runs[1] if len(runs) > 1 else None) if report else None

    def rates(self, newest: int) -> tuple[int, tuple[Rate, ...]]:
        """How many plans of the newest were counted, and what became of the findings of each rule in them, and in as many cards at hooks."""
        found = [History(*one) for one in self.store.proposals.histories(newest)]
        cards = [
            Shown(one.rule, one.indicator == "critical", one.outcome)
            for one in self.store.hooks.given(newest)
            if one.rule in ABOUT_DRUGS
        ]
        return len(found), rates(found, cards)

    def _newest(self) -> Run | None:
        return next(iter(self.store.readiness.last(1)), None)

    def _told(self, patient: str) -> Told:
        entries = self.store.entries.of(patient)
        return Told(
            patient=patient,
            entries=entries,
            persons=self.store.arrived.persons(patient),
            received=self.store.arrived.received({one.source.message for one in entries}),
        )

    def _mixed(self, mix: Mix, told: Told, as_of: date) -> None:
        """Count whom something came about in the case mix of each day on which it did, as she was then: what she had by that day, and who she was, to the week."""
        came = {key: at.astimezone(self.zone).date() for key, at in told.received.items()}
        ill: dict[str, date] = {}
        who: list[tuple[date, Entry]] = []
        for one in told.entries:
            day = came.get((one.source.message, one.source.system), date.min)
            if one.kind in WHO:
                who.append((day, one))
            elif one.kind == "Condition" and (concept := self.knowledge.conditions.find(one.codes, one.text)):
                had = min(day, one.happened.day) if one.happened else day
                ill[concept] = min(had, ill.get(concept, had))
        persons = [person for _, person in told.persons]
        # What nobody had said of her yet is taken from what was said later.
        last = groups_of_entries(told.entries, persons, as_of)
        groups, grouped = last, date.min
        for day in sorted({day for day in came.values() if as_of - KEPT <= day <= as_of}):
            if day - grouped >= A_WEEK:
                then = groups_of_entries([one for known, one in who if known <= day], persons, day)
                groups = last | {kind: group for kind, group in then.items() if group != UNKNOWN}
                grouped = day
            mix.add(groups, [concept for concept, since in ill.items() if since <= day], (day,))

    def _main(self) -> str:
        named = (name for name, system in self.systems.items() if system.options.get(ROLE) == MAIN)
        return next(named, "")

    def _alike(self) -> Iterator[Alike]:
        told: set[tuple[str, str]] = set()
        clusters = self.store.sameness.clusters()
        for group in self.store.arrived.sharing():
            seen = {patient: identity.seen(self.store.patients.persons(patient)) for patient in group}
            for one, other in combinations(group, 2):
                why = identity.alike(seen[one], seen[other])
                if why and (one, other) not in told and clusters.parted(one, other) is None:
                    told.add((one, other))
                    yield Alike(one, other, why)
                    if len(told) >= MOST_PAIRS:
                        return


def _audited(run: Run, report: Report, before: Run | None) -> Audited:
    old = readiness.from_json(before.report) if before else None
    return Audited(
        run.at, run.actor, report, before.at if before and old else None, readiness.changes(report, old)
    )
