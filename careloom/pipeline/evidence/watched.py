"""Of watching: what drifts, which alarms stand, what of the calendar was looked through, what safety events came to."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from careloom.care.alarm import Alarm, AlarmStepKind
from careloom.care.compliance import Evidence, Grid
from careloom.care.programme import ITEMS, StepKind, periods, standing
from careloom.care.safety_event import SafetyStepKind
from careloom.monitor import Watched
from careloom.monitor.told import words_of
from careloom.pipeline.evidence.looked import Site, counted

# Counts are at most so old; a safety event has its root-cause record within so many days. Ours, with no source.
COUNTED, LOOKED_INTO = timedelta(days=2), timedelta(days=30)
YEAR, MOST = timedelta(days=365), 1000
# The step with which the calendar began.
START = ("calendar", "start")
WATCHING, ALARMS, CALENDAR, SAFETY = "/watching", "/alarms", "/calendar", "/safety"
_watched = msgspec.json.Decoder(Watched).decode


def of_watching(site: Site) -> Iterator[Evidence]:
    """Evidence of what is watched, and of what people did about it."""
    yield from _drift(site)
    yield _alarms(site)
    yield _calendar(site)
    yield _safety(site)


def _drift(site: Site) -> Iterator[Evidence]:
    kept = site.store.day_counts.kept()
    what = "What comes, whom it is about, and what people do with drafts was counted within two days and judged for drift"
    where = "the counts of days (careloom watch)"
    if kept is None:
        yield site.tell("drift.counted", what, "nothing was ever counted", False, where, WATCHING)
        yield site.tell(
            "drift.found", "What moved, by its cause", "nothing was ever counted", None, where, WATCHING
        )
        return
    at, found = kept[0], _watched(kept[1])
    yield site.tell(
        "drift.counted",
        what,
        f"last on {at:%Y-%m-%d}; {found.judged} of {counted(len(found.rows), 'series', 'series')} have enough cases to be judged",
        site.at - at <= COUNTED,
        where,
        WATCHING,
    )
    causes = Counter(one.cause.value for one in found.signals)
    told = ", ".join(f"{name} {number}" for name, number in sorted(causes.items()))
    yield site.tell(
        "drift.found", "What moved, by its cause", told or "nothing that can be judged", None, where, WATCHING
    )


def _alarms(site: Site) -> Evidence:
    raised = site.store.alarms.since(site.at - YEAR)
    late = [one for one in site.store.alarms.open() if _waits(one)]
    ended = sum(_has(one, AlarmStepKind.ENDED) for one in raised)
    return site.tell(
        "alarms.acknowledged",
        "No alarm stands that nobody acknowledged in time",
        f"{counted(len(raised), 'alarm', 'alarms')} in a year, {ended} ended with a note, {len(late)} waiting for longer than they may"
        if raised or late
        else "no alarm was raised within a year",
        not late if raised or late else None,
        "the alarms of this site",
        ALARMS,
    )


def _has(alarm: Alarm, what: AlarmStepKind) -> bool:
    return any(one.what is what for one in alarm.steps)


def _waits(alarm: Alarm) -> bool:
    """Whether it was escalated, and nobody acknowledged it since."""
    steps = [
        one.what for one in alarm.steps if one.what in (AlarmStepKind.ESCALATED, AlarmStepKind.ACKNOWLEDGED)
    ]
    return bool(steps) and steps[-1] is AlarmStepKind.ESCALATED


def _calendar(site: Site) -> Evidence:
    rows = _periods(site)
    made, done = sum(row[1] for row in rows), sum(row[2] for row in rows)
    ill = sum(row[3] for row in rows)
    return site.tell(
        "calendar.kept",
        "Each week, month, quarter and year has its report, which its owner looked through by its day",
        f"{counted(made, 'report', 'reports')}, {done} looked through, {ill} overdue or failed"
        if made or ill
        else "the calendar has made no report here yet",
        not ill if made or ill else None,
        "the calendar's own steps",
        CALENDAR,
    )


def _periods(site: Site) -> tuple[tuple[str, int, int, int], ...]:
    """By item how many periods have a report, were looked through, and are overdue or failed."""
    found = []
    every, today = site.store.programmes.steps(), site.at.date()
    begun = every.get(START, ())
    since = date.fromisoformat(begun[0].body["day"]) if begun else None
    for item in ITEMS:
        stands = [
            standing(period, every.get((item, period.name), ()), today)
            for period in (periods(item, since, today) if since else ())
        ]
        reports = sum(bool(one.reports) for one in stands)
        done = sum(one.newest(StepKind.DONE) is not None for one in stands)
        found.append((item, reports, done, sum(one.state in ("overdue", "failed") for one in stands)))
    return tuple(found)


def _safety(site: Site) -> Evidence:
    every = site.store.safety_events.newest(MOST)
    late = [
        one
        for one in every
        if not one.closed and one.newest(SafetyStepKind.CAUSE) is None and site.at - one.at > LOOKED_INTO
    ]
    return site.tell(
        "safety.events",
        "Each safety event has its root-cause record within 30 days",
        f"{counted(len(every), 'event', 'events')}, {sum(one.closed for one in every)} closed, {len(late)} without one for longer"
        if every
        else "nobody reported one; everybody who signs in can",
        not late if every else None,
        "the safety events of this site",
        SAFETY,
    )


def watching(site: Site) -> tuple[Grid, ...]:
    """What moved, the alarms of a year by kind, the calendar by item, the safety events by severity; counts and series alone."""
    return (_moved(site), _by_kind(site), _by_item(site), _by_severity(site))


def _moved(site: Site) -> Grid:
    kept = site.store.day_counts.kept()
    rows = []
    for one in _watched(kept[1]).signals if kept else ():
        words, values = words_of(one)
        rows.append((one.cause.value, f"{one.raised}", words.format(**values)))
    note = "" if rows else "Nothing moved among what can be judged." if kept else "NOTHING WAS EVER COUNTED."
    return Grid("What moved, by its cause", ("cause", "noticed", "what"), tuple(rows), note)


def _by_kind(site: Site) -> Grid:
    raised = site.store.alarms.since(site.at - YEAR)
    rows = []
    for kind in sorted({one.kind for one in raised}):
        own = [one for one in raised if one.kind == kind]
        known = sum(_has(one, AlarmStepKind.ACKNOWLEDGED) for one in own)
        ended = sum(_has(one, AlarmStepKind.ENDED) for one in own)
        rows.append((kind, str(len(own)), str(known), str(ended), str(sum(map(_waits, own)))))
    red = tuple(at for at, row in enumerate(rows) if row[-1] != "0")
    head = ("kind", "raised in a year", "acknowledged", "ended with a note", "WAITING TOO LONG")
    return Grid("Alarms", head, tuple(rows), "" if rows else "None was raised within a year.", red)


def _by_item(site: Site) -> Grid:
    rows = _periods(site)
    red = tuple(at for at, row in enumerate(rows) if row[3])
    told = tuple((item, str(made), str(done), str(ill)) for item, made, done, ill in rows)
    head = ("report", "made", "looked through", "OVERDUE OR FAILED")
    return Grid("The calendar", head, told, "Since it first ran here; earlier periods are never owed.", red)


def _by_severity(site: Site) -> Grid:
    every = site.store.safety_events.newest(MOST)
    rows = tuple(
        (
            f"{category} (NCC MERP)",
            str(len(own)),
            str(sum(one.newest(SafetyStepKind.CAUSE) is not None for one in own)),
            str(sum(one.closed for one in own)),
        )
        for category in sorted({one.category for one in every})
        if (own := [one for one in every if one.category == category])
    )
    head = ("severity as it was judged", "events", "with a root-cause record", "closed")
    return Grid("Safety events", head, rows, "" if rows else "Nobody reported one.")
