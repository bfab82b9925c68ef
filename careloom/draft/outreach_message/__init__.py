"""An outreach message: one ask of a patient, in their language, by the name they prefer, with a way to reach a person and to stop."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from careloom.care.document import Document, Statement
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft.booked import booked
from careloom.draft.kind import Kind, load
from careloom.draft.messages import Messenger, document, messenger
from careloom.draft.outlook import comfort_first
from careloom.draft.outreach_message.reachable import must_be_reachable
from careloom.draft.pen import Pen
from careloom.errors import Refused
from careloom.knowledge import Knowledge
from careloom.verify.filling import IN_BLOOD, is_phone

FOLDER = Path(__file__).parent
TEXT, ASK = "outreach_message", "outreach_ask"


def kind() -> Kind:
    """This kind's title, fields and sections."""
    return load(FOLDER)


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """The message with the ask that was given, and the pen it was written with.

    Raises Refused in words where the patient isn't to be contacted so, or the record has nothing to ask it for.
    """
    must_be_reachable(record, given)
    writer = messenger(record, kind(), knowledge, given)
    asked = ASKS[given.fields["ask"]](writer)
    return document(writer, list(_lines(writer, asked))), writer.pen


def _lines(writer: Messenger, asked: Statement) -> Iterator[Statement]:
    yield writer.greeting(TEXT)
    yield asked
    yield writer.line(TEXT, "stop", "closing")


def _call_us(writer: Messenger) -> Statement:
    return writer.line(TEXT, "call_us", "body", phone=_phone(writer))


def _confirm_visit(writer: Messenger) -> Statement:
    visit = booked(writer.record, writer.site, writer.given.fields.get("appointment", ""))
    slots = writer.when(visit)
    return writer.line(
        TEXT, "confirm_visit" if "time" in slots else "confirm_day", "body", (visit.id,), **slots
    )


def _bring_medicines(writer: Messenger) -> Statement:
    visit = booked(writer.record, writer.site, writer.given.fields.get("appointment", ""))
    return writer.line(ASK, "bring_medicines", "body", (visit.id,), day=writer.when(visit)["day"])


def _blood_test(writer: Messenger) -> Statement:
    if why := comfort_first(writer.record, writer.pen.knowledge):
        raise Refused(f"{why}; whether a test still helps is talked about, and no message asks for one")
    gap = next((one for one in writer.record.gaps if one.about in IN_BLOOD and one.entries), None)
    if gap is None:
        raise Refused("no blood test is due by this record; it is not asked for")
    return writer.line(ASK, "blood_test", "body", gap.entries, phone=_phone(writer))


def _phone(writer: Messenger) -> str:
    if not is_phone(writer.site.phone):
        raise Refused(
            "this site's telephone number isn't set (CARELOOM_PRACTICE_PHONE); nobody can be asked to call it"
        )
    return writer.site.phone


# In the order of the field's choices.
ASKS: Mapping[str, Callable[[Messenger], Statement]] = {
    "call_us": _call_us,
    "confirm_visit": _confirm_visit,
    "bring_medicines": _bring_medicines,
    "blood_test": _blood_test,
}
