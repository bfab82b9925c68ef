"""Diagnoses that exclude each other, both active: which of them is right is the physician's.

Source   knowledge's conditions.toml (`excludes`): ICD-10-CM's Excludes1 notes
Misses   types that knowledge does not tell apart; a diagnosis that a source only suspects
"""

from collections.abc import Iterator, Sequence

from careloom.care.entry import Entry
from careloom.care.record import Conflict, Problem
from careloom.knowledge import Knowledge
from careloom.record.words import day_of, listed, systems

# Enough to show each source's word on either side.
_CITED = 5


def excluded(
    problems: Sequence[Problem], conditions: Sequence[Entry], knowledge: Knowledge
) -> Iterator[Conflict]:
    """One conflict for each pair of diagnoses that nobody has both of and that active problems state."""
    by_id = {entry.id: entry for entry in conditions}
    told: dict[str, list[Entry]] = {}
    for problem in problems:
        if problem.status != "active" or problem.doubtful or problem.concept is None:
            continue
        for entry in (by_id[id] for id in problem.entries if id in by_id):
            if not entry.negated:
                for concept in _concepts(problem, entry, knowledge):
                    told.setdefault(concept, []).append(entry)
    for one, other in knowledge.conditions.excluding:
        if one in told and other in told:
            labels = [knowledge.conditions.label(concept) for concept in (one, other)]
            sides = [_whence(told[concept]) for concept in (one, other)]
            entries = [entry.id for concept in (one, other) for entry in told[concept][:_CITED]]
            why = "; ".join(f"{label} in {side}" for label, side in zip(labels, sides, strict=True))
            yield Conflict("diagnosis", " or ".join(labels), tuple(dict.fromkeys(entries)), why)


def _concepts(problem: Problem, entry: Entry, knowledge: Knowledge) -> frozenset[str]:
    """What an entry says somebody has, with everything that this is a kind of."""
    conditions = knowledge.conditions
    exact = conditions.specific(entry.codes, entry.text) or problem.concept or ""
    return conditions.above(exact).union(*map(conditions.above, conditions.mentioned(entry.name)))


def _whence(entries: Sequence[Entry]) -> str:
    """The systems that say so, and since when the first of them does."""
    named = listed(sorted({system for entry in entries for system in systems(entry)}))
    starts = [start for entry in entries if (start := entry.effective.start or entry.recorded)]
    first = min(starts, key=lambda start: start.earliest, default=None)
    return f"{named} since {day_of(first)}" if first else named
