"""Conditions by name: ICD-10-CM prefixes, SNOMED CT codes and words, each to one concept."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from careloom.care.entry import ICD10, SNOMED, Code

FILE = Path(__file__).with_name("conditions.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A concept such as "type_2_diabetes", and how sources write it.

    `broader` are the concepts it is a kind of ("chronic_kidney_disease_3" is "chronic_kidney_disease").
    `chronic` is whether it is expected to last 12 months or more. `icd10` are ICD-10-CM prefixes without
    dots, `snomed` SNOMED CT codes, `words` what texts call it.
    """

    concept: str
    label: str
    chronic: bool
    broader: tuple[str, ...] = ()
    icd10: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conditions:
    """All concepts, and the look-ups over them."""

    all: tuple[Condition, ...]
    by_concept: Mapping[str, Condition]
    by_icd10: Mapping[str, str]
    by_snomed: Mapping[str, str]
    by_word: Mapping[str, str]
    unless: re.Pattern[str]

    def find(self, codes: Iterable[Code], text: str = "") -> str | None:
        """The concept that codes (ICD-10-CM by longest prefix, SNOMED CT exactly), else words, name.

        Words count only as the whole name (case, "(disorder)" and the like aside), and never where a
        phrase such as "family history of" stands. None where nothing here names it.
        """
        for code in codes:
            if found := self._coded(code):
                return found
        for name in (text, *(code.display for code in codes)):
            if found := self.by_word.get(plain(name)):
                return found
        return None

    def _coded(self, code: Code) -> str | None:
        if code.system == SNOMED:
            return self.by_snomed.get(code.code)
        if code.system == ICD10:
            bare = code.code.replace(".", "").upper()
            for length in range(len(bare), 2, -1):
                if found := self.by_icd10.get(bare[:length]):
                    return found
        return None

    def label(self, concept: str) -> str:
        """The plain words for a concept; the concept itself where it is not known."""
        known = self.by_concept.get(concept)
        return known.label if known else concept.replace("_", " ")

    def chronic(self, concept: str) -> bool:
        """Whether it is expected to last 12 months or more."""
        known = self.by_concept.get(concept)
        return bool(known and known.chronic)

    def is_a(self, concept: str | None, other: str) -> bool:
        """Whether `concept` is `other` or a kind of it ("chronic_kidney_disease_3" is "chronic_kidney_disease")."""
        if concept is None:
            return False
        known = self.by_concept.get(concept)
        return concept == other or bool(known and any(self.is_a(up, other) for up in known.broader))


def plain(name: str) -> str:
    """A name without case, SNOMED's semantic tag and double spaces."""
    bare = re.sub(r"\s*\((disorder|finding|situation|event|procedure|morphologic abnormality)\)\s*$", "", name)
    return " ".join(bare.lower().replace(",", " ").split())


def load_conditions() -> Conditions:
    """The concepts of conditions.toml."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    every = tuple(
        Condition(
            concept=concept,
            label=row["label"],
            chronic=row.get("chronic", True),
            broader=tuple(row.get("broader", ())),
            icd10=tuple(prefix.replace(".", "") for prefix in row.get("icd10", ())),
            snomed=tuple(row.get("snomed", ())),
            words=tuple(row.get("words", ())),
        )
        for concept, row in data["condition"].items()
    )
    return Conditions(
        all=every,
        by_concept={one.concept: one for one in every},
        by_icd10={prefix: one.concept for one in every for prefix in one.icd10},
        by_snomed={code: one.concept for one in every for code in one.snomed},
        by_word={plain(word): one.concept for one in every for word in (one.label, *one.words)},
        unless=re.compile("|".join(data["unless"]), re.IGNORECASE),
    )
