"""Quality: the measures counted over everybody and kept, so that pages open fast; who is counted, and who is due.

Takes    the measures, the site's value sets, a person who asks
Gives    counts with their trend; the people behind each number whom that person may see, each with why; a month's numbers for a board
Never    counts a measure whose value sets are missing, or names a patient to whoever may not see her
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.entry import Entry, Person
from careloom.care.fills import is_fill
from careloom.care.quality import (
    GAP,
    ROLLING,
    TAKEN,
    Case,
    MeasureCounted,
    Met,
    QualityCount,
    QualityLine,
    Seen,
    hits_of,
)
from careloom.errors import ConfigError, InputError, NotLicensed
from careloom.knowledge.drugs import Drugs
from careloom.measure.quality import MEASURES
from careloom.measure.quality.noun import Measure, Span, edition_of, shifted
from careloom.measure.quality.running import together
from careloom.measure.quality.sought import SOUGHT, Finder, Sought, doubt, stays_of, told
from careloom.pipeline.access import Access
from careloom.pipeline.measuring import Asking, Measuring, Step, named
from careloom.store.opening import Store
from careloom.study.pilot.groups import groups_of_entries

# Who leads a care team: somebody who may prescribe, else whoever joined first.
LEADS = ("physician", "advanced_practice_nurse", "physician_assistant")
# How often a count says how far it is.
EVERY = 200
# Bytes of memory that a count takes for a patient (measured, see docs/dashboards.md), and which share of the machine's it may take.
A_PATIENT, SHARE = 32_000, 0.5


@dataclass(frozen=True, slots=True)
class Listed:
    """The people of a population: how many there are in all (None for whoever may not know), those whom the reader may see on this page of the
    list, how many of them there are, their names, and from which to which day the measure looked (None before anybody counted)."""

    number: int | None
    seen: int
    rows: tuple[Case, ...]
    names: Mapping[str, str]
    span: tuple[date, date] | None


@dataclass
class _People:
    """What is gathered of everybody while views are written: the lead, the groups, and what measures look for."""

    finder: Finder
    drugs: Drugs
    day: date
    spans: Mapping[str, Span]
    leads: Mapping[str, str]
    groups: dict[str, Mapping[str, str]] = field(default_factory=dict)
    seen: dict[str, dict[tuple[str, str, str], Seen]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, patient: str, entries: Sequence[Entry], persons: Sequence[Person]) -> None:
        """One patient more."""
        self.groups[patient] = groups_of_entries(entries, persons, self.day)
        stays = stays_of(entries)
        for entry in entries:
            at = entry.effective.start or entry.recorded
            if at is None:
                continue
            drugs = [one.name for one in self.drugs.find(entry.name, entry.codes)] if is_fill(entry) else []
            for measure, one in self.finder.of(entry, drugs):
                for period, span in self.spans.items():
                    seen = _seen_of(entry, one, at.day, span, stays)
                    self._keep(patient, (measure, period, one.name), seen, span)

    def _keep(self, patient: str, what: tuple[str, str, str], seen: Seen, span: Span) -> None:
        before = self.seen[patient].get(what)
        if before is None or _near(seen, span) >= _near(before, span):
            self.seen[patient][what] = seen


def _seen_of(entry: Entry, one: Sought, day: date, span: Span, stays: Iterable[str]) -> Seen:
    why, about = doubt(entry, one, day, span, stays)
    inside = span.first <= day <= span.last
    return Seen(day, told(entry), entry.source.system, inside, "part2" in entry.detail, why, about)


def _near(seen: Seen, span: Span) -> tuple[int, int]:
    """How near it comes to counting: what counts, the newest of it; what lies in the period; what lies next to it."""
    if seen.doubt in TAKEN:
        return 2, seen.day.toordinal()
    if seen.inside:
        return 1, seen.day.toordinal()
    away = span.first - seen.day if seen.day < span.first else seen.day - span.last
    return 0, -away.days


@dataclass(frozen=True)
class Quality:
    """The quality measures of one organisation; `here` is the time in the site's zone."""

    store: Store
    access: Access
    measuring: Measuring
    drugs: Drugs
    home: Path
    here: Callable[[], datetime]

    # ── counting ────────────────────────────────────────────────────────────────────────────────

    def count(self, actor: str) -> QualityCount:
        """Count every measure now and keep it, with who is counted; how far it is stands in the store meanwhile."""
        begun, total = self.here(), self.store.arrived.count()
        done = 0

        def step(more: int) -> None:
            nonlocal done
            done += more
            if not done % EVERY:
                self.store.quality.begin(begun, done, total)

        self.store.quality.begin(begun, 0, total)
        try:
            made, cases = self._counted(begun.date(), periods_of(begun.date()), actor, step)
            self.store.quality.add(made, cases)
        finally:
            self.store.quality.stopped()
        self.store.audit.note(actor, "count measures")
        return made

    def of_month(self, month: date, step: Step) -> tuple[QualityCount, date]:
        """The year of a month as the records stood on its last day (today, in the running month), and that day; nothing is kept.

        Raises InputError for a month that has not begun.
        """
        today = self.here().date()
        if month > today:
            raise InputError("this month has not begun", where="--month")
        day = min(shifted(month, 1) - timedelta(days=1), today)
        found, _ = self._counted(day, {str(day.year): year_of(day.year)}, "operator", step)
        return found, day

    def too_many(self, memory: int | None = None) -> str:
        """Why there are too many people for a count on this machine and what to do, "" where there aren't. `memory` in bytes (default: the machine's)."""
        people = self.store.arrived.count()
        have = memory or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        need = people * A_PATIENT
        if need <= have * SHARE:
            return ""
        return (
            f"A count of {people} people takes about {need / 1e9:.1f} GB of memory, and this machine has {have / 1e9:.1f} GB. Write the views with "
            "careloom measure --write-views FOLDER, and count them on a cluster: careloom measure --views FOLDER --engine spark"
        )

    def _counted(
        self, day: date, periods: Mapping[str, Span], actor: str, step: Step
    ) -> tuple[QualityCount, list[tuple[str, str, list[Case]]]]:
        if too_many := self.too_many():
            raise ConfigError(too_many)
        sets, roles = self.measuring.sets(), {one.user: one.role for one in self.store.users.all()}

        def rank(user: str) -> int:
            return 0 if roles.get(user) in LEADS else 1

        leads = self.store.teams.leads(rank, self.store.sameness.clusters())
        people = _People(Finder(sets), self.drugs, day, periods, leads)
        found, cases = [], []
        with TemporaryDirectory(dir=self.home, prefix="views-") as made:
            views = Path(made) / "views"
            number = self.measuring.write_views(views, day, step, people.add)
            with self.measuring.engine("duckdb", views, sets) as asking:
                for period, span in periods.items():
                    for measure in MEASURES:
                        counted, of_measure = _measured(asking, measure, period, span, people)
                        found.append(counted)
                        cases.append((measure.name, period, of_measure))
        return QualityCount(self.here(), actor, number, tuple(found)), cases

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

    def last(self, actor: Reviewer) -> QualityCount | None:
        """The newest count. Raises NotLicensed for whoever sees her own patients' gaps alone."""
        self.access.must(actor, Permission.MEASURES)
        self.store.audit.note(actor.user, "read", what="measures")
        return self.store.quality.last()

    def trend(self, actor: Reviewer) -> tuple[QualityCount, ...]:
        """Of each month the last count, the oldest first. Raises NotLicensed."""
        self.access.must(actor, Permission.MEASURES)
        return self.monthly()

    def monthly(self) -> tuple[QualityCount, ...]:
        """The same, for whoever sits at the machine."""
        zone = self.here().tzinfo
        assert zone is not None
        return self.store.quality.monthly(zone)

    def listed(
        self,
        actor: Reviewer,
        measure: str,
        population: str,
        *,
        period: str,
        line: str,
        start: int,
        most: int,
    ) -> Listed:
        """The people of a population, from one of them on. Whoever sees her own patients' gaps alone is told no number of others.

        Raises NotLicensed where she asks for more than gaps.
        """
        self.access.must(actor, Permission.GAPS)
        everybody = may(actor.role, Permission.MEASURES)
        if population != GAP and not everybody:
            raise NotLicensed("gaps of one's own patients are seen here, not whole populations")
        found = list(self._within(measure, period, line, population))
        seen = self.access.seen(actor, {one.patient for one in found})
        shown = [one for one in found if one.patient in seen]
        rows = [_opened(one, may(actor.role, Permission.PART2)) for one in shown[start : start + most]]
        names, count = self._names(actor, rows), self.store.quality.last()
        counted = count.of(measure, period) if count else None
        span = (counted.first, counted.last) if counted else None
        return Listed(len(found) if everybody else None, len(shown), tuple(rows), names, span)

    def gaps(self, actor: Reviewer, period: str) -> Mapping[tuple[str, str], int]:
        """By measure and line how many of the patients whom she may see are due. Raises NotLicensed."""
        self.access.must(actor, Permission.GAPS)
        self.store.audit.note(actor.user, "read", what="measures")
        counts: dict[tuple[str, str], int] = {}
        for measure in MEASURES:
            cases = list(self.store.quality.cases(measure.name, period))
            seen = self.access.seen(actor, {one.patient for one in cases})
            mine = [one for one in cases if one.patient in seen]
            inverse = measure.improvement == "decrease"
            for line in dict.fromkeys(key for one in mine for key in one.lines):
                counts[measure.name, line] = sum(one.within(line, GAP, inverse=inverse) for one in mine)
        return counts

    def _within(self, measure: str, period: str, line: str, population: str) -> Iterator[Case]:
        inverse = named((measure,))[0].improvement == "decrease"
        for one in self.store.quality.cases(measure, period):
            if one.within(line, population, inverse=inverse):
                yield one

    def _names(self, actor: Reviewer, rows: Sequence[Case]) -> Mapping[str, str]:
        patients = {one.patient for one in rows}
        if not patients:
            return {}
        self.store.audit.note_all(actor.user, "read", patients, "measures")
        return {one: label[0] for one, label in self.store.patients.labels(patients).items()}


