"""Mixes and scales: whether the shares of categories, or where values lie on a scale, moved; asked anew every whole week.

A week (or as many as make enough cases) is compared with the weeks of a reference: a mix by chi-square, a scale by Kolmogorov and Smirnov's distance, each with its cases divided
by how much more weeks of the reference differ than chance lets them, at its upper limit. The p-value becomes evidence, and that multiplies a Shiryaev-Roberts sum as
in `shares`. What lies nearer than a population stability index of 0.1 (a scale: a distance of 0.1) is no move, however many the cases.

Source   PSI and what it is taken to say (0.1, 0.25): Siddiqi 2006, Credit Risk Scorecards, chapter 10; that it grows as cases are few, which is taken off: Yurdakul &
         Naranjo 2020, J Risk Model Valid 14(4); expected cases of at least 5: Cochran 1954, Biometrics 10:417-451; cases divided: Rao & Scott 1981, J Am Stat Assoc
         76:221-230; evidence and its sum: see `chance` and `shares`
Misses   a move that is over within a week, and categories that few fall into: they are counted together
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import exp, log

from careloom.care.watched import DayCount
from careloom.monitor.chance import chi_square_tail, chi_square_tenth, evidence, smirnov_tail
from careloom.monitor.series import SCALES, kind_of
from careloom.monitor.shares import CAP, NEAR, SUDDEN
from careloom.monitor.signals import Shift, Standing

WEEK = timedelta(7)
# Weeks of a reference at least, before the week that is looked at, and at most.
LEARNT, BEHIND, LONGEST = 8, 4, 52
# Cases that a week, or several together, and a reference need; and expected cases of a category that is told by itself.
FEWEST, FEWEST_BEFORE, FEWEST_EXPECTED = 50, 400, 5
# What lies nearer is no move.
NO_MOVE = 0.1
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Span:
    """One week or more, with what they count."""

    first: date
    last: date
    bins: Counter[str]

    @property
    def number(self) -> int:
        """How many cases."""
        return self.bins.total()


def weeks_of(days: Sequence[DayCount], as_of: date) -> tuple[Span, ...]:
    """Whole weeks from Monday on, those with few cases together with the next ones."""
    told = sorted((one for one in days if one.day <= as_of and one.bins), key=lambda one: one.day)
    spans: list[Span] = []
    held: Counter[str] = Counter()
    began: date | None = None
    if not told:
        return ()
    at = told[0].day - timedelta(told[0].day.weekday())
    place = 0
    while at + WEEK - timedelta(1) <= as_of:
        while place < len(told) and told[place].day < at + WEEK:
            held.update(told[place].bins)
            began = began or at
            place += 1
        if held.total() >= FEWEST and began:
            spans.append(Span(began, at + WEEK - timedelta(1), held))
            held, began = Counter(), None
        at += WEEK
    return tuple(spans)


def watch(
    series: str, days: Sequence[DayCount], as_of: date, between: float
) -> tuple[tuple[Shift, ...], Standing]:
    """Where a mix or scale moved, the first move first, and how it stands now. `between`: weeks that shall lie between two false alarms."""
    spans, kind = weeks_of(days, as_of), kind_of(series)
    assert kind is not None
    order = SCALES.get(series.partition("|")[0]) if kind.shape == "spread" else None
    shifts: list[Shift] = []
    anchor = 0
    while (found := _next(spans, order, anchor, between)) is not None:
        shift, anchor = found
        shifts.append(shift)
    return tuple(shifts), _standing(spans, days, anchor, as_of)


def _next(
    spans: Sequence[Span], order: Sequence[str] | None, anchor: int, between: float
) -> tuple[Shift, int] | None:
    total, cap = 0.0, CAP * log(between)
    steps: list[float] = []
    for place in range(anchor + LEARNT, len(spans)):
        end = min(place, max(anchor + LEARNT, place - BEHIND))
        before = lessened(spans[max(anchor, end - LONGEST) : end])
        compared = compare(before, spans[place], order)
        steps.append(min(log(evidence(compared.p)), cap) if compared else 0.0)
        if compared and compared.distance < NO_MOVE:
            steps[-1] = min(steps[-1], 0.0)
        total = (1 + total) * exp(steps[-1])
        if total >= between:
            first = place - len(steps) + 1
            from_here = list(accumulate(reversed(steps)))[::-1]
            best = max(range(len(steps)), key=from_here.__getitem__)
            near = [n for n, one in enumerate(from_here) if one >= from_here[best] - NEAR]
            after = sum((one.bins for one in spans[first + best : place + 1]), Counter[str]())
            held = sum((one.bins for one in before), Counter[str]())
            shift = Shift(
                raised=spans[place].last,
                since=spans[first + best].first,
                earliest=spans[first + near[0]].first,
                latest=spans[first + near[-1]].last,
                before=(held.total(), 0),
                after=(after.total(), 0),
                bins_before=held,
                bins_after=after,
                distance=_distance(held, after, order),
            )
            return shift, max(first + best, anchor + 1)
    return None


def lessened(spans: Sequence[Span]) -> Sequence[Span]:
    """A reference without the one span that is far beyond all others, in which years of records came at once; several such are what the site is like."""
    most = max((one.number for one in spans), default=0)
    limit = SUDDEN * (sum(one.number for one in spans) - most) / max(len(spans) - 1, 1)
    kept = [one for one in spans if one.number <= limit]
    return kept if len(kept) == len(spans) - 1 else spans


@dataclass(frozen=True, slots=True)
class Compared:
    """How far a span lies from a reference, and how likely chance alone does that."""

    distance: float
    p: float


def compare(before: Sequence[Span], span: Span, order: Sequence[str] | None) -> Compared | None:
    """A span beside its reference; None where either has too few cases, or only one category."""
    held = sum((one.bins for one in before), Counter[str]())
    if held.total() < FEWEST_BEFORE or span.number < FEWEST or len(before) < 2:
        return None
    names = _told(held, span.bins)
    if len(names) < 2:
        return None
    folded = _folded(held, names)
    freedom = len(names) - 1
    over = _over(before, folded, names)
    after = _folded(span.bins, names)
    distance = _distance(held, span.bins, order)
    if order is not None:
        return Compared(distance, smirnov_tail(distance, held.total() / over, span.number / over))
    return Compared(distance, chi_square_tail(_chi_square(folded, after) / over, freedom))


def _over(before: Sequence[Span], held: Mapping[str, int], names: Sequence[str]) -> float:
    """How much more the weeks of a reference differ from it than by chance, at its upper limit; never less than 1."""
    freedom = len(before) - 1
    pulls = []
    for one in before:
        part = _folded(one.bins, names)
        rest = {name: held[name] - part[name] for name in names}
        pulls.append(_chi_square(rest, part) / (len(names) - 1))
    return max(sum(pulls) / len(pulls) * freedom / chi_square_tenth(freedom), 1.0)


def _told(held: Counter[str], other: Counter[str]) -> list[str]:
    """The categories that enough cases are expected of in the smaller of the two; the rest is told together."""
    share = min(other.total(), held.total()) / (held.total() + other.total())
    both = held + other
    told = sorted(name for name, number in both.items() if number * share >= FEWEST_EXPECTED)
    rest = sum(number for name, number in both.items() if name not in told)
    return [*told, OTHERS] if rest * share >= FEWEST_EXPECTED else told


def _folded(bins: Mapping[str, int], names: Sequence[str]) -> dict[str, int]:
    found = {name: bins.get(name, 0) for name in names}
    if OTHERS in found:
        found[OTHERS] = sum(bins.values()) - sum(found[name] for name in names if name != OTHERS)
    return found


def _chi_square(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Pearson's chi-square of two samples."""
    a, b = sum(one.values()), sum(other.values())
    if not a or not b:
        return 0.0
    total = 0.0
    for name in one:
        both = one[name] + other[name]
        if both:
            total += (one[name] * b - other[name] * a) ** 2 / (both * a * b)
    return total


