"""Medians: the median of a group, and how far one group lies from another, without saying how values are distributed.

Source   median: Thompson 1936, Ann Math Stat 7:122-128 (order statistics); Hodges & Lehmann 1963, Ann Math Stat 34:598-611; intervals: Hollander, Wolfe &
         Chicken 2014, Nonparametric Statistical Methods, 3.3 and 4.3; bootstrap: Efron & Tibshirani 1993, An Introduction to the Bootstrap, 13.3
Misses   ties: the intervals are then a little too wide
"""

from collections.abc import Sequence
from statistics import NormalDist, median
from typing import TYPE_CHECKING, Any

from careloom.study.statistics.chance import uniforms
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Up to so many the ranks' distribution is exact; above so many, pairs of values are too many to list.
EXACT, MOST = 50, 3_000
TIMES = 2_000


def middle(values: Sequence[float], level: float = LEVEL) -> Estimate | NotSaid:
    """The median with an interval between two of the values, which covers at least at its level; NotSaid where there are too few for one."""
    from scipy.stats import binom

    number = len(values)
    rank = int(binom.ppf((1 - level) / 2, number, 0.5))
    rank -= float(binom.cdf(rank - 1, number, 0.5)) > (1 - level) / 2
    need = next(many for many in range(1, 60) if 2 * 0.5**many <= 1 - level)
    if number < need or rank < 1:
        return NotSaid(
            "too_few",
            f"{number} values are too few for an interval of the median: it takes {need}.",
            number,
            need,
        )
    order = sorted(values)
    return Estimate(
        median(order), order[rank - 1], order[number - rank], level, "median, order statistics", number
    )


def hodges_lehmann(differences: Sequence[float], level: float = LEVEL) -> Estimate | NotSaid:
    """The middle of all means of two differences of pairs, with the interval of the signed rank test (its values are exact up to EXACT)."""
    import numpy as np

    number = len(differences)
    if not 6 <= number <= MOST:
        return _size(number, 6)
    values = np.array(differences, float)
    one, other = np.triu_indices(number)
    means = np.sort((values[one] + values[other]) / 2)
    if number <= EXACT:
        counts = np.ones(1)
        for rank in range(1, number + 1):
            counts = np.convolve(counts, np.eye(1, rank + 1, 0)[0] + np.eye(1, rank + 1, rank)[0])
        edge = _edge(counts, level)
    else:
        edge = _normal(len(means) / 2, number * (number + 1) * (2 * number + 1) / 24, level)
    return _between(means, edge, level, "Hodges-Lehmann, signed rank", number)


def shift(one: Sequence[float], other: Sequence[float], level: float = LEVEL) -> Estimate | NotSaid:
    """The middle of all differences of a value of `one` less one of `other`, with the interval of the rank sum test (exact up to EXACT in all)."""
    import numpy as np

    many, rest = len(one), len(other)
    if min(many, rest) < 5 or max(many, rest) > MOST:
        return _size(min(many, rest) if min(many, rest) < 5 else max(many, rest), 5)
    gaps = np.sort((np.array(one, float)[:, None] - np.array(other, float)[None, :]).ravel())
    edge = (
        _edge(_rank_sums(many, rest), level)
        if many + rest <= EXACT
        else _normal(many * rest / 2, many * rest * (many + rest + 1) / 12, level)
    )
    return _between(gaps, edge, level, "Hodges-Lehmann, rank sum", many + rest)


def bootstrap_gap(
    one: Sequence[float], other: Sequence[float], seed: str, level: float = LEVEL, times: int = TIMES
) -> Estimate | NotSaid:
    """The median of `one` less that of `other`, with the percentile interval of resampling each by chance from the seed."""
    import numpy as np

    if min(len(one), len(other)) < 10 or max(len(one), len(other)) > MOST:
        return _size(
            min(len(one), len(other)) if min(len(one), len(other)) < 10 else max(len(one), len(other)), 10
        )
    drawn = []
    for name, group in (("one", one), ("other", other)):
        places = (
            (uniforms(seed, f"bootstrap {name}", times * len(group)) * len(group))
            .astype(int)
            .reshape(times, len(group))
        )
        drawn.append(np.median(np.array(group, float)[places], axis=1))
    low, high = np.quantile(drawn[0] - drawn[1], [(1 - level) / 2, (1 + level) / 2])
    value = median(one) - median(other)
    return Estimate(
        value,
        float(low),
        float(high),
        level,
        f"bootstrap of medians, percentiles of {times}",
        len(one) + len(other),
    )


def _rank_sums(many: int, rest: int) -> "NDArray[Any]":
    """How many of the ways to choose `many` of all ranks give each Mann-Whitney count from 0 to many x rest."""
    import numpy as np

    ways = np.zeros((many + 1, many * rest + 1))
    ways[0, 0] = 1
    # Adding the values one by one: one that is chosen as the k-th lies above all that were passed and not chosen.
    for place in range(many + rest):
        for chosen in range(min(place + 1, many), 0, -1):
            below = place - (chosen - 1)
            if 0 <= below <= rest:
                ways[chosen, below:] += ways[chosen - 1, : many * rest + 1 - below]
    last: NDArray[Any] = ways[many]
    return last


def _edge(counts: "NDArray[Any]", level: float) -> int:
    """How many of the sorted means or gaps lie outside the interval on each side, from how often each count of the test comes."""
    import numpy as np

    tails = np.cumsum(counts) / counts.sum()
    return int((tails <= (1 - level) / 2).sum())


def _normal(middle_count: float, spread: float, level: float) -> int:
    return max(int(middle_count - NormalDist().inv_cdf((1 + level) / 2) * spread**0.5), 1)


def _between(order: "NDArray[Any]", edge: int, level: float, method: str, number: int) -> Estimate | NotSaid:
    import numpy as np

    if edge < 1:
        return NotSaid("too_few", f"{number} values are too few for an interval at this level.", number)
    return Estimate(
        float(np.median(order)),
        float(order[edge - 1]),
        float(order[len(order) - edge]),
        level,
        method,
        number,
    )


def _size(number: int, need: int) -> NotSaid:
    if number < need:
        return NotSaid(
            "too_few", f"{number} values are too few to say anything: it takes {need}.", number, need
        )
    return NotSaid(
        "not_measured",
        f"{number} values are too many to compare each with each: take a chance sample of {MOST}.",
        number,
        MOST,
    )