def year_of(year: int) -> Span:
    """A calendar year."""
    return Span.of(date(year, 1, 1), date(year, 12, 31))


def periods_of(day: date) -> Mapping[str, Span]:
    """What is counted on a day: its year, the year before, and the twelve months that end with it."""
    return {
        str(day.year): year_of(day.year),
        str(day.year - 1): year_of(day.year - 1),
        ROLLING: Span.of(shifted(day, -12) + timedelta(days=1), day),
    }


def _measured(
    asking: Asking, measure: Measure, period: str, span: Span, people: _People
) -> tuple[MeasureCounted, list[Case]]:
    """One measure over a period with who is in its initial population; only what is missing, where value sets are."""
    head = MeasureCounted(measure.name, period, span.first, span.last, edition_of(span))
    try:
        found = asking.measure(measure, span)
    except ConfigError:
        asked = asking.ask(measure, span)
        gone = [one for one in asked.used if one.oid not in asking.sets.held and not one.if_held]
        return replace(head, missing=tuple(f"{one.name} ({one.oid})" for one in gone)), []
    titles = {str(place): one.title for place, one in enumerate(found.asked.groups, start=1)}
    if measure.combined:
        titles["all"] = ""
    lines, cases = {key: _Line(key, title) for key, title in titles.items()}, []
    for one in found.patients():
        of_lines = {str(place): counts for place, counts in enumerate(one.groups, start=1)}
        if measure.combined:
            of_lines["all"] = together(one.groups)
        for key, counts in of_lines.items():
            lines[key].add(counts, people.leads.get(one.patient, ""), people.groups.get(one.patient, {}))
        if any(counts["initial-population"] for counts in of_lines.values()):
            cases.append(Case(one.patient, of_lines, _seen(people, measure.name, period, one.patient)))
    return replace(head, lines=tuple(one.made() for one in lines.values()), without=found.without), cases


