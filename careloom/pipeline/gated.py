"""Gated: the parts that tell what drafts were made with, over all others."""

from dataclasses import dataclass
from functools import cached_property

from careloom.pipeline.alongside import Alongside
from careloom.pipeline.reproducing import Reproducing
from careloom.pipeline.testifying import Testifying


@dataclass(frozen=True)
class Gated(Alongside):
    """What looks back at drafts."""

    @cached_property
    def reproducing(self) -> Reproducing:
        """Past drafts made anew."""
        return Reproducing(
            self.store, self.settings, self.knowledge, self.registering, self.weaving, self.drafting
        )

    @cached_property
    def testifying(self) -> Testifying:
        """One answer about a past draft, for whoever audits."""
        return Testifying(self.store)
