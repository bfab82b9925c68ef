"""What a reference to a clinical resource stands for, in words: reasons, diagnoses, drugs."""

from collections.abc import Iterable, Sequence

from careloom.connect.fhir.datatypes import Concept, Reference
from careloom.connect.fhir.place import Place
from careloom.connect.fhir.words import join, words
from careloom.errors import InputError


def meaning(reference: Reference | None, at: Place) -> str:
    """The words of what a reference leads to: its `code` (inside this message), else the display."""
    found = at.follow(reference)
    concept = getattr(found, "code", None)
    if isinstance(concept, list):
        concept = concept[0] if concept else None
    if isinstance(concept, Concept) and (said := words(concept)):
        return said
    if reference and not reference.display and (told := at.told(reference)):
        return told.name
    return (reference.display or "") if reference else ""


def reasons(concepts: Iterable[Concept], references: Iterable[Reference], at: Place) -> str:
    """Why something was ordered or done, separated by '; '."""
    said = [words(concept) for concept in concepts]
    return join([*said, *(meaning(reference, at) for reference in references)])


def required(concept: Concept | None, name: str, at: Place) -> Concept:
    """A concept without which the resource says nothing. Raises InputError naming the field."""
    if concept is None or not words(concept):
        raise InputError("is missing", at.path(name))
    return concept


def texts(**detail: str | None) -> dict[str, str]:
    """The details that have something to say. Keys are those of `care.entry.DETAIL`, with class_ for class."""
    return {key.rstrip("_"): value for key, value in detail.items() if value}


def references(*groups: Sequence[Reference]) -> tuple[Reference, ...]:
    """Several lists of references as one."""
    return tuple(one for group in groups for one in group)
