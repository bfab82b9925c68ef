"""Measured: the values of a record's results by their measurement, in the source's digits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from careloom.care.entry import Code, Entry
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge
from careloom.knowledge.labs import Lab, holds

T = TypeVar("T")
_UNUSABLE = frozenset({"entered-in-error", "cancelled", "registered"})


class Each(Protocol):
    """Asks something of every entry of a list, and may remember what it told before (`record.Remembered.each`)."""

    def __call__(self, tell: Callable[..., T], entries: Iterable[Entry], *given: object) -> list[T]:
        """`tell(entry, *given)` for each entry, in their order."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One usable or unusable value of a lab: digits and unit as the source wrote them."""

    lab: Lab
    entry: str
    day: date
    value: str
    unit: str
    comparator: str
    canonical: Decimal | None


def measured(
    record: PatientRecord, knowledge: Knowledge, each: Each
) -> tuple[dict[str, list[Measured]], list[Measured]]:
    """The possible values of each lab by its concept, the newest first, and those that cannot be, as of the record's date."""
    usable: dict[str, list[Measured]] = {}
    unusable: list[Measured] = []
    observations = [entry for entry in record.entries if entry.kind == "Observation"]
    for told in each(_of_entry, observations, knowledge):
        for one, plausible in told:
            if one.day > record.as_of:
                continue
            if plausible:
                usable.setdefault(one.lab.concept, []).append(one)
            else:
                unusable.append(one)
    for values in usable.values():
        values.sort(key=lambda one: one.day, reverse=True)
    return usable, unusable


def _of_entry(entry: Entry, knowledge: Knowledge) -> tuple[tuple[Measured, bool], ...]:
    """What a result measures, and whether each value is possible."""
    happened = entry.happened
    if entry.negated or entry.subject != "patient" or entry.status in _UNUSABLE or happened is None:
        return ()
    told = []
    for lab, value, unit, comparator in values_of(entry, knowledge):
        found = lab.canonical(value, unit)
        one = Measured(lab, entry.id, happened.day, value, unit, comparator, found)
        told.append((one, found is not None and lab.can_be(found)))
    return tuple(told)


def plainly(tell: Callable[..., T], entries: Iterable[Entry], *given: object) -> list[T]:
    """An `Each` that remembers nothing."""
    return [tell(entry, *given) for entry in entries]


def values_of(entry: Entry, knowledge: Knowledge) -> Iterable[tuple[Lab, str, str, str]]:
    """What an entry and its parts measure: the measurement, value, unit and comparator as the source has them."""
    parts: list[tuple[tuple[Code, ...], str | None, str | None, str]] = [
        (entry.codes, entry.value, entry.unit, entry.comparator),
        *((part.codes, part.value, part.unit, "") for part in entry.components),
    ]
    for codes, value, unit, comparator in parts:
        lab = knowledge.labs.find(codes, entry.text if codes is entry.codes else "")
        if lab and value:
            yield lab, value, unit or "", comparator


def satisfies(one: Measured, comparator: str, limit: Decimal) -> bool:
    """Whether a value surely meets a comparison: ">60" meets ">= 60", and never "< 60"."""
    if one.canonical is None:
        return False
    if one.comparator and not comparator.startswith(one.comparator[0]):
        return False
    if one.comparator in ("<", ">") and one.canonical == limit:
        return True
    return holds(one.canonical, comparator, limit)
