"""Studied: the parts of what a site tries out: pilots with their cases, and parallel runs."""

from dataclasses import dataclass
from functools import cached_property

from careloom.pipeline.counting import Counting
from careloom.pipeline.deidentifying import Deidentifying
from careloom.pipeline.enrolling import Enrolling
from careloom.pipeline.failing import Failing
from careloom.pipeline.grounds import Grounds
from careloom.pipeline.paralleling import Paralleling
from careloom.pipeline.paying_back import PayingBack
from careloom.pipeline.piloting import Piloting, Who
from careloom.pipeline.protecting import Protecting
from careloom.pipeline.quality import Quality
from careloom.pipeline.residue import Residue
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
    def paying_back(self) -> PayingBack:
        """When what drafts save reaches what setting up cost."""
        return PayingBack(self.store, self.trials, self.settings.home)

    @cached_property
    def deidentifying(self) -> Deidentifying:
        """Texts and records without whom they are about."""
        return Deidentifying(self.store, self.clock, self.record_of)

    @cached_property
    def residue(self) -> Residue:
        """What is left of the risk, counted and looked through by people."""
        return Residue(self.deidentifying, self.access, self.settings.home)

    @cached_property
    def failing(self) -> Failing:
        """The ways in which drafts have been wrong."""
        return Failing(self.store, self.access, self.clock, self.record_of)

    @cached_property
    def protecting(self) -> Protecting:
        """The site's own rules."""
        return Protecting(self.store, self.access, self.knowledge, self._here)

    @cached_property
    def paralleling(self) -> Paralleling:
        """Parallel runs from their plan to their end."""
        return Paralleling(self.store, self.access, self._here)

    def must_be_so(self, actor: Who, patient: str, kind: str, *, by_hand: bool, again: bool = False) -> None:
        """Raises NotApproved where what is tried says that this document is written otherwise, or by somebody else."""
        self.enrolling.must_be_so(patient, kind, by_hand=by_hand, again=again)
        self.paralleling.must_be_hers(actor, patient, kind, by_hand=by_hand)

    @cached_property
    def quality(self) -> Quality:
        """Quality measures counted over everybody, and who is due."""
        return Quality(
            self.store, self.access, self.measuring, self.knowledge.drugs, self.settings.home, self._here
        )
