"""List: a curated list, such as "allergies", and why it is empty where it is."""

from careloom.care.entry import Entry, Period
from careloom.connect.fhir.datatypes import Annotation, Concept, Reference, Resource, Wire
from careloom.connect.fhir.meaning import references, texts
from careloom.connect.fhir.people import who
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.words import codes, first_code, notes, words


class Listed(Wire):
    """List.entry."""

    item: Reference | None = None


class List(Resource, tag="List"):
    """A list that somebody keeps."""

    status: str | None = None
    title: str | None = None
    code: Concept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    date: str | None = None
    source: Reference | None = None
    entry: list[Listed] = []
    empty_reason: Concept | None = None
    note: list[Annotation] = []


def listing(it: List, at: Place) -> Entry:
    """A list with what stands on it as references; `empty` says why nothing does, where the source says so."""
    kept = at.when(it.date, "date")
    return Entry(
        id=at.id,
        kind="List",
        source=at.source,
        codes=codes(it.code),
        text=it.title or words(it.code),
        effective=Period(kept),
        recorded=kept,
        status=it.status,
        detail=texts(
            empty=first_code(it.empty_reason) if not it.entry else "",
            author=who(it.source, at),
            note=notes(it.note),
        ),
        references=at.to(it.encounter, *references([one.item for one in it.entry if one.item])),
    )
