"""Coded concepts (CD, CE, CO, CS): codes with their translations, and the source's own words for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from careloom.care.entry import ICD10, LOINC, NDC, RXNORM, SNOMED, Code
from careloom.connect.ccda import narrative
from careloom.connect.ccda.element import Element, attribute, every, one, said
from careloom.connect.ccda.systems import CPT, CVX, system

# Code systems by name, for senders that leave out the OID.
NAMED: Mapping[str, str] = {
    "snomed ct": SNOMED,
    "snomed-ct": SNOMED,
    "snomed": SNOMED,
    "loinc": LOINC,
    "rxnorm": RXNORM,
    "ndc": NDC,
    "icd-10-cm": ICD10,
    "icd10": ICD10,
    "icd-10": ICD10,
    "icd-9-cm": "http://hl7.org/fhir/sid/icd-9-cm",
    "icd9": "http://hl7.org/fhir/sid/icd-9-cm",
    "cvx": CVX,
    "cpt": CPT,
    "cpt-4": CPT,
}
# Why there is nothing (v3-NullFlavor) in the words of FHIR's data-absent-reason.
ABSENT: Mapping[str, str] = {
    "UNK": "unknown",
    "NI": "unknown",
    "NAV": "temp-unknown",
    "ASKU": "asked-unknown",
    "NASK": "not-asked",
    "NA": "not-applicable",
    "MSK": "masked",
    "NINF": "negative-infinity",
    "PINF": "positive-infinity",
    "OTH": "unsupported",
    "UNC": "as-text",
    "NP": "unknown",
    "TRC": "unknown",
    "QS": "unknown",
}


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept's codes, the source's words, and why it is absent where it is."""

    codes: tuple[Code, ...] = ()
    text: str = ""
    absent: str = ""

    @property
    def words(self) -> str:
        """The best words for it: its text, else a display, else a code."""
        if self.text:
            return self.text
        shown = next((code.display for code in self.codes if code.display), "")
        return shown or (self.codes[0].code if self.codes else "")

    @property
    def first(self) -> str:
        """Its first code, "" where it has none."""
        return self.codes[0].code if self.codes else ""

    def has(self, *pairs: tuple[str, str]) -> bool:
        """Whether one of its codes is one of those (system, code)."""
        return any((code.system, code.code) in pairs for code in self.codes)


NOTHING = Concept()


@lru_cache(maxsize=16_384)
def _code(oid: str, named: str, code: str, display: str) -> Code:
    """One `Code`; the same code again is the same object."""
    return Code(system(oid) or NAMED.get(named.lower(), ""), code, display)


def code_of(element: Element) -> Code | None:
    """The code that an element carries itself; None where it has none."""
    code = attribute(element, "code")
    if not code:
        return None
    return _code(
        attribute(element, "codeSystem"),
        attribute(element, "codeSystemName"),
        code,
        " ".join(attribute(element, "displayName").split()),
    )


def read(element: Element | None, ids: Mapping[str, Element]) -> Concept:
    """A CD with its translations; its words are its originalText, followed into the narrative (`ids`)."""
    if element is None:
        return NOTHING
    found = (code_of(each) for each in (element, *every(element, "translation")))
    return Concept(
        codes=tuple(dict.fromkeys(code for code in found if code is not None)),
        text=text_of(one(element, "originalText"), ids) or "",
        absent=ABSENT.get(attribute(element, "nullFlavor"), ""),
    )


def text_of(element: Element | None, ids: Mapping[str, Element]) -> str:
    """What an ED says: its own text, else the part of the narrative that its reference points at, on one line."""
    if element is None:
        return ""
    reference = one(element, "reference")
    if reference is not None:
        pointed = pointed_at(reference)
        if pointed in ids:
            return narrative.shown(ids[pointed])
    return said(element)


def pointed_at(reference: Element) -> str:
    """The ID that a reference points at in the narrative of the same document."""
    return attribute(reference, "value").removeprefix("#")


def all_codes(concepts: Iterable[Concept]) -> tuple[Code, ...]:
    """The codes of several concepts, each once, in order."""
    return tuple(dict.fromkeys(code for concept in concepts for code in concept.codes))


def join(parts: Iterable[str]) -> str:
    """What is there of some words, each once, separated by '; '."""
    return "; ".join(dict.fromkeys(part for part in parts if part))


def detail(**given: str) -> dict[str, str]:
    """The details that have something to say; keys are those of `care.entry.DETAIL`, with class_ for class."""
    return {key.rstrip("_"): value for key, value in given.items() if value}
