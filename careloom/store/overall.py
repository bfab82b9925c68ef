"""Overall: the parts of a store that are about everybody at once: what came, what was counted of it, and what is watched."""

from dataclasses import dataclass
from functools import cached_property

from careloom.privacy.crypto import Keys
from careloom.store.arrived import Arrivals
from careloom.store.day_counts import DayCounts
from careloom.store.quality import Qualities
from careloom.store.readiness import Runs


@dataclass(frozen=True)
class Overall:
    """What is counted over all patients of one organisation."""

    keys: Keys

    @cached_property
    def arrived(self) -> Arrivals:
        """What came, for the audit of the data."""
        return Arrivals(self.keys)

    @cached_property
    def readiness(self) -> Runs:
        """The runs of that audit."""
        return Runs(self.keys)

    @cached_property
    def quality(self) -> Qualities:
        """The counts of quality measures."""
        return Qualities(self.keys)

    @cached_property
    def day_counts(self) -> DayCounts:
        """What is watched, by day."""
        return DayCounts(self.keys)
