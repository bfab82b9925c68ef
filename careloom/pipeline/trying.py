"""Trying a mapping on a file: what would come of it, and nothing stored."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from careloom.care.entry import Message
from careloom.connect import tables

SHOWN = 10


@dataclass
class Trial:
    """Entries by kind, people, what was rejected (the first of it with place and reason) and what was counted."""

    kinds: Counter[str] = field(default_factory=Counter)
    people: set[object] = field(default_factory=set)
    rejected: int = 0
    first: list[dict[str, str]] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


def attempt(mapping: tables.Mapping, file: Path, zone: str) -> Trial:
    """Read a file by a mapping. Raises InputError where the file as a whole isn't the mapping's."""
    trial = Trial()
    message = Message(hashlib.sha256(b"").hexdigest(), mapping.name, f"table:{mapping.name}", zone=zone)
    with file.open("rb") as body:
        for reading in tables.read(message, body, mapping):
            trial.kinds.update(entry.kind for entry in reading.entries)
            if reading.entries:
                first = reading.person.identifiers[0]
                trial.people.add(hash((first.system, first.value)))
            trial.rejected += len(reading.rejected)
            room = max(SHOWN - len(trial.first), 0)
            trial.first += [{"where": one.where, "reason": one.reason} for one in reading.rejected[:room]]
            trial.unknown.update(reading.unknown)
    return trial
