"""Naming: which cause moved what, where one event moved many series.

Series that moved about the same time are one event. Once one of them was too much for chance, every other is asked whether it moved from that time on, too. Data
comes before population and population before the model and practice, since each feeds the next, unless it began clearly later. What people do moved for itself only if it moved
among drafts that are alike in data and illness (the odds of Mantel and Haenszel over such strata keep half of their logarithm, or more); else it followed.

Source   strata: Mantel & Haenszel 1959, J Natl Cancer Inst 22:719-748; a change of mix told from a change within: Kitagawa 1955, J Am Stat Assoc 50:1168-1194
Misses   two causes that begin within days of one another where the later moves nothing by itself; what isn't counted
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import copysign, inf, log, sqrt

from careloom.care.watched import Cause, DayCount
from careloom.monitor import mixes, shares
from careloom.monitor.chance import normal_tail
from careloom.monitor.series import PART, SCALES, Kind, about_of
from careloom.monitor.signals import Mark, Moved, Shift, Signal

# Moves this near are one event; an event is told of for so long; what began so much later doesn't lead.
NEAR, TOLD, LATER = timedelta(14), timedelta(28), timedelta(10)
# By chance one of so many events has a series in it that didn't move.
WITH_IT = 0.01
# An odds ratio or a ratio of rates that is nearer to one than this is no move; and what is kept of its logarithm within strata.
LEAST, KEPT = 1.3, 0.5
ORDER = (Cause.DATA, Cause.POPULATION, Cause.MODEL, Cause.PRACTICE, Cause.LOAD, Cause.QUEUE)
# The strata of drafts: how much their data lacks, and how ill whom they are about is.
LACKS, ILL = 0, 1


@dataclass(frozen=True, slots=True)
class Around:
    """All series with their days, and what changed its name, as of a day."""

    as_of: date
    series: Mapping[str, tuple[Kind, Sequence[DayCount]]]
    marks: Sequence[Mark]

    def cause(self, series: str) -> Cause:
        """The cause that a series shows."""
        return self.series[series][0].cause


def signals(shifts: Mapping[str, Sequence[Shift]], around: Around) -> tuple[Signal, ...]:
    """Every event as one signal, or two where practice moved for itself beside a cause before it; the first that was raised first."""
    every = [(one, name) for name, found in shifts.items() for one in found]
    every.sort(key=lambda pair: (pair[0].raised, pair[0].since, pair[1]))
    found: list[Signal] = []
    # From when on each series is what an earlier event made of it.
    anew: dict[str, date] = {}
    while every:
        first, name = every[0]
        mine = {name: first}
        rest = []
        for shift, other in every[1:]:
            together = shift.earliest - NEAR <= first.latest and shift.latest + NEAR >= first.earliest
            if together and other not in mine and shift.raised <= first.raised + 2 * TOLD:
                mine[other] = shift
            else:
                rest.append((shift, other))
        event = _event(name, first, mine, around, anew)
        told = {one.series for signal in event for one in signal.moved}
        anew |= dict.fromkeys(told, first.since)
        # What was told of already, and becomes too much for chance by itself later, is no event of its own.
        every = [
            (shift, other)
            for shift, other in rest
            if other not in told
            or shift.raised > first.raised + 2 * TOLD
            or shift.since > first.raised + TOLD
        ]
        found += event
    found += _by_name(around.marks, found)
    return tuple(sorted(found, key=lambda one: (one.raised, one.key)))


def _by_name(marks: Sequence[Mark], found: Sequence[Signal]) -> list[Signal]:
    """A signal for each change of name beside which nothing of its cause moved: an upgrade is told before it does something."""
    told = {mark for one in found for mark in one.marks if cause_of(mark) is one.cause}
    every: defaultdict[tuple[date, Cause, tuple[str, ...]], list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark not in told:
            every[mark.day, cause_of(mark), about_of(mark.series)[:1]].append(mark)
    made = []
    for (day, cause, _), some in every.items():
        moved = [
            Moved(
                mark.series,
                Shift(day, day, day, day, (0, 0), (0, 0), {mark.before: 1}, {mark.name: 1}),
                alarm=False,
            )
            for mark in some
        ]
        made.append(
            Signal(
                key=f"{some[0].series}={some[0].name}@{day}",
                cause=cause,
                raised=day,
                since=day,
                earliest=day,
                latest=day,
                moved=tuple(moved),
            )
        )
    return made


def _event(
    name: str, first: Shift, mine: Mapping[str, Shift], around: Around, anew: Mapping[str, date]
) -> list[Signal]:
    # What is noticed first is dated best.
    end, since = min(around.as_of, first.raised + TOLD), first.since
    moved = [Moved(series, _since(shift, series, end, around), alarm=True) for series, shift in mine.items()]
    limit = WITH_IT / max(len(around.series), 1)
    for series, (kind, every) in around.series.items():
        days = [one for one in every if one.day >= anew.get(series, date.min)]
        if series not in mine and (shift := _beside(series, kind, days, since, end, limit, first)):
            moved.append(Moved(series, shift, alarm=False))
    lead = _lead(moved, around)
    kept = {one.series: _within(one, around, since, end) for one in moved}
    own = [
        one for one in moved if around.cause(one.series) is Cause.PRACTICE and kept[one.series] is not False
    ]
    key = f"{name}@{first.since}"
    if lead in (Cause.PRACTICE, Cause.LOAD, Cause.QUEUE):
        lead, within = _alone(lead, moved, kept, around, since, end)
        return [_signal(key, lead, first, moved, around, within)]
    # Beside a cause that feeds it practice must show that it moved among drafts that are alike.
    proven = [one for one in own if kept[one.series] is True and one.alarm]
    found = [_signal(key, lead, first, [one for one in moved if one not in proven], around, None)]
    if proven:
        raised = min(proven, key=lambda one: one.shift.raised)
        found.append(_signal(f"{key}{PART}practice", Cause.PRACTICE, raised.shift, proven, around, True))
    return found


def _lead(moved: Sequence[Moved], around: Around) -> Cause:
    """The cause that comes first in the order and didn't begin clearly later than what it would lead."""
    of: defaultdict[Cause, list[Moved]] = defaultdict(list)
    for one in moved:
        of[around.cause(one.series)].append(one)
    # More messages are what more patients send: they lead nobody whose kind changed, too.
    if of[Cause.POPULATION] and all(_more_messages(one) for one in of[Cause.DATA]):
        of.pop(Cause.DATA)
    # Who has less before her makes nothing wait.
    if of[Cause.QUEUE] and all(rate(one.shift.after) < rate(one.shift.before) for one in of[Cause.LOAD]):
        of.pop(Cause.LOAD)
    causes = [one for one in ORDER if of.get(one)]
    # What was too much for chance by itself dates an event better than what was asked afterwards.
    starts = {cause: min(_dated(of[cause]), key=lambda one: one.since).earliest for cause in causes}
    ends = {cause: min(one.latest for one in _dated(of[cause])) for cause in causes}
    for place, cause in enumerate(causes):
        if all(starts[cause] <= ends[later] + LATER for later in causes[place + 1 :]):
            return cause
    return causes[-1]


