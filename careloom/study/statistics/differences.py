"""Differences in differences: what changed where something began, less what changed where nothing did, with errors by cluster.

Source   clustered errors: Liang & Zeger 1986, Biometrika 73:13-22; few clusters: the wild cluster bootstrap of Cameron, Gelbach & Miller 2008, Rev Econ Stat
         90:414-427, restricted, its interval by inversion (MacKinnon, Nielsen & Webb 2023, J Econom 232:272-299); six-point weights below 12 clusters: Webb
         2023, Can J Econ 56:839-858; why below 3 on a side nothing is said: MacKinnon & Webb 2018, Econom J 21:114-135
Misses   trends that weren't parallel before: `ahead` tests it only where two or more periods before are given
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from careloom.errors import InputError
from careloom.study.statistics.chance import uniforms
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Clusters a side, draws, and below how many clusters signs alone give too few different draws.
FEWEST, TIMES, WEBB = 3, 1_999, 12


@dataclass(frozen=True, slots=True)
class Row:
    """One value: of which cluster (a clinic, a panel), in which period (counted), and whether its cluster worked with drafts in that period."""

    cluster: str
    period: int
    exposed: bool
    value: float


@dataclass(frozen=True, slots=True)
class Differences:
    """The effect with its interval and p by the wild cluster bootstrap, and beside them the interval of clustered errors with t (clusters - 1).

    `ahead` is the same for a made-up beginning in the middle of the time before (None: too few periods): it should hold 0.
    """

    effect: Estimate
    p: float
    clustered: Estimate
    clusters: tuple[int, int]
    ahead: Estimate | None
    caveats: tuple[str, ...]


def difference_in_differences(rows: Sequence[Row], seed: str, level: float = LEVEL) -> Differences | NotSaid:
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
    solved = _solved(fit, seed, level, len(rows))
    if solved is None:
        return NotSaid("no_spread", "All clusters changed alike, so nothing can be said about chance.")
    caveats = ["It takes for granted that both sides would have gone on in parallel."]
    if sum(sides) < WEBB:
        caveats.append(
            f"{sum(sides)} clusters are few: the interval is the bootstrap's, and wide for that reason."
        )
    effect, p, clustered = solved
    return Differences(effect, p, clustered, sides, _ahead(rows, treated, seed, level), tuple(caveats))


@dataclass(frozen=True, slots=True)
class _Fit:
    """Values and exposure with cluster and period effects taken out, the projection that does it, and each row's cluster."""

    values: "NDArray[Any]"
    exposure: "NDArray[Any]"
    project: Callable[["NDArray[Any]"], "NDArray[Any]"]
    cluster: "NDArray[Any]"


def _fit(rows: Sequence[Row]) -> _Fit | None:
    import numpy as np

    names, cluster = np.unique(np.array([row.cluster for row in rows]), return_inverse=True)
    periods, period = np.unique(np.array([row.period for row in rows]), return_inverse=True)
    fixed = np.zeros((len(rows), len(names) + len(periods)))
    fixed[np.arange(len(rows)), cluster] = 1
    fixed[np.arange(len(rows)), len(names) + period] = 1
    solve = np.linalg.pinv(fixed)

    def project(columns: "NDArray[Any]") -> "NDArray[Any]":
        left: NDArray[Any] = columns - fixed @ (solve @ columns)
        return left

    exposure = project(np.array([float(row.exposed) for row in rows]))
    if exposure @ exposure < 1e-9:
        return None
    return _Fit(project(np.array([row.value for row in rows], float)), exposure, project, cluster)


def _solved(fit: _Fit, seed: str, level: float, number: int) -> tuple[Estimate, float, Estimate] | None:
    import numpy as np
    from scipy.stats import t

    clusters = int(fit.cluster.max()) + 1
    size = float(fit.exposure @ fit.exposure)
    value = float(fit.exposure @ fit.values) / size
    scores = _by_cluster(fit, fit.exposure * (fit.values - value * fit.exposure), clusters)
    error = float(np.sqrt((scores**2).sum() * clusters / (clusters - 1))) / size
    if error < 1e-12:
        return None
    half = float(t.ppf((1 + level) / 2, clusters - 1)) * error
    clustered = Estimate(
        value, value - half, value + half, level, "clustered errors, t (clusters - 1)", number
    )
    weights = _weights(clusters, seed)

    def p(truth: float) -> float:
        return _wild(fit, truth, value, weights)

    limits = [_limit(p, value, sign * error, 1 - level) for sign in (-1, 1)]
    effect = Estimate(
        value, limits[0], limits[1], level, "wild cluster bootstrap, restricted, inverted", number
    )
    return effect, p(0.0), clustered


def _wild(fit: _Fit, truth: float, value: float, weights: "NDArray[Any]") -> float:
    """The two-sided p of this truth: residuals under it get a random sign or factor a cluster, and t is computed anew each time."""
    import numpy as np

    clusters, size = weights.shape[1], float(fit.exposure @ fit.exposure)
    own = (fit.cluster[:, None] == np.arange(clusters)).astype(float)
    residual = fit.values - truth * fit.exposure
    moved = fit.project(own * residual[:, None])
    # rows: what cluster h's score becomes when cluster g's residuals are multiplied by 1.
    made = own.T @ (fit.exposure[:, None] * moved)
    sizes = own.T @ fit.exposure**2
    shift = weights @ made.sum(axis=0) / size
    scores = weights @ made.T - shift[:, None] * sizes
    spread = np.sqrt((scores**2).sum(axis=1))
    here = own.T @ (fit.exposure * (fit.values - value * fit.exposure))
    observed = abs(value - truth) / float(np.sqrt((here**2).sum()))
    drawn = np.divide(np.abs(shift), spread, out=np.full(len(shift), np.inf), where=spread > 1e-12)
    return float((drawn >= observed - 1e-9).mean())


def _limit(p: Callable[[float], float], value: float, step: float, least: float) -> float:
    """The furthest truth in this direction that isn't rejected."""
    inside, outside = value, value + 2 * step
    for _ in range(40):
        if p(outside) <= least:
            break
        inside, outside = outside, outside + (outside - value)
    else:
        return float("inf") if step > 0 else float("-inf")
    for _ in range(40):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p(middle) > least else (inside, middle)
        if abs(outside - inside) < 1e-3 * abs(step):
            break
    return outside


def _weights(clusters: int, seed: str) -> "NDArray[Any]":
    """Webb's six points below WEBB clusters, else signs; drawn from the seed."""
    import numpy as np

    points = np.array([-1.5, -1.0, -0.5, 0.5, 1.0, 1.5])
    kinds = np.sign(points) * np.sqrt(np.abs(points)) if clusters < WEBB else np.array([-1.0, 1.0])
    drawn: NDArray[Any] = kinds[(uniforms(seed, "wild", TIMES * clusters) * len(kinds)).astype(int)].reshape(
        TIMES, clusters
    )
    return drawn


def _by_cluster(fit: _Fit, values: "NDArray[Any]", clusters: int) -> "NDArray[Any]":
    import numpy as np

    return np.bincount(fit.cluster, values, clusters)


def _ahead(rows: Sequence[Row], treated: set[str], seed: str, level: float) -> Estimate | None:
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
    solved = _solved(fit, seed, level, len(before)) if fit else None
    return solved[0] if solved else None
