"""Safeguards: the parts of a store that hold what went wrong, and what keeps it from happening again, and with what drafts were made."""

from dataclasses import dataclass
from functools import cached_property

from careloom.privacy.crypto import Keys
from careloom.store.changes import Changes
from careloom.store.failures import Failures
from careloom.store.past import Past
from careloom.store.registry import Registry
from careloom.store.safety_events import SafetyEvents
from careloom.store.site_rules import SiteRules
from careloom.store.stops import Stops


@dataclass(frozen=True)
class Safeguards:
    """Those of one organisation."""

    keys: Keys

    @cached_property
    def failures(self) -> Failures:
        """What was wrong with drafts, and what was found of it."""
        return Failures(self.keys)

    @cached_property
    def site_rules(self) -> SiteRules:
        """The site's own rules, and what rules looked at of each draft."""
        return SiteRules(self.keys)

    @cached_property
    def stops(self) -> Stops:
        """What is stopped."""
        return Stops(self.keys)

    @cached_property
    def safety_events(self) -> SafetyEvents:
        """What went wrong, or nearly."""
        return SafetyEvents(self.keys)

    @cached_property
    def changes(self) -> Changes:
        """Changes of what drafts are made with, and how far they are rolled out."""
        return Changes(self.keys)

    @cached_property
    def registry(self) -> Registry:
        """What shapes drafts, each version by its hash."""
        return Registry(self.keys)

    @cached_property
    def past(self) -> Past:
        """What was stored when a draft was queued."""
        return Past(self.keys)
