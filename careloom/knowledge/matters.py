"""Matters: what a person is one way or the other (smoking, resuscitation, pregnancy, blood), read from entries (matters.toml)."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.care.entry import ICD10, LOINC, SNOMED, Code, Entry
from careloom.care.record import ConflictKind
from careloom.knowledge.late import Late

FILE = Path(__file__).with_name("matters.toml")
_SYSTEMS = {"loinc": LOINC, "snomed": SNOMED, "icd10": ICD10}
_YES = frozenset({"", "yes", "true", "present", "active", "permit"})
_NO = frozenset({"no", "false", "absent"})
_OVER = frozenset({"resolved", "inactive", "remission"})
_NOT_SO = frozenset({"cancelled", "entered-in-error", "not-done", "registered"})
# An order, a consent or a flag that isn't in force any more.
_NOT_IN_FORCE = frozenset(
    {"revoked", "stopped", "completed", "rejected", "draft", "on-hold", "inactive", "proposed"}
)
_ORDERS = frozenset({"Flag", "Consent", "ServiceRequest"})
_LONGEST = 10
_CODE = re.compile(r"[\dA-Z.-]+")
_TAG = re.compile(r"\s*\([a-z ]+\)\s*$")


@dataclass(frozen=True, slots=True)
class Value:
    """One way in which a person may be, and the codes, words and answers that say so."""

    name: str
    label: str
    codes: frozenset[tuple[str, str]]
    words: Late | None
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Matter:
    """One row of matters.toml; `apart` has, for an earlier and a later value, how far apart they contradict each other."""

    name: str
    about: str
    kind: ConflictKind
    kinds: frozenset[str]
    asked: frozenset[tuple[str, str]]
    question: Late
    unless: Late
    hint: Late
    ended: str
    domain: str
    need: Mapping[str, str]
    lasts: int
    values: tuple[Value, ...]
    apart: Mapping[tuple[str, str], int | str] = field(default_factory=dict)

    def said(self, text: str) -> str:
        """The value that a folded sentence tells; "" for none."""
        return _worded(self, text)

    def are_contrary(self, one: str, other: str) -> bool:
        """Whether nobody can be both, whichever came first."""
        return (one, other) in self.apart or (other, one) in self.apart

    def label(self, value: str) -> str:
        """Our words for a value."""
        return next(one.label for one in self.values if one.name == value)


@dataclass(frozen=True, slots=True)
class Stated:
    """What an entry says of a matter: which value, in which words, for which day, and until when it speaks for it."""

    entry: Entry
    value: str
    words: str
    day: date | None
    until: date | None


class Matters:
    """All matters. Made by `load_matters`."""

    def __init__(self, every: Iterable[Matter]) -> None:
        self.all = tuple(every)
        self._kinds = frozenset().union(*(matter.kinds for matter in self.all))
        self._domains = frozenset(matter.domain for matter in self.all if matter.domain)
        known = {code for matter in self.all for value in matter.values for code in value.codes}
        self._codes = frozenset(known).union(*(matter.asked for matter in self.all))
        self._icd10 = tuple(code for system, code in known if system == ICD10)
        self._hint = Late("|".join(matter.hint.source for matter in self.all), re.I.value)

    def among(self, entries: Iterable[Entry]) -> list[Entry]:
        """The entries of the patient that may say something of any matter, in their order; each is looked at once."""
        hints: dict[str, bool] = {}
        return [entry for entry in entries if self.may_tell(entry, hints)]

    def may_tell(self, entry: Entry, hints: dict[str, bool] | None = None) -> bool:
        """Whether an entry is one `among` others; `hints` keeps for a list of them which names may tell something."""
        hints = {} if hints is None else hints
        if entry.kind not in self._kinds or not _counts(entry):
            return False
        if "domain" in entry.detail:
            return entry.detail["domain"] in self._domains
        for part in _parts(entry):
            if part.name not in hints:
                hints[part.name] = bool(self._hint.search(part.name))
            if hints[part.name] or any(self._knows(code) for code in part.codes):
                return True
        return False

    def _knows(self, code: Code) -> bool:
        return (code.system, code.code) in self._codes or (
            code.system == ICD10 and code.code.startswith(self._icd10)
        )

    def stated(self, matter: Matter, entries: Iterable[Entry], as_of: date) -> Iterator[Stated]:
        """What entries (of `among`) say of a matter, in their order."""
        for entry in entries:
            if entry.kind not in matter.kinds:
                continue
            if "domain" in entry.detail:
                if entry.detail["domain"] == matter.domain and (value := _needed(matter, entry)):
                    # Our words: a sentence of a note may name somebody.
                    yield _stated(matter, entry, value, "", as_of)
                continue
            for part in _parts(entry):
                if value := _read(matter, part, named=_may_name(entry)):
                    yield _stated(matter, entry, value, part.words, as_of)


@dataclass(frozen=True, slots=True)
class _Part:
    """A question and its answer, or a name that is a statement by itself."""

    codes: tuple[Code, ...]
    name: str
    value: str
    value_codes: tuple[Code, ...]

    @property
    def answer(self) -> str:
        return self.value.strip().lower()

    @property
    def words(self) -> str:
        """What the source says: the answer, or the name where the answer is none or yes."""
        return self.name if self.answer in _YES | _NO else self.value


def _counts(entry: Entry) -> bool:
    if entry.subject != "patient" or entry.negated or entry.status in _NOT_SO:
        return False
    if entry.certainty in ("refuted", "provisional", "differential", "unconfirmed"):
        return False
    return entry.kind not in _ORDERS or entry.status not in _NOT_IN_FORCE


def _parts(entry: Entry) -> Iterator[_Part]:
    """The entry's own question and answer, and those of its components. A consent's "permit" answers nothing."""
    if entry.kind != "QuestionnaireResponse":
        value = "" if entry.kind == "Consent" else entry.value or ""
        yield _Part(entry.codes, entry.name, value, entry.value_codes)
    for part in entry.components:
        name = part.text or next((code.display for code in part.codes if code.display), "")
        yield _Part(part.codes, name, part.value or "", part.value_codes)


def _needed(matter: Matter, entry: Entry) -> str:
    """What a need of a note says: by its name, else by the words of its sentence."""
    if entry.detail.get("adverse") == "true" and entry.name in matter.need:
        return matter.need[entry.name]
    said = entry.detail.get("quote", "").lower()
    return "" if matter.unless.search(said) or not matter.hint.search(said) else _worded(matter, said)


def _read(matter: Matter, part: _Part, *, named: bool) -> str:
    """The name of the value that a part states, "" for none."""
    name = part.name.lower()
    hinted = matter.hint.search(name) is not None
    known = any((code.system, code.code) in matter.asked for code in part.codes)
    asked = known or (hinted and matter.question.search(name) is not None)
    if asked and (part.answer or part.value_codes):
        coded = _coded(matter, part.value_codes)
        return coded or _answered(matter, part.answer)
    if part.answer not in _YES:
        return ""
    if coded := _coded(matter, part.codes):
        return coded
    return _worded(matter, name) if hinted and named and not matter.unless.search(name) else ""


def _may_name(entry: Entry) -> bool:
    """Whether a name's words count: a Condition's that ICD-10-CM codes as something else don't ("cessation counselling")."""
    return entry.kind != "Condition" or not any(code.system == ICD10 for code in entry.codes)


