"""Webhooks as nouns: a subscription, and one thing that it is told."""

from dataclasses import dataclass
from datetime import datetime

# What may be told, and what each means.
TOPICS = {
    "plan-filed": "a patient's first care plan was signed and filed",
    "plan-changed": "a newer care plan took the place of the one before",
    "document-filed": "another document was signed and filed",
    "document-taken-back": "a filed document was taken back out of the chart",
    "taken-back": "what was settled where sources disagreed was taken back",
    "task-changed": "something was said of a signed activity",
    "urgent-page": "something that can't wait pages a person",
    "alarm": "something that is watched went wrong: an alarm was raised",
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """A subscription, without its secret."""

    id: str
    name: str
    address: str
    topics: tuple[str, ...]
    made: datetime
    failing: datetime | None
    off: datetime | None
    waiting: int = 0
    dead: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that may be told: of which row it comes, its topic, and what it is about ("CarePlan/ID", "page:ID")."""

    source: str
    topic: str
    about: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """A happening as a subscription is told it, by its number there."""

    id: str
    webhook: str
    number: int
    topic: str
    about: str
    at: datetime
    state: str
    attempts: int
    error: str
