"""Observers: how far two or more who time the same work agree, in minutes (kappa for what is named is in measure/agreement.py).

Source   ICC(2,1): Shrout & Fleiss 1979, Psychol Bull 86:420-428, its interval: McGraw & Wong 1996, Psychol Methods 1:30-46; limits of agreement: Bland & Altman
         1986, Lancet 1:307-310
Misses   observers who differ more in long cases: compare logarithms then
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from careloom.errors import InputError
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """The mean difference (first less second), and the limits between which 95 of 100 differences lie; each with its own interval."""

    bias: Estimate
    low: Estimate
    high: Estimate


def icc(rows: Sequence[Sequence[float]], level: float = LEVEL) -> Estimate | NotSaid:
    """ICC(2,1): absolute agreement of single observers who are a sample; each row has one value an observer (two or more)."""
    many, judges = len(rows), len(rows[0]) if rows else 0
    if any(len(row) != judges for row in rows):
        raise InputError("each case has a value of each observer", "rows")
    if many < FEWEST or judges < 2:
        return NotSaid(
            "too_few",
            f"{many} cases with {judges} observers are too few: it takes {FEWEST} with two.",
            many,
            FEWEST,
        )
    from scipy.stats import f

    grand = fmean(value for row in rows for value in row)
    between = judges * sum((fmean(row) - grand) ** 2 for row in rows) / (many - 1)
    columns = [fmean(row[place] for row in rows) for place in range(judges)]
    judge = many * sum((one - grand) ** 2 for one in columns) / (judges - 1)
    total = sum((value - grand) ** 2 for row in rows for value in row)
    error = (total - between * (many - 1) - judge * (judges - 1)) / ((many - 1) * (judges - 1))
    below = between + (judges - 1) * error + judges * (judge - error) / many
    if below <= 0 or total <= 0 or error <= 1e-12 * total:
        return NotSaid("no_spread", "Cases or observers don't differ at all, so agreement isn't defined.")
    value = (between - error) / below
    a, b = judges * value / (many * (1 - value)), 1 + judges * value * (many - 1) / (many * (1 - value))
    freedom = (a * judge + b * error) ** 2 / (
        (a * judge) ** 2 / (judges - 1) + (b * error) ** 2 / ((many - 1) * (judges - 1))
    )
    upper, lower = f.ppf((1 + level) / 2, many - 1, freedom), f.ppf((1 + level) / 2, freedom, many - 1)
    rest = judges * judge + (judges * many - judges - many) * error
    low = many * (between - upper * error) / (upper * rest + many * between)
    high = many * (lower * between - error) / (rest + many * lower * between)
    return Estimate(value, float(low), float(high), level, "ICC(2,1)", many)


def bland_altman(pairs: Sequence[tuple[float, float]], level: float = LEVEL) -> Limits | NotSaid:
    """The limits of agreement of two observers: mean difference plus and minus 1.96 standard deviations, with t intervals (standard error sqrt(3/n) s)."""
    number = len(pairs)
    if number < FEWEST:
        return NotSaid("too_few", f"{number} cases are too few: it takes {FEWEST}.", number, FEWEST)
    from scipy.stats import t

    gaps = [one - other for one, other in pairs]
    middle, spread, edge = fmean(gaps), stdev(gaps), float(t.ppf((1 + level) / 2, number - 1))

    def around(value: float, error: float) -> Estimate:
        return Estimate(value, value - edge * error, value + edge * error, level, "Bland-Altman", number)

    wide = spread * sqrt(3 / number)
    return Limits(
        around(middle, spread / sqrt(number)),
        around(middle - 1.96 * spread, wide),
        around(middle + 1.96 * spread, wide),
    )
