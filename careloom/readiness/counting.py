"""Counts that grow with sources, fields and days, never with patients."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from math import expm1, log1p

# Delays are kept in bins that are 5 in 100 wide: exact enough for a median, and few.
_WIDTH = log1p(0.05)


@dataclass
class Delays:
    """How long things took to arrive. A share of them took at most `at(share)`."""

    bins: Counter[int] = field(default_factory=Counter)

    def add(self, delay: timedelta) -> None:
        """Count one; what arrived before it happened has no delay."""
        minutes = max(delay.total_seconds() / 60, 0.0)
        self.bins[round(log1p(minutes) / _WIDTH)] += 1

    def hours(self, share: float) -> float | None:
        """The delay in hours that this share of them did not exceed, to 5 in 100; None where nothing was counted."""
        total = sum(self.bins.values())
        reached = 0
        for one in sorted(self.bins):
            reached += self.bins[one]
            if reached >= share * total:
                return round(expm1(one * _WIDTH) / 60, 2)
        return None


@dataclass
class Cell:
    """What one source (or all of them) tells of one field.

    patients   with any entry of it         alone     for whom no other source tells it
    entries    that show it                 whole     with every required part (of a person's field: patients)
    coded      with a standard code         lacking   entries without a required part, by part
    doubtful   entries that can't be right  doubts    why, by kind
    """

    patients: int = 0
    alone: int = 0
    entries: int = 0
    whole: int = 0
    coded: int = 0
    doubtful: int = 0
    lacking: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    delays: Delays = field(default_factory=Delays)