def _distance(held: Mapping[str, int], span: Mapping[str, int], order: Sequence[str] | None) -> float:
    if order is None:
        return stability(held, span)
    reached = [sum(bins.get(name, 0) for name in order) or 1 for bins in (held, span)]
    sums = [list(accumulate([bins.get(name, 0) for name in order])) for bins in (held, span)]
    return max(
        [abs(one / reached[0] - other / reached[1]) for one, other in zip(sums[0], sums[1], strict=True)]
    )


def stability(held: Mapping[str, int], span: Mapping[str, int]) -> float:
    """The population stability index, without what it comes to by chance alone with so many cases; 0 at least."""
    a, b = sum(held.values()), sum(span.values())
    names = sorted({*held, *span})
    if not a or not b or len(names) < 2:
        return 0.0
    # A category that one of the two lacks counts as half a case there.
    total = 0.0
    for name in names:
        was, now = max(held.get(name, 0), 0.5) / a, max(span.get(name, 0), 0.5) / b
        total += (now - was) * log(now / was)
    return max(total - (len(names) - 1) * (1 / a + 1 / b), 0.0)


def _standing(spans: Sequence[Span], days: Sequence[DayCount], anchor: int, as_of: date) -> Standing:
    mine = spans[anchor:]
    cases = sum(one.number for one in mine)
    begun = min((one.day for one in days if one.bins), default=None)
    if len(mine) > LEARNT and sum(one.number for one in mine[:-1]) >= FEWEST_BEFORE:
        return Standing(True, cases, FEWEST_BEFORE, None, (cases, 0))
    if begun is None:
        return Standing(False, 0, FEWEST_BEFORE, None)
    told = sum(
        sum(one.bins.values()) for one in days if one.day <= as_of and (not mine or one.day >= mine[0].first)
    )
    first = mine[0].first if mine else begun
    seen = max((as_of - first).days + 1, 1)
    a_week = told / seen * 7
    if not a_week:
        return Standing(False, told, FEWEST_BEFORE, None, (told, 0))
    pace = max(1, -(-FEWEST // max(int(a_week), 1)))
    weeks = max((LEARNT + 1) * pace, -(-FEWEST_BEFORE // max(int(a_week), 1)) + pace)
    return Standing(False, told, FEWEST_BEFORE, max(first + weeks * WEEK, as_of + timedelta(1)), (told, 0))
