"""Sheet: what has been read of a document so far, and the means to read one statement of it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from careloom.care.entry import Entry, Message, Period, Rejection, Source, Subject, When, entry_id
from careloom.care.entry import when as iso_time
from careloom.connect.ccda import concept, people
from careloom.connect.ccda.concept import Concept
from careloom.connect.ccda.element import Element, attribute, every, name, one, paths_below, templates, xpath
from careloom.connect.ccda.templates import COMMENT, OLD_COMMENT
from careloom.connect.ccda.times import moment
from careloom.errors import InputError

# An offset from UTC, as it stands at a time's end.
OFFSET = re.compile(r"[+-]\d{4}$")
# The classes of CDA's clinical statements.
STATEMENTS = frozenset(
    [
        "act",
        "observation",
        "procedure",
        "substanceAdministration",
        "supply",
        "encounter",
        "organizer",
        "observationMedia",
        "regionOfInterest",
    ]
)


def inside(element: Element) -> Iterator[Element]:
    """The clinical statements right inside one, whatever relates them to it."""
    for holder in element:
        if name(holder) in ("entryRelationship", "component", "sequence"):
            yield from (inner for inner in holder if name(inner) in STATEMENTS)


@dataclass(frozen=True, slots=True)
class Section:
    """What a section is: our name for it, its title, the categories of what stands in it, who wrote it."""

    name: str
    title: str = ""
    code: str = ""
    author: str = ""
    subject: Subject = "patient"


NOWHERE = Section("document")


@dataclass(slots=True)
class Sheet:
    """The entries of one document, what was rejected and not understood, and what its parts point at.

    `used` are the elements that became an entry or a part of one, `by_key` the entries by the ids of their statements,
    `waiting` what entries refer to by such an id, `made` the entry of each statement, `within` the entries of
    what stands inside an entry's statement, `paths` where elements stand, `written` when the document was.
    """

    message: Message
    ids: Mapping[str, Element]
    known: Mapping[people.Ids, str]
    written: When | None = None
    section: Section = NOWHERE
    entries: list[Entry] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    looked_up: Counter[str] = field(default_factory=Counter)
    used: set[Element] = field(default_factory=set)
    by_key: dict[people.Ids, str] = field(default_factory=dict)
    waiting: dict[str, list[people.Ids]] = field(default_factory=dict)
    made: dict[Element, str] = field(default_factory=dict)
    paths: dict[Element, str] = field(default_factory=dict)
    within: dict[str, list[str]] = field(default_factory=dict)

    def where(self, element: Element) -> str:
        """An element's XPath; those of its siblings are found with it, since a section may hold thousands."""
        found = self.paths.get(element)
        if found is None:
            parent = element.getparent()
            self.paths.update(
                paths_below(parent, self.where(parent)) if parent is not None else {element: xpath(element)}
            )
            found = self.paths[element]
        return found

    def concept(self, element: Element | None, *names: str) -> Concept:
        """The concept that the names lead to."""
        found = one(element, *names) if names else element
        return concept.read(found, self.ids)

    def text(self, element: Element | None, *names: str) -> str:
        """The words of an ED that the names lead to."""
        found = one(element, *names) if names else element
        return concept.text_of(found, self.ids)

    def when(self, element: Element | None) -> When | None:
        """The time that an element's @value is; one that is no time is rejected by itself, the rest goes on."""
        text = attribute(element, "value")
        if element is None or not text:
            return None
        try:
            return moment(text, self.message.zone)
        except InputError as error:
            return self._other_time(element, text, error)

    def _other_time(self, element: Element, text: str, error: InputError) -> When | None:
        """A time as ISO has it, or with an offset that no zone has, with that fault; else nothing, and it is rejected."""
        where = f"{self.where(element)}/@value"
        if (local := OFFSET.sub("", text)) != text:
            with suppress(InputError):
                found = moment(local, self.message.zone)
                why = "has an offset that no zone has; the time is taken as its source's local time"
                self.rejected.append(Rejection(where, why))
                return found
        try:
            found = iso_time(text, self.message.zone)
        except InputError:
            self.rejected.append(Rejection(where, error.reason))
            return None
        self.rejected.append(
            Rejection(where, "is a time as ISO writes it, not as HL7 does", "ConformanceFault")
        )
        return found

    def period(self, element: Element | None) -> Period:
        """An IVL_TS, or a point in time as a start without an end."""
        if element is None:
            return Period()
        point = self.when(element) or self.when(one(element, "center"))
        # Some senders give the point and the interval: the interval's end still is one.
        return Period(point or self.when(one(element, "low")), self.when(one(element, "high")))

    def author(self, *elements: Element) -> str:
        """The last author of the first of those statements that names one, else who informed of it."""
        for element in elements:
            if found := people.authors(element, self.known):
                return found[-1][0]
        told = (people.informants(element, self.known) for element in elements)
        return next((one for one in told if one), "") or self.section.author

    def recorded(self, *elements: Element) -> When | None:
        """The earliest time at which an author of the first of those statements that has one wrote."""
        for element in elements:
            times = [self.when(one(each, "time")) for each in every(element, "author")]
            found = sorted((time for time in times if time is not None), key=lambda time: time.earliest)
            if found:
                return found[0]
        return None

    def add(self, element: Element, kind: str, *holders: Element, **fields: Any) -> Entry:
        """Make an entry of a statement. `holders` are the acts around it whose ids it answers to as well."""
        where = self.where(element)
        entry = Entry(
            id=entry_id(self.message.sha256, where, kind),
            kind=kind,
            source=Source(self.message.sha256, where, self.message.source),
            **({"subject": self.section.subject} | fields),
        )
        self.entries.append(entry)
        for each in (element, *holders):
            self.used.add(each)
            self.made.setdefault(each, entry.id)
            for key in people.keys(each):
                self.by_key.setdefault(key, entry.id)
        return entry

    def deny(self, entry: Entry) -> None:
        """Say of the entry that was made last that it denies what it names."""
        self.entries[-1] = replace(entry, negated=True)

    def parts(self, element: Element, *roots: str, code: str = "") -> list[Element]:
        """The statements right inside one that follow one of those templates or have that code; each is used by it."""
        found = [
            inner
            for inner in inside(element)
            if inner not in self.used
            and (
                not set(roots).isdisjoint(templates(inner))
                or (code and attribute(one(inner, "code"), "code") == code)
            )
        ]
        self.used.update(found)
        return found

    def comments(self, element: Element) -> str:
        """What comments on a statement say (Comment Activity, and the instructions that belong to it)."""
        acts = self.parts(element, COMMENT, OLD_COMMENT, code="48767-8")
        return concept.join(self.text(act, "text") or self.concept(act, "code").text for act in acts)

    def reject(self, element: Element, reason: str) -> None:
        """Keep the reason why a statement could not be read."""
        self.rejected.append(Rejection(self.where(element), reason))
        self.used.add(element)

    def linked(self) -> tuple[Entry, ...]:
        """The entries, with what they refer to by id filled in."""
        found = []
        for entry in self.entries:
            keys = self.waiting.get(entry.id, ())
            ids = [self.by_key[key] for key in keys if key in self.by_key]
            references = dict.fromkeys((*entry.references, *self.within.get(entry.id, ()), *ids))
            references.pop(entry.id, None)
            same = tuple(references) == entry.references
            found.append(entry if same else replace(entry, references=tuple(references)))
        return tuple(found)
