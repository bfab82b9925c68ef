"""Alongside: the parts of parallel runs that draft, over all others."""

from dataclasses import dataclass
from functools import cached_property

from careloom.pipeline.at_ehrs import AtEhrs
from careloom.pipeline.comparing import Comparing
from careloom.pipeline.paralleled import Paralleled


@dataclass(frozen=True)
class Alongside(AtEhrs):
    """What writes one case twice."""

    @cached_property
    def comparing(self) -> Comparing:
        """The cases of parallel runs."""
        return Comparing(
            self.paralleling,
            self.drafting,
            self.enrolling,
            self.timing,
            self.record_of,
            lambda: self.opened(None),
            self.clock,
        )

    @cached_property
    def paralleled(self) -> Paralleled:
        """What parallel runs come to."""
        return Paralleled(self.paralleling, self.comparing.compared)
