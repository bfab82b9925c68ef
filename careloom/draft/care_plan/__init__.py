"""An interdisciplinary care plan: its twelve parts, each written by a small file of this folder."""

from collections.abc import Iterator
from pathlib import Path

from careloom.care.document import Document, Statement
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft.care_plan import (
    abnormal,
    acting,
    disputes,
    findings,
    gaps,
    guidance,
    hazards,
    living,
    medicines,
    once,
    order,
    problems,
    teamwork,
)
from careloom.draft.care_plan.left_out import left_out
from careloom.draft.care_plan.results import results
from careloom.draft.kind import Kind, load
from careloom.draft.pen import Pen
from careloom.knowledge import Knowledge

FOLDER = Path(__file__).parent


def kind() -> Kind:
    """This kind's title, sections, prompts and templates."""
    return load(FOLDER)


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """A complete plan from templates alone, and the pen it was written with; nothing need be given.

    What the check has of the record itself (`given.standing`) gets a line of today where no other answers it.
    """
    pen = Pen(record, kind(), knowledge)
    written = list(statements(pen))
    written += acting.acting(pen, given.standing, written)
    found = order.folded(order.unique(once.together(written, pen), pen))
    document = Document(
        patient=record.patient,
        kind=pen.kind.id,
        as_of=record.as_of,
        record_version=record.version,
        statements=order.arranged(found, pen.kind),
        top=order.top(found, record),
        knowledge_version=knowledge.version,
        knowledge=knowledge.versions,
        left_out=tuple(left_out(pen, found)),
    )
    return document, pen


def statements(pen: Pen) -> Iterator[Statement]:
    """Every line that a whole plan has room for and more, part by part as they are written; other kinds choose among them."""
    found = results(pen)
    guided = abnormal.lifted(guidance.from_protocols(pen), found)
    moved = list(findings.trends(pen, guided))
    own = [
        *findings.self_harm(pen),
        *once.undecided(hazards.hazards(pen), guided, pen),
        *moved,
        *findings.kidney(pen, [*guided, *moved]),
        *living.environment(pen, guided),
    ]
    written = [
        *guided,
        *guidance.uncovered(own, guided),
        *disputes.disputes(pen, guided),
        *problems.problem_list(pen),
        *problems.prognosis(pen),
        *guidance.documented_goals(pen),
        *findings.untold(findings.cognitive_functional(pen), guided),
        *findings.untold(findings.symptoms(pen), guided),
        *findings.blood_pressure(pen),
        *medicines.medicines(pen),
        *living.caregiver(pen),
        *guidance.uncovered(teamwork.coordination(pen), guided),
        *teamwork.refused(pen),
        *teamwork.newest(pen),
    ]
    written = abnormal.lifted(list(once.asked_once(written, pen)), found)
    written += abnormal.abnormal(pen, found, written)
    written += gaps.assessed(pen, written)
    written += gaps.missing(pen, written)
    yield from written
    yield from gaps.empty_parts(pen, written)
