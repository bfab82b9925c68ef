"""Messages to a patient: lines filled from texts that a site's licensed people approve, in the patient's language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from careloom.care.document import ContentClass, Document, LeftOut, Statement
from careloom.care.entry import Entry
from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.care.texts import Site
from careloom.draft.kind import Kind
from careloom.draft.pen import Pen
from careloom.knowledge import Knowledge
from careloom.text.language import code_of
from careloom.verify.clock_words import day_words
from careloom.verify.filling import (
    PREFERRED,
    clock,
    fill_of,
    has_time,
    is_far,
    is_name,
    is_phone,
    local,
    names_of,
)

LANGUAGES = ("en", "es")
AUTOMATIC = (ContentClass.ADMINISTRATIVE, ContentClass.GENERAL_EDUCATION)
ALONE = "sending it without a person"


@dataclass(frozen=True)
class Messenger:
    """Fills the texts of a kind for one patient: `pen` makes the lines, `language` is the one they are in."""

    pen: Pen
    given: Given
    language: str

    @property
    def site(self) -> Site:
        """What the site says of itself."""
        return self.given.site

    @property
    def record(self) -> PatientRecord:
        """Whose messages these are."""
        return self.pen.record

    def line(
        self, text: str, line: str, section: str, citations: Iterable[str] = (), **slots: str
    ) -> Statement:
        """A line of a text's newest version with its slots filled."""
        found = self.pen.knowledge.texts.newest(text, self.language)
        said = found.lines[line].format_map(slots)
        made = self.pen.line(section, "fact", said, citations or self.pen.patient_entries[:1], by=line)
        return replace(made, filled_from=f"{found.name}/{line}", slots=slots)

    def greeting(self, text: str, section: str = "greeting") -> Statement:
        """By the name that the patient prefers or has, where it can be one; else by none."""
        names = (self.given.fields.get(PREFERRED, ""), *names_of(self.record))
        name = next((one for one in names if one and is_name(one, self.pen.knowledge)), "")
        if not name:
            return self.line(text, "greeting_plain", section)
        return self.line(text, "greeting", section, name=name)

    def when(self, visit: Entry) -> Mapping[str, str]:
        """The slots `day` and, where it is known to the minute, `time` of a visit."""
        start = visit.effective.start
        assert start is not None
        at = local(start, self.site)
        said = {"day": day_words(at, self.language, with_year=is_far(at, self.record))}
        return said | ({"time": clock(start, self.site, self.language)} if has_time(start, self.site) else {})

    def gaps(self) -> Iterator[LeftOut]:
        """What every message lacks where the site or the record don't say it."""
        spoken = code_of(self.record.demographics.language or "")
        if spoken and spoken not in LANGUAGES:
            why = "there are texts in English and Spanish alone; a qualified translator is needed"
            yield LeftOut(f"the patient's own language ({spoken})", why)
        if not is_phone(self.site.phone):
            yield LeftOut("a telephone number to reach a person", "this site's number isn't set")

    def read_first(self, lines: Sequence[Statement]) -> Iterator[LeftOut]:
        """Why a person reads the message before it is sent: of each line's slots, and of texts that nobody here has approved."""
        unapproved: dict[str, None] = {}
        for line in lines:
            entries = [self.record.by_id[one] for one in line.citations if one in self.record.by_id]
            fill = fill_of(line.text, entries, self.record, self.pen.knowledge, self.site, self.given.fields)
            if fill is None:
                yield LeftOut(
                    ALONE, "it has words of the record, which a person reads first", evidence=line.citations
                )
            elif fill.why:
                yield LeftOut(ALONE, f"{fill.why}; a person reads it first", evidence=line.citations)
            elif fill.filled.text.content_class not in AUTOMATIC:
                follows = "its topic follows from" if fill.filled.text.about else "it asks for what"
                calls = "the record" if fill.filled.text.about else "the record or a visit calls for"
                yield LeftOut(ALONE, f"{follows} {calls}; a person reads it first")
            elif fill.filled.text.approval not in self.site.approved:
                unapproved[fill.filled.text.name] = None
        if unapproved:
            names = ", ".join(unapproved)
            yield LeftOut(ALONE, f"no nurse or physician of this site has approved the text {names}")


def messenger(record: PatientRecord, kind: Kind, knowledge: Knowledge, given: Given) -> Messenger:
    """What fills the texts of a kind: in the patient's language where there are texts in it, else in English."""
    spoken = code_of(record.demographics.language or "")
    return Messenger(Pen(record, kind, knowledge), given, spoken if spoken in LANGUAGES else "en")


def document(messenger: Messenger, lines: Sequence[Statement], left_out: Iterable[LeftOut] = ()) -> Document:
    """A message of these lines, in their order, with what it lacks and why a person reads it first."""
    record, knowledge = messenger.record, messenger.pen.knowledge
    body = [one.id for one in lines if one.section == "body"]
    return Document(
        patient=record.patient,
        kind=messenger.pen.kind.id,
        as_of=record.as_of,
        record_version=record.version,
        statements=tuple(replace(one, rank=place) for place, one in enumerate(lines)),
        top=tuple(body[:1]),
        knowledge_version=knowledge.version,
        knowledge=knowledge.versions,
        left_out=tuple(dict.fromkeys((*left_out, *messenger.gaps(), *messenger.read_first(lines)))),
    )
