"""Messages that could not be read, as rows and as a page: what is wrong, where, since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careloom.pipeline.dead_letters import DeadLetter
from careloom.web.present.words import count, moment, sentence, span

FIRST = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place of a message."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: the first faults in full, the others behind a count."""

    message: str
    name: str
    source: str
    format: str
    received: str
    age: str
    faults: tuple[Fault, ...]
    more: tuple[Fault, ...]
    more_words: str


def rows(letters: Sequence[DeadLetter], now: datetime) -> tuple[Letter, ...]:
    """The list, in the order given."""
    return tuple(letter_shown(one, now) for one in letters)


def letter_shown(letter: DeadLetter, now: datetime) -> Letter:
    """One message as its page shows it."""
    faults = tuple(Fault(one.where, sentence(one.reason)) for one in letter.rejected)
    return Letter(
        message=letter.message,
        name=letter.name,
        source=letter.source.replace("_", " "),
        format=letter.format.replace("_", " "),
        received=moment(letter.received, now) if letter.received else "",
        age=span((now - letter.received).total_seconds()) if letter.received else "",
        faults=faults[:FIRST],
        more=faults[FIRST:],
        more_words=count(len(faults) - FIRST, "more place"),
    )
