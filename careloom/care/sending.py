"""Sendings: what goes to a patient, by which channel, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

Channel: TypeAlias = Literal["email", "text", "portal"]
# In the order in which they are offered.
CHANNELS: tuple[Channel, ...] = ("email", "text", "portal")


class State(StrEnum):
    """What a sending is. `unknown`: it was handed over and nobody knows what became of it; a person says."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


# Of these nothing more comes by itself.
ENDED = frozenset({State.SENT, State.FAILED, State.CANCELLED, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as an adapter takes it: `key` is the same each time the same message is sent, `at` when it is sent."""

    key: str
    to: str
    subject: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """What a sending became at a time, why (never a word of a patient), and by whom: a user's id, or "careloom"."""

    state: State
    at: datetime
    why: str = ""
    by: str = "careloom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A released document on its way to a patient; the same document to the same address by the same channel is one.

    `to` is the address (the patient's id, for the portal), `not_before` the time until which it waits.
    """

    id: str
    proposal: str
    patient: str
    channel: Channel
    to: str
    subject: str
    text: str
    state: State
    created: datetime
    not_before: datetime
    steps: tuple[Step, ...] = ()

    @property
    def why(self) -> str:
        """Why it is what it is."""
        return self.steps[-1].why if self.steps else ""

    @property
    def attempts(self) -> int:
        """How often it was handed over."""
        return sum(step.state is State.SENDING for step in self.steps)
