"""Messages that could not be read, as rows and as a page: what is wrong, where, since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from careloom.care.entry import Rejection
from careloom.errors import PatientMismatch
from careloom.pipeline.dead_letters import DeadLetter
from careloom.pipeline.merging import A_PERSON
from careloom.web.present.refusals import meant, named
from careloom.web.present.words import count, moment, sentence, source_name, span

FIRST = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place of a message; `pair` is the waiting pair of People that it is about, where there is one."""

    where: str
    reason: str
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: the first faults in full, the others behind a count; `who` where a person must say whom it is about."""

    message: str
    name: str
    source: str
    format: str
    received: str
    age: str
    faults: tuple[Fault, ...]
    more: tuple[Fault, ...]
    more_words: str
    who: bool


Labels = Mapping[str, str]
Pairs = Mapping[frozenset[str], str]


def rows(letters: Sequence[DeadLetter], now: datetime, labels: Labels, pairs: Pairs) -> tuple[Letter, ...]:
    """The list, in the order given."""
    return tuple(letter_shown(one, now, labels, pairs) for one in letters)


def people_of(letters: Sequence[DeadLetter]) -> frozenset[str]:
    """Everybody of whom a reason speaks."""
    return frozenset(one for letter in letters for row in letter.rejected for one in meant(row.reason))


def letter_shown(letter: DeadLetter, now: datetime, labels: Labels, pairs: Pairs) -> Letter:
    """One message as its page shows it: people by these labels, pairs that wait on People by their ids."""
    faults = tuple(
        Fault(one.where, sentence(named(one.reason, labels)), pairs.get(frozenset(meant(one.reason)), ""))
        for one in letter.rejected
    )
    return Letter(
        message=letter.message,
        name=letter.name,
        source=source_name(letter.source),
        format=letter.format.replace("_", " "),
        received=moment(letter.received, now) if letter.received else "",
        age=span((now - letter.received).total_seconds()) if letter.received else "",
        faults=faults[:FIRST],
        more=faults[FIRST:],
        more_words=count(len(faults) - FIRST, "more place"),
        who=letter.format != "scan" and any(map(_asks_who, letter.rejected)),
    )


def _asks_who(rejected: Rejection) -> bool:
    """Whether a person is described whom nobody is for certain; what a merge says is decided on the page People."""
    return rejected.error == PatientMismatch.__name__ and not rejected.reason.endswith(A_PERSON)
