"""Draft: write a document about a patient, every statement cited.

Takes    a PatientRecord, knowledge, what was given beside it, a model (or None) with the tables of what models have earned, and
         how many calls to it the document may spend
Gives    a Document: statements with citations, the three that matter most, and which model wrote what
Never    states what no entry holds, lets a model add a fact, or drafts anything for somebody who has died
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from careloom.care.document import Document
from careloom.care.kinds import Given, checked
from careloom.care.record import PatientRecord
from careloom.draft import (
    appointment_reminder,
    care_plan,
    clinical_summary,
    earned,
    education,
    intake_document,
    outreach_message,
    pathway_review,
    patient_copy,
    prior_auth_letter,
    tasks,
    visit_note,
)
from careloom.draft.care_plan import stories
from careloom.draft.clinical_summary import rewritten
from careloom.draft.earned import Table
from careloom.draft.kind import Kind, Task
from careloom.draft.pen import Pen
from careloom.draft.prose import Wanted, Writer
from careloom.errors import InputError, Refused
from careloom.knowledge import Knowledge
from careloom.llm import Answers, Model
from careloom.privacy.known import Known
from careloom.verify import Index

__all__ = ["KINDS", "Writing", "kind_of", "must_live", "write"]


def _nothing(document: Document, pen: Pen) -> Iterable[Wanted]:
    """A kind that no model has earned a task of."""
    del document, pen
    return ()


@dataclass(frozen=True, slots=True)
class Writing:
    """How a kind is written: its data, the templates' hand, and which statements a model may say better."""

    kind: Callable[[], Kind]
    write: Callable[[PatientRecord, Knowledge, Given], tuple[Document, Pen]]
    wanted: Callable[[Document, Pen], Iterable[Wanted]] = _nothing


# In the order in which they are offered.
KINDS: Mapping[str, Writing] = {
    "care_plan": Writing(care_plan.kind, care_plan.write, stories.wanted),
    "patient_copy": Writing(patient_copy.kind, patient_copy.write),
    "clinical_summary": Writing(clinical_summary.kind, clinical_summary.write, rewritten.wanted),
    "intake_document": Writing(intake_document.kind, intake_document.write),
    "education": Writing(education.kind, education.write),
    "outreach_message": Writing(outreach_message.kind, outreach_message.write),
    "appointment_reminder": Writing(appointment_reminder.kind, appointment_reminder.write),
    "pathway_review": Writing(pathway_review.kind, pathway_review.write),
    "prior_auth_letter": Writing(prior_auth_letter.kind, prior_auth_letter.write),
    "visit_note": Writing(visit_note.kind, visit_note.write),
}


def kind_of(name: str) -> Kind:
    """A kind's data. Raises InputError for one that there isn't."""
    if name not in KINDS:
        raise InputError(f"there is no kind {name!r}; there is {', '.join(KINDS)}")
    return KINDS[name].kind()


def write(
    record: PatientRecord,
    knowledge: Knowledge,
    model: Model | None,
    *,
    kind: str = "care_plan",
    given: Given | None = None,
    calls: int,
    answers: Answers,
    tables: Sequence[Table] = (),
    instead: Mapping[tuple[str, str], Task] | None = None,
    known: Sequence[Known] | None = None,
) -> Document:
    """A document of a kind. With a model, at most `calls` calls for the tasks that it has earned by the site's `tables`, or
    by those that come with Careloom; its answers are kept in `answers`. `instead` are tasks by kind and name that are asked in other words than the kind's own.
    `known` is what the record knows of the person and those around, without which a model that may receive only scrubbed words is asked nothing.

    Raises InputError for a kind or a field that there isn't, a field that is missing, or a record without any entry; Refused
    for a person who has died and where a kind needs a signed plan that there isn't.
    """
    demanded = kind_of(kind)
    given = replace(given or Given(), fields=checked(demanded.fields, given.fields if given else {}))
    must_live(record)
    if not record.entries:
        raise InputError("nothing is recorded of this patient; there is nothing to cite")
    if demanded.plan and given.signed is None:
        raise Refused("no care plan of this patient has been signed; sign one first")
    document, pen = KINDS[kind].write(record, knowledge, given)
    document = replace(document, demands=demanded.demands, given=given.fields)
    if model is None:
        return document
    pen = asked_with(pen, instead or {})
    own = earned.of(pen.kind, model.name, model.sha256, (*tables, *earned.shipped()))
    writer = Writer(model, answers, pen, Index(record, knowledge), calls, own, known)
    return tasks.written(document, KINDS[kind].wanted(document, pen) if own else (), writer)


def asked_with(pen: Pen, instead: Mapping[tuple[str, str], Task]) -> Pen:
    """The pen of a kind whose tasks are asked in these words, where there are any of it."""
    tasks = {name: instead.get((pen.kind.id, name), task) for name, task in pen.kind.tasks.items()}
    return replace(pen, kind=replace(pen.kind, tasks=tasks)) if instead else pen


def must_live(record: PatientRecord) -> None:
    """Raises Refused for a person who has died."""
    if record.demographics.deceased:
        disputed = any(one.about == "death" for one in record.conflicts)
        but = ", which another source contradicts; somebody must settle it first" if disputed else ""
        raise Refused(f"this person is recorded as deceased{but}; nothing is drafted")
