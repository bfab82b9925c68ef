"""Risk: what was observed in a group against what its patients' risks would give, by a logistic model.

Source   observed to expected: Iezzoni 2013, Risk Adjustment for Measuring Health Care Outcomes, 4th ed.; its interval: Ulm 1990, Am J Epidemiol 131:373-375
         (exact Poisson); events a coefficient: Peduzzi et al. 1996, J Clin Epidemiol 49:1373-1379; discrimination: Hanley & McNeil 1982, Radiology 143:29-36
Misses   risks that nobody recorded; that a group's own cases are in the model (a large group is drawn to 1); that the expected number is estimated
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from careloom.errors import InputError
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid, normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

EVENTS, STEPS = 10, 50


@dataclass(frozen=True, slots=True)
class Patient:
    """Whether it happened, the group (provider, arm, clinic), and the risks (numbers, 0 or 1 for yes or no), the same names for everybody."""

    hit: bool
    group: str
    risks: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Group:
    """Of a group: how many it has, how many were observed and expected, their ratio (above 1: more than its risks explain), and the adjusted share."""

    number: int
    observed: int
    expected: float
    ratio: Estimate
    adjusted: float


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Each group's ratio, the model's odds ratios, and how well it ranks patients (`discrimination`: 0.5 not at all, 1 perfectly)."""

    groups: Mapping[str, Group]
    odds: Mapping[str, Estimate]
    discrimination: float
    overall: float


def observed_expected(patients: Sequence[Patient], level: float = LEVEL) -> Adjusted | NotSaid:
    """Fit it on all patients and compare each group with what its risks give; NotSaid with fewer than EVENTS events (or non-events) a risk."""
    names = sorted(patients[0].risks) if patients else []
    if any(sorted(one.risks) != names for one in patients):
        raise InputError(
            "a patient lacks a risk, or has another: say what a missing one counts as first", "risks"
        )
    hits = sum(one.hit for one in patients)
    rarer, need = min(hits, len(patients) - hits), EVENTS * max(len(names), 1)
    if rarer < need:
        return NotSaid(
            "too_few",
            f"{rarer} events (or patients without) are too few for {len(names)} risks: it takes {need}.",
            rarer,
            need,
        )
    import numpy as np

    risks = np.array([[one.risks[name] for name in names] for one in patients], float).reshape(
        len(patients), len(names)
    )
    spread = risks.std(axis=0)
    if (spread == 0).any():
        return NotSaid("not_identified", "A risk is the same for everybody: leave it out.")
    happened = np.array([one.hit for one in patients], float)
    middle = risks.mean(axis=0)
    model = _logistic(np.column_stack([np.ones(len(patients)), (risks - middle) / spread]), happened)
    if model is None:
        return NotSaid(
            "not_identified",
            "A risk tells who is hit without exception, so its odds have no limit: leave it out or join groups.",
        )
    beta, covariance, chance = model
    z = normal(level)
    odds = {}
    for place, name in enumerate(names, 1):
        value, half = beta[place] / spread[place - 1], z * covariance[place, place] ** 0.5 / spread[place - 1]
        limits = (float(np.exp(value)), float(np.exp(value - half)), float(np.exp(value + half)))
        odds[name] = Estimate(*limits, level, "logistic model, Wald", len(patients))
    groups = {
        name: _group(np.array([one.group == name for one in patients]), happened, chance, level)
        for name in sorted({one.group for one in patients})
    }
    return Adjusted(groups, odds, _discrimination(happened, chance), hits / len(patients))


def _group(own: "NDArray[Any]", happened: "NDArray[Any]", chance: "NDArray[Any]", level: float) -> Group:
    observed, expected = int(happened[own].sum()), float(chance[own].sum())
    low, high = poisson(observed, level)
    ratio = Estimate(
        observed / expected,
        low / expected,
        high / expected,
        level,
        "exact Poisson over expected",
        int(own.sum()),
    )
    return Group(int(own.sum()), observed, expected, ratio, observed / expected * float(happened.mean()))


def poisson(events: int, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval of a count of events (Garwood 1936, Biometrika 28:437-442)."""
    from scipy.stats import chi2

    tail = (1 - level) / 2
    return (
        float(chi2.ppf(tail, 2 * events)) / 2 if events else 0.0,
        float(chi2.ppf(1 - tail, 2 * events + 2)) / 2,
    )


def _logistic(
    fixed: "NDArray[Any]", happened: "NDArray[Any]"
) -> "tuple[NDArray[Any], NDArray[Any], NDArray[Any]] | None":
    """Newton's steps; None where they don't settle (separation)."""
    import numpy as np

    beta = np.zeros(fixed.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(fixed @ beta, -35, 35)))
        information = (fixed * (chance * (1 - chance))[:, None]).T @ fixed
        if np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, fixed.T @ (happened - chance))
        beta = beta + step
        if np.abs(beta).max() > 15:
            return None
        if np.abs(step).max() < 1e-9:
            return beta, np.linalg.inv(information), chance
    return None


def _discrimination(happened: "NDArray[Any]", chance: "NDArray[Any]") -> float:
    from scipy.stats import rankdata

    hits = happened.sum()
    return float(
        (rankdata(chance)[happened == 1].sum() - hits * (hits + 1) / 2) / (hits * (len(happened) - hits))
    )
