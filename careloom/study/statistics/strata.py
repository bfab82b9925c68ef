"""Strata: differences within each provider, added up with the degrees of freedom that few cases leave, and tested by re-allocating.

Source   Welch 1947, Biometrika 34:28-35; Satterthwaite 1946, Biometrics Bull 2:110-114; Fisher 1935, The Design of Experiments
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance

from careloom.study.statistics.chance import uniforms

# So often is re-allocated; above so many cases it isn't, since the t distribution is as good as exact and the draws wouldn't fit into memory.
TIMES, MOST = 1_999, 5_000


@dataclass(frozen=True, slots=True)
class Sum:
    """A weighted sum of means with its standard error and degrees of freedom."""

    value: float
    error: float
    freedom: float


def combined(parts: Iterable[tuple[float, Sequence[float]]]) -> Sum:
    """The sum of weight x mean over samples of two or more each; spread may differ between samples (Welch, Satterthwaite)."""
    value = total = below = 0.0
    for weight, sample in parts:
        value += weight * fmean(sample)
        part = weight**2 * variance(sample) / len(sample)
        total += part
        below += part**2 / (len(sample) - 1)
    return Sum(value, sqrt(total), total**2 / below if below else float("inf"))


def within(values: Sequence[float], strata: Sequence[str], chosen: Sequence[bool]) -> Sum:
    """The mean of the chosen less that of the others within each stratum, strata weighted by their size; two or more of each are needed in each."""
    groups: dict[tuple[str, bool], list[float]] = {}
    for value, stratum, one in zip(values, strata, chosen, strict=True):
        groups.setdefault((stratum, one), []).append(value)
    names = sorted(set(strata))
    share = {name: sum(stratum == name for stratum in strata) / len(values) for name in names}
    return combined(
        (share[name] * (1 if one else -1), groups[name, one]) for name in names for one in (True, False)
    )


def between(values: Sequence[float], strata: Sequence[str], chosen: Sequence[bool]) -> Sum:
    """The mean over strata, each counted once, of the mean of the chosen less that of the others: its error is that between strata."""
    gaps: dict[str, dict[bool, list[float]]] = {name: {True: [], False: []} for name in strata}
    for value, stratum, one in zip(values, strata, chosen, strict=True):
        gaps[stratum][one].append(value)
    return combined([(1, [fmean(gap[True]) - fmean(gap[False]) for _, gap in sorted(gaps.items())])])


def permuted(
    values: Sequence[float], strata: Sequence[str], chosen: Sequence[bool], seed: str, times: int = TIMES
) -> float | None:
    """How often re-allocating within strata gives a difference at least as far from 0: the randomisation test's two-sided p (Fisher 1935).

    The statistic is that of `within`; the smallest p is 1 / (times + 1). None for more than MOST values.
    """
    if len(values) > MOST:
        return None
    import numpy as np

    numbers, labels, picked = np.array(values, float), np.array(strata), np.array(chosen)
    observed, drawn = 0.0, np.zeros(times)
    for name in sorted(set(strata)):
        own = labels == name
        group, many = numbers[own] - numbers[own].mean(), int(picked[own].sum())
        rest = len(group) - many
        if not many or not rest:
            continue
        # Of values around 0 the sum of the chosen decides both means.
        scale = len(group) / len(numbers) * (1 / many + 1 / rest)
        observed += scale * float(group[picked[own]].sum())
        keys = uniforms(seed, f"permuted {name}", times * len(group)).reshape(times, len(group))
        drawn += scale * group[np.argpartition(keys, many - 1, axis=1)[:, :many]].sum(axis=1)
    return float((1 + (np.abs(drawn) >= abs(observed) - 1e-12).sum()) / (times + 1))
