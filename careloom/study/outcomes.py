"""Outcomes compared: with the trend that was there before, with those who worked without drafts, and with what patients' risks would give.

Takes    values of an outcome by patient and day, when working with drafts began, and who looks after whom
Gives    values by month, an interrupted time series, a difference in differences, changes of patients, each with its uncertainty or why it isn't said
Never    says a change from before to after that stands alone: without either comparison it is withheld in words

Source   docs/statistics.md names each method's; why before and after alone is none: Shadish, Cook & Campbell 2002, Experimental and
         Quasi-Experimental Designs, chapters 4 and 6
Misses   that patients of a month aren't those of the month before; whatever else began at the same time
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean, stdev

from careloom.measure.outcomes.noun import Outcome, Seen, Taken
from careloom.measure.outcomes.values import Change
from careloom.measure.outcomes.visits import whole_months
from careloom.study.adjusting import Levelled, Risks, levelled
from careloom.study.statistics.differences import Differences, Row, difference_in_differences
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid
from careloom.study.statistics.proportions import Count, share
from careloom.study.statistics.risk import Adjusted, poisson
from careloom.study.statistics.series import Point, Series, interrupted

# Fewer patients with both values aren't summed up.
FEWEST = 10
ALONE = "A change from before to after isn't told alone: without a trend of months before, or others without drafts, whatever else changed would count as an effect."


@dataclass(frozen=True, slots=True)
class Month:
    """An outcome's month (its first day): how many values it has, and their mean as the outcome is told (None of none)."""

    month: date
    number: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Panels:
    """Who looks after whom (a panel's id by patient), and from which day each panel worked with drafts (none: it didn't)."""

    of: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Levelling:
    """The same two comparisons of values less what risks explain; `risks`, `explained` and `left` as Levelled has them."""

    series: Series | NotSaid
    differences: Differences | NotSaid
    risks: Mapping[str, float]
    explained: float
    left: int


@dataclass(frozen=True, slots=True)
class Compared:
    """An outcome over a period. `value` is over all of it, `series` and `differences` what changed when drafts began, `levelled` the same adjusted for
    patients' risks, `changes` patients' mean change (of values), `adjusted` what risks explain (of readmissions), None where an outcome has none of the kind. `left` counts what doesn't count by
    reason, `units` the units in which values came."""

    outcome: Outcome
    patients: int
    number: int
    value: Estimate | NotSaid
    months: tuple[Month, ...]
    series: Series | NotSaid
    differences: Differences | NotSaid
    levelled: Levelling | NotSaid | None
    changes: Estimate | NotSaid | None
    adjusted: Adjusted | NotSaid | None
    left: Mapping[str, int]
    units: Mapping[str, int]


def compared(
    outcome: Outcome,
    seen: Seen,
    span: tuple[date, date],
    start: date | None,
    panels: Panels,
    *,
    changes: Sequence[Change | str] | None = None,
    adjusted: Adjusted | NotSaid | None = None,
    risks: Risks | None = None,
) -> Compared:
    """One outcome from the first to the last day of `span`; `start` is the day from which drafts were worked with (None: never yet)."""
    within = [one for one in seen.taken if span[0] <= one.day <= span[1]]
    months = by_month(outcome, within, span)
    series = trend(months, start)
    differences = between(outcome, within, span, panels)
    left = dict(seen.left)
    shown: Estimate | NotSaid | None = None
    if changes is not None:
        for one in changes:
            if isinstance(one, str):
                left[one] = left.get(one, 0) + 1
        shown = NotSaid("not_identified", ALONE)
        if isinstance(series, Series) or isinstance(differences, Differences):
            shown = mean([one.difference for one in changes if isinstance(one, Change)])
    return Compared(
        outcome,
        len({one.patient for one in within}),
        len(within),
        _whole(outcome, within),
        months,
        series,
        differences,
        _levelled(outcome, within, span, start, panels, risks) if risks else None,
        shown,
        adjusted,
        left,
        seen.units,
    )


