"""One thing on the left in one source and on the right in another.

Misses   a side that only a code tells; one thing in other words or another code system; a disease of both sides of which each
         source lists one and that began at different times: that is no contradiction
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.care.record import Conflict
from careloom.record.groups import grouped
from careloom.record.words import day, key, plain, senders, whence

_SIDE = re.compile(r"\b(left|right|lt|rt)\b\s*(?:-\s*sided|side(?:d)?(?: of)?)?", re.I)
_BOTH = re.compile(r"\bbilateral|\bboth\b|\bleft (?:and|or) right|\bright (?:and|or) left", re.I)
# Words with "right" or "left" that name no side of the body's two.
_ONE_ORGAN = re.compile(
    r"ventric|atri|heart|bundle|cardiac|colon|shunt|left[- ]handed|right[- ]handed|axis|coronary|descending|without being seen|left against|left before",
    re.I,
)
# What is done or lost once: two sources that give no day for it tell of the same one.
_ONCE = re.compile(
    r"amput|absence of|mastectomy|nephrectomy|hemipleg|hemipar|enucleat|arthroplasty|replacement|prosthe",
    re.I,
)
SIDED = frozenset({"Condition", "Procedure", "Device"})
_OVER = frozenset({"entered-in-error", "not-done", "preparation", "cancelled"})
_SAME_TIME = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _Sided:
    """An entry of something on one side: what it is without the side, and when it began."""

    entry: Entry
    thing: str
    side: str

    @property
    def began(self) -> date | None:
        """The day on which it began or was done; a day on which it was only written down is none."""
        start = self.entry.effective.start
        return start.day if start else None


def sides(entries: Iterable[Entry]) -> Iterator[Conflict]:
    """One conflict for each thing that began at one time, on another side in each of two sources."""
    sided_of: dict[str, _Sided] = {}
    keys: list[list[object]] = []
    for entry in entries:
        if entry.kind in SIDED and (sided := _sided(entry)):
            sided_of[entry.id] = sided
            keys.append([key(sided.thing), *((code.system, code.code) for code in entry.codes)])
    for group in grouped([one.entry for one in sided_of.values()], keys):
        told = [sided_of[entry.id] for entry in group]
        by_system: dict[str, set[str]] = {}
        for one in told:
            for system in senders(one.entry):
                by_system.setdefault(system, set()).add(one.side)
        # Who tells of both sides contradicts neither.
        alone = [one for one in told if all(len(by_system[system]) == 1 for system in senders(one.entry))]
        differing = [one for one in alone if any(_differ(one, other) for other in alone)]
        if differing:
            why = "; ".join(
                dict.fromkeys(f"{whence(one.entry)} says {one.side}{_on(one.entry)}" for one in differing)
            )
            yield Conflict("laterality", differing[0].thing, tuple(one.entry.id for one in differing), why)


def side(entry: Entry) -> str:
    """On which side something is: "left", "right", or "" where its words name none or both."""
    sided = _sided(entry)
    return sided.side if sided else ""


def _sided(entry: Entry) -> _Sided | None:
    site = entry.detail.get("body_site", "")
    name = plain(entry.name)
    words = name if _SIDE.search(name) or not site else f"{name} of {plain(site)}"
    said = {found.lower()[0] for found in _SIDE.findall(words)}
    if len(said) != 1 or _BOTH.search(words) or _ONE_ORGAN.search(words):
        return None
    if entry.subject != "patient" or entry.negated or {entry.status, entry.certainty} & _OVER:
        return None
    place = key(_SIDE.sub(" ", plain(site)))
    told = name if place and set(place.split()) <= set(key(name).split()) else words
    thing = " ".join(_SIDE.sub(" ", told).split()).strip(" ,-")
    return _Sided(entry, thing, "left" if said == {"l"} else "right") if thing else None


def _differ(one: _Sided, other: _Sided) -> bool:
    if one.side == other.side or set(senders(one.entry)) & set(senders(other.entry)):
        return False
    if one.began is None or other.began is None:
        return bool(_ONCE.search(one.thing))
    return abs(one.began - other.began) <= _SAME_TIME


def _on(entry: Entry) -> str:
    return f" on {day(entry)}" if entry.happened else ""
