"""A visit note: an outreach call or visit, written from what was typed of it, each line on the entry that was made of it.

Never    says what nobody typed (an empty field has no line, and no "denies"), mixes what was reported with what was observed, or
         shows anything of the chart without calling it so
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from careloom.care.document import Activity, Document, Statement
from careloom.care.entry import Entry
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.draft.care_plan import order
from careloom.draft.kind import Kind, load
from careloom.draft.pen import Pen
from careloom.draft.visit_note import charted, lines
from careloom.draft.visit_note.contact import Contact, contact_of
from careloom.draft.wording import capital, day, ended, pressure, value
from careloom.errors import Refused
from careloom.knowledge import Knowledge

FOLDER = Path(__file__).parent


def kind() -> Kind:
    """This kind's title, fields and sections."""
    return load(FOLDER)


def write(record: PatientRecord, knowledge: Knowledge, given: Given) -> tuple[Document, Pen]:
    """The note of the contact that was typed, and the pen it was written with.

    Raises InputError naming a field that doesn't fit, and Refused where what was typed isn't in the record: it has no entry to cite.
    """
    pen = Pen(record, kind(), knowledge)
    contact = contact_of(given.fields, record.as_of, knowledge)
    held = Held.of(record, given.stored)
    written = [*_lines(contact, held, pen), *charted.lines(pen, given.lines("chart"), held.ids)]
    statements = tuple(replace(one, rank=place) for place, one in enumerate(order.unique(written, pen)))
    told = [one for one in statements if one.section not in ("contact", "chart")]
    document = Document(
        patient=record.patient,
        kind=pen.kind.id,
        as_of=record.as_of,
        record_version=record.version,
        statements=statements,
        top=tuple(one.id for one in told[: order.TOP]),
        knowledge_version=knowledge.version,
        knowledge=knowledge.versions,
    )
    return document, pen


@dataclass(frozen=True, slots=True)
class Held:
    """The entries that were made of what was typed: the contact itself, and all of them."""

    contact: Entry
    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, record: PatientRecord, stored: str) -> "Held":
        """Those that stand under a name. Raises Refused where the record has none."""
        mine = tuple(
            one
            for one in record.entries
            if stored and any(f"/{stored}-" in source.resource for source in (one.source, *one.also))
        )
        met = next((one for one in mine if one.kind == "Encounter"), None)
        if met is None:
            raise Refused("what was typed is not in this patient's record; it is stored first")
        return cls(met, mine)

    @property
    def ids(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(one.id for one in self.entries)

    def stated(self, kind: str) -> Iterator[Entry]:
        """Those of a kind that were not read out of a note's text."""
        return (one for one in self.entries if one.kind == kind and not one.detail.get("quote"))

    def note(self, title: str) -> str:
        """The id of the note of this title; the contact's own where there is none."""
        notes = (one.id for one in self.stated("DocumentReference") if one.detail.get("title") == title)
        return next(notes, self.contact.id)

    def drug(self, name: str) -> str:
        """The id of what was told of a drug; the contact's own where nothing was."""
        told = (one.id for one in self.stated("MedicationStatement") if one.text == name)
        return next(told, self.contact.id)


def _lines(contact: Contact, held: Held, pen: Pen) -> Iterator[Statement]:
    reported, written = held.note(lines.REPORTED), held.note(lines.WRITTEN)
    yield _met(contact, held.contact, pen)
    for number, words in enumerate(contact.reported):
        text = pen.say("reported.words", words=words.rstrip("."))
        yield pen.line("reported", "fact", text, (reported,), by=f"reported {number}")
    yield from _medicines(contact, held, pen)
    for number, words in enumerate(contact.observed):
        yield _typed(pen, "observed", words, written, number)
    yield from _measured(contact, held, pen)
    for number, (topic, answer) in enumerate(contact.needs):
        yield _typed(pen, "needs", lines.answered(topic, answer), reported, number)
    for number, (topic, result) in enumerate(contact.taught):
        yield _typed(pen, "taught", lines.taught(topic, result), written, number)
    for number, step in enumerate(contact.agreed):
        line = _typed(pen, "agreed", lines.step(step), written, number)
        yield replace(line, kind="activity", activity=Activity(step.owner, step.due.isoformat()))
    if contact.question:
        yield _typed(pen, "question", contact.question, held.note(lines.ASKED), 0)


def _met(contact: Contact, entry: Entry, pen: Pen) -> Statement:
    text = pen.say(
        "contact.was",
        contact=contact.title,
        day=day(entry.happened),
        author=entry.detail.get("author", ""),
        minutes=f", who attests {contact.minutes} min" if contact.minutes else "",
    )
    return pen.line("contact", "fact", text, (entry.id,), by="contact")


def _medicines(contact: Contact, held: Held, pen: Pen) -> Iterator[Statement]:
    for one in contact.medicines:
        words = f": “{one.words}”" if one.words else ""
        text = pen.say(f"medicine.{one.state}", drug=one.drug, words=words)
        yield pen.line("medicines", "fact", text, (held.drug(one.drug),), about=one.drug, by="medicine")


def _measured(contact: Contact, held: Held, pen: Pen) -> Iterator[Statement]:
    labs = pen.knowledge.labs
    for number, one in enumerate(contact.measured):
        entry = next((each for each in held.stated("Observation") if one.is_in(each)), None)
        if entry is None:
            raise Refused(
                "a measurement that was typed is not in this patient's record; type the contact again"
            )
        text = pen.say("measured.value", label=entry.name, value=pressure(entry, labs) or value(entry, labs))
        yield pen.line("observed", "fact", text, (entry.id,), about=entry.name, by=f"measured {number}")


def _typed(pen: Pen, section: str, words: str, entry: str, number: int) -> Statement:
    """A line as it was typed: a person's own sentence, classed and checked as one."""
    line = pen.line(section, "fact", capital(ended(words)), (entry,), by=f"{section} {number}")
    return replace(line, written_by="person")
