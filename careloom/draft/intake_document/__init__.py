"""An intake document: what is known before the first visit, in the clinical summary's own sentences, and what is to be asked.

Never    asks for what the record has, or for what is to be measured (the care plan does)
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from careloom.care.document import Document, LeftOut, Statement
from careloom.care.kinds import Given
from careloom.care.record import Gap, PatientRecord
from careloom.draft import care_plan, clinical_summary
from careloom.draft.care_plan import order, ranks
from careloom.draft.kind import Kind, load
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, listed
from careloom.knowledge import Knowledge
from careloom.knowledge.days import is_child
from careloom.text.digits import rounded
from careloom.text.language import code_of

FOLDER = Path(__file__).parent
_ASKED = ("assessment", "documentation")
# The physician's to say and nobody's to be asked.
_NOT_ASKED = frozenset({"prognosis"})
# What no child is asked for: every child is helped with daily tasks.
OF_ADULTS = frozenset({"functional_assessment", "cognitive_assessment"})
# What is missed first; it isn't one of several in a line.
_APART = frozenset({"allergy_list"})
_TOGETHER = 4
_LANGUAGE = "the questions in the patient's own language"


def kind() -> Kind:
    """This kind's title, sections and templates."""
    return load(FOLDER)


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """The document, and the pen it was written with."""
    pen = Pen(record, kind(), knowledge)
    written = order.unique([*_known(pen, given), *_asked(pen)], pen)
    document = Document(
        patient=record.patient,
        kind=pen.kind.id,
        as_of=record.as_of,
        record_version=record.version,
        statements=order.arranged(written, pen.kind),
        top=order.top([one for one in written if one.section != "ask"], record),
        knowledge_version=knowledge.version,
        knowledge=knowledge.versions,
        left_out=tuple(_language(record)),
    )
    return document, pen


def _known(pen: Pen, given: Given) -> Iterator[Statement]:
    """A clinical summary's lines, uncut; what is unknown is asked instead."""
    summary = Pen(pen.record, clinical_summary.kind(), pen.knowledge)
    plan = Pen(pen.record, care_plan.kind(), pen.knowledge)
    for one in clinical_summary.statements(summary, plan, given):
        if one.kind != "gap" or one.section not in ("unknown", "social"):
            section = "known" if one.section in ("why_now", "unknown") else one.section
            yield replace(one, section=section, text=rounded(one.text))


def _asked(pen: Pen) -> Iterator[Statement]:
    """What the record lacks and somebody can be asked: an assessment a line; what was never documented, some together."""
    lacking = [gap for gap in pen.record.gaps if gap.kind in _ASKED and gap.about not in _NOT_ASKED]
    if is_child(pen.record.as_of, pen.record.demographics.birth_date):
        lacking = [gap for gap in lacking if gap.about not in OF_ADULTS]
    lacking.sort(key=lambda gap: gap.about not in _APART)
    never = [
        gap for gap in lacking if gap.kind == "documentation" and not gap.since and gap.about not in _APART
    ]
    for gap in lacking:
        if gap not in never:
            yield _line([gap], pen)
    for start in range(0, len(never), _TOGETHER):
        yield _line(never[start : start + _TOGETHER], pen)


def _line(gaps: Sequence[Gap], pen: Pen) -> Statement:
    first = gaps[0]
    labels = listed((bare(gap.label) for gap in gaps), last="or")
    since = (first.since or "")[:10]
    text = pen.say("ask.since", label=labels, since=since) if since else pen.say("ask.never", label=labels)
    cited = [*pen.patient_entries[:1], *(entry for gap in gaps for entry in gap.entries[:3])]
    by = "ask " + "/".join(gap.about for gap in gaps)
    rank = ranks.GAP + 5 * (first.kind == "documentation" and first.about not in _APART)
    return pen.line("ask", "gap", text, cited, about=first.about, by=by, rank=rank)


def _language(record: PatientRecord) -> Iterator[LeftOut]:
    spoken = code_of(record.demographics.language or "")
    if spoken not in ("", "en"):
        why = "the instruments are here in English alone; an official translation must be used"
        yield LeftOut(f"{_LANGUAGE} ({spoken})", why)
