"""Sensitive matters: what stays out of copies unless somebody releases it to this very recipient (sensitive.toml).

Source   the file's head; the categories are REQUIREMENTS §3's: reproductive, HIV, behavioural, violence
Misses   what only its combination tells ("valproate" with nothing else); words of languages other than English and Spanish
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.care.entry import ICD10, ICD10_WHO, Entry
from careloom.knowledge.conditions import Conditions
from careloom.knowledge.drugs import Drugs
from careloom.knowledge.telling import folded

FILE = Path(__file__).with_name("sensitive.toml")
# What a substance-use programme sent, and no copy of ours tells: its consent names who may receive it.
PART2 = "part2"


@dataclass(frozen=True, slots=True)
class Matter:
    """The signs of one matter; `words` are beginnings of words in a folded text, `drugs` are looked for as words too."""

    concepts: frozenset[str]
    icd10: tuple[str, ...]
    drugs: frozenset[str]
    classes: frozenset[str]
    domains: frozenset[str]
    words: tuple[str, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sensitive:
    """The matters by name."""

    by_name: Mapping[str, Matter]

    def of_text(self, text: str, conditions: Conditions, drugs: Drugs) -> frozenset[str]:
        """The matters that a text tells of."""
        said = folded(text)
        concepts = {concept for _, _, concept in conditions.mentions(text)}
        named = [one for _, _, one in drugs.mentions(text)]
        return frozenset(
            name
            for name, one in self.by_name.items()
            if _pattern(one.words).search(said)
            or _whole(one.signs).search(text)
            or any(drug.name in one.drugs or one.classes & drug.classes for drug in named)
            or any(conditions.is_a(each, other) for each in concepts for other in one.concepts)
        )

    def of_entries(self, entries: Iterable[Entry], conditions: Conditions, drugs: Drugs) -> frozenset[str]:
        """The matters that entries tell of: by code, domain and text."""
        found: set[str] = set()
        for entry in entries:
            if entry.detail.get("part2"):
                found.add(PART2)
            words = (entry.name, *(one.display for one in entry.codes), *entry.category, *_told(entry))
            words = (*words, *(one.display for one in entry.value_codes), *_valued(entry))
            found |= self.of_text(" \n".join(filter(None, words)), conditions, drugs)
            concept = conditions.find(entry.codes, entry.name)
            coded = [one.code.upper() for one in entry.codes if one.system in (ICD10, ICD10_WHO)]
            for name, one in self.by_name.items():
                if (
                    any(code.startswith(one.icd10) for code in coded)
                    or entry.detail.get("domain") in one.domains
                    or any(conditions.is_a(concept, other) for other in one.concepts)
                ):
                    found.add(name)
        return frozenset(found)


def _told(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.detail.get(key, "") for key in ("reason", "quote", "note", "title", "service"))


def _valued(entry: Entry) -> tuple[str, ...]:
    dosage = (entry.dosage.text,) if entry.dosage else ()
    return (entry.value or "", *dosage)


def load_sensitive() -> Sensitive:
    """The matters of sensitive.toml."""
    said = tomllib.loads(FILE.read_text("utf-8"))
    return Sensitive({name: _matter(one) for name, one in said.items()})


def _matter(said: Mapping[str, list[str]]) -> Matter:
    return Matter(
        concepts=frozenset(said["concepts"]),
        icd10=tuple(said["icd10"]),
        drugs=frozenset(said["drugs"]),
        classes=frozenset(said["classes"]),
        domains=frozenset(said["domains"]),
        words=(*said["words"], *said["drugs"]),
        signs=tuple(said["signs"]),
    )


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})")


@lru_cache(maxsize=16)
def _whole(signs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, signs))})\b")
