"""Boundaries: how far a number must go at each look so that looking often doesn't find by chance what isn't there.

Takes    the share of the planned information at each look (0 to 1, rising) and the error allowed in all
Gives    the boundary at each look: as z for what is about normal, as a count for what is counted (exact)
Never    spends more than allowed; what a count can't spend at one look is left for the next

Source   Lan & DeMets 1983, Biometrika 70:659-663 (spending; O'Brien-Fleming type and Pocock type); the recursion: Armitage, McPherson & Rowe 1969,
         J R Stat Soc A 132:235-244; looks are checked against Reboussin, DeMets, Kim & Lan 2000, Control Clin Trials 21:190-207
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from math import e, log, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

from careloom.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Spending = Literal["obrien_fleming", "pocock"]
# The grid of the recursion: so many points over the region in which a study goes on, and how far from 0 that region is cut off.
POINTS, FAR = 401, 8.0


def spent(fraction: float, alpha: float, how: Spending = "obrien_fleming") -> float:
    """How much of `alpha` (one side) may be spent until this share of the information."""
    if fraction <= 0:
        return 0.0
    if fraction >= 1:
        return alpha
    if how == "pocock":
        return alpha * log(1 + (e - 1) * fraction)
    normal = NormalDist()
    # By symmetry the tail is taken from below, where the numbers are exact; rounding never spends more than alpha.
    return min(2 * normal.cdf(normal.inv_cdf(alpha / 2) / sqrt(fraction)), alpha)


def boundaries(
    fractions: Sequence[float], alpha: float, sides: Literal[1, 2] = 1, how: Spending = "obrien_fleming"
) -> tuple[float, ...]:
    """The z at each look from which it stops; `alpha` is that of all sides together. On two sides both have the same distance from 0."""
    _rising(fractions)
    return _edges(tuple(fractions), alpha, sides, how)


@lru_cache(maxsize=64)
def _edges(
    fractions: tuple[float, ...], alpha: float, sides: Literal[1, 2], how: Spending
) -> tuple[float, ...]:
    from scipy.optimize import brentq

    one_side, found = alpha / sides, []
    region: tuple[NDArray[Any], NDArray[Any]] | None = None
    before, last = 0.0, 0.0
    for fraction in fractions:
        step, goal = sqrt(fraction - last), spent(fraction, one_side, how)
        past = _past(region, step)
        budget = goal - before
        scale = sqrt(fraction)
        if budget <= 1e-14:
            edge = FAR
        else:
            edge = float(
                brentq(
                    lambda z, past=past, scale=scale, budget=budget: past(z * scale) - budget,
                    -FAR,
                    FAR,
                    xtol=1e-8,
                )
            )
        found.append(edge)
        region = _continued(region, step, (-edge * scale if sides == 2 else -FAR * scale, edge * scale))
        before, last = goal, fraction
    return tuple(found)


def counted(
    looks: Sequence[int],
    rate: float,
    alpha: float,
    how: Spending = "obrien_fleming",
    planned: int | None = None,
) -> tuple[int, ...]:
    """The count at each look from which it stops, where cases come one by one and each is bad with this `rate` at worst (exact, one-sided).

    `looks` are the numbers of cases seen at each look, `planned` the number at the end (else the last look). A count above its number of cases
    means that this look can't stop. Under `rate` the chance of stopping at any look is at most `alpha`.
    """
    end = planned or looks[-1]
    _rising([min(number / end, 1.0) for number in looks])
    if not 0 < rate < 1:
        raise InputError("a rate lies between 0 and 1", "rate")
    import numpy as np
    from scipy.stats import binom

    going, seen, stopped, found = np.ones(1), 0, 0.0, []
    for number in looks:
        going = np.convolve(going, binom.pmf(np.arange(number - seen + 1), number - seen, rate))
        allowed = spent(number / end, alpha, how) - stopped
        # tails[k]: the chance of at least k bad cases and no stop so far.
        tails = np.append(np.cumsum(going[::-1])[::-1], 0.0)
        edge = int(np.argmax(tails <= allowed + 1e-15))
        stopped += float(tails[edge])
        going = going[:edge] if edge else np.zeros(1)
        found.append(edge)
        seen = number
    return tuple(found)


def _past(region: "tuple[NDArray[Any], NDArray[Any]] | None", step: float) -> Callable[[float], float]:
    """From where a study may stand (None: at 0) the chance that the next step takes it beyond a point."""
    from scipy.stats import norm

    if region is None:
        return lambda point: float(norm.sf(point / step))
    places, weights = region
    return lambda point: float((weights * norm.sf((point - places) / step)).sum())


def _continued(
    region: "tuple[NDArray[Any], NDArray[Any]] | None", step: float, limits: tuple[float, float]
) -> "tuple[NDArray[Any], NDArray[Any]]":
    """Where a study that goes on may stand after the step: points between the limits and their probabilities (Simpson's rule)."""
    import numpy as np
    from scipy.stats import norm

    places = np.linspace(*limits, POINTS)
    simpson = np.ones(POINTS)
    simpson[1:-1:2], simpson[2:-1:2] = 4, 2
    simpson *= (places[1] - places[0]) / 3
    if region is None:
        density = norm.pdf(places / step) / step
    else:
        before, weights = region
        density = norm.pdf((places[:, None] - before[None, :]) / step) @ weights / step
    return places, density * simpson


def _rising(fractions: Sequence[float]) -> None:
    if not fractions or any(not 0 < fraction <= 1 for fraction in fractions):
        raise InputError("each look has a share of the information above 0 and at most 1", "looks")
    if any(later <= earlier for earlier, later in pairwise(fractions)):
        raise InputError("the looks come in order, each with more than the one before", "looks")
