"""Faults of a statement's computable parts and of its guideline: whose task, by when, which target, which source."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from careloom.care.document import ROLES, Guideline, Statement
from tests.safety.plans import Plan, knowledge

_DUE = re.compile(r"\b(by|until) ((?:19|20)\d\d-\d\d-\d\d)\b")


def role_in_words(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """The task is somebody else's, in the sentence alone."""
    found = [role.replace("_", " ") for role in ROLES]
    match = re.match(rf"The ({'|'.join(found)}) (?=\w+s\b)", statement.text)
    if match is None or statement.activity is None:
        return None
    new = chance.choice([one for one in found if one != match[1]])
    return replace(statement, text=statement.text.replace(match[1], new, 1))


def role_in_activity(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """The task is somebody else's, in its computable part alone."""
    if statement.activity is None:
        return None
    new = chance.choice([one for one in ROLES if one != statement.activity.owner])
    return replace(statement, activity=replace(statement.activity, owner=new))


def role_in_both(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """The task of a guideline's rule is somebody else's, in words and computable part."""
    changed = role_in_words(statement, plan, plans, chance)
    if changed is None or changed.activity is None or changed.guideline is None:
        return None
    who = next(role for role in ROLES if changed.text.startswith(f"The {role.replace('_', ' ')} "))
    return replace(changed, activity=replace(changed.activity, owner=who))


def due_in_words(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """A due date in the sentence moves."""
    found = list(_DUE.finditer(statement.text))
    if not found:
        return None
    match = chance.choice(found)
    new = date.fromisoformat(match[2]) + timedelta(days=chance.choice((-30, -7, 7, 30, 90, 365)))
    return replace(
        statement,
        text=statement.text[: match.start()] + f"{match[1]} {new}" + statement.text[match.end() :],
    )


def due_in_part(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """A due date moves in the computable part alone."""
    days = timedelta(days=chance.choice((-30, -7, 7, 30, 90, 365)))
    if statement.goal is not None:
        due = date.fromisoformat(statement.goal.due) + days
        return replace(statement, goal=replace(statement.goal, due=due.isoformat()))
    if statement.activity is None or not statement.activity.due:
        return None
    due = date.fromisoformat(statement.activity.due) + days
    return replace(statement, activity=replace(statement.activity, due=due.isoformat()))


def due_everywhere(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A rule's due date moves in the sentence, the computable part and the arithmetic."""
    changed = due_in_words(statement, plan, plans, chance)
    if changed is None or changed.guideline is None or not changed.guideline.due:
        return None
    match = _DUE.search(changed.text)
    if match is None:
        return None
    start = date.fromisoformat(changed.guideline.due[:10])
    days = (date.fromisoformat(match[2]) - start).days
    changed = replace(
        changed, guideline=replace(changed.guideline, due=f"{start} + {days} days = {match[2]}")
    )
    if changed.activity is not None:
        changed = replace(changed, activity=replace(changed.activity, due=match[2]))
    if changed.goal is not None:
        changed = replace(changed, goal=replace(changed.goal, due=match[2]))
    return changed


def target_in_part(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A goal's value, comparator, unit or measure changes in the computable part alone."""
    goal = statement.goal
    if goal is None:
        return None
    other = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
    return replace(
        statement,
        goal=chance.choice(
            (
                replace(goal, value=f"{float(goal.value) * 1.1:g}"),
                replace(goal, comparator=other.get(goal.comparator, "<")),
                replace(goal, unit="mmol/L"),
                replace(goal, measure_code="2951-2", measure_display="Sodium"),
            )
        ),
    )


def target_everywhere(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A goal's value changes in words and computable part."""
    goal = statement.goal
    if goal is None:
        return None
    new = f"{float(goal.value) + chance.choice((-1, 1, 2, 5, 10)):g}"
    text = re.sub(
        rf"((?:below|above|at most|at least) ){re.escape(goal.value)}\b", rf"\g<1>{new}", statement.text
    )
    return replace(statement, text=text, goal=replace(goal, value=new)) if text != statement.text else None


def guideline_changed(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """Its guideline is called otherwise, of another year, says something else, or is another rule's."""
    mine = statement.guideline
    if mine is None:
        return None
    rules = [one for one in knowledge().protocols.all if one.id != mine.id and one.cited_as != mine.source]
    other = chance.choice(rules)
    year = re.search(r"20\d\d", mine.source)
    ways: list[Guideline] = [
        replace(mine, source=other.cited_as),
        Guideline(other.id, other.cited_as, other.says, mine.due),
        replace(mine, says=other.says),
        replace(mine, id="no-such-rule"),
    ]
    if year:
        ways.append(replace(mine, source=mine.source.replace(year.group(), str(int(year.group()) - 3))))
    return replace(statement, guideline=chance.choice(ways))
