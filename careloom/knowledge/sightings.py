"""Sightings: the marks by which entries show that something was done, said or given (seen.toml)."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careloom.care.entry import ICD10, LOINC, SNOMED, Entry
from careloom.knowledge.phrases import Phrases, words

FILE = Path(__file__).with_name("seen.toml")
SYSTEMS = {
    "loinc": LOINC,
    "snomed": SNOMED,
    "icd10": ICD10,
    "cvx": "http://hl7.org/fhir/sid/cvx",
    "cpt": "http://www.ama-assn.org/go/cpt",
    "hcpcs": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
}
# A thing that was planned, refused, or entered in error was not done.
_NOT_DONE = frozenset(
    {
        "not-done",
        "cancelled",
        "entered-in-error",
        "refused",
        "stopped",
        "noshow",
        "rejected",
        "revoked",
        "draft",
    }
)
# A stay of these is not over yet (FHIR R4, EncounterStatus).
_GOING_ON = frozenset({"planned", "arrived", "triaged", "in-progress", "onleave"})
_NAMED_BY = ("title", "participants", "service", "reason")
# Before a phrase in a note these say that it was not done, or not yet.
_NOT_YET = re.compile(
    r"\b(?:no|not|never|without|needs?|needed|due|schedul\w*|refer\w*|order\w*|declin\w*|refus\w*|recommend\w*|pending)\b"
    r"[^.;\n]{0,40}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What shows one thing; seen.toml says what each part means."""

    name: str
    codes: frozenset[tuple[str, str]] = frozenset()
    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    notes: bool = False
    denied: bool = False
    negated: bool = False
    ended: bool = False

    def allows(self, entry: Entry) -> bool:
        """Whether an entry that bears one of the marks shows the thing done, by its kind, status and answer."""
        if entry.negated and not self.negated:
            return False
        if self.kinds and entry.kind not in self.kinds:
            return False
        if self.ended and (entry.status or "") in _GOING_ON:
            return False
        if self.denied and entry.detail.get("outcome") != "denied":
            return False
        if not self.values:
            return True
        answers = [entry.value or "", *(code.display for code in entry.value_codes)]
        return any(value in answer.lower() for answer in answers for value in self.values)


class Sightings:
    """All sightings; `among` looks for them in the entries of one patient. Made by `load_sightings`."""

    def __init__(self, every: Iterable[Sighting]) -> None:
        self.by_name: Mapping[str, Sighting] = {one.name: one for one in every}
        phrases: dict[str, list[str]] = {}
        for one in self.by_name.values():
            for phrase in one.words:
                phrases.setdefault(phrase, []).append(one.name)
        self._phrases = Phrases((phrase, tuple(names)) for phrase, names in phrases.items())
        self._in_notes = [
            (phrase.lower(), one.name) for one in self.by_name.values() if one.notes for phrase in one.words
        ]
        self._marks: dict[object, list[str]] = {}
        for one in self.by_name.values():
            bare = not (one.codes or one.categories or one.domains or one.classes or one.words)
            for mark in (*one.codes, *one.categories, *one.classes, *(one.kinds if bare else ())):
                self._marks.setdefault(mark, []).append(one.name)
        self._of_domains = [one.name for one in self.by_name.values() if "*" in one.domains]

    def among(self, entries: Sequence[Entry]) -> dict[str, list[Entry]]:
        """The entries that show each thing, by its name, in the order given; nothing for what none shows."""
        found: dict[str, list[Entry]] = {}
        said: dict[str, tuple[str, ...]] = {}
        for entry in entries:
            for name in self.shown_by(entry, said):
                found.setdefault(name, []).append(entry)
        return found

    def shown_by(self, entry: Entry, said: dict[str, tuple[str, ...]] | None = None) -> tuple[str, ...]:
        """The names of what one entry shows; `said` keeps for a list of them what a name's words show."""
        if entry.subject != "patient" or (entry.status or "") in _NOT_DONE:
            return ()
        names = self._names(entry, {} if said is None else said)
        return tuple([name for name in dict.fromkeys(names) if self.by_name[name].allows(entry)])

    def about(self, entry: Entry) -> tuple[str, ...]:
        """The names of what an entry is about, whether it was done or not."""
        return tuple(dict.fromkeys(self._names(entry, {})))

    def _names(self, entry: Entry, said: dict[str, tuple[str, ...]]) -> list[str]:
        marks: list[object] = [(code.system, code.code) for code in entry.codes]
        marks += [*entry.category, entry.detail.get("class", "").lower(), entry.kind]
        found = [name for mark in marks if mark in self._marks for name in self._marks[mark]]
        if "domain" in entry.detail:
            found += self._of_domains
        named = "\n".join([entry.name, *(entry.detail[key] for key in _NAMED_BY if key in entry.detail)])
        if named not in said:
            phrases = self._phrases.scan(words(named)) if self._phrases.may_stand_in(named) else ()
            said[named] = tuple(name for _, _, names in phrases for name in names)
        found += said[named]
        if entry.kind == "DocumentReference" and entry.text:
            found += self._noted(entry.text)
        return found

    def _noted(self, text: str) -> Iterator[str]:
        low = text.lower()
        for phrase, name in self._in_notes:
            place = low.find(phrase)
            if place >= 0 and not _NOT_YET.search(low, max(0, place - 60), place):
                yield name


def load_sightings() -> Sightings:
    """The sightings of seen.toml."""
    return Sightings(_sighting(name, row) for name, row in tomllib.loads(FILE.read_text("utf-8")).items())


def _sighting(name: str, row: Mapping[str, Any]) -> Sighting:
    return Sighting(
        name=name,
        codes=frozenset(
            (SYSTEMS[system], code) for system, code in (one.split(":") for one in row.get("codes", ()))
        ),
        kinds=frozenset(row.get("kinds", ())),
        categories=frozenset(row.get("categories", ())),
        domains=frozenset(row.get("domains", ())),
        classes=frozenset(one.lower() for one in row.get("classes", ())),
        words=tuple(row.get("words", ())),
        values=tuple(one.lower() for one in row.get("values", ())),
        notes=row.get("notes", False),
        denied=row.get("denied", False),
        negated=row.get("negated", False),
        ended=row.get("ended", False),
    )
