"""Outcome: what a compared and judged case says, and all of them by week.

Source   positive agreement 2a/(2a+b+c): Cicchetti & Feinstein 1990, J Clin Epidemiol 43:551-558. Its interval: lines of one case aren't
         independent, so the exact interval of the effective number is taken: Korn & Graubard 1998, Surv Methodol 24:193-201
Misses   that cases of one writer or reviewer are alike, too: with few of them the intervals are narrower than they should be
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log, sqrt

from careloom.care.parallel import Grave, Judged, Side
from careloom.study.parallel.blinded import who_was_right
from careloom.study.parallel.matched import Compared, Difference, Kind
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid
from careloom.study.statistics.minutes import estimate

# Fewer cases than that have no agreement to tell.
FEWEST = 5
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one case says: lines in both, in one alone, and pairs against each other; and once judged, of each side its errors and what it left
    out that was right. `wrong` are serious errors, `omitted` what was left out though it belonged there."""

    case: str
    day: date
    both: int
    only: Mapping[Side, int]
    against: int
    judged: bool
    wrong: Mapping[Side, int]
    omitted: Mapping[Side, int]
    seconds: Mapping[Side, int | None]

    @property
    def agreed(self) -> int:
        """Lines of both documents that have their like in the other."""
        return 2 * self.both

    @property
    def lines(self) -> int:
        """Lines of both documents."""
        return self.agreed + sum(self.only.values()) + 2 * self.against


@dataclass(frozen=True, slots=True)
class Week:
    """The cases that began in one week of a run (the first is 1), and how far the two agree in them."""

    number: int
    cases: int
    both: int
    only_hand: int
    only_draft: int
    against: int
    agreement: Estimate | NotSaid


def errors(
    compared: Compared, said: Iterable[Mapping[str, Judged]], *, hand_first: bool
) -> tuple[dict[Side, int], dict[Side, int]]:
    """Serious errors, and what was left out though it belonged there, of each side. Where two judge, what either holds against a side counts."""
    wrong, omitted = dict.fromkeys(Side, 0), dict.fromkeys(Side, 0)
    several = list(said)
    for one in compared.differences:
        told = [words[one.id] for words in several if one.id in words]
        for side in Side:
            wrong[side] += any(is_serious(judged, side, hand_first=hand_first) for judged in told)
            omitted[side] += any(is_omitted(one, judged, side, hand_first=hand_first) for judged in told)
    return wrong, omitted


def is_serious(judged: Judged, side: Side, *, hand_first: bool) -> bool:
    """Whether a side was wrong in something that could harm, be it what it said or what it left out."""
    return judged.grave is Grave.SERIOUS and side not in who_was_right(judged.right, hand_first=hand_first)


def is_omitted(one: Difference, judged: Judged, side: Side, *, hand_first: bool) -> bool:
    """Whether a side left out what the other rightly says, and it is more than wording."""
    absent = Kind.ONLY_HAND if side is Side.DRAFT else Kind.ONLY_DRAFT
    right = who_was_right(judged.right, hand_first=hand_first)
    return one.kind is absent and bool(right) and side not in right and judged.grave is not Grave.NONE


def weeks(told: Sequence[Told], began: date) -> tuple[Week, ...]:
    """By week of the run, those without a case too, up to the last one with any."""
    number = max(((one.day - began).days // WEEK for one in told), default=-1)
    found = []
    for week in range(number + 1):
        these = [one for one in told if (one.day - began).days // WEEK == week]
        only = {side: sum(one.only[side] for one in these) for side in Side}
        found.append(
            Week(
                week + 1,
                len(these),
                sum(one.both for one in these),
                only[Side.HAND],
                only[Side.DRAFT],
                sum(one.against for one in these),
                agreement(these),
            )
        )
    return tuple(found)


def agreement(told: Sequence[Told], level: float = LEVEL) -> Estimate | NotSaid:
    """The positive agreement of lines (0 to 1) over cases, with an interval that counts with lines of one case being alike."""
    rows = [one for one in told if one.lines]
    if len(rows) < FEWEST:
        words = f"{len(rows)} compared cases are too few to tell how far the two agree: it takes {FEWEST}."
        return NotSaid("too_few", words, len(rows), FEWEST)
    from scipy.stats import beta, t

    cases, lines, agreed = len(rows), sum(one.lines for one in rows), sum(one.agreed for one in rows)
    value = agreed / lines
    residuals = [one.agreed - value * one.lines for one in rows]
    variance = cases / (cases - 1) * sum(one**2 for one in residuals) / lines**2
    tail = (1 + level) / 2
    # A pair is two lines and one piece of evidence; where every case agrees alike, cases are.
    pieces = lines / 2
    number = min(value * (1 - value) / variance, pieces) if variance else float(cases)
    number *= (float(t.ppf(tail, pieces - 1)) / float(t.ppf(tail, cases - 1))) ** 2 if pieces > 1 else 1
    hits, missed = value * number, (1 - value) * number
    low = float(beta.ppf(1 - tail, hits, missed + 1)) if hits else 0.0
    high = float(beta.ppf(tail, hits + 1, missed)) if missed > 0 else 1.0
    return Estimate(value, low, high, level, "Korn-Graubard over cases", cases)


def minutes(told: Sequence[Told], fewest: int, level: float = LEVEL) -> Estimate | NotSaid:
    """A case's minutes with a draft by those by hand (0.8: a fifth less), as the geometric mean of pairs; cases without both are left out."""
    logs = [
        log(draft / hand)
        for one in told
        if (draft := one.seconds[Side.DRAFT]) and (hand := one.seconds[Side.HAND])
    ]
    number = len(logs)
    if number < max(fewest, 2):
        words = f"Of {number} of {len(told)} cases both times are measured: it takes {max(fewest, 2)}."
        return NotSaid("not_measured" if not number else "too_few", words, number, max(fewest, 2))
    mean = sum(logs) / number
    error = sqrt(sum((one - mean) ** 2 for one in logs) / (number - 1) / number)
    if not error:
        return NotSaid("no_spread", "All pairs have the same ratio: that is no measurement.", number, 0)
    method = "paired difference of logarithms, t"
    return estimate(mean, error, number - 1, method, number, level)[0]
