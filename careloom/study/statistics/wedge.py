"""Wedge: the power of a stepped wedge, in which providers begin one after another, by the model of Hussey & Hughes.

Source   Hussey & Hughes 2007, Contemp Clin Trials 28:182-191, equation 8; power by the t with (providers - 2) degrees of freedom where they are few: Li,
         Hughes, Hemming, Taljaard, Melnick & Heagerty 2021, Stat Methods Med Res 30:612-639
Misses   that a provider's periods differ beyond the common trend, and that drafts help providers differently: both cost power
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Literal

from careloom.errors import InputError
from careloom.study.statistics.estimate import LEVEL, NotSaid
from careloom.study.statistics.power import POWER


@dataclass(frozen=True, slots=True)
class Wedge:
    """`starts` is each provider's first period with drafts (1 or later), `periods` how many periods there are with the first one (0), `cases` how many cases a
    provider has in each; `within` is the variance of one case's value (log minutes, or share x (1 - share)), `between` that between providers.
    """

    starts: Sequence[int]
    periods: int
    cases: int
    within: float
    between: float

    def __post_init__(self) -> None:
        if len(self.starts) < 2 or self.cases < 1 or self.within <= 0 or self.between < 0:
            raise InputError("two providers or more, cases in each period, and a variance above 0", "wedge")
        if (
            any(start < 1 for start in self.starts)
            or len({min(start, self.periods) for start in self.starts}) < 2
        ):
            raise InputError("providers begin in different periods, from 1 on", "starts")


def variance(wedge: Wedge) -> float:
    """Of the effect's estimate: Hussey & Hughes 2007, equation 8."""
    many, periods, noise, between = (
        len(wedge.starts),
        wedge.periods,
        wedge.within / wedge.cases,
        wedge.between,
    )
    rows = [[float(period >= start) for period in range(periods)] for start in wedge.starts]
    u = sum(map(sum, rows))
    w = sum(sum(row[period] for row in rows) ** 2 for period in range(periods))
    v = sum(sum(row) ** 2 for row in rows)
    top = many * noise * (noise + periods * between)
    return top / ((many * u - w) * noise + (u**2 + many * periods * u - periods * w - many * v) * between)


def power(
    wedge: Wedge, effect: float, level: float = LEVEL, reference: Literal["normal", "t"] = "t"
) -> float:
    """The chance that it shows this effect (a difference of logarithms or of shares), two-sided.

    By the t distribution with providers - 2 degrees of freedom (0 for two providers: none); "normal" is the formula as printed in 2007.
    """
    away = abs(effect) / sqrt(variance(wedge))
    if reference == "normal":
        return NormalDist().cdf(away - NormalDist().inv_cdf((1 + level) / 2))
    from scipy.stats import t

    freedom = len(wedge.starts) - 2
    return float(t.cdf(away - t.ppf((1 + level) / 2, freedom), freedom)) if freedom else 0.0


def detectable(wedge: Wedge, wanted: float = POWER, level: float = LEVEL) -> float | NotSaid:
    """The ratio of minutes below 1 that is the least reduction it detects with that power."""
    if len(wedge.starts) < 3:
        return NotSaid(
            "not_identified",
            "A stepped wedge with two providers detects nothing: chance has only two orders to choose from.",
            2,
            3,
        )
    low, high = log(1e-6), 0.0
    if power(wedge, low, level) < wanted:
        return NotSaid("too_few", "This stepped wedge detects nothing with that power.", len(wedge.starts))
    while high - low > 1e-7:
        middle = (low + high) / 2
        low, high = (middle, high) if power(wedge, middle, level) >= wanted else (low, middle)
    return exp(low)