def _dated(moved: Sequence[Moved]) -> list[Shift]:
    return [one.shift for one in moved if one.alarm] or [one.shift for one in moved]


def _more_messages(one: Moved) -> bool:
    return one.series.startswith(f"messages{PART}") and rate(one.shift.after) > rate(one.shift.before)


def _alone(
    lead: Cause,
    moved: Sequence[Moved],
    kept: Mapping[str, bool | None],
    around: Around,
    since: date,
    end: date,
) -> tuple[Cause, bool | None]:
    """The cause of an event in which nothing but what people do moved: theirs, the model's where only that changed, or what drafts are about."""
    told = [kept[one.series] for one in moved if kept[one.series] is not None]
    if told and not any(told):
        lacks = [_kept(one, around, since, end, LACKS) for one in moved]
        return (Cause.DATA if False in lacks else Cause.POPULATION), False
    near = {cause_of(one) for one in _near(moved, around)}
    if lead is Cause.PRACTICE and Cause.MODEL in near and Cause.PRACTICE not in near:
        return Cause.MODEL, True if any(told) else None
    return lead, (True if any(told) else None)


def cause_of(mark: Mark) -> Cause:
    """The cause of a change of name."""
    return {"version": Cause.DATA, "model": Cause.MODEL}.get(mark.series.partition(PART)[0], Cause.PRACTICE)


def _near(moved: Sequence[Moved], around: Around) -> list[Mark]:
    shifts = _dated(moved)
    first, last = min(one.earliest for one in shifts) - NEAR, min(one.latest for one in shifts) + timedelta(7)
    return [one for one in around.marks if first <= one.day <= last]


def _signal(
    key: str, cause: Cause, first: Shift, moved: Sequence[Moved], around: Around, within: bool | None
) -> Signal:
    ordered = sorted(
        moved,
        key=lambda one: (
            around.cause(one.series) is not cause,
            not one.alarm,
            ORDER.index(around.cause(one.series)),
            one.shift.raised,
            one.series,
        ),
    )
    dated = [one.shift for one in ordered if around.cause(one.series) is cause] or [first]
    start = min(dated, key=lambda one: (one.since, one.earliest))
    return Signal(
        key=key,
        cause=cause,
        raised=first.raised,
        since=start.since,
        earliest=start.earliest,
        latest=start.latest,
        moved=tuple(ordered),
        marks=tuple(_near(moved, around)),
        within=within,
    )


