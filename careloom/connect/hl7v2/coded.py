"""CE, CNE and CWE as codes and words. Source: HL7 v2-to-FHIR, CWE[CodeableConcept]; HL7 v2.8.2, chapter 2A."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from careloom.care.entry import Code
from careloom.connect.hl7v2.delimiters import Delimiters
from careloom.connect.hl7v2.segments import Composite, Segment
from careloom.connect.hl7v2.systems import OID_SYSTEMS, V2, system

# Code, text, system and, from version 2.7 on, the system's OID: of the code, its alternate, its second alternate.
TRIPLETS = ((1, 2, 3, 14), (4, 5, 6, 17), (10, 11, 12, 20))


@dataclass(frozen=True, slots=True)
class Concept:
    """Codes, the sender's own words ("original text"), and the best words that there are."""

    codes: tuple[Code, ...] = ()
    text: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.codes or self.words)

    @property
    def label(self) -> str:
        """What an entry's text is: the original text, or the words where no code says more."""
        return self.text or ("" if self.codes else self.words)


NOTHING = Concept()


def coded(segment: Segment, field: int, source: str, table: str = "") -> Concept:
    """The first repetition of a field; `table` is the HL7 table of a code that names no system."""
    raw = segment.raw(field)
    if not raw:
        return NOTHING
    marks = segment.delimiters
    if marks.repetition and marks.repetition in raw:
        raw = raw.split(marks.repetition, 1)[0]
    return concept(raw, marks, source, table)


def every(segment: Segment, field: int, source: str, table: str = "") -> list[Concept]:
    """All repetitions of a field that say something."""
    raw = segment.raw(field)
    if not raw:
        return []
    marks = segment.delimiters
    found = (
        concept(one, marks, source, table)
        for one in (raw.split(marks.repetition) if marks.repetition else [raw])
    )
    return [one for one in found if one]


@lru_cache(maxsize=16_384)
def concept(raw: str, marks: Delimiters, source: str, table: str = "") -> Concept:
    """One CWE, still escaped, as a concept; the same text again is the same object."""
    return of(Composite(marks.parts(raw), marks), source, table)


def of(one: Composite, source: str, table: str = "") -> Concept:
    """A composite read as CWE."""
    codes: dict[Code, None] = {}
    words = text = one[9]
    for code, display, name, oid in TRIPLETS:
        value, said = one[code], one[display]
        words = words or said
        if value:
            uri = system(one[name], source) or OID_SYSTEMS.get(one[oid], "")
            if not uri and table and code == 1:
                uri = f"{V2}{table}"
            codes[Code(uri, value, said)] = None
    found = tuple(codes)
    return Concept(found, text, words or (found[0].code if found else ""))


def all_codes(concepts: Iterable[Concept]) -> tuple[Code, ...]:
    """The codes of several concepts, each once, in order."""
    return tuple(dict.fromkeys(code for one in concepts for code in one.codes))


def join(parts: Iterable[str | None]) -> str:
    """What is there of some words, each once, separated by '; '."""
    return "; ".join(dict.fromkeys(part for part in parts if part))


def texts(**detail: str | None) -> dict[str, str]:
    """The details that have something to say. Keys are those of `care.entry.DETAIL`, with class_ for class."""
    return {key.rstrip("_"): value for key, value in detail.items() if value}


def comments(segment: Segment) -> str:
    """The comments (NTE) under a segment, each as its own lines."""
    found = []
    for note in segment.notes:
        note.used = True
        found.append(note.whole(3))
    return join(found)
