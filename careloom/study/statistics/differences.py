"""Differences in differences: what changed where something began, less what changed where nothing did, with errors by cluster.

Source   clustered errors: Liang & Zeger 1986, Biometrika 73:13-22; for few clusters their bias-reduced form (CR2) with the degrees of freedom of Bell &
         McCaffrey 2002, Surv Methodol 28:169-181, as Imbens & Kolesár 2016, Rev Econ Stat 98:701-712, and with effects of clusters and periods Pustejovsky &
         Tipton 2018, J Bus Econ Stat 36:672-683; why below 3 on a side nothing is said: MacKinnon & Webb 2018, Econom J 21:114-135
Misses   trends that weren't parallel before: `ahead` tests it only where two or more periods before are given
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from careloom.errors import InputError
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Clusters a side, and below how many in all the reader is told that they are few.
FEWEST, FEW = 3, 12
# A share of a cluster's residuals that its own effects take whole.
NOTHING = 1e-8


@dataclass(frozen=True, slots=True)
class Row:
    """One value: of which cluster (a clinic, a panel), in which period (counted), and whether its cluster worked with drafts in that period."""

    cluster: str
    period: int
    exposed: bool
    value: float


@dataclass(frozen=True, slots=True)
class Differences:
    """The effect with its interval and p by bias-reduced clustered errors, `freedom` their degrees of freedom, and beside them the interval of plain
    clustered errors with t (clusters - 1).

    `ahead` is the same for a made-up beginning in the middle of the time before (None: too few periods): it should hold 0.
    """

    effect: Estimate
    p: float
    freedom: float
    clustered: Estimate
    clusters: tuple[int, int]
    ahead: Estimate | None
    caveats: tuple[str, ...]


def difference_in_differences(rows: Sequence[Row], level: float = LEVEL) -> Differences | NotSaid:
    """Fit cluster and period effects and that of working with drafts; NotSaid below FEWEST clusters on either side.

    Raises InputError where a cluster is exposed and not in one period.
    """
    if len({(row.cluster, row.period) for row in rows}) < len(
        {(row.cluster, row.period, row.exposed) for row in rows}
    ):
        raise InputError("a cluster is exposed and not in one period", "rows")
    clusters = {row.cluster for row in rows}
    treated = {row.cluster for row in rows if row.exposed}
    sides = (len(treated), len(clusters - treated))
    if min(sides) < FEWEST:
        sentence = f"{sides[0]} clusters with and {sides[1]} without drafts are too few: it takes {FEWEST} of each to tell drafts from clusters."
        return NotSaid("one_cluster", sentence, min(sides), FEWEST)
    fit = _fit(rows)
    if fit is None:
        return NotSaid(
            "not_identified", "These clusters and periods don't tell the draft from time and cluster."
        )
    solved = _solved(fit, level)
    if solved is None:
        return NotSaid("no_spread", "All clusters changed alike, so nothing can be said about chance.")
    caveats = ["It takes for granted that both sides would have gone on in parallel."]
    if sum(sides) < FEW:
        caveats.append(f"{sum(sides)} clusters are few: the interval is wide for that reason.")
    return Differences(
        solved.effect,
        solved.p,
        solved.freedom,
        solved.clustered,
        sides,
        _ahead(rows, treated, level),
        tuple(caveats),
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    """Values and exposure with cluster and period effects taken out, the whole design (exposure last), and each row's cluster."""

    values: "NDArray[Any]"
    exposure: "NDArray[Any]"
    design: "NDArray[Any]"
    cluster: "NDArray[Any]"


@dataclass(frozen=True, slots=True)
class _Solved:
    effect: Estimate
    p: float
    freedom: float
    clustered: Estimate


