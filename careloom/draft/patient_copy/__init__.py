"""A patient's copy: the signed care plan in plain words, with what is sensitive held back for each recipient."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from careloom.care.document import RECORD, Document, LeftOut, Statement
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft.kind import Kind, load
from careloom.draft.messages import Messenger, messenger
from careloom.draft.patient_copy.plainly import Told, holds, told
from careloom.draft.patient_copy.withheld import CAREGIVER, kept_back, must_be_for
from careloom.draft.pen import Pen, statement_id
from careloom.draft.translated import must_match
from careloom.errors import Refused
from careloom.knowledge import Knowledge
from careloom.knowledge.months import date_words
from careloom.verify import Index
from careloom.verify.filling import is_phone
from careloom.verify.plainly import due_of

FOLDER = Path(__file__).parent
TEXT = "patient_copy"
GONE = "what it cites is no longer in the record; the plan is to be drafted again"
PAST = "it tells what was recorded, and not what is or is to be done"
OVER = "it no longer holds by the record as it is now; the plan is to be drafted again"
UNRELEASED = "it tells of what isn't released to this recipient"
ELSEWHERE = "it has an address of the web or a telephone number, or speaks of a secret, in a source's words"
QUOTED = "there are no plain words for it; it is quoted in English, read it with the patient"
PARTS = ("problems", "needs", "goals", "you", "team", "medicines", "quoted")


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of the signed lines: what is told, and what isn't and why."""

    told: tuple[Told, ...]
    left_out: tuple[LeftOut, ...]


def kind() -> Kind:
    """This kind's title, fields and sections."""
    return load(FOLDER)


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """The copy of the newest signed plan for one recipient, and the pen it was written with. Raises Refused in words."""
    must_be_for(record, given)
    signed = given.signed
    assert signed is not None, "the kind asks for a signed plan"
    writer = messenger(record, kind(), knowledge, given)
    days = (signed.as_of, *signed.earlier)
    copied = _copied(writer, signed, Index(record, knowledge, days))
    if not copied.told:
        raise Refused("no line of the signed plan may stand in this copy; what is released must be ticked")
    lines = list(_lines(writer, copied))
    must_match(given, lines)
    document = Document(
        patient=record.patient,
        kind=writer.pen.kind.id,
        as_of=record.as_of,
        record_version=record.version,
        statements=tuple(replace(one, rank=place) for place, one in enumerate(lines)),
        top=tuple(one.id for one in lines if one.section in ("goals", "you", "team") and not one.filled_from)[
            :3
        ],
        knowledge_version=knowledge.version,
        knowledge=knowledge.versions,
        left_out=(*copied.left_out, *writer.gaps()),
        earlier=days,
    )
    return document, writer.pen


def _copied(writer: Messenger, signed: Document, index: Index) -> Copied:
    found: dict[str, Told] = {}
    left: list[LeftOut] = []
    known, telling = writer.record.by_id, writer.pen.knowledge.texts.telling
    for line in signed.statements:
        cited = [known[one] for one in line.citations if one in known]
        if len(cited) < len(line.citations):
            left.append(_left(GONE, tuple(one.id for one in cited)))
            continue
        said = list(told(index, line, cited, writer.language))
        if not said and line.about != RECORD:
            left.append(_left(PAST if holds(index, line, cited) else OVER, line.citations))
        for one in said:
            entries = [known[each] for each in one.citations]
            if telling.leads_away(one.text):
                left.append(_left(ELSEWHERE, one.citations))
                continue
            if matters := kept_back(one, entries, writer.given, writer.pen.knowledge):
                left.append(_left(f"{UNRELEASED} ({', '.join(sorted(matters))})", one.citations))
                continue
            if one.section == "quoted":
                left.append(LeftOut(f"plain words for: {one.text}", QUOTED, evidence=one.citations))
            # What is done several times in the same words is told with its first day.
            key = _but_for_its_day(one, writer.language)
            if key not in found or _due(one) < _due(found[key]):
                found[key] = one
    return Copied(tuple(found.values()), tuple(dict.fromkeys(left)))


def _left(why: str, evidence: tuple[str, ...]) -> LeftOut:
    return LeftOut("a signed line", why, evidence=evidence)


def _lines(writer: Messenger, copied: Copied) -> Iterator[Statement]:
    helps = writer.given.fields["recipient"] == CAREGIVER
    if writer.site.name:
        yield writer.line(TEXT, "disclaimer", "opening", practice=writer.site.name)
    yield writer.line(TEXT, "greeting_plain", "opening") if helps else writer.greeting(TEXT, "opening")
    yield writer.line(TEXT, "intro_caregiver" if helps else "intro", "opening")
    for section in PARTS:
        if found := [one for one in copied.told if one.section == section]:
            yield writer.line(TEXT, f"lead_{section}", section)
            yield from (_line(writer, one) for one in sorted(found, key=_due))
            if section == "medicines":
                yield writer.line(TEXT, "ask_medicines", section)
    yield from _say_back(writer, {one.section for one in copied.told})
    yield from _closing(writer)


def _say_back(writer: Messenger, parts: set[str]) -> Iterator[Statement]:
    """The questions by which the reader says it back; only about parts that this copy has."""
    yield writer.line(TEXT, "lead_say", "say")
    yield writer.line(TEXT, "why_say", "say")
    if parts & {"you", "team"}:
        yield writer.line(TEXT, "say_first", "say")
    if "you" in parts:
        yield writer.line(TEXT, "say_you", "say")
    yield writer.line(TEXT, "say_call", "say")


def _closing(writer: Messenger) -> Iterator[Statement]:
    yield writer.line(TEXT, "ask", "closing")
    yield writer.line(TEXT, "more", "closing")
    if is_phone(writer.site.phone):
        yield writer.line(TEXT, "person", "closing", phone=writer.site.phone)


def _but_for_its_day(one: Told, language: str) -> str:
    due = due_of(one.line.guideline) if one.line.guideline else None
    return one.text.replace(date_words(due, language), "") if due else one.text


def _due(one: Told) -> str:
    """The day on which an activity or a goal is due: what comes first stands first; other lines keep the plan's order."""
    return (
        one.line.guideline.due.rpartition("= ")[2] if one.line.guideline and one.section != "quoted" else ""
    )


def _line(writer: Messenger, one: Told) -> Statement:
    """The signed line with the copy's words and place: it cites what was signed, and rests on the same rule."""
    patient = writer.record.patient
    return replace(
        one.line,
        id=statement_id(patient, one.section, one.line.kind, one.line.id, one.text),
        section=one.section,
        text=one.text,
        citations=one.citations,
        goal=None,
        activity=None,
    )
