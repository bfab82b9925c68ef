"""What sources contradict each other in of which a person is one way or the other: smoking, resuscitation, pregnancy, blood.

A source's newest word counts; what cannot follow what was said before (a smoker who never smoked, another blood group)
contradicts it at whatever distance, though one source says both. What does is knowledge's (matters.toml).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from careloom.care.entry import Entry
from careloom.care.record import Conflict
from careloom.knowledge import Knowledge
from careloom.knowledge.matters import Matter, Stated
from careloom.record.words import day, senders, whence


@dataclass(frozen=True, slots=True)
class _Word:
    """What one source said of a matter; `newest` where it said nothing later."""

    said: Stated
    system: str
    newest: bool

    @property
    def since(self) -> date:
        return self.said.day or date.min


def contradicted(entries: Sequence[Entry], knowledge: Knowledge, as_of: date) -> Iterator[Conflict]:
    """One conflict for each matter on which entries (in time order) contradict each other."""
    telling = knowledge.matters.among(entries)
    for matter in knowledge.matters.all:
        words = list(_words(knowledge.matters.stated(matter, telling, as_of)))
        against = [
            pair
            for first in words
            for then in words
            if first is not then and _clash(matter, *(pair := (first, then)))
        ]
        if against:
            said = {word.said.entry.id: word.said for pair in against for word in pair}
            ordered = sorted(said.values(), key=lambda one: (one.day or date.min, one.entry.id))
            why = "; ".join(dict.fromkeys(map(_phrase, ordered)))
            yield Conflict(matter.kind, matter.about, tuple(said.entry.id for said in ordered), why)


def _words(stated: Iterable[Stated]) -> Iterator[_Word]:
    """Each source's newest word, and the first and the last for each value: enough to find what clashes."""
    by_system: dict[str, list[Stated]] = {}
    for one in sorted(stated, key=lambda one: (one.day or date.min, one.entry.id)):
        for system in senders(one.entry):
            by_system.setdefault(system, []).append(one)
    for system, said in by_system.items():
        kept: dict[tuple[str, bool], Stated] = {}
        for one in said:
            kept.setdefault((one.value, False), one)
            kept[one.value, True] = one
        for one in {id(one): one for one in kept.values()}.values():
            yield _Word(one, system, newest=one is said[-1])


def _clash(matter: Matter, first: _Word, then: _Word) -> bool:
    """Whether the later of two words cannot stand beside the earlier one."""
    apart = matter.apart.get((first.said.value, then.said.value))
    if apart is None or first.since > then.since:
        return False
    if apart == "ever":
        return True
    if first.system == then.system or not (first.newest and then.newest):
        return False
    if apart == "any":
        return True
    if first.said.until is None or then.said.day is None:
        return False
    return (then.said.day - first.said.until).days <= int(apart)


def _phrase(said: Stated) -> str:
    dated = f" on {day(said.entry)}" if said.entry.happened else ""
    return f"{whence(said.entry)} says {said.words}{dated}"
