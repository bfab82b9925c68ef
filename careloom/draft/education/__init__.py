"""Education: a letter that teaches one health topic in plain words, from texts that a site's licensed people approve."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from careloom.care.document import Document, LeftOut, Statement
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft.agreed import must_have_agreed
from careloom.draft.education.topics import Topic, chosen, others
from careloom.draft.kind import Kind, load
from careloom.draft.messages import Messenger, messenger
from careloom.draft.pen import Pen
from careloom.draft.translated import must_match
from careloom.knowledge import Knowledge
from careloom.verify.filling import is_phone

FOLDER = Path(__file__).parent
TEXT = "education"
CAREGIVER = "caregiver"


def kind() -> Kind:
    """This kind's title, fields and sections."""
    return load(FOLDER)


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """The letter about the topic that was given, or that presses most by the record, and the pen it was written with.

    Raises Refused in words where no topic is for this patient, or the one that was given isn't.
    """
    writer = messenger(record, kind(), knowledge, given)
    topic = chosen(writer)
    must_have_agreed(record, given, bool(topic.entries) and given.fields.get("reader") == CAREGIVER)
    lines = list(_lines(writer, topic))
    must_match(given, lines)
    document = Document(
        patient=record.patient,
        kind=writer.pen.kind.id,
        as_of=record.as_of,
        record_version=record.version,
        statements=tuple(replace(one, rank=place) for place, one in enumerate(lines)),
        top=tuple(one.id for one in lines if one.section == "what")[:1],
        knowledge_version=knowledge.version,
        knowledge=knowledge.versions,
        left_out=tuple(dict.fromkeys(_left_out(writer, topic, lines))),
    )
    return document, writer.pen


def _lines(writer: Messenger, topic: Topic) -> Iterator[Statement]:
    yield from _opening(writer)
    yield _of(writer, topic, "title", "what")
    for section in ("what", "do", "call", "ask"):
        names = [name for name in topic.text.lines if name.startswith(f"{section}_")]
        if names and section != "what":
            yield writer.line(TEXT, f"lead_{section}", section)
        if names and section == "ask":
            yield writer.line(TEXT, "why_ask", section)
        yield from (_of(writer, topic, name, section) for name in names)
    if is_phone(writer.site.phone):
        yield writer.line(TEXT, "person", "closing", phone=writer.site.phone)


def _opening(writer: Messenger) -> Iterator[Statement]:
    if writer.site.name:
        yield writer.line(TEXT, "disclaimer", "opening", practice=writer.site.name)
    helps = writer.given.fields.get("reader") == CAREGIVER
    yield writer.line(TEXT, "greeting_plain", "opening") if helps else writer.greeting(TEXT, "opening")
    yield writer.line(TEXT, "intro", "opening")
    if helps:
        yield writer.line(TEXT, "caregiver", "opening")


def _of(writer: Messenger, topic: Topic, line: str, section: str) -> Statement:
    return writer.line(topic.text.id, line, section, topic.entries)


def _left_out(writer: Messenger, topic: Topic, lines: Sequence[Statement]) -> Iterator[LeftOut]:
    yield from writer.gaps()
    if not writer.site.name:
        yield LeftOut("who prepared this letter, and with what", "this site's name isn't set")
    for other in others(writer, topic):
        why = "one topic a letter; ask for it by its name"
        yield LeftOut(f"the topic {other.id}", why, evidence=other.entries[:1])
    yield from writer.read_first(lines)