def _fit(rows: Sequence[Row]) -> _Fit | None:
    import numpy as np

    names, cluster = np.unique(np.array([row.cluster for row in rows]), return_inverse=True)
    periods, period = np.unique(np.array([row.period for row in rows]), return_inverse=True)
    design = np.zeros((len(rows), len(names) + len(periods) + 1))
    design[np.arange(len(rows)), cluster] = 1
    design[np.arange(len(rows)), len(names) + period] = 1
    fixed, exposed = design[:, :-1], np.array([float(row.exposed) for row in rows])
    solve = np.linalg.pinv(fixed)
    exposure = exposed - fixed @ (solve @ exposed)
    if exposure @ exposure < 1e-9:
        return None
    design[:, -1] = exposed
    values = np.array([row.value for row in rows], float)
    return _Fit(values - fixed @ (solve @ values), exposure, design, cluster)


def _solved(fit: _Fit, level: float) -> _Solved | None:
    import numpy as np
    from scipy.stats import t

    clusters, number = int(fit.cluster.max()) + 1, len(fit.values)
    size = float(fit.exposure @ fit.exposure)
    value = float(fit.exposure @ fit.values) / size
    residual = fit.values - value * fit.exposure
    plain = np.bincount(fit.cluster, fit.exposure * residual, clusters)
    error = float(np.sqrt((plain**2).sum() * clusters / (clusters - 1))) / size
    if error < 1e-12:
        return None
    clustered = _estimate(
        value,
        float(t.ppf((1 + level) / 2, clusters - 1)) * error,
        level,
        "clustered errors, t (clusters - 1)",
        number,
    )
    weights, freedom = _reduced(fit, clusters)
    least = float(np.sqrt((np.bincount(fit.cluster, weights * residual, clusters) ** 2).sum())) / size
    effect = _estimate(
        value,
        float(t.ppf((1 + level) / 2, freedom)) * least,
        level,
        f"bias-reduced clustered errors, t ({freedom:.1f})",
        number,
    )
    return _Solved(effect, float(2 * t.sf(abs(value) / least, freedom)), freedom, clustered)


def _estimate(value: float, half: float, level: float, method: str, number: int) -> Estimate:
    return Estimate(value, value - half, value + half, level, method, number)


def _reduced(fit: _Fit, clusters: int) -> tuple["NDArray[Any]", float]:
    """Each row's weight in its cluster's score, and the degrees of freedom of the scores' squares together if rows' errors were independent.

    A cluster's exposure is multiplied by the inverse root of its share of the residual maker (symmetric, generalised: what the cluster's own effect takes
    whole stays out), so that the variance is right in the mean however few clusters there are.
    """
    import numpy as np

    values, vectors = np.linalg.eigh(np.linalg.pinv(fit.design.T @ fit.design, hermitian=True))
    root = vectors * np.sqrt(np.clip(values, 0, None))
    weights = np.zeros(len(fit.values))
    for one in range(clusters):
        own = fit.cluster == one
        left, singular, _ = np.linalg.svd(fit.design[own] @ root, full_matrices=False)
        kept = 1 - singular**2
        factor = np.where(kept > NOTHING, 1 / np.sqrt(np.clip(kept, NOTHING, None)), 0.0)
        along = left.T @ fit.exposure[own]
        weights[own] = fit.exposure[own] + left @ ((factor - 1) * along)
    # Row g: how the fitted part of cluster g's score depends on all rows' errors.
    spread = np.array([(weights * (fit.cluster == one)) @ fit.design @ root for one in range(clusters)])
    shared = np.diag(np.bincount(fit.cluster, weights**2, clusters)) - spread @ spread.T
    return weights, float(np.trace(shared) ** 2 / (shared**2).sum())


def _ahead(rows: Sequence[Row], treated: set[str], level: float) -> Estimate | None:
    first = min(row.period for row in rows if row.exposed)
    before = [row for row in rows if row.period < first]
    periods = sorted({row.period for row in before})
    if len(periods) < 2:
        return None
    begin = periods[len(periods) // 2]
    fit = _fit(
        [
            Row(row.cluster, row.period, row.cluster in treated and row.period >= begin, row.value)
            for row in before
        ]
    )
    solved = _solved(fit, level) if fit else None
    return solved.effect if solved else None
