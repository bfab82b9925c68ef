"""What a store keeps of what is watched: alarms, who answers for what, and the calendar."""

from dataclasses import dataclass
from functools import cached_property

from careloom.privacy.crypto import Keys
from careloom.store.alarms import Alarms, Owners
from careloom.store.programme import Programmes


@dataclass(frozen=True)
class Watching:
    """These parts of one organisation's store."""

    keys: Keys

    @cached_property
    def alarms(self) -> Alarms:
        """What is watched and went wrong."""
        return Alarms(self.keys)

    @cached_property
    def owners(self) -> Owners:
        """Who answers for what."""
        return Owners(self.keys.organisation)

    @cached_property
    def programmes(self) -> Programmes:
        """The calendar of watching."""
        return Programmes(self.keys)
