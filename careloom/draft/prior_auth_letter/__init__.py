"""A prior authorization letter: a payer's criteria in its own words, and what the record shows of each, no more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from careloom.care.document import Document, LeftOut, Statement
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft.care_plan import order
from careloom.draft.kind import Kind, load
from careloom.draft.pen import Pen
from careloom.knowledge import Knowledge
from careloom.knowledge.facts import Facts
from careloom.verify.policy import Answered, Letter, Line, letter

FOLDER = Path(__file__).parent
_OPEN = (Answered.NOT_DOCUMENTED, Answered.JUDGE)
_MOST = 24


def kind() -> Kind:
    """This kind's title, fields and sections."""
    return load(FOLDER)


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """The letter in the order of the policy. Raises InputError where the policy that was given is none."""
    pen = Pen(record, kind(), knowledge)
    found = letter(given.fields, Facts(record, knowledge))
    # A criterion that the policy has under two headings stands under both.
    placed = tuple(replace(_statement(line, pen), rank=place) for place, line in enumerate(found.lines))
    document = Document(
        patient=record.patient,
        kind=pen.kind.id,
        as_of=record.as_of,
        record_version=record.version,
        statements=placed,
        top=_top(placed, found),
        knowledge_version=knowledge.version,
        knowledge=knowledge.versions,
        left_out=tuple(_left_out(found)),
    )
    return document, pen


def _statement(line: Line, pen: Pen) -> Statement:
    kind = "gap" if line.answered in _OPEN else "fact"
    return pen.line(line.section, kind, line.text, line.entries, about=line.path, by="policy", most=_MOST)


def _top(lines: tuple[Statement, ...], found: Letter) -> tuple[str, ...]:
    """What is asked for, what it all comes to, and the first criterion that isn't met or shown."""
    open_ones = {line.path for line in found.lines if line.answered not in (None, Answered.MET)} - {
        "coverage",
        "order",
    }
    first = next((one for one in lines if one.about in open_ones and one.section == "criteria"), lines[-1])
    chosen = [one.id for one in lines if one.about in ("service", "summary")] + [first.id]
    return tuple(dict.fromkeys(chosen))[: order.TOP]


def _left_out(found: Letter) -> Iterator[LeftOut]:
    for name in found.others:
        yield LeftOut(
            f"the policy's part “{name}”",
            "it is about another drug, or the other sort of request (initial or renewal)",
        )
    for name in found.passed:
        yield LeftOut(f"the policy's part “{name}”", "nothing there calls it criteria")
    if found.hostile:
        yield LeftOut(
            "words of the policy", "they speak to software; a person must read them in the policy itself"
        )
