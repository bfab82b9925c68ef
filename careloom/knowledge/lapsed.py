"""Answers to the lines about a drug that ran out or was stopped (lapsed), and about an illness that began of late (onset).

Never    calls a drug lapsed where another of the same lines is taken in its place, or where an order is on hold: somebody meant it
"""

from collections.abc import Iterator

from careloom.care.record import Medication
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
    """Problems of the present or the past that began within the line's time, the newest first."""
    conditions = asked.knowledge.conditions
    found = []
    for problem in asked.record.problems:
        since = problem.since
        if problem.status == "refuted" or problem.doubtful or problem.concept is None or since is None:
            continue
        first = months_before(asked.record.as_of, term.months or 0)
        if first <= since.day <= asked.record.as_of and set(conditions.above(problem.concept)) & {
            *term.names
        }:
            slots = {"problem": conditions.label(problem.concept), "onset": since.day.isoformat()}
            found.append((since.day, Match(problem.entries[:2], slots)))
    return [match for _, match in sorted(found, key=lambda one: one[0], reverse=True)]


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
