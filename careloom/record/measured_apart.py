"""Two weights or heights of an adult that cannot both be right: a unit or a digit mistaken, or another person's.

Source   none; the limits are our own. No adult loses or gains a quarter of their weight in a month, or 10 cm of their
         height in five years; what an illness does to a weight is a trend, and stays below
Misses   children, who grow; two values of which one is older than two years; values without a known unit
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from careloom.care.entry import Entry
from careloom.care.record import Conflict
from careloom.knowledge import Knowledge
from careloom.knowledge.labs import number
from careloom.record.words import day, whence


@dataclass(frozen=True, slots=True)
class _Limit:
    """How much two values of an adult may differ: in the canonical unit, or as a part of the larger; within how long."""

    within: timedelta
    from_age: int
    change: Decimal | None = None
    part: Decimal | None = None

    def passed(self, one: Decimal, other: Decimal) -> bool:
        """Whether two values differ by more."""
        moved = abs(one - other)
        limit = self.change if self.change is not None else (self.part or Decimal(1)) * max(one, other)
        return moved > limit


_LIMITS: Mapping[str, _Limit] = {
    "weight": _Limit(timedelta(days=30), 18, part=Decimal("0.25")),
    "height": _Limit(timedelta(days=1826), 20, change=Decimal(10)),
}
_RECENT = timedelta(days=731)
_USABLE = frozenset({"final", "amended", "corrected", "preliminary", "unknown", None})
_SHOWN = 4


def measured_apart(
    observations: Iterable[Entry], knowledge: Knowledge, as_of: date, birth_date: str | None
) -> Iterator[Conflict]:
    """One conflict for each of the measurements of which two neighbouring values (in time order) are too far apart."""
    values: dict[str, list[tuple[Entry, Decimal]]] = {}
    codes = {code: concept for concept in _LIMITS for code in knowledge.labs.by_concept[concept].loinc}
    for entry in observations:
        concept = next((codes[code.code] for code in entry.codes if code.code in codes), "")
        value = _value(entry, concept, knowledge)
        if value is not None:
            values.setdefault(concept, []).append((entry, value))
    for concept, measured in values.items():
        if apart := _apart(measured, _LIMITS[concept], as_of, birth_date):
            label = knowledge.labs.by_concept[concept].label
            why = "; ".join(
                dict.fromkeys(
                    f"{_said(entry, knowledge)} from {whence(entry)} on {day(entry)}" for entry in apart
                )
            )
            yield Conflict("measured_apart", label, tuple(entry.id for entry in apart), why)


def _value(entry: Entry, concept: str, knowledge: Knowledge) -> Decimal | None:
    """A usable value in the canonical unit."""
    if not concept or entry.subject != "patient" or entry.negated or entry.status not in _USABLE:
        return None
    lab = knowledge.labs.by_concept[concept]
    if entry.comparator or entry.happened is None or not lab.plausible(entry.value, entry.unit):
        return None
    return lab.canonical(entry.value, entry.unit)


def _apart(
    measured: Sequence[tuple[Entry, Decimal]], limit: _Limit, as_of: date, birth_date: str | None
) -> list[Entry]:
    """The last values that lie too far from their neighbours, in time order."""
    found: dict[str, Entry] = {}
    for (first, one), (then, other) in pairwise(measured):
        if first.happened is None or then.happened is None or not limit.passed(one, other):
            continue
        near = then.happened.day - first.happened.day <= limit.within
        if (
            near
            and first.happened.day >= as_of - _RECENT
            and _is_grown(first.happened.day, birth_date, limit)
        ):
            found |= {first.id: first, then.id: then}
    return list(found.values())[-_SHOWN:]


def _is_grown(on: date, birth_date: str | None, limit: _Limit) -> bool:
    """Whether somebody is an adult on a day; who states no birth date counts as one, so that nothing is passed over."""
    year = number((birth_date or "")[:4])
    return year is None or on.year - int(year) > limit.from_age


def _said(entry: Entry, knowledge: Knowledge) -> str:
    unit = knowledge.labs.plain(entry.unit) if entry.unit else ""
    return f"{entry.value} {unit}".strip()
