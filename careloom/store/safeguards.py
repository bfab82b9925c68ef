"""Safeguards: the parts of a store that hold what went wrong, and what keeps it from happening again."""

from dataclasses import dataclass
from functools import cached_property

from careloom.privacy.crypto import Keys
from careloom.store.failures import Failures
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
