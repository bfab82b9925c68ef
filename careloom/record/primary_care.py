"""Who the primary-care provider is, where sources name two different people.

Misses   a practice against a person; two people of one surname whose given names no source writes out
"""

import re
from collections.abc import Iterable, Iterator

from careloom.care.entry import Entry
from careloom.care.record import Conflict
from careloom.record.words import key, senders, whence

_ROLE = re.compile(r"\bprimary[- ]care|\bpcp\b|general pract|family (?:physician|doctor|pract)", re.I)
_TITLES = re.compile(r"\b(?:dr|mr|mrs|ms|prof|md|do|np|pa|pa-c|dnp|aprn|fnp|rn|phd|jr|sr)\b\.?", re.I)
_WORD = re.compile(r"\w+")
_PLACE = re.compile(
    r"\b(?:clinic|cent(?:er|re)|care|health|hospital|medical|medicine|group|practice|associates|physicians|services|team|office)\b",
    re.I,
)
_IN_FORCE = frozenset({"active", None})


def primary_care(entries: Iterable[Entry]) -> Iterator[Conflict]:
    """The conflict between the providers whom sources name (entries in time order; a source's newest word counts)."""
    named: dict[str, tuple[Entry, frozenset[str]]] = {}
    for entry in entries:
        people = frozenset(_providers(entry))
        if people:
            for system in senders(entry):
                named[system] = (entry, people)
    found = list({entry.id: (entry, people) for entry, people in named.values()}.values())
    differing = [
        (entry, people)
        for entry, people in found
        if any(not _same(people, others) for other, others in found if other is not entry)
    ]
    if differing:
        why = "; ".join(f"{' and '.join(sorted(people))} in {whence(entry)}" for entry, people in differing)
        yield Conflict(
            "primary_care", "primary care provider", tuple(entry.id for entry, _ in differing), why
        )


def _providers(entry: Entry) -> Iterator[str]:
    """The people (no practices) whom an entry names as primary-care providers."""
    if entry.kind == "Patient":
        names = entry.detail.get("general_practitioner", "").split("; ")
    elif entry.kind == "CareTeam" and entry.status in _IN_FORCE and entry.effective.end is None:
        members = (one.partition(": ") for one in entry.detail.get("participants", "").split("; "))
        names = [name for role, _, name in members if _ROLE.search(role)]
    else:
        return
    for name in names:
        person = re.sub(r"\s*\([^)]*\)$", "", name).strip()
        if key(_TITLES.sub(" ", person)) and not _PLACE.search(person):
            yield person


def _same(people: frozenset[str], others: frozenset[str]) -> bool:
    """Whether one of these may be one of those: equal surnames, and given names that agree or are initials."""
    return any(_alike(one, other) for one in people for other in others)


def _alike(one: str, other: str) -> bool:
    mine, theirs = (_WORD.findall(key(_TITLES.sub(" ", _turned(name)))) for name in (one, other))
    if not mine or not theirs or mine[-1] != theirs[-1]:
        return False
    if len(mine) == 1 or len(theirs) == 1:
        return True
    a, b = mine[0], theirs[0]
    return a == b or (min(len(a), len(b)) == 1 and a[0] == b[0])


def _turned(name: str) -> str:
    """ "Osei, Lena" as "Lena Osei"; a title behind a comma stays behind."""
    family, comma, given = name.partition(", ")
    return f"{given} {family}" if comma and key(_TITLES.sub(" ", given)) else name
