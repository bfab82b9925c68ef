"""Gated: which version a draft is made with, what is asked of a new one, and past drafts made anew; over all other parts."""

from dataclasses import dataclass, replace
from functools import cached_property

import structlog

from careloom.care.document import Reviewer
from careloom.errors import NeedsNewer
from careloom.pipeline.alongside import Alongside
from careloom.pipeline.drafting import Drafting
from careloom.pipeline.measuring_changes import MeasuringChanges
from careloom.pipeline.reproducing import Reproducing
from careloom.pipeline.testifying import Testifying

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Gated(Alongside):
    """What decides which version a draft is made with, and looks back at drafts."""

    @cached_property
    def measuring_changes(self) -> MeasuringChanges:
        """What is asked of a change before anybody signs."""
        return MeasuringChanges(
            self.store,
            self.knowledge,
            self.releasing,
            self.evaluating,
            self.protecting,
            self.drafting,
            self.weaving,
            self.training.drafts,
        )

    def hand(
        self, actor: Reviewer | str, patient: str, kind: str, model: str | None
    ) -> tuple[Drafting, str | None]:
        """What a draft is made with, and by which model: what was asked for, else the version of the roll-out that the patient is in.

        Raises NeedsNewer for a worker that lacks that version: another one does it. For a person, who waits, it is drafted with what is in force, and logged.
        """
        if model is not None:
            return self.drafting, model
        try:
            version = self.releasing.version(self.store.sameness.first(patient), kind)
        except NeedsNewer as lacking:
            if actor == "worker":
                raise
            log.warning("drafted with what is in force", change="not here", why=str(lacking))
            version = None
        if version is None:
            return self.drafting, None
        tables = self.releasing.measured(version.change)
        hand = replace(
            self.drafting,
            instead=version.instead,
            change=version.change,
            tables=lambda: (*tables, *self.evaluating.tables()),
        )
        return hand, version.model

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
