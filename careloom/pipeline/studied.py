"""Studied: the parts of what a site tries out: pilots, and their cases."""

from dataclasses import dataclass
from functools import cached_property

from careloom.pipeline.counting import Counting
from careloom.pipeline.enrolling import Enrolling
from careloom.pipeline.failing import Failing
from careloom.pipeline.grounds import Grounds
from careloom.pipeline.piloting import Piloting
from careloom.pipeline.trials import Trials


@dataclass(frozen=True)
class Studied(Grounds):
    """What is tried, over the grounds."""

    @cached_property
    def piloting(self) -> Piloting:
        """Pilots from their protocol to their end."""
        return Piloting(self.store, self.access, self.knowledge, self._here)

    @cached_property
    def enrolling(self) -> Enrolling:
        """The cases of pilots."""
        return Enrolling(self.store, self.access, self.piloting, self.record_of, self._here)

    @cached_property
    def trials(self) -> Trials:
        """What pilots came to."""
        counting = Counting(self.store, self.enrolling, self.timing)
        return Trials(self.piloting, counting, self._here)

    @cached_property
    def failing(self) -> Failing:
        """The ways in which drafts have been wrong."""
        return Failing(self.store, self.access, self.clock)
