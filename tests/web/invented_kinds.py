"""Two invented kinds beside the care plan: a letter that asks for fields, and a copy that needs a signed plan."""

from dataclasses import replace
from pathlib import Path

from careloom.care.document import Document
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft import Writing, care_plan
from careloom.draft.kind import Kind, load
from careloom.draft.pen import Pen
from careloom.knowledge import Knowledge

FOLDER = Path(__file__).parent / "invented"


def letter() -> Kind:
    """The letter's data."""
    return load(FOLDER)


def copy() -> Kind:
    """A kind for patients that is written from the signed plan."""
    return replace(
        letter(), id="invented_copy", title="Invented copy", short="Invented copy", noun="copy", fields=(),
        plan=True, reading_level="plain words",
    )  # fmt: skip


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """The care plan's problems and gaps, in another order: what the record knows last."""
    plan, pen = care_plan.write(record, knowledge, given)
    lines = [one for one in plan.statements if one.section == "problem_list"]
    asked = [replace(one, section="asked") for one in lines[1:3]]
    known = [replace(one, section="known") for one in lines[:1]]
    return replace(plan, kind="invented_letter", statements=(*known, *asked), top=(), left_out=()), pen


def write_copy(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """The same as a copy."""
    made, pen = write(record, knowledge, given)
    return replace(made, kind="invented_copy"), pen


INVENTED = {
    "invented_letter": Writing(letter, write),
    "invented_copy": Writing(copy, write_copy),
}