def _levelled(
    outcome: Outcome,
    taken: Sequence[Taken],
    span: tuple[date, date],
    start: date | None,
    panels: Panels,
    risks: Risks,
) -> Levelling | NotSaid:
    """The comparisons of values less what risks explain, which is learned from months before drafts and from panels that never worked with them."""
    if start is None:
        return NotSaid("one_arm", "Nobody has worked with drafts yet: there is nothing to compare.")
    first = start.replace(day=1)

    def untouched(one: Taken) -> bool:
        return one.day < first or (one.patient in panels.of and panels.of[one.patient] not in panels.since)

    found = levelled(outcome, taken, risks, untouched)
    if not isinstance(found, Levelled):
        return found
    series = trend(by_month(outcome, found.taken, span), start)
    differences = between(outcome, found.taken, span, panels)
    return Levelling(series, differences, found.risks, found.explained, found.left)


def by_month(outcome: Outcome, taken: Iterable[Taken], span: tuple[date, date]) -> tuple[Month, ...]:
    """The mean of each month that lies whole in the span, months of nobody with none."""
    found: dict[date, list[float]] = defaultdict(list)
    for one in taken:
        found[one.day.replace(day=1)].append(one.value)
    return tuple(
        Month(month, len(found[month]), outcome.times * fmean(found[month]) if found[month] else None)
        for month in whole_months(*span)
    )


def trend(months: Sequence[Month], start: date | None) -> Series | NotSaid:
    """What changed against the trend of the months before the month of `start`."""
    if start is None:
        return NotSaid("one_arm", "Nobody has worked with drafts yet: there is no beginning to compare with.")
    empty = sum(one.value is None for one in months)
    if empty:
        sentence = f"{empty} of {len(months)} months have no value: a trend over holes isn't drawn."
        return NotSaid("not_measured", sentence, len(months) - empty, len(months))
    points = [
        Point(number, one.value, one.month >= start.replace(day=1))
        for number, one in enumerate(months)
        if one.value is not None
    ]
    return interrupted(points)


def between(
    outcome: Outcome, taken: Iterable[Taken], span: tuple[date, date], panels: Panels
) -> Differences | NotSaid:
    """What changed in panels that worked with drafts, less what changed in those that didn't, from their means by month."""
    order = {month: number for number, month in enumerate(whole_months(*span))}
    found: dict[tuple[str, date], list[float]] = defaultdict(list)
    for one in taken:
        if one.patient in panels.of and one.day.replace(day=1) in order:
            found[panels.of[one.patient], one.day.replace(day=1)].append(one.value)
    rows = [
        Row(panel, order[month], _exposed(panels, panel, month), outcome.times * fmean(values))
        for (panel, month), values in sorted(found.items())
    ]
    return difference_in_differences(rows)


def mean(values: Sequence[float], level: float = LEVEL) -> Estimate | NotSaid:
    """A mean with Student's interval; NotSaid of fewer than FEWEST, or where all are alike."""
    if len(values) < FEWEST:
        sentence = f"{len(values)} values are too few for a mean with its uncertainty: it takes {FEWEST}."
        return NotSaid("too_few", sentence, len(values), FEWEST)
    from scipy.stats import t

    middle, error = fmean(values), stdev(values) / len(values) ** 0.5
    half = float(t.ppf((1 + level) / 2, len(values) - 1)) * error
    return Estimate(middle, middle - half, middle + half, level, "mean, Student's t", len(values))


def _whole(outcome: Outcome, taken: Sequence[Taken]) -> Estimate | NotSaid:
    """Over the whole period. A patient counts by the mean of her values, so that nobody counts more for being measured more; shares count each by itself."""
    if outcome.scale == "share":
        return share(Count(sum(one.value == 1 for one in taken), len(taken)))
    if outcome.scale == "rate":
        return _rate(taken, outcome.times)
    own: dict[str, list[float]] = defaultdict(list)
    for one in taken:
        own[one.patient].append(one.value)
    return mean([fmean(values) for values in own.values()])


def _rate(taken: Sequence[Taken], times: float) -> Estimate | NotSaid:
    """Events for so many patient-months, with the exact Poisson interval (which takes visits of one patient for independent)."""
    if not taken:
        return NotSaid("too_few", "Nobody counts in this period, so there is no rate.", 0, 1)
    events = round(sum(one.value for one in taken))
    low, high = poisson(events)
    scale = times / len(taken)
    return Estimate(events * scale, low * scale, high * scale, LEVEL, "exact Poisson", len(taken))


def _exposed(panels: Panels, panel: str, month: date) -> bool:
    since = panels.since.get(panel)
    return since is not None and month >= since.replace(day=1)