def _coded(matter: Matter, codes: tuple[Code, ...]) -> str:
    """The value of the codes; of ICD-10-CM the longest prefix counts."""
    fitting = [
        (len(known), value.name)
        for code in codes
        for value in matter.values
        for system, known in value.codes
        if code.system == system and (code.code.startswith(known) if system == ICD10 else code.code == known)
    ]
    return max(fitting)[1] if fitting else ""


def _answered(matter: Matter, answer: str) -> str:
    if matter.unless.search(answer):
        return ""
    exact = next((value.name for value in matter.values if answer in value.answers), "")
    return exact or _worded(matter, answer)


def _worded(matter: Matter, text: str) -> str:
    return next((value.name for value in matter.values if value.words and value.words.search(text)), "")


def _stated(matter: Matter, entry: Entry, value: str, words: str, as_of: date) -> Stated:
    start = entry.effective.start or entry.recorded
    day = start.day if start else None
    over = entry.kind == "Condition" and (entry.status in _OVER or entry.effective.end is not None)
    if over and matter.ended:
        end = entry.effective.end or entry.recorded or start
        day = end.day if end else None
        said = _spoken(words) or matter.label(value)
        return Stated(entry, matter.ended, f"{said} is over", day, day)
    until = day
    if day and matter.lasts and entry.kind == "Condition":
        until = min(as_of, day + timedelta(days=matter.lasts))
    return Stated(entry, value, _spoken(words) or matter.label(value), day, until)


def _spoken(words: str) -> str:
    """The source's words without tag and semicolons; "" where they are only a code or too many."""
    text = _TAG.sub("", words).replace(";", ",").strip()
    only_a_code = bool(_CODE.fullmatch(text)) and any(letter.isdigit() for letter in text)
    return "" if only_a_code or len(text.split()) > _LONGEST else text


@lru_cache(maxsize=1)
def load_matters() -> Matters:
    """The matters of matters.toml."""
    return Matters(_matter(name, row) for name, row in tomllib.loads(FILE.read_text("utf-8")).items())


def _matter(name: str, row: Mapping[str, Any]) -> Matter:
    return Matter(
        name=name,
        about=row["about"],
        kind=row["kind"],
        kinds=frozenset(row["kinds"]),
        asked=frozenset(map(_code, row["asked"])),
        question=Late(row["question"]),
        unless=Late(row["unless"]),
        hint=Late(row["hint"], re.I.value),
        ended=row.get("ended", ""),
        domain=row.get("domain", ""),
        need=row.get("need", {}),
        lasts=row.get("lasts", 0),
        values=tuple(_value(value, said) for value, said in row["value"].items()),
        apart={(first, then): days for first, then, days in row["apart"]},
    )


def _value(name: str, row: Mapping[str, Any]) -> Value:
    return Value(
        name=name,
        label=row["label"],
        codes=frozenset(map(_code, row.get("codes", ()))),
        words=Late(row["words"]) if "words" in row else None,
        answers=frozenset(row.get("answers", ())),
    )


def _code(text: str) -> tuple[str, str]:
    system, _, code = text.rpartition(":")
    return _SYSTEMS.get(system, system), code
