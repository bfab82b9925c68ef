"""Safeguarded: the parts that people use where something went wrong: safety events, and the switch that stops what is drafted here."""

from dataclasses import dataclass
from functools import cached_property

from careloom import draft
from careloom.pipeline.delivering import pager
from careloom.pipeline.paging import chain
from careloom.pipeline.safety import Safety
from careloom.pipeline.safety_lead import SafetyLead
from careloom.pipeline.stopping import StopSwitch, names_of
from careloom.pipeline.watched import Watched


@dataclass(frozen=True)
class Safeguarded(Watched):
    """What keeps people safe, over what is watched."""

    @cached_property
    def safety_lead(self) -> SafetyLead:
        """Who is told at once of what went wrong. Raises ConfigError for a setting that doesn't fit."""
        people = chain(self.settings.safety_lead, "CARELOOM_SAFETY_LEAD")
        return SafetyLead(people, pager(self.settings), self._here, self.alarming)

    @cached_property
    def safety(self) -> Safety:
        """What went wrong, or nearly."""
        return Safety(
            self.store, self.access, self._here, self.record_of, lambda told: self.safety_lead.tell(told)
        )

    @cached_property
    def stop_switch(self) -> StopSwitch:
        """What stops a kind of document, a model or the site at once."""
        settings = self.settings
        return StopSwitch(
            self.store,
            self.access,
            self._here,
            frozenset(draft.KINDS),
            names_of(settings.model, settings.model_name),
            lambda told: self.safety_lead.tell(told),
        )
