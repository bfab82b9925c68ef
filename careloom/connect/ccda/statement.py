"""Clinical statements: which reader takes which, by template, else by class and mood; what nobody takes is counted."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from careloom.care.entry import Subject
from careloom.connect.ccda import (
    allergy,
    around,
    immunization,
    medication,
    note,
    observation,
    people,
    plan,
    problem,
    procedure,
)
from careloom.connect.ccda import templates as t
from careloom.connect.ccda.element import Element, attribute, is_null, name, one, templates
from careloom.connect.ccda.sheet import Sheet, inside

Reader: TypeAlias = Callable[[Element, Sheet], object]

READS: Mapping[str, Reader] = {
    t.PROBLEM_CONCERN: problem.concern,
    t.CONCERN: problem.concern,
    t.RISK: problem.concern,
    t.ENCOUNTER_DIAGNOSIS: problem.concern,
    t.DISCHARGE_DIAGNOSIS: problem.concern,
    t.ADMISSION_DIAGNOSIS: problem.concern,
    t.PREOPERATIVE_DIAGNOSIS: problem.concern,
    t.POSTPROCEDURE_DIAGNOSIS: problem.concern,
    t.PROBLEM: problem.problem,
    t.INDICATION: problem.problem,
    t.FUNCTION_PROBLEM: problem.problem,
    t.COGNITION_PROBLEM: problem.problem,
    t.ALLERGY_CONCERN: allergy.concern,
    t.ALLERGY: allergy.allergy,
    t.ALLERGY_TO_SUBSTANCE: allergy.allergy,
    t.MEDICATION: medication.medication,
    t.PLANNED_MEDICATION: medication.medication,
    t.SUPPLY_ORDER: medication.supply,
    t.DISPENSE: medication.dispense,
    t.IMMUNIZATION: immunization.immunization,
    t.RESULTS: observation.report,
    t.VITALS: observation.vitals,
    t.FUNCTION_GROUP: observation.group,
    t.COGNITION_GROUP: observation.group,
    t.DIRECTIVES: observation.group,
    t.EQUIPMENT_GROUP: observation.group,
    t.DIRECTIVE: around.directive,
    t.PROCEDURE: procedure.procedure,
    t.PROCEDURE_ACT: procedure.procedure,
    t.PROCEDURE_OBSERVATION: procedure.procedure,
    t.EQUIPMENT: procedure.equipment,
    t.ENCOUNTER: procedure.encounter,
    t.GOAL: plan.goal,
    t.PLANNED_ACT: plan.order,
    t.PLANNED_PROCEDURE: plan.order,
    t.PLANNED_OBSERVATION: plan.order,
    t.PLANNED_SUPPLY: plan.order,
    t.PLANNED_IMMUNIZATION: plan.order,
    t.PLANNED_ENCOUNTER: plan.appointment,
    t.NUTRITION_ADVICE: plan.order,
    t.REFERRAL: plan.order,
    t.INSTRUCTION: plan.advice,
    t.INTERVENTION: plan.intervention,
    t.PLANNED_INTERVENTION: plan.intervention,
    t.HANDOFF: plan.handoff,
    t.FAMILY: around.family,
    t.CARE_TEAM: around.care_team,
    t.COVERAGE: around.coverage,
    t.NOTE: note.activity,
}
# Acts that only hold or point at other statements.
HOLDERS = frozenset({t.DISCHARGE_MEDICATION, t.ADMISSION_MEDICATION, t.PLANNED_COVERAGE})
PLANNED = frozenset({"INT", "RQO", "ARQ", "PRMS", "PRP", "APT"})
ALLERGIES = "allergies"


def read(element: Element, sheet: Sheet, owner: str = "") -> None:
    """Make the entries of a statement and of everything inside it.

    `owner` is the entry of the statement around it, which refers to what stands inside.
    """
    before, rejected = len(sheet.entries), len(sheet.rejected)
    roots = templates(element)
    if t.ENTRY_REFERENCE in roots:
        _point(element, sheet, owner)
        return
    reader = reader_of(element, roots, sheet)
    if reader is not None:
        reader(element, sheet)
    if owner:
        sheet.within.setdefault(owner, []).extend(entry.id for entry in sheet.entries[before:])
    _inside(element, sheet, sheet.made.get(element, owner))
    if element in sheet.used:
        _about(element, sheet, before)
    elif len(sheet.entries) > before or len(sheet.rejected) > rejected or _only_points(element, roots):
        sheet.used.add(element)
    else:
        sheet.unknown[_label(element, roots, sheet)] += 1


def _inside(element: Element, sheet: Sheet, owner: str) -> None:
    """Read what stands inside a statement; through what its entry has taken up already, to what stands inside that."""
    for inner in inside(element):
        if inner in sheet.used:
            _inside(inner, sheet, sheet.made.get(inner, owner))
        else:
            read(inner, sheet, owner)


def _only_points(element: Element, roots: tuple[str, ...]) -> bool:
    """Whether an act only holds others, or only points at entries that stand elsewhere."""
    held = list(inside(element))
    return bool(held) and (
        not HOLDERS.isdisjoint(roots) or all(t.ENTRY_REFERENCE in templates(inner) for inner in held)
    )


def reader_of(element: Element, roots: tuple[str, ...], sheet: Sheet) -> Reader | None:
    """Who reads a statement: by its templates in their order, else by what it is."""
    for root in roots:
        if root in HOLDERS:
            return None
        if root in READS:
            return READS[root]
    kind = name(element)
    planned = attribute(element, "moodCode") in PLANNED
    if kind == "observation":
        return _observation(element, roots, sheet, planned=planned)
    if kind == "act":
        return _act(element, sheet, planned=planned)
    if kind == "substanceAdministration":
        return immunization.immunization if sheet.section.name == "immunizations" else medication.medication
    if kind == "supply":
        return procedure.equipment if procedure.is_device(element) else _supply(sheet)
    if kind == "procedure":
        return plan.order if planned else procedure.procedure
    if kind == "encounter":
        return plan.appointment if planned else procedure.encounter
    return observation.group if kind == "organizer" else None


def _supply(sheet: Sheet) -> Reader:
    return procedure.equipment if sheet.section.name == "medical equipment" else medication.supply


def _observation(element: Element, roots: tuple[str, ...], sheet: Sheet, *, planned: bool) -> Reader:
    if attribute(element, "moodCode") == "GOL":
        return plan.goal
    if planned and t.PREGNANCY not in roots and one(element, "value") is None:
        return plan.order
    if sheet.section.name == ALLERGIES and one(element, "participant") is not None:
        return allergy.allergy
    if sheet.section.name == "problems" and not is_null(one(element, "value")):
        return problem.problem
    return observation.observation


def _act(element: Element, sheet: Sheet, *, planned: bool) -> Reader | None:
    """An act without a template that is known: a concern by its section, an order, something that was done."""
    if sheet.section.name == ALLERGIES:
        return allergy.concern
    if sheet.section.name == "problems" or attribute(one(element, "code"), "code") == "CONC":
        return problem.concern
    if planned:
        return plan.order
    code = one(element, "code")
    return None if is_null(code) and not sheet.text(element, "text") else procedure.procedure


def _point(element: Element, sheet: Sheet, owner: str) -> None:
    """An act that stands for another statement: whatever holds it refers to that one's entry."""
    sheet.used.add(element)
    if owner:
        sheet.waiting.setdefault(owner, []).extend(people.keys(element))
    else:
        sheet.looked_up["reference to another entry"] += 1


def _about(element: Element, sheet: Sheet, before: int) -> None:
    """Entries of a statement that says that it is about somebody else than the patient."""
    subject = one(element, "subject")
    if subject is None:
        return
    related = one(subject, "relatedSubject")
    whom: Subject = "family" if related is not None else "other"
    for number in range(before, len(sheet.entries)):
        entry = sheet.entries[number]
        if entry.subject == "patient":
            sheet.entries[number] = replace(entry, subject=whom)


def _label(element: Element, roots: tuple[str, ...], sheet: Sheet) -> str:
    """What was not understood, in words that hold nothing of the patient's."""
    mood = attribute(element, "moodCode")
    kind = f"{name(element)} {mood}" if mood in PLANNED | {"EVN", "GOL", "DEF", "EVN.CRT"} else name(element)
    root = next((root for root in roots if root and all(sign in "0123456789." for sign in root)), "")
    return f"{sheet.section.name}: {kind} {root}".strip()
