"""Is a goal's computable part what its sentence says, and what its guideline wants?"""

from collections.abc import Iterator

from careloom.care.document import GoalTarget, Guideline
from careloom.care.entry import LOINC
from careloom.verify.case import Fault
from careloom.verify.index import Index
from careloom.verify.parse import figure
from careloom.verify.tokens import Sort, unit_named


def goal_faults(index: Index, goal: GoalTarget, text: str, guideline: Guideline | None) -> Iterator[Fault]:
    """Faults of a target's measure, value, unit, comparator or due date; they stand nowhere in the sentence."""
    tokens = index.parse(text).tokens
    said = {figure(token.key) for token in tokens if token.sort is Sort.NUMBER}
    days = {token.key for token in tokens if token.sort is Sort.DATE}
    if figure(goal.value) not in said:
        yield Fault("number", goal.value, 0, 0, contradicts=True)
    if goal.due and goal.due not in days | (index.due(guideline) if guideline else frozenset()):
        yield Fault("date", goal.due, 0, 0, contradicts=True)
    rule = index.knowledge.protocols.rule(guideline.id) if guideline else None
    target = rule.target if rule else None
    if target is None:
        return
    if (goal.comparator, figure(goal.value)) != (target.comparator, figure(target.value)):
        yield Fault("number", goal.value, 0, 0, contradicts=True)
    if unit_named(goal.unit) != unit_named(target.unit):
        yield Fault("unit", goal.unit, 0, 0, contradicts=True)
    lab = index.knowledge.labs.get(target.lab)
    if lab is not None and (goal.measure_system, goal.measure_code) not in {
        (LOINC, one) for one in lab.loinc
    }:
        yield Fault("named", goal.measure_code, 0, 0, contradicts=True)
