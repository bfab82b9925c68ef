"""Series: an interrupted time series, what changed in level and slope when something began, with errors that follow one another.

The interval averages over how strongly errors may follow one another, weighted by how well each fits: Newey and West's errors, which stand beside it, cover
the truth in 70 to 90 of 100 short series instead of 95 (bench/studies/; Turner et al. 2021, BMC Med Res Methodol 21:181, found the same). Short series hide
how strongly they do, so before they are looked at strong ones count for more (the reference prior of Berger & Yang: arcsines evenly).

Source   segmented regression: Wagner, Soumerai, Zhang & Ross-Degnan 2002, J Clin Pharm Ther 27:299-309; errors of the first order: Zellner & Tiao 1964, J Am Stat
         Assoc 59:763-778; Berger & Yang 1994, Econom Theory 10:461-482; Newey & West 1987, Econometrica 55:703-708, with 1.3 x sqrt(points) lags and critical values for a fixed share of lags:
         Lazarus, Lewis, Stock & Watson 2018, J Bus Econ Stat 36:541-559; Kiefer & Vogelsang 2005, Econom Theory 21:1130-1164 (table 1, Bartlett)
Misses   seasons, whatever else began then, and a change that wasn't sudden
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

from careloom.errors import InputError
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Fewer points on a side don't tell a slope (Penfold & Zhang 2013, Acad Pediatr 13:S38-44: at least 8).
FEWEST = 8
# Four coefficients; how strongly neighbours may go together, in so many steps.
COLUMNS, FROM, TO, STEPS = 4, -0.95, 0.999, 95


@dataclass(frozen=True, slots=True)
class Point:
    """A period (a month or week, counted), its value, and whether the change had begun."""

    period: int
    value: float
    after: bool


@dataclass(frozen=True, slots=True)
class Series:
    """What changed: `level` at once, `slope` a period, and `end` both together at the last period against what the trend before would have given.

    `before` is the slope before; `newey_west` is `end` with their errors (95 %), `follows` how strongly neighbouring errors go together at best (0: not).
    """

    level: Estimate
    slope: Estimate
    end: Estimate
    before: Estimate
    newey_west: Estimate
    follows: float
    caveats: tuple[str, ...]


def interrupted(points: Sequence[Point], level: float = LEVEL) -> Series | NotSaid:
    """Fit level and slope before, and their changes; periods follow one another without a hole.

    Raises InputError where a period stands twice or is missing, or one before comes after one after.
    """
    order = sorted(points, key=lambda one: one.period)
    if any(later.period != earlier.period + 1 for earlier, later in pairwise(order)):
        raise InputError("a period stands twice or is missing", "points")
    if any(later.after < earlier.after for earlier, later in pairwise(order)):
        raise InputError("a period before comes later than one after", "points")
    sides = [sum(not one.after for one in order), sum(one.after for one in order)]
    if min(sides) < FEWEST:
        sentence = f"{sides[0]} periods before and {sides[1]} after are too few to tell a change from a trend: it takes {FEWEST} of each."
        return NotSaid("too_few", sentence, min(sides), FEWEST)
    import numpy as np

    values = np.array([one.value for one in order], float)
    time = np.arange(len(order), dtype=float) - sides[0]
    after = (time >= 0).astype(float)
    fixed = np.column_stack([after, after * time, np.ones(len(order)), time])
    least = values - fixed @ np.linalg.lstsq(fixed, values, rcond=None)[0]
    if least @ least <= 1e-18 * max(float(values @ values), 1.0):
        return NotSaid(
            "no_spread",
            "All periods lie on the line without any spread, so nothing can be said about chance.",
        )
    steps = np.sin(np.linspace(np.arcsin(FROM), np.arcsin(TO), STEPS))
    fits = [_fit(values, fixed, follows) for follows in steps]
    contrasts = (
        (1.0, 0.0, 0.0, 0.0),
        (0.0, 1.0, 0.0, 0.0),
        (1.0, float(time[-1]), 0.0, 0.0),
        (0.0, 0.0, 0.0, 1.0),
    )
    at_once, slope, end, before = (_averaged(fits, np.array(one), len(order), level) for one in contrasts)
    caveats = (
        "Whatever else began at the same time is in it; a comparison group (difference in differences) says more.",
    )
    best = max(fits, key=lambda fit: fit.weight).follows
    return Series(
        at_once, slope, end, before, _newey_west(values, fixed, np.array(contrasts[2])), best, caveats
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """What the series comes to if neighbouring errors go together so strongly; `weight` is the log of how well that fits."""

    follows: float
    beta: "NDArray[Any]"
    covariance: "NDArray[Any]"
    weight: float


def _fit(values: "NDArray[Any]", fixed: "NDArray[Any]", follows: float) -> _Fit:
    """Least squares after taking out what follows from the point before (Prais & Winsten); the weight is the restricted likelihood."""
    import numpy as np

    first = sqrt(1 - follows**2)
    moved = np.column_stack([fixed, values])
    moved = np.vstack([moved[:1] * first, moved[1:] - follows * moved[:-1]])
    design, target = moved[:, :COLUMNS], moved[:, COLUMNS]
    core = np.linalg.inv(design.T @ design)
    beta = core @ (design.T @ target)
    left, freedom = target - design @ beta, len(values) - COLUMNS
    square = float(left @ left)
    weight = np.log(first) + 0.5 * np.linalg.slogdet(core)[1] - freedom / 2 * np.log(square)
    return _Fit(float(follows), beta, core * square / freedom, float(weight))


def _averaged(fits: Sequence[_Fit], contrast: "NDArray[Any]", number: int, level: float) -> Estimate:
    """The middle and limits of the t distributions of all fits together, each with its weight."""
    import numpy as np
    from scipy.optimize import brentq
    from scipy.stats import t

    weights = np.exp(np.array([fit.weight for fit in fits]) - max(fit.weight for fit in fits))
    weights /= weights.sum()
    values = np.array([contrast @ fit.beta for fit in fits])
    errors = np.array([sqrt(contrast @ fit.covariance @ contrast) for fit in fits])
    freedom = number - COLUMNS

    def place(share: float) -> float:
        ends = t.ppf(share, freedom, values, errors)
        return float(
            brentq(
                lambda x: float(weights @ t.cdf(x, freedom, values, errors)) - share,
                ends.min() - 1e-9,
                ends.max() + 1e-9,
            )
        )

    method = "segmented regression, errors of the first order averaged"
    return Estimate(
        float(weights @ values), place((1 - level) / 2), place((1 + level) / 2), level, method, number
    )


def _newey_west(values: "NDArray[Any]", fixed: "NDArray[Any]", contrast: "NDArray[Any]") -> Estimate:
    import numpy as np

    number = len(values)
    core = np.linalg.inv(fixed.T @ fixed)
    beta = core @ (fixed.T @ values)
    scores = fixed * (values - fixed @ beta)[:, None]
    lags, meat = ceil(1.3 * sqrt(number)), scores.T @ scores
    for lag in range(1, lags):
        shared = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / lags) * (shared + shared.T)
    variance = float(contrast @ core @ meat @ core @ contrast) * number / (number - COLUMNS)
    share = lags / number
    value = float(contrast @ beta)
    half = (1.9600 + 2.9694 * share + 0.4160 * share**2 - 0.5324 * share**3) * sqrt(max(variance, 0.0))
    return Estimate(
        value,
        value - half,
        value + half,
        LEVEL,
        f"segmented regression, Newey-West ({lags} lags, fixed share)",
        number,
    )
