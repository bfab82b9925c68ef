"""A clinical summary: one printed page for whoever meets this patient now. Most of its lines are the care plan's own sentences."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from careloom.care.document import Document, Statement
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft import care_plan
from careloom.draft.care_plan import order
from careloom.draft.clinical_summary import drugs, page, problems, social, unknown, why_now
from careloom.draft.clinical_summary.since import since
from careloom.draft.kind import Kind, load
from careloom.draft.pen import Pen
from careloom.knowledge import Knowledge
from careloom.text.digits import rounded

FOLDER = Path(__file__).parent


def kind() -> Kind:
    """This kind's title, sections and templates."""
    return load(FOLDER)


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """The summary, new since the day that was given or the newest signed plan, and the pen it was written with."""
    pen, plan = Pen(record, kind(), knowledge), Pen(record, care_plan.kind(), knowledge)
    written = order.unique(statements(pen, plan, given), pen)
    kept = page.fitted([replace(one, text=rounded(one.text)) for one in written])
    document = Document(
        patient=record.patient,
        kind=pen.kind.id,
        as_of=record.as_of,
        record_version=record.version,
        statements=order.arranged(kept, pen.kind),
        top=order.top([one for one in kept if one.about != why_now.WHO], record),
        knowledge_version=knowledge.version,
        knowledge=knowledge.versions,
        left_out=tuple(page.left_out(written, kept, pen)),
    )
    return document, pen


def statements(pen: Pen, plan: Pen, given: Given) -> Iterator[Statement]:
    """All that a summary could say, by its five parts, before it is cut to a page; `plan` is a care plan's pen."""
    lines = list(care_plan.statements(plan))
    news = list(why_now.why_now(pen, plan, lines, since(pen.record, given)))
    yield from news
    yield from problems.problems(pen, plan, lines, news)
    yield from drugs.medicines(pen, plan, lines)
    yield from social.social(pen, plan, lines, news)
    yield from unknown.unknown(pen, plan, lines)
