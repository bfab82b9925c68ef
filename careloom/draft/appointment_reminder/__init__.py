"""An appointment reminder: when and where one booked visit is, in the patient's language, for any channel."""

from collections.abc import Iterator
from pathlib import Path

from careloom.care.document import Document, LeftOut, Statement
from careloom.care.entry import Entry
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft.booked import booked
from careloom.draft.kind import Kind, load
from careloom.draft.messages import Messenger, document, messenger
from careloom.draft.pen import Pen
from careloom.knowledge import Knowledge
from careloom.knowledge.telling import Telling
from careloom.verify.filling import is_phone

FOLDER = Path(__file__).parent
TEXT = "appointment_reminder"
_MOST_INSTRUCTIONS = 400


def kind() -> Kind:
    """This kind's title, fields and sections."""
    return load(FOLDER)


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """A reminder of the appointment that was given or the next one, and the pen it was written with.

    Raises Refused in words where there is none to be reminded of.
    """
    writer = messenger(record, kind(), knowledge, given)
    visit = booked(record, given.site, given.fields.get("appointment", ""))
    return document(writer, list(_lines(writer, visit)), _left_out(writer, visit)), writer.pen


def _lines(writer: Messenger, visit: Entry) -> Iterator[Statement]:
    yield writer.greeting(TEXT)
    slots, place = dict(writer.when(visit)), visit.detail.get("place", "")
    if _telling(writer).is_called(place):
        slots["place"] = place
    named = {"time": "visit_without_place", "place": "visit_without_time"}
    known = [one for one in ("time", "place") if one in slots]
    line = "visit" if len(known) == 2 else named[known[0]] if known else "visit_day"
    yield writer.line(TEXT, line, "body", (visit.id,), **slots)
    if _may_be_told(writer, visit):
        said = " ".join(visit.detail["instructions"].split())
        yield writer.pen.line("body", "fact", said, (visit.id,), by="instructions")
    if is_phone(writer.site.phone):
        yield writer.line(TEXT, "change", "closing", phone=writer.site.phone)
    yield writer.line(TEXT, "stop", "closing")


def _may_be_told(writer: Messenger, visit: Entry) -> bool:
    said = visit.detail.get("instructions", "")
    fits = 0 < len(said) <= _MOST_INSTRUCTIONS and writer.pen.is_fit(said)
    return fits and not _telling(writer).leads_away(said)


def _telling(writer: Messenger) -> Telling:
    return writer.pen.knowledge.texts.telling


def _left_out(writer: Messenger, visit: Entry) -> Iterator[LeftOut]:
    place = visit.detail.get("place", "")
    if not place:
        yield LeftOut("where the visit is", "no source names the place", evidence=(visit.id,))
    elif not _telling(writer).is_called(place):
        why = "the place's name has signs or words that no name has"
        yield LeftOut("where the visit is", why, evidence=(visit.id,))
    if visit.detail.get("instructions") and not _may_be_told(writer, visit):
        yield LeftOut(
            "the instructions for the visit", "their words can't stand in a message", evidence=(visit.id,)
        )
    elif visit.detail.get("instructions") and writer.language != "en":
        why = "they stand in the sender's own words; a qualified translator is needed"
        yield LeftOut("the instructions in the patient's language", why, evidence=(visit.id,))
