"""Conditions by name: ICD-10-CM prefixes, SNOMED CT codes and words, each to one concept."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careloom.care.entry import ICD10, ICD10_WHO, SNOMED, Code
from careloom.knowledge.phrases import Phrases, Word, key, words

FILE = Path(__file__).with_name("conditions.toml")
# No phrase of `after` has more words. Those that say what became of a condition still speak of it.
_FAR = 3
_STATED = frozenset(
    {("ruled", "out"), ("excluded",), ("in", "remission"), ("resolved",), ("in", "mother"), ("in", "father")}
)
# How ICD-10-CM titles a visit for a state (Z34, O09, Z36), or a week of it (Z3A); and the state as a word for the person.
_VISIT = re.compile(
    r"(?:encounter for|supervision of|weeks of gestation|\d+ weeks gestation)\b|(?:pregnant|embarazada)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A concept such as "type_2_diabetes", and how sources write it.

    `broader` are the concepts it is a kind of; `counts_as` is the problem that a problem list holds it under
    ("chronic_kidney_disease_3" under "chronic_kidney_disease"), "" for itself.
    `chronic`: expected to last 12 months or more. `group` tells diseases ("condition") from history,
    pregnancy, care, injury, social and administrative entries. `excludes`: concepts that nobody has beside it. `resolves`: days after which an acute illness that nobody
    closed is over, or None. `many`: a name for many diseases, so that two of them need not be one. `icd10` are ICD-10-CM prefixes without dots, `snomed` SNOMED CT codes.
    """

    concept: str
    label: str
    chronic: bool = True
    group: str = "condition"
    broader: tuple[str, ...] = ()
    counts_as: str = ""
    excludes: tuple[str, ...] = ()
    resolves: int | None = None
    many: bool = False
    icd10: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Conditions:
    """All concepts, and the look-ups over them. Made by `load_conditions`."""

    def __init__(self, every: Sequence[Condition], scopes: Mapping[str, Sequence[str]]) -> None:
        self.all = tuple(every)
        self.by_concept: Mapping[str, Condition] = {one.concept: one for one in every}
        self._apart = frozenset(one.concept for one in every if one.group in ("social", "administrative"))
        self._icd10 = {prefix: one.concept for one in every for prefix in one.icd10}
        self._snomed = {code: one.concept for one in every for code in one.snomed}
        names = [(word, one.concept) for one in every for word in (one.label, *one.words)]
        self._whole = {key(bare(word)): concept for word, concept in reversed(names)}
        self._phrases: Phrases[str | None] = Phrases([*((word, None) for word in scopes["other"]), *names])
        self._before = Phrases((word, True) for word in scopes["before"])
        self._after = tuple(key(word) for word in scopes["after"])
        self.excluding = tuple((one.concept, other) for one in every for other in one.excludes)
        self._upwards = {one.concept: self._above(one.concept) for one in every}

    def _above(self, concept: str) -> frozenset[str]:
        known = self.by_concept.get(concept)
        if known is None:
            return frozenset({concept})
        return frozenset({concept}).union(*(self._above(up) for up in known.broader))

    def get(self, concept: str) -> Condition | None:
        """The condition of that concept, or None."""
        return self.by_concept.get(concept)

    def find(self, codes: Iterable[Code], text: str = "") -> str | None:
        """The problem that the codes name, else the words; None where nothing here names it.

        ICD-10-CM, and ICD-10, by longest prefix, SNOMED CT exactly. Stages and types of one disease give that disease
        ("CKD stage 3" and "CKD": chronic_kidney_disease; I50.22: heart_failure), so that equal concepts are
        one problem; `specific` tells them apart. A name's words count by the first, longest phrase in it,
        but not behind "family history of", "history of", "no", "risk of" and the like, nor before
        "screening" and the like (conditions.toml lists them).
        """
        found = self.specific(codes, text)
        return (self.by_concept[found].counts_as or found) if found else None

    def specific(self, codes: Iterable[Code], text: str = "") -> str | None:
        """As `find`, with stage and type: "chronic_kidney_disease_3", "hfref"."""
        found = self._find(tuple(codes), text)
        return None if found in self._apart else found

    def group(self, codes: Iterable[Code], text: str = "") -> str:
        """What sort of entry a Condition is: condition, history, pregnancy, care, injury, social, administrative.

        Social findings ("full-time employment") and administrative ones ("medication review due") are no
        problems of a problem list. What nothing here names is "condition".
        """
        found = self._find(tuple(codes), text)
        return self.by_concept[found].group if found else "condition"

    def _find(self, codes: tuple[Code, ...], text: str) -> str | None:
        found: str | None = None
        for code in codes:
            coded = self._coded(code)
            if coded and (found is None or self.is_a(coded, found)):
                found = coded
        if found:
            return found
        for name in (text, *(code.display for code in codes)):
            if name and (said := self._said(name)):
                return said
        return None

    def _coded(self, code: Code) -> str | None:
        if code.system == SNOMED:
            return self._snomed.get(code.code)
        if code.system in (ICD10, ICD10_WHO):
            plain = code.code.replace(".", "").upper()
            for length in range(len(plain), 0, -1):
                if found := self._icd10.get(plain[:length]):
                    return found
        return None

    def _said(self, name: str) -> str | None:
        said = words(bare(name))
        if whole := self._whole.get(tuple(word.word for word in said)):
            return whole
        first = next(((start, end, concept) for start, end, concept in self._phrases.scan(said)), None)
        if first is None or first[2] is None:
            return None
        start, end, concept = first
        if next(self._before.scan(said[:start]), None) or self._altered(said[end:]):
            return None
        if self.is_a(concept, "pregnancy"):
            # "Preeclampsia complicating the puerperium" is of the weeks after birth.
            later = (other for _, _, other in self._phrases.scan(said[end:]) if other)
            if any(self.is_a(other, "postpartum") for other in later):
                return "preeclampsia_after_birth" if concept == "preeclampsia" else "puerperium"
        return concept

    def _altered(self, rest: Sequence[Word], but: frozenset[tuple[str, ...]] = frozenset()) -> bool:
        following = tuple(word.word for word in rest)
        return any(following[: len(phrase)] == phrase for phrase in self._after if phrase not in but)

    def mentioned(self, name: str) -> frozenset[str]:
        """Every concept that a name mentions, however it is put ("retinopathy due to type 1 diabetes": both)."""
        said = words(bare(name))
        return frozenset(concept for _, _, concept in self._phrases.scan(said) if concept)

    def mentions(self, text: str) -> list[tuple[int, int, str]]:
        """Concepts that prose names, as (start, end, concept) in code points, in order.

        Not a concept: what its words are a part of ("diabetes insipidus"), and what they say nothing of ("stroke
        prevention"). Whether it is denied, past or somebody else's is for the reader to tell. Of small letters at most
        two are no abbreviation.
        """
        said = words(text)
        found = []
        for start, end, concept in self._phrases.scan(said):
            begins, ends = said[start].start, said[end - 1].end
            shouts = ends - begins > 2 or text[begins:ends].isupper()
            if concept and shouts and not self._altered(said[end : end + _FAR], but=_STATED):
                found.append((begins, ends, concept))
        return found

    def is_name(self, concept: str, name: str) -> bool:
        """Whether a name is one of the concept's own, as a whole: it says no more than the concept does."""
        return self._whole.get(key(bare(name))) == concept

    def label(self, concept: str) -> str:
        """The plain words for a concept; the concept's own words where it is not known."""
        known = self.by_concept.get(concept)
        return known.label if known else concept.replace("_", " ")

    def called(self, concept: str | None, name: str) -> str:
        """A problem's own name, or the plain words for its concept where that names a visit ("Encounter for supervision of …")."""
        return self.label(concept) if concept and _VISIT.match(name) else name

    def chronic(self, concept: str) -> bool:
        """Whether it is expected to last 12 months or more."""
        known = self.by_concept.get(concept)
        return bool(known and known.chronic)

    def is_a(self, concept: str | None, other: str) -> bool:
        """Whether `concept` is `other` or a kind of it ("chronic_kidney_disease_3" is "chronic_kidney_disease")."""
        return concept is not None and other in self.above(concept)

    def above(self, concept: str) -> frozenset[str]:
        """The concept itself and everything it is a kind of."""
        return self._upwards.get(concept, frozenset({concept}))


def bare(name: str) -> str:
    """A name without SNOMED's semantic tag ("Hypertension (disorder)" → "Hypertension")."""
    return re.sub(
        r"\s*\((disorder|finding|situation|event|procedure|morphologic abnormality|context-dependent category)\)\s*$",
        "",
        name,
    )


def load_conditions() -> Conditions:
    """The concepts of conditions.toml."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    every = tuple(_condition(concept, row) for concept, row in data["condition"].items())
    return Conditions(every, {scope: data[scope] for scope in ("before", "after", "other")})


def _condition(concept: str, row: Mapping[str, Any]) -> Condition:
    return Condition(
        concept=concept,
        label=row["label"],
        chronic=row.get("chronic", True),
        group=row.get("group", "condition"),
        broader=tuple(row.get("broader", ())),
        counts_as=row.get("counts_as", ""),
        excludes=tuple(row.get("excludes", ())),
        resolves=row.get("resolves"),
        many=row.get("many", False),
        icd10=tuple(prefix.replace(".", "") for prefix in row.get("icd10", ())),
        snomed=tuple(row.get("snomed", ())),
        words=tuple(row.get("words", ())),
    )
