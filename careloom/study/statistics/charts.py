"""Charts: whether a process is stable over time, and where it isn't, by rules that are named.

Source   XmR: Wheeler 1993, Understanding Variation; p and u: Montgomery 2013, Introduction to Statistical Quality Control, 7th ed., chapter 7; signals: Provost &
         Murray 2011, The Health Care Data Guide (five rules for Shewhart charts; the first and the runs are Western Electric's of 1956)
Misses   values that follow one another, and p and u charts of very many cases (limits then are too narrow: overdispersion)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean
from typing import Literal

from careloom.study.statistics.estimate import NotSaid
from careloom.study.statistics.proportions import Count

Kind = Literal["xmr", "p", "u"]
Rule = Literal["beyond_limit", "run_of_eight", "trend_of_six", "two_of_three_outer", "fifteen_inner"]
RULES: dict[Rule, str] = {
    "beyond_limit": "a point beyond a control limit",
    "run_of_eight": "eight points in a row on one side of the centre line",
    "trend_of_six": "six points in a row that all rise, or all fall",
    "two_of_three_outer": "two of three points in a row in the outer third of one side, or beyond",
    "fifteen_inner": "fifteen points in a row in the inner third around the centre line",
}
FEWEST = 10
# 3 / 1.128: from the mean moving range to three standard deviations.
TO_LIMITS = 2.66


@dataclass(frozen=True, slots=True)
class Exposed:
    """How many events in how much exposure (cases, bed-days, hours)."""

    events: int
    exposure: float


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that a point (counted from 0) completes."""

    point: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Chart:
    """Values in order, each with its centre line and control limits (None: a period of nobody), and the signals."""

    kind: Kind
    values: tuple[float | None, ...]
    centre: float
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    signals: tuple[Signal, ...]


def xmr(values: Sequence[float], baseline: int | None = None) -> Chart | NotSaid:
    """Individual values: limits at 2.66 mean moving ranges of the first `baseline` values (all of them, if not given)."""
    first = values[: baseline or len(values)]
    if len(first) < FEWEST:
        return _few(len(first))
    centre, moving = fmean(first), fmean(abs(later - earlier) for earlier, later in pairwise(first))
    if not moving:
        return NotSaid("no_spread", "All values are the same: there is nothing to chart.")
    reach = [TO_LIMITS * moving] * len(values)
    return _chart("xmr", list(values), centre, reach, None)


def p_chart(counts: Sequence[Count], baseline: int | None = None) -> Chart | NotSaid:
    """Shares (0 to 1) of so many cases a period: limits at 3 binomial standard deviations for each period's own number."""
    first = [one for one in counts[: baseline or len(counts)] if one.number]
    if len(first) < FEWEST:
        return _few(len(first))
    centre = sum(one.hits for one in first) / sum(one.number for one in first)
    if centre in (0.0, 1.0):
        return NotSaid("no_spread", "It happened never, or always: there is nothing to chart.")
    reach = [3 * sqrt(centre * (1 - centre) / one.number) if one.number else None for one in counts]
    return _chart("p", [one.hits / one.number if one.number else None for one in counts], centre, reach, 1.0)


def u_chart(counts: Sequence[Exposed], baseline: int | None = None) -> Chart | NotSaid:
    """Events by exposure a period: limits at 3 Poisson standard deviations for each period's own exposure."""
    first = [one for one in counts[: baseline or len(counts)] if one.exposure > 0]
    if len(first) < FEWEST:
        return _few(len(first))
    centre = sum(one.events for one in first) / sum(one.exposure for one in first)
    if not centre:
        return NotSaid("no_spread", "It happened never: there is nothing to chart.")
    reach = [3 * sqrt(centre / one.exposure) if one.exposure > 0 else None for one in counts]
    return _chart(
        "u", [one.events / one.exposure if one.exposure > 0 else None for one in counts], centre, reach, None
    )


def _chart(
    kind: Kind,
    values: Sequence[float | None],
    centre: float,
    reach: Sequence[float | None],
    most: float | None,
) -> Chart:
    least = None if kind == "xmr" else 0.0
    low = tuple(
        None if one is None else centre - one if least is None else max(centre - one, least) for one in reach
    )
    high = tuple(
        None if one is None else centre + one if most is None else min(centre + one, most) for one in reach
    )
    # Periods of nobody are passed over; runs go on across them.
    seen = [
        (place, (value - centre) / one * 3)
        for place, (value, one) in enumerate(zip(values, reach, strict=True))
        if value is not None and one
    ]
    return Chart(kind, tuple(values), centre, low, high, _signals(seen))


def _signals(seen: Sequence[tuple[int, float]]) -> tuple[Signal, ...]:
    """Signals of standardised values, each at the point that completes it."""
    found: list[Signal] = []
    z = [value for _, value in seen]
    for end, (point, value) in enumerate(seen):
        if abs(value) > 3:
            found.append(Signal(point, "beyond_limit"))
        if _one_side(z[max(end - 7, 0) : end + 1], 8):
            found.append(Signal(point, "run_of_eight"))
        last = [later - earlier for earlier, later in pairwise(z[max(end - 5, 0) : end + 1])]
        if len(last) == 5 and (min(last) > 0 or max(last) < 0):
            found.append(Signal(point, "trend_of_six"))
        three = z[max(end - 2, 0) : end + 1]
        if any(sign * value > 2 and sum(sign * one > 2 for one in three) >= 2 for sign in (1, -1)):
            found.append(Signal(point, "two_of_three_outer"))
        fifteen = z[max(end - 14, 0) : end + 1]
        if len(fifteen) == 15 and max(map(abs, fifteen)) < 1:
            found.append(Signal(point, "fifteen_inner"))
    return tuple(found)


def _one_side(values: Sequence[float], many: int) -> bool:
    return len(values) == many and (min(values) > 0 or max(values) < 0)


def _few(number: int) -> NotSaid:
    return NotSaid(
        "too_few", f"Periods with anything counted: {number}; control limits take {FEWEST}.", number, FEWEST
    )
