"""Trials: for how long fills show that a drug was in hand, as a sentence about those fills.

Source   Pharmacy Quality Alliance, Proportion of Days Covered, as `record.therapies`: a refill before the supply ends starts on the
         day after it; an allowance of 30 days between two fills of one trial is ours
Misses   cash, samples, a stay in hospital; whether what was in hand was taken
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.entry import Entry
from careloom.knowledge.facts import Facts

_ALLOWANCE = timedelta(days=30)
_LONGEST = 400
_MOST = 12
_FILLED = frozenset({"completed", "in-progress", None})
_CURRENT = frozenset({"active", "on-hold", "unknown", None})
_VOID = frozenset({"entered-in-error", "cancelled", "draft", "not-done", "declined"})


@dataclass(frozen=True, slots=True)
class Trial:
    """What shows that a drug was tried; `days` of supply, None where nobody says; `filled` where a pharmacy handed it out."""

    text: str
    entries: tuple[str, ...]
    days: int | None
    filled: bool


def trial_of(name: str, facts: Facts, wanted: int | None) -> Trial | None:
    """The longest run of fills of a drug, or of one of a class; the newest of them that cover the `wanted` days. Where nobody filled
    it, the newest order or report; None where there is none.
    """
    drugs = _of(name, facts)
    runs = [run for drug in drugs for run in _runs(_fills(drug, facts), facts.record.as_of)]
    if runs:
        best = max(runs, key=lambda run: (_days(run, facts.record.as_of), run[-1].id))
        return _told(_enough(best, wanted, facts.record.as_of), facts)
    ordered = [
        one
        for one in facts.record.entries
        if one.kind in ("MedicationRequest", "MedicationStatement")
        and one.subject == "patient"
        and not one.negated
        and one.status not in _VOID
        and one.happened
        and any(drug.name in drugs for drug in facts.knowledge.drugs.find(one.text, one.codes))
    ]
    if not ordered:
        return None
    entry = ordered[-1]
    told, day = _name(entry, facts), entry.happened.day.isoformat() if entry.happened else ""
    if entry.status not in _CURRENT:
        text = f"A past medication is {told[:1].lower()}{told[1:]}, ordered on {day}."
    elif entry.kind == "MedicationRequest":
        text = f"{told} was ordered on {day}."
    else:
        text = f"{told} is taken as reported on {day}."
    return Trial(text, (entry.id,), None, filled=False)


def _of(name: str, facts: Facts) -> tuple[str, ...]:
    return (name, *(drug.name for drug in facts.knowledge.drugs.class_members(name)))


def _fills(drug: str, facts: Facts) -> list[Entry]:
    found = []
    for one in facts.record.entries:
        if (
            one.kind != "MedicationDispense"
            or one.status not in _FILLED
            or one.negated
            or one.subject != "patient"
        ):
            continue
        if one.happened and drug in {each.name for each in facts.knowledge.drugs.find(one.text, one.codes)}:
            found.append(one)
    return found


def _supply(fill: Entry) -> int:
    said = fill.detail.get("days_supply", "").split(".")[0]
    return int(said) if said.isdigit() and 0 < int(said) <= _LONGEST else 0


def _day(fill: Entry) -> date:
    return fill.happened.day if fill.happened else date.min


def _runs(fills: Sequence[Entry], as_of: date) -> list[list[Entry]]:
    """Fills that follow each other without a gap longer than the allowance; one fill a day."""
    runs: list[list[Entry]] = []
    until = date.min
    seen: set[date] = set()
    for fill in fills:
        if _day(fill) in seen or _day(fill) > as_of:
            continue
        seen.add(_day(fill))
        if not runs or _day(fill) > until + _ALLOWANCE:
            runs.append([])
            until = _day(fill)
        runs[-1].append(fill)
        until = max(until, _day(fill)) + timedelta(days=_supply(fill))
    return runs


def _days(run: Sequence[Entry], as_of: date) -> int:
    """The days of a run on which supply was in hand, until today."""
    covered, until = 0, date.min
    for fill in run:
        start = max(until, _day(fill))
        until = start + timedelta(days=_supply(fill))
        covered += max(0, (min(until, as_of) - start).days)
    return covered


def _enough(run: list[Entry], wanted: int | None, as_of: date) -> list[Entry]:
    """The newest fills of a run that cover the wanted days, however many these are; where none do, its newest, at most twelve."""
    for first in range(len(run) - 1, -1, -1):
        if wanted is not None and _days(run[first:], as_of) >= wanted:
            return run[first:]
    return run[-_MOST:] if wanted is not None else run[-1:]


def _told(run: Sequence[Entry], facts: Facts) -> Trial:
    name = _name(run[-1], facts)
    days, supplies = [_day(one).isoformat() for one in run], [_supply(one) for one in run]
    when = f"{', '.join(days[:-1])} and {days[-1]}" if len(days) > 1 else days[0]
    text = f"{name} was filled on {when}"
    if all(supplies) and len(set(supplies)) == 1:
        text += f", with a supply of {supplies[0]} days" + (" each" if len(run) > 1 else "")
    elif all(supplies):
        listed = [str(one) for one in supplies]
        text += f", with supplies of {', '.join(listed[:-1])} and {listed[-1]} days"
    return Trial(f"{text}.", tuple(one.id for one in run), _days(run, facts.record.as_of), filled=True)


def _name(entry: Entry, facts: Facts) -> str:
    found = facts.knowledge.drugs.find(entry.text, entry.codes)
    name = " and ".join(drug.name for drug in found)
    return name[:1].upper() + name[1:]