def _seen(people: _People, measure: str, period: str, patient: str) -> Mapping[str, Seen | None]:
    found = people.seen.get(patient, {})
    return {one.name: found.get((measure, period, one.name)) for one in SOUGHT.get(measure, ())}


@dataclass
class _Line:
    """A line while it is counted."""

    key: str
    title: str
    counts: dict[str, int] = field(default_factory=dict)
    leads: dict[str, Met] = field(default_factory=dict)
    groups: dict[str, dict[str, Met]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, counts: Mapping[str, int], lead: str, groups: Mapping[str, str]) -> None:
        """One person more."""
        for name, number in counts.items():
            self.counts[name] = self.counts.get(name, 0) + number
        hits, number = hits_of(counts)
        self.leads[lead] = self.leads.get(lead, Met()).and_(hits, number)
        for dimension, group in groups.items():
            held = self.groups[dimension]
            held[group] = held.get(group, Met()).and_(hits, number)

    def made(self) -> QualityLine:
        """The line as it is kept; groups of nobody are left out."""
        leads = {lead: met for lead, met in self.leads.items() if met.number}
        groups: dict[str, Any] = {
            dimension: {name: met for name, met in held.items() if met.number}
            for dimension, held in self.groups.items()
        }
        return QualityLine(self.key, self.title, self.counts, leads, groups)


def _opened(one: Case, part2: bool) -> Case:
    """The case without what a substance-use programme sent, for a role that doesn't read it."""
    if part2 or not any(seen and seen.closed for seen in one.seen.values()):
        return one
    hidden = {
        name: replace(seen, said="", source="") if seen and seen.closed else seen
        for name, seen in one.seen.items()
    }
    return replace(one, seen=hidden)
