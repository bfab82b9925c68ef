"""What only software says: drugs, problems and allergies that no person and no other system tells of.

Notes that software wrote and that repeat or cite each other are one source, however many they are: what a machine read in
another machine's note is no second witness.

Misses   software that does not say so; a note that tells another's content in other words without referring to it
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from careloom.care.entry import Entry
from careloom.care.record import Allergy, Conflict, Medication, Problem
from careloom.record.groups import grouped
from careloom.record.words import day, listed, systems

# So many words in a row that two notes share are copied, not coincidence.
_RUN = 9
_MOST_WORDS = 20_000


def is_software(entry: Entry) -> bool:
    """Whether its source says that software wrote it."""
    return entry.detail.get("machine_written") == "true"


def software_alone(
    entries: Sequence[Entry],
    problems: Iterable[Problem],
    medications: Iterable[Medication],
    allergies: Iterable[Allergy],
) -> Iterator[Conflict]:
    """One conflict for each current drug, active problem and active allergy of which only software tells."""
    written = [entry for entry in entries if is_software(entry)]
    if not written:
        return
    by_id = {entry.id: entry for entry in entries}
    source_of = _sources([entry for entry in written if entry.kind == "DocumentReference"])
    told = [(one.name, one.entries) for one in problems if one.status == "active"]
    told += [(one.name, one.entries) for one in medications if one.current]
    told += [(one.substance, one.entries) for one in allergies if one.status == "active"]
    for about, ids in told:
        telling = [by_id[id] for id in ids if id in by_id]
        if telling and all(map(is_software, telling)):
            yield Conflict(
                "software_alone", about, tuple(entry.id for entry in telling), _why(telling, source_of)
            )


def _why(telling: Sequence[Entry], source_of: Callable[[str], str]) -> str:
    who = listed(sorted({system for entry in telling for system in systems(entry)}))
    last = max(day(entry) for entry in telling)
    said = f"only what software wrote in {who} says so"
    said += f"; the last of it is of {last}" if last else ""
    messages = {source.message for entry in telling for source in (entry.source, *entry.also)}
    sources = {source_of(message) for message in messages}
    if len(messages) > len(sources):
        said += f"; {len(messages)} notes that repeat or cite each other count as {len(sources)}"
    return said


def _sources(notes: Sequence[Entry]) -> Callable[[str], str]:
    """Which source a message is, where notes that repeat or cite each other are one."""
    keys = [[note.id, *note.references, *_runs(note.text)] for note in notes]
    first = {note.source.message: group[0].id for group in grouped(notes, keys) for note in group}
    return lambda message: first.get(message, message)


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every run of `_RUN` words of a text."""
    words = re.findall(r"\w+", text.lower())[:_MOST_WORDS]
    return {tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)}
