"""Draft: write a document about a patient, every statement cited.

Takes    a PatientRecord, knowledge, a model (or None), and how many calls to it the document may spend
Gives    a Document: statements with citations, the three that matter most, and which model wrote what
Never    states what no entry holds, lets a model add a fact, or drafts a plan for somebody who has died
"""

from collections.abc import Callable, Mapping

from careloom.care.document import Document
from careloom.care.record import PatientRecord
from careloom.draft import care_plan, prose
from careloom.draft.care_plan import stories
from careloom.draft.pen import Pen
from careloom.errors import InputError, Refused
from careloom.knowledge import Knowledge
from careloom.llm import Answers, Model
from careloom.verify import Index

__all__ = ["KINDS", "write"]

KINDS: Mapping[str, Callable[[PatientRecord, Knowledge], tuple[Document, Pen]]] = {
    "care_plan": care_plan.write,
}


def write(
    record: PatientRecord,
    knowledge: Knowledge,
    model: Model | None,
    *,
    kind: str = "care_plan",
    calls: int,
    answers: Answers,
) -> Document:
    """A document of a kind. With a model, at most `calls` calls; its answers are kept in `answers`.

    Raises InputError for a kind that there isn't or a record without any entry, Refused for a person who has died.
    """
    if kind not in KINDS:
        raise InputError(f"there is no kind {kind!r}; there is {', '.join(KINDS)}")
    if record.demographics.deceased:
        disputed = any(one.about == "death" for one in record.conflicts)
        but = ", which another source contradicts; somebody must settle it first" if disputed else ""
        raise Refused(f"this person is recorded as deceased{but}; no plan is drafted")
    if not record.entries:
        raise InputError("nothing is recorded of this patient; there is nothing to cite")
    document, pen = KINDS[kind](record, knowledge)
    if model is None:
        return document
    writer = prose.Writer(model, answers, pen, Index(record, knowledge), calls)
    return prose.written(document, stories.wanted(document, pen), writer)
