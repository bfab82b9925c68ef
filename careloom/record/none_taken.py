"""A source that says that no medicine is taken, against the medicines that other sources list.

What is first listed after that day does not contradict it, nor does the same source's own later list.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from careloom.care.entry import Entry
from careloom.care.record import Conflict, Medication
from careloom.record.words import day, listed, on, plain, senders, systems, whence

# As many names as a reader takes in; every one is cited.
_NAMED = 4


def none_taken(
    denials: Iterable[Entry], medications: Sequence[Medication], by_id: Mapping[str, Entry]
) -> Iterator[Conflict]:
    """One conflict for each entry of `denials` (in time order; the newest of a system counts) against current medicines."""
    newest = {senders(entry)[0]: entry for entry in denials}
    for denial in newest.values():
        against = [
            (one.name, told) for one in medications if one.current and (told := _told(one, denial, by_id))
        ]
        if not against:
            continue
        entries = [entry for _, told in against for entry in told]
        names = listed(name for name, _ in against[:_NAMED])
        more = f" and {len(against) - _NAMED} more" if len(against) > _NAMED else ""
        said = "that no medicine is taken" if denial.kind == "List" else plain(denial.name)
        why = f"{whence(denial)} says {said} {on(denial)}; {_systems(entries)} lists {names}{more}"
        ids = (denial.id, *dict.fromkeys(told[0].id for _, told in against))
        yield Conflict("medication_list", "medications", ids, why)


def _told(one: Medication, denial: Entry, by_id: Mapping[str, Entry]) -> list[Entry]:
    """What another source says of a medicine, no later than the denial; [] where nobody else does."""
    entries = [by_id[id] for id in one.entries if id in by_id]
    own = set(senders(denial))
    return [
        entry
        for entry in entries
        if own.isdisjoint(senders(entry)) and (not denial.happened or day(entry) <= day(denial))
    ]


def _systems(entries: Iterable[Entry]) -> str:
    return listed(sorted({system for entry in entries for system in systems(entry)}))
