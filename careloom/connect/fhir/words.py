"""From FHIR datatypes to our nouns and to words; digits stay as the source wrote them."""

import re
from collections.abc import Iterable
from functools import lru_cache

from careloom.care.entry import UCUM, Code, Range
from careloom.connect.fhir.datatypes import (
    Annotation,
    Coding,
    Concept,
    Extension,
    Number,
    Quantity,
    Ratio,
    WireRange,
)

NOTHING: tuple[Code, ...] = ()
NONE_OF = "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDoneValueSet"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ANNOTATION = re.compile(r"\{.*\}|1")


@lru_cache(maxsize=16_384)
def code(system: str, value: str, display: str) -> Code:
    """One `Code`; the same code again is the same object."""
    return Code(system, value, display)


def codes(concept: Concept | None) -> tuple[Code, ...]:
    """The codings of a concept that have a code; a code for why there is none is no code.

    Where QI-Core says that none of a value set was done, that value set stands for the code.
    """
    if concept is None:
        return NOTHING
    if not concept.coding:
        return _none_of(concept.extension) if concept.extension else NOTHING
    return tuple(
        [
            code(one.system or "", one.code, one.display or "")
            for one in concept.coding
            if one.code and one.system != ABSENT
        ]
    )


def _none_of(extensions: Iterable[Extension]) -> tuple[Code, ...]:
    sets = [one.value_canonical or one.value_uri or "" for one in extensions if one.url == NONE_OF]
    return tuple(code(NONE_OF, one, f"any of value set {one.rpartition('/')[2]}") for one in sets if one)


def all_codes(concepts: Iterable[Concept | None]) -> tuple[Code, ...]:
    """The codes of several concepts, each once, in order."""
    return tuple(dict.fromkeys(found for concept in concepts for found in codes(concept)))


def words(concept: Concept | None) -> str:
    """The best words for a concept: its text, else a display, else a code; "" where it says why it is absent."""
    if concept is None:
        return ""
    if concept.text:
        return concept.text
    for one in concept.coding:
        if one.display and one.system != ABSENT:
            return one.display
    said = next((one.code for one in concept.coding if one.code and one.system != ABSENT), "")
    return said or next((one.display for one in codes(concept)), "")


def absent(concept: Concept | None) -> str:
    """Why a concept is absent, where it says nothing else ("unknown", "asked-declined")."""
    if concept is None or concept.text:
        return ""
    return next((one.display or one.code or "" for one in concept.coding if one.system == ABSENT), "")


def coding_words(coding: Coding | None) -> str:
    """The display of a coding, else its code."""
    return (coding.display or coding.code or "") if coding else ""


def first_code(concept: Concept | None) -> str | None:
    """The first code of a concept, for FHIR's own required value sets; its text where it has no code."""
    if concept is None:
        return None
    return next((one.code for one in concept.coding if one.code), None) or concept.text


def categories(concepts: Iterable[Concept]) -> tuple[str, ...]:
    """FHIR category codes (a category's text where it has no code), each once."""
    found: dict[str, None] = {}
    for concept in concepts:
        named = [one.code for one in concept.coding if one.code]
        found.update(dict.fromkeys(named or ([concept.text] if concept.text else [])))
    return tuple(found)


def join(parts: Iterable[str | None]) -> str:
    """What is there of some words, each once, separated by '; '."""
    return "; ".join(dict.fromkeys(part for part in parts if part))


def notes(annotations: Iterable[Annotation]) -> str:
    """The texts of annotations."""
    return join(one.text for one in annotations)


def digits(number: Number) -> str | None:
    """A number as the source wrote it; None where there is none or where it is no number."""
    if isinstance(number, str):
        return number or None
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    return str(number)


def unit(quantity: Quantity | None) -> str | None:
    """The UCUM code where the unit is UCUM, else the unit's words."""
    if quantity is None:
        return None
    if quantity.system == UCUM and quantity.code:
        return quantity.code
    return quantity.unit or quantity.code


def amount(quantity: Quantity | None) -> str:
    """Number and unit in words ("500 mg", "2 tablets", "<5 mg"); "" where there is no number.

    A UCUM annotation ("{tbl}") or "1" gives way to the unit's own words.
    """
    value = digits(quantity.value) if quantity else None
    if quantity is None or value is None:
        return ""
    named = unit(quantity) or ""
    if ANNOTATION.fullmatch(named):
        named = quantity.unit or named.strip("{}")
        named = "" if named == "1" else named
    return f"{quantity.comparator or ''}{value} {named}".strip()


def span(between: WireRange | None) -> str:
    """A range in words: "1-2 tablets", ">=5 mg", "<=10 mg"."""
    if between is None:
        return ""
    low, high = amount(between.low), amount(between.high)
    if low and high:
        first, _, unit_of_low = low.partition(" ")
        return f"{first}-{high}" if high.endswith(unit_of_low) else f"{low} - {high}"
    return f">={low}" if low else f"<={high}" if high else ""


def ratio(parts: Ratio | None) -> str:
    """A ratio in words: "1:128", "10 mL per 1 h"."""
    if parts is None:
        return ""
    above, below = amount(parts.numerator), amount(parts.denominator)
    if not (above and below):
        return above
    plain = " " not in above and " " not in below
    return f"{above}:{below}" if plain else f"{above} per {below.removeprefix('1 ')}"


def bounds(between: WireRange | None, text: str | None) -> Range | None:
    """A reference range with the source's digits."""
    low = digits(between.low.value) if between and between.low else None
    high = digits(between.high.value) if between and between.high else None
    return Range(low, high, text or "") if low or high or text else None
