"""What messages of one source say of what stands in others of them: names, deletions, whose something is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A resource that its server has deleted ("Observation/5"), where the message says so, and when, if it tells."""

    resource: str
    where: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What only gives others a name ("Medication/7", "Practitioner/2"), kept for messages that refer to it later."""

    resource: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What an earlier message of the same source said: a resource's name, and whose it is by the source's number."""

    name: str
    whose: str


class Elsewhere(Protocol):
    """What earlier messages of one source said, for those that refer to it by its address there."""

    def named(self, resource: str) -> bytes | None:
        """The body of a `Named`, or None."""

    def told(self, resource: str) -> Told | None:
        """What is known of a resource that became an entry, or None."""
