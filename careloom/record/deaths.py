"""Somebody whom one source calls dead and another sees afterwards; or two days of death.

Misses   a death that a source states without a day; what is billed, filed or certified within a week of it
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.care.record import Conflict
from careloom.record.words import day, listed, senders, systems, whence

# What shows that somebody lived: bills and documents follow a death, these do not.
_LIVING = frozenset(
    {"Encounter", "Observation", "MedicationDispense", "MedicationAdministration", "Immunization"}
)
_SEEN = frozenset({"finished", "in-progress", "final", "amended", "corrected", "completed"})
_OF_DEATH = re.compile(r"\bdeath\b|deceased|autopsy|post-?mortem|bereave", re.I)
_AFTERWARDS = timedelta(days=7)
_SHOWN = 3


def deaths(patients: Iterable[Entry], entries: Sequence[Entry]) -> Iterator[Conflict]:
    """The conflict over a death, if there is one; `entries` in time order."""
    told = [(on, entry) for entry in patients if (on := _day(entry.detail.get("deceased", "")))]
    if not told:
        return
    by_day: dict[date, list[Entry]] = {}
    for on, entry in told:
        by_day.setdefault(on, []).append(entry)
    first = min(by_day)
    sources = {sender for entry in by_day[first] for sender in senders(entry)}
    later = [
        entry
        for entry in entries
        if entry.kind in _LIVING
        and entry.status in _SEEN
        and entry.subject == "patient"
        and entry.effective.start is not None
        and entry.effective.start.day > first + _AFTERWARDS
        and not _OF_DEATH.search(entry.name)
        and sources.isdisjoint(senders(entry))
    ][-_SHOWN:]
    if len(by_day) < 2 and not later:
        return
    said = [
        f"{listed(sorted({system for entry in by_day[on] for system in systems(entry)}))} says died on {on.isoformat()}"
        for on in sorted(by_day)
    ]
    said += [f"{whence(entry)} has {_NAMES[entry.kind]} on {day(entry)}" for entry in later]
    cited = [entry.id for on in sorted(by_day) for entry in by_day[on]] + [entry.id for entry in later]
    yield Conflict("demographics", "death", tuple(cited), "; ".join(dict.fromkeys(said)))


_NAMES = {
    "Encounter": "a visit",
    "Observation": "a result",
    "MedicationDispense": "a fill",
    "MedicationAdministration": "a dose",
    "Immunization": "a vaccine",
}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
