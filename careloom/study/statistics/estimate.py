"""Estimate and NotSaid: what a statistic comes to, or why it isn't said."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

LEVEL = 0.95
Why = Literal["too_few", "one_arm", "one_cluster", "no_spread", "not_identified", "not_measured"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval.

    `low` and `high` are the limits of the interval at `level` (0.95: in 95 of 100 such studies it holds the truth), `method` names how
    they were made, `number` is how many observations it rests on.
    """

    value: float
    low: float
    high: float
    level: float
    method: str
    number: int


@dataclass(frozen=True, slots=True)
class NotSaid:
    """No number, and why: `words` is a sentence for a page, `have` is how many there are and `need` how many it takes (0: no number helps)."""

    why: Why
    words: str
    have: int = 0
    need: int = 0


def normal(level: float = LEVEL) -> float:
    """The normal distribution's two-sided quantile for a level (0.95: 1.96)."""
    return NormalDist().inv_cdf((1 + level) / 2)
