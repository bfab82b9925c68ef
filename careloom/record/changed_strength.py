"""A drug whose strength was changed while the old one was at home: both bottles may stand there.

Misses   a strength that was changed and came back while an order of before it still stands; samples and fills that nobody tells of; a change of the dose by pieces of the same strength; liquids and injections
"""

from collections.abc import Iterator
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.care.fills import is_fill
from careloom.care.record import Conflict
from careloom.knowledge.strengths import parse_strengths
from careloom.record.drug_group import Group, day_of_entry
from careloom.record.fills import lasts_until
from careloom.record.words import on

# Ours: for a quarter of a year after the change it is asked; an order without fills counts for a year before it.
_LATELY = timedelta(days=92)
_ORDERED = timedelta(days=366)
_FIRST = timedelta(days=31)
_NEVER_BEGUN = frozenset({"draft", "cancelled", "entered-in-error"})
_ENDED = frozenset({"stopped", "completed"})
_TOLD = ("MedicationRequest", "MedicationDispense", "ExplanationOfBenefit")


def changed_strength(group: Group) -> Iterator[Conflict]:
    """The newest order or fill of one strength, and the last of another that was at home or ordered when it was made.

    None where the old one was ordered or filled again since, or the new one was ordered before it and not ended: then both are meant.
    """
    told = [(entry, strength) for entry in group.entries if (strength := _strength(group, entry))]
    told.sort(key=lambda pair: (day_of_entry(pair[0]), pair[0].id))
    if not told:
        return
    now = told[-1][1]
    run = [entry for entry, _ in _run(told, now)]
    since = min(day_of_entry(entry) for entry in run)
    # What a pharmacy alone hands out is no change of the order: that doses differ is told as such.
    newest = next((entry for entry in run if entry.kind == "MedicationRequest"), None)
    if newest is None or day_of_entry(newest) > since + _FIRST:
        return
    if since < group.as_of - _LATELY:
        return
    before = [entry for entry, strength in told if strength != now and day_of_entry(entry) < since]
    if any(strength != now and day_of_entry(entry) >= since for entry, strength in told):
        return
    fills = [entry for entry in before if is_fill(entry) and lasts_until(entry) >= since]
    orders = [entry for entry in before if not is_fill(entry) and day_of_entry(entry) >= since - _ORDERED]
    ordered = [day_of_entry(entry) for entry, strength in told if strength == now and not is_fill(entry)]
    for old in (fills or orders)[-1:]:
        if min(ordered) < day_of_entry(old) and not _came_back(told, now, since):
            continue
        yield Conflict("two_strengths", group.name, (newest.id, old.id), f"{_said(newest)}; {_said(old)}")


def _run(told: list[tuple[Entry, object]], now: object) -> list[tuple[Entry, object]]:
    """The last entries in time order that are all of one strength."""
    run: list[tuple[Entry, object]] = []
    for entry, strength in reversed(told):
        if strength != now:
            break
        run.append((entry, strength))
    return run


def _came_back(told: list[tuple[Entry, object]], now: object, since: date) -> bool:
    """Whether a strength was ordered before, was changed, and is ordered again: every order of before has ended, of both strengths."""
    before = [
        (entry, strength)
        for entry, strength in told
        if entry.kind == "MedicationRequest" and day_of_entry(entry) < since
    ]
    changed = any(strength != now for _, strength in before)
    return changed and all(entry.status in _ENDED for entry, _ in before)


def _strength(group: Group, entry: Entry) -> object:
    """The strength of a piece that an order lists or a fill hands out; None where there is no such thing."""
    if entry.kind not in _TOLD or entry.negated or entry.status in _NEVER_BEGUN or not entry.happened:
        return None
    if entry.kind != "MedicationRequest" and not is_fill(entry):
        return None
    if day_of_entry(entry) > group.as_of:
        return None
    dose = group.dose(entry)
    return (dose.strength, dose.unit) if dose.strength and "/" not in dose.unit and not dose.parts else None


def _said(entry: Entry) -> str:
    """Which strength, ordered or filled, and when; where, its entry tells."""
    names = " ".join(dict.fromkeys([entry.text, *(code.display for code in entry.codes)]))
    amount, unit = (parse_strengths(entry.text) or parse_strengths(names))[0]
    return f"{amount} {unit} {'filled' if is_fill(entry) else 'ordered'} {on(entry)}"