def _since(shift: Shift, series: str, end: date, around: Around) -> Shift:
    """The move with all that was counted since it began."""
    kind, days = around.series[series]
    if kind.shape in ("mix", "spread"):
        return shift
    counted = [one for one in days if shift.since <= one.day <= end]
    return replace(shift, after=(sum(one.number for one in counted), sum(one.hits for one in counted)))


# ── did it move, too? ───────────────────────────────────────────────────────────────────────────


def _beside(
    series: str,
    kind: Kind,
    days: Sequence[DayCount],
    since: date,
    end: date,
    limit: float,
    first: Shift,
) -> Shift | None:
    if kind.shape in ("mix", "spread"):
        return _mix_beside(series, kind, days, since, end, limit)
    line = shares.Line.of(days, end)
    place = (since - line.first).days
    if place < shares.LEARNT or place >= len(line.number):
        return None
    known = shares.learn(line, kind, max(place - shares.LONGEST, 0), place)
    number, hits = sum(line.number[place:]), sum(line.hits[place:])
    if known is None or not number:
        return None
    off = spread = 0.0
    for at in range(place, len(line.number)):
        share = known.expected[line.day(at).weekday()]
        mean = line.number[at] * share
        off += line.hits[at] - mean
        spread += mean if kind.shape == "rate" else line.number[at] * shares.variance(share)
    if not spread:
        return None
    far = off / sqrt(spread * known.over * (1 + number / known.number))
    before, after = (known.number, known.hits), (number, hits)
    if 2 * normal_tail(abs(far)) > limit or abs(log_ratio(kind, before, after)) < log(LEAST):
        return None
    return Shift(first.raised, since, first.earliest, first.latest, before, after)


def _mix_beside(
    series: str, kind: Kind, days: Sequence[DayCount], since: date, end: date, limit: float
) -> Shift | None:
    spans = mixes.weeks_of(days, end)
    before = [one for one in spans if one.last < since][-mixes.LONGEST :]
    later = [one for one in spans if one.first >= since]
    if not later or len(before) < mixes.LEARNT:
        return None
    after = mixes.Span(later[0].first, later[-1].last, sum((one.bins for one in later), Counter[str]()))
    order = SCALES.get(series.partition(PART)[0]) if kind.shape == "spread" else None
    found = mixes.compare(before, after, order)
    if found is None or found.p > limit or found.distance < mixes.NO_MOVE:
        return None
    held = sum((one.bins for one in before), Counter[str]())
    was, now = (float(held.total()), 0.0), (float(after.number), 0.0)
    return Shift(
        later[-1].last, since, later[0].first, later[0].last, was, now, held, after.bins, found.distance
    )


def rate(counted: tuple[float, float]) -> float:
    """Hits by number."""
    return counted[1] / counted[0] if counted[0] else 0.0


def log_ratio(kind: Kind, before: tuple[float, float], after: tuple[float, float]) -> float:
    """The logarithm of the ratio of odds, or of rates; half a case is added to each, so that none is nothing."""
    if kind.shape == "rate":
        return log((after[1] + 0.5) / (after[0] + 0.5)) - log((before[1] + 0.5) / (before[0] + 0.5))
    odds = [(hits + 0.5) / (number - hits + 0.5) for number, hits in (before, after)]
    return log(odds[1] / odds[0])


# ── did it move among drafts that are alike? ────────────────────────────────────────────────────


def _within(one: Moved, around: Around, since: date, end: date) -> bool | None:
    return _kept(one, around, since, end, None)


def _kept(one: Moved, around: Around, since: date, end: date, dimension: int | None) -> bool | None:
    """Whether a share moved within strata as it did over all; None where it has none, or too few cases in them."""
    kind, days = around.series[one.series]
    if kind.shape != "share":
        return None

    def named(label: str) -> str:
        return label if dimension is None else label.split(PART)[dimension]

    before = _strata((d for d in days if since - timedelta(shares.LONGEST) <= d.day < since), named)
    after = _strata((d for d in days if since <= d.day <= end), named)
    if not before or not after:
        return None
    whole = [(sum(n for n, _ in told.values()), sum(h for _, h in told.values())) for told in (before, after)]
    crude = log_ratio(kind, whole[0], whole[1])
    above = below = 0.0
    for name in before.keys() & after.keys():
        (was, had), (now, has) = before[name], after[name]
        every = was + now
        if was and now:
            above += has * (was - had) / every
            below += (now - has) * had / every
    if not above and not below:
        return None
    inner = log(above / below) if above and below else copysign(inf, above - below)
    return inner * copysign(1, crude) >= KEPT * abs(crude)


def _strata(days: Iterable[DayCount], named: Callable[[str], str]) -> dict[str, tuple[float, float]]:
    found: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for day in days:
        for label, (number, hits) in day.strata.items():
            held = found[named(label)]
            held[0] += number
            held[1] += hits
    return {name: (number, hits) for name, (number, hits) in found.items()}
