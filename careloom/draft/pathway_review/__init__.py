"""A pathway review: where a patient stands on each protocol that applies, what would help most next, what is off it and why."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from careloom.care.document import Document, LeftOut, Statement
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft import care_plan
from careloom.draft.care_plan import guidance, hazards, order
from careloom.draft.care_plan.left_out import stopped
from careloom.draft.kind import Kind, load
from careloom.draft.pathway_review import deviations, done, standing, steps
from careloom.draft.pen import Pen
from careloom.knowledge import Knowledge
from careloom.knowledge.facts import Facts
from careloom.text.digits import rounded

FOLDER = Path(__file__).parent


def kind() -> Kind:
    """This kind's title, sections and templates."""
    return load(FOLDER)


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """The review from templates and the protocols' own sentences, and the pen it was written with; nothing need be given."""
    del given
    pen = Pen(record, kind(), knowledge)
    found = [replace(one, text=rounded(one.text)) for one in order.unique(_statements(pen), pen)]
    document = Document(
        patient=record.patient,
        kind=pen.kind.id,
        as_of=record.as_of,
        record_version=record.version,
        statements=order.arranged(found, pen.kind),
        top=steps.top(found) or order.top(found, record),
        knowledge_version=knowledge.version,
        knowledge=knowledge.versions,
        left_out=(*_of_pathways(stopped(pen, found), pen), *standing.without(pen, found)),
    )
    return document, pen


def _of_pathways(left: Iterator[LeftOut], pen: Pen) -> Iterator[LeftOut]:
    for one in left:
        rule = pen.knowledge.protocols.rule(one.rule)
        if rule is not None and steps.is_pathway(rule):
            yield one


def _statements(pen: Pen) -> Iterator[Statement]:
    plan = Pen(pen.record, care_plan.kind(), pen.knowledge)
    facts = Facts(pen.record, pen.knowledge)
    guided = list(guidance.from_protocols(plan))
    # A drug that harms somebody is off every pathway, whether a protocol has a line about it or not.
    lines = [one for one in guided if steps.is_of_a_pathway(one, pen)]
    lines += guidance.uncovered(hazards.hazards(plan), guided)
    reached = list(done.done(pen, plan, facts))
    yield from standing.standing(pen, plan, lines, reached, facts)
    yield from steps.steps(lines)
    yield from deviations.deviations(pen, lines)
    yield from reached
    yield from done.kept(lines)
