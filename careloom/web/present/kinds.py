"""A kind of document as pages speak of it: its title, the noun of their sentences, its sections and what was given for one."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom import draft
from careloom.care.document import Document
from careloom.care.kinds import Field
from careloom.draft.kind import PATIENT


@dataclass(frozen=True, slots=True)
class Named:
    """A kind's words. `sections` are titles by id in the order of the document; a `letter` is set as one on paper, with
    `headings` or without, where a `professional` reader finds its sources as footnotes; a `sendable` one goes to the patient.
    """

    id: str
    title: str
    noun: str
    sections: Mapping[str, str]
    fields: tuple[Field, ...]
    letter: bool
    headings: bool
    professional: bool
    sendable: bool = False

    def section(self, section: str) -> str:
        """A section's title."""
        return self.sections.get(section) or section.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Told:
    """A field that somebody filled in, as it stands beside the document."""

    title: str
    lines: tuple[str, ...]


def named(kind: str) -> Named:
    """The words of a kind; one that isn't drafted any more is called by its id."""
    if kind not in draft.KINDS:
        return Named(kind, kind.replace("_", " ").capitalize(), "document", {}, (), False, True, True)
    found = draft.kind_of(kind)
    return Named(
        id=kind,
        title=gettext(found.short),
        noun=found.noun,
        sections={one.id: gettext(one.short or one.title) for one in found.sections},
        fields=found.fields,
        letter=found.letter or not found.professional,
        headings=found.headings,
        professional=found.professional,
        sendable=found.audience == PATIENT,
    )


def told(document: Document) -> tuple[Told, ...]:
    """What was given for a document beside the record, in the order in which its kind asks for it."""
    fields = {one.id: one for one in named(document.kind).fields}
    places = list(fields)
    given = sorted(document.given.items(), key=lambda one: places.index(one[0]) if one[0] in fields else 99)
    return tuple(_told(fields.get(name, Field(name, name)), text) for name, text in given)


def _told(field: Field, text: str) -> Told:
    words = text.replace("_", " ") if field.choices else text
    return Told(gettext(field.title), tuple(words.split("\n")))
