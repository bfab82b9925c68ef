"""Faults of what a statement rests on: another entry or none, one too many, a fact without one, another patient."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from random import Random

from careloom.care.document import Statement
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from tests.safety.plans import Plan, knowledge
from tests.safety.related import (
    DAY,
    LABS,
    cited_by,
    days_of,
    has_to_do,
    is_of_sources,
    is_same,
    told_of,
    words_of,
)


def own_citation_swapped(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """One of its citations becomes another entry of this patient that has nothing to do with it."""
    record, cited = plan[0], cited_by(statement, plan)
    old = chance.choice(cited)
    rest = [one for one in cited if one is not old]
    if is_of_sources(statement) or any(is_same(old, one, record) for one in rest):
        return None
    others = [
        one
        for one in record.entries
        if one not in cited
        and not has_to_do(one, statement, cited, record)
        and not days_of(one) & days_of(old) & set(DAY.findall(statement.text))
        and not days_of(one) & _own_days(statement)
    ]
    if not others:
        return None
    new = chance.choice(others)
    return replace(
        statement, citations=tuple(new.id if one == old.id else one for one in statement.citations)
    )


def all_citations_swapped(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """All of its citations become those of another statement of this plan."""
    record, cited = plan[0], cited_by(statement, plan)
    others = [
        one
        for one in plan[1].statements
        if not set(one.citations) & set(statement.citations)
        and not (_own_days(statement) & set().union(*map(days_of, cited_by(one, plan))))
        and not any(has_to_do(entry, statement, cited, record) for entry in cited_by(one, plan))
    ]
    return (
        replace(statement, citations=chance.choice(others).citations)
        if others and not is_of_sources(statement)
        else None
    )


def _own_days(statement: Statement) -> set[str]:
    """The days on which alone a sentence's citation depends ("the newest entry is of …")."""
    return set(DAY.findall(statement.text)) if "newest" in statement.text else set()


def citation_removed(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A citation goes that alone has a day, a value or the name of what the statement tells."""
    cited = cited_by(statement, plan)
    needed = [one for one in cited if _is_needed(one, statement, cited, plan[0])]
    if len(cited) < 2 or not needed:
        return None
    gone = chance.choice(needed)
    return replace(statement, citations=tuple(one for one in statement.citations if one != gone.id))


def _is_needed(entry: Entry, statement: Statement, cited: Sequence[Entry], record: PatientRecord) -> bool:
    rest = [one for one in cited if one is not entry]
    if any(is_same(entry, one, record) for one in rest) or is_of_sources(statement):
        return False
    days = (days_of(entry) & set(DAY.findall(statement.text))) - set().union(*map(days_of, rest))
    value = entry.value and re.search(rf"(?<![\d.]){re.escape(entry.value)}(?![\d.])", statement.text)
    said = words_of(statement.text) & words_of(entry.name)
    named = said - set().union(*(told_of(one) for one in rest))
    if entry.kind == "Condition" and statement.guideline is not None:
        named = (
            set() if not said else named
        )  # what the rule's own words name is told of the patient by the condition
    return bool(days and value) or bool(named and (entry.kind != "Patient"))


def citation_of_nothing(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """An entry of this patient that has nothing to do with the statement is cited too."""
    cited = cited_by(statement, plan)
    if is_of_sources(statement):
        return None
    others = [
        one
        for one in plan[0].entries
        if one not in cited
        and not has_to_do(one, statement, cited, plan[0])
        and not days_of(one) & _own_days(statement)
    ]
    if not others:
        return None
    return replace(statement, citations=(*statement.citations, chance.choice(others).id))


def uncited_fact(statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random) -> Statement | None:
    """A true fact of this record is added to the sentence, and not cited."""
    cited = cited_by(statement, plan)
    others = []
    for one in plan[0].entries:
        if one.subject != "patient" or one.negated or has_to_do(one, statement, cited, plan[0]):
            continue
        lab = knowledge().labs.find(one.codes, one.text)
        if one.kind == "Observation" and one.value and lab and one.happened and lab.label in LABS:
            others.append(f"; {lab.label} was {one.value} on {one.happened.day}")
        elif one.kind == "Condition" and one.happened and one.status == "active":
            others.append(f"; {one.name.lower()} was recorded on {one.happened.day}")
        elif one.kind == "MedicationRequest" and one.status == "active":
            drug = knowledge().drugs.find(one.text, one.codes)
            others += [f"; {drug[0].name} is prescribed"] if drug else []
    if not others:
        return None
    return replace(statement, text=statement.text.rstrip(".") + chance.choice(sorted(set(others))) + ".")


def own_text_anothers_citations(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """Its words go to another line of the same plan, whose citations and guideline stay; one with a day by which something is
    due, since a fact may be told beside a guideline that lends it neither word nor day.
    """
    cited = cited_by(statement, plan)
    others = [
        one
        for one in plan[1].statements
        if one.guideline
        and one.guideline.due
        and not any(has_to_do(e, statement, cited, plan[0]) for e in cited_by(one, plan))
    ]
    if not others or statement.guideline:
        return None
    other = chance.choice(others)
    return replace(statement, citations=other.citations, guideline=other.guideline, activity=other.activity)


def _theirs(plan: Plan, plans: Sequence[Plan], chance: Random, fits: Callable[[Statement], bool]) -> Plan:
    other = chance.choice([one for one in plans if one[0].patient != plan[0].patient])
    ours = {statement.text for statement in plan[1].statements}
    rules = {one.guideline.id for one in plan[1].statements if one.guideline}
    found = [
        one
        for one in other[1].statements
        if one.text not in ours and fits(one) and not (one.guideline and one.guideline.id in rules)
    ]
    return other[0], replace(other[1], statements=tuple(found))


def anothers_whole_line(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """The whole line of another patient's plan, for which this patient's record gives another reason or none."""
    _, theirs = _theirs(plan, plans, chance, lambda one: True)
    return replace(chance.choice(theirs.statements), id=statement.id) if theirs.statements else None


def anothers_activity(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """An activity of another patient whose rule isn't for this one, with this line's citations."""
    _, theirs = _theirs(plan, plans, chance, lambda one: one.kind == "activity" and one.guideline is not None)
    if not theirs.statements:
        return None
    return replace(
        chance.choice(theirs.statements),
        id=statement.id,
        citations=statement.citations,
        section=statement.section,
    )


def anothers_fact(
    statement: Statement, plan: Plan, plans: Sequence[Plan], chance: Random
) -> Statement | None:
    """A fact of another patient's plan, with this line's citations."""
    _, theirs = _theirs(plan, plans, chance, lambda one: one.guideline is None and one.kind != "activity")
    ours = plan[1]
    found = [one for one in theirs.statements if _tells(one, ours.statements)]
    return (
        replace(chance.choice(found), id=statement.id, citations=statement.citations, guideline=None)
        if found
        else None
    )


def _tells(one: Statement, ours: Iterable[Statement]) -> bool:
    """Whether another's fact says something of a person at all, and not what is said of ours in other words."""
    return bool(DAY.search(one.text)) and "source" not in one.text and "newest" not in one.text
