"""Answers to the lines about a drug that ran out or was stopped (lapsed), and about an illness that began of late (onset).

Never    calls a drug lapsed where another of the same lines is taken in its place, or where an order is on hold: somebody meant it
"""

from collections.abc import Iterator
from datetime import date

from careloom.care.entry import When
from careloom.care.record import Medication, Problem
from careloom.knowledge.answers import Asked
from careloom.knowledge.days import months_before
from careloom.knowledge.match import Match
from careloom.knowledge.when import Term

# That a source tells it stopped, or that no fill is seen where one was to be expected.
_DISPUTES = frozenset({"no_fill", "medication_status"})


def lapsed(asked: Asked, term: Term) -> list[Match]:
    """The drugs of these names that are stopped, said to be stopped, or without a fill where one was to be expected.

    With "within" only those of which a source told in that time; none while another drug of these names is taken.
    """
    every = [one for one in asked.record.medications if _is_of(one, term, asked)]
    gone = [one for one in every if _is_gone(one, asked)]
    if any(one.current and one.state != "on_hold" and one not in gone for one in every):
        return []
    return [
        Match(tuple(dict.fromkeys((*one.entries[:4], *_disputed(one, asked)))), {"drug": name})
        for one in gone
        if _is_late(one, term, asked)
        for name in [" and ".join(one.ingredients) or one.name]
    ]


def onset(asked: Asked, term: Term) -> list[Match]:
    """Problems of the present or the past that began within the line's time, the newest first; and those of which an entry of that time
    tells a kind that is held under another ("unstable angina" under angina)."""
    conditions = asked.knowledge.conditions
    first = months_before(asked.record.as_of, term.months or 0)
    found = []
    for problem in asked.record.problems:
        if problem.status == "refuted" or problem.doubtful or problem.concept is None:
            continue
        for concept, since, entries in _began(problem, asked):
            if (
                since
                and first <= since.day <= asked.record.as_of
                and conditions.above(concept) & {*term.names}
            ):
                slots = {"problem": conditions.label(concept), "onset": since.day.isoformat()}
                found.append((since.day, Match(entries, slots)))
                break
    return [match for _, match in sorted(found, key=lambda one: one[0], reverse=True)]


def _began(problem: Problem, asked: Asked) -> Iterator[tuple[str, When | None, tuple[str, ...]]]:
    """A problem with its beginning, and each kind of it that its entries name, with theirs, the newest first."""
    assert problem.concept is not None
    yield problem.concept, problem.since, problem.entries[:2]
    entries = [one for id in problem.entries if (one := asked.record.by_id.get(id))]
    for entry in sorted(
        entries, key=lambda one: one.happened.day if one.happened else date.min, reverse=True
    ):
        exact = asked.knowledge.conditions.specific(entry.codes, entry.text)
        if exact and exact != problem.concept and not entry.negated and entry.kind == "Condition":
            yield exact, entry.effective.start or entry.recorded, (entry.id,)


def _is_of(one: Medication, term: Term, asked: Asked) -> bool:
    known = (asked.knowledge.drugs.named(name) for name in one.ingredients)
    return any(drug and {drug.name, *drug.classes} & {*term.names} for drug in known)


def _is_gone(one: Medication, asked: Asked) -> bool:
    return one.state == "stopped" or any(True for _ in _disputed(one, asked))


def _disputed(one: Medication, asked: Asked) -> Iterator[str]:
    for conflict in asked.record.conflicts:
        if conflict.about == one.name and conflict.kind in _DISPUTES:
            yield from conflict.entries[:4]


def _is_late(one: Medication, term: Term, asked: Asked) -> bool:
    if term.months is None:
        return True
    entries = (asked.record.by_id.get(id) for id in one.entries)
    days = [entry.happened.day for entry in entries if entry and entry.happened]
    return bool(days) and max(days) >= months_before(asked.record.as_of, term.months)
