"""Classes of drugs that people are allergic to, and which classes react with which."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careloom.knowledge.phrases import Phrases, words


@dataclass(frozen=True, slots=True)
class CrossReaction:
    """An allergy to one class that matters for a drug of another; severity high or moderate.

    It doesn't matter where the recorded reaction has one of the words `harmless` ("cough").
    """

    classes: frozenset[str]
    severity: str
    why: str
    source: str
    harmless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AllergyClass:
    """A class of allergens: the drug classes it holds, the words that name it, what it reacts with."""

    name: str
    drug_classes: frozenset[str]
    words: tuple[str, ...]
    cross: tuple[CrossReaction, ...] = ()
    source: str = ""


class AllergyClasses:
    """The allergy classes, by word and by drug class. Made by `load_allergies`."""

    def __init__(self, classes: Sequence[AllergyClass]) -> None:
        self._classes = {kind.name: kind for kind in classes}
        self._words = Phrases((word, kind.name) for kind in classes for word in _said(kind))

    def named(self, text: str) -> tuple[str, ...]:
        """The classes that a text names by a class word, in order."""
        return tuple(dict.fromkeys(kind for _, _, kind in self._words.scan(words(text))))

    def holding(self, terms: frozenset[str]) -> tuple[str, ...]:
        """The allergy classes that hold a drug with these terms (its name and classes)."""
        return tuple(kind.name for kind in self._classes.values() if kind.drug_classes & terms)

    def cross(self, name: str, terms: frozenset[str]) -> CrossReaction | None:
        """What an allergy to class `name` means for a drug with these terms, or None."""
        allergy = self._classes.get(name)
        if allergy is None:
            return None
        if allergy.drug_classes & terms:
            return CrossReaction(allergy.drug_classes, "high", "it belongs to the same class", allergy.source)
        return next((cross for cross in allergy.cross if cross.classes & terms), None)


def _said(kind: AllergyClass) -> Iterable[str]:
    """The words for a class, each also in the plural."""
    yield kind.name
    for word in kind.words:
        yield word
        yield f"{word}s"


def load_allergies(path: Path) -> AllergyClasses:
    """The allergy classes of a TOML file (`allergies.toml` says what its keys mean)."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return AllergyClasses(
        [
            AllergyClass(
                name=table["name"],
                drug_classes=frozenset(table["drug_classes"]),
                words=tuple(table["words"]),
                source=table["source"],
                cross=tuple(_cross(item) for item in table.get("cross", ())),
            )
            for table in tables["allergy"]
        ]
    )


def _cross(item: Mapping[str, Any]) -> CrossReaction:
    classes, harmless = frozenset(item["drug_classes"]), tuple(item.get("harmless", ()))
    return CrossReaction(classes, item["severity"], item["why"], item["source"], harmless)
