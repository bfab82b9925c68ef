"""Social needs and barriers: coded conditions, screening answers and what notes say, per domain; the newest wins."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.care.call import NEED_ASKED
from careloom.care.entry import ICD10, LOINC, Code, Component, Entry
from careloom.care.record import Need
from careloom.record.words import day, plain

FILE = Path(__file__).with_name("screening.toml")
_ENDED = frozenset({"inactive", "remission", "resolved"})
_SOCIAL = frozenset({"sdoh", "social-history"})
_YES = frozenset({"true", "yes", "present", "positive"})
_NO = frozenset({"false", "no", "absent", "negative"})
# How an answer begins that says nothing without its question.
_ANSWER = re.compile(
    r"(?:yes|no|i|my|less|more|fewer|never|rarely|seldom|often|sometimes|always|\d+)\b", re.I
)
# Who expects a child is no caregiver by that; who is told to look after somebody beside it, is.
_CARING = "parent_or_caregiver"
_EXPECTS = re.compile(
    r"\b(?:(?:pregnan|gestat|gravid|prenatal|antenatal|obstetric|trimester|conceiv|conception|embaraz|gestaci)\w*|expecting|expectant|"
    r"due (?:date|in)|g\d+ ?p\d+|encinta)\b",
    re.I,
)
_UNBORN = re.compile(
    r"\b(?:(?:pregnant|expecting|due|embarazada|encinta)(?: with| de)?|carrying|conceive|esper(?:a|ando)|fetus|unborn) "
    r"(?:(?:a|an|her|his|their|the|un|una|su|another|new|unborn|first|second|third|fourth|fifth|primer|segundo|tercer) )*"
    r"(?:child|baby|babies|twins?|triplets|bebe|beb\u00e9|hij[oa]|gemel[oa]s)\b",
    re.I,
)
_LOOKS_AFTER = re.compile(
    r"\b(?:child(?:ren|care|'s)?|kids?|sons?|daughters?|toddlers?|infants?|newborn|bab(?:y|ies)|twins?|triplets|step(?:son|daughter|child)\w*|grand(?:son|daughter|child|kid)\w*|"
    r"(?:mother|father|mom|dad) of|year[- ]olds?|custody|day ?care|babysit\w*|nursery|preschool|foster\w*|parenting|rais(?:es|ing)|car(?:es?|ing) (?:for|of)|"
    r"look(?:s|ing)? after|caregiver|postpartum|breast ?feed\w*|gave birth|hij[oa]s?|ni\u00f1[oa]s?|beb[e\u00e9]s?|cuida\w*|guarder\w+|(?:madre|padre) de)\b",
    re.I,
)
_AGED = re.compile(r"\b\d+[- ]?years?[- ]olds? (?=woman|female|patient|g\d|who|with|at|and|pregnan)", re.I)
_POSITIVE = frozenset({"POS", "A", "AA"})
_NEGATIVE = frozenset({"NEG", "N"})


@dataclass(frozen=True, slots=True)
class Question:
    """A screening question: its domain, plain words for the need, and which answers mean what."""

    domain: str
    name: str
    adverse: tuple[str, ...]
    fine: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening.toml holds."""

    icd10: Mapping[str, str]
    findings: tuple[tuple[re.Pattern[str], str, bool], ...]
    questions: Mapping[str, Question]


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says of one domain: that there is a need, or that there is none, and in which words."""

    domain: str
    adverse: bool
    name: str


def needs(entries: Iterable[Entry]) -> tuple[Need, ...]:
    """The needs that the patient's entries (in time order) tell of; "met" where the newest says there is none.

    A domain of which nobody ever said that there is a need gives none.
    """
    told: dict[str, list[tuple[Entry, Said]]] = {}
    for entry in entries:
        for said in spoken(entry):
            told.setdefault(said.domain, []).append((entry, said))
    found = []
    for domain, every in told.items():
        adverse = [(entry, said) for entry, said in every if said.adverse]
        if not adverse:
            continue
        last_day = day(every[-1][0])
        newest = [(entry, said) for entry, said in every if day(entry) == last_day]
        is_open = any(said.adverse for _, said in newest)
        closing = [] if is_open else [entry for entry, said in newest if not said.adverse]
        name = adverse[-1][1].name
        ids = dict.fromkeys(entry.id for entry in (*(entry for entry, _ in reversed(adverse)), *closing))
        found.append(Need(domain, name, tuple(ids), "open" if is_open else "met"))
    return tuple(sorted(found, key=lambda need: (need.status != "open", need.domain)))


def spoken(entry: Entry) -> tuple[Said, ...]:
    """What one entry says of the patient's social needs; () where it says nothing of them."""
    if entry.subject != "patient" or entry.certainty in ("unconfirmed", "provisional", "differential"):
        return ()
    if domain := entry.detail.get("domain", ""):
        if domain == _CARING and _only_expects(entry.detail.get("quote", "")):
            return ()
        stated = entry.detail.get("adverse", "")
        adverse = stated == "true" if stated else not entry.negated
        return (Said(domain, adverse and not _ended(entry), plain(entry.name)),)
    if entry.kind == "Condition":
        return _condition(entry)
    if entry.kind == "Observation":
        if asked := next((code.code for code in entry.codes if code.system == NEED_ASKED), ""):
            return (Said(asked, (entry.value or "") in _YES and not entry.negated, plain(entry.name)),)
        parts = [_as_component(entry), *entry.components] if _asks(entry) else entry.components
        return tuple(_answers(parts)) or _observed(entry)
    if entry.kind == "QuestionnaireResponse":
        return tuple(_answers(entry.components))
    return ()


def _only_expects(words: str) -> bool:
    """Whether a note's sentence tells of a pregnancy, and of nobody who is looked after now."""
    if not _EXPECTS.search(words):
        return False
    return not _LOOKS_AFTER.search(_AGED.sub("", _UNBORN.sub("", words)))


def _condition(entry: Entry) -> tuple[Said, ...]:
    known = screening()
    for code in entry.codes:
        if code.system == ICD10 and (domain := _by_icd10(code, known)):
            return (Said(domain, not (entry.negated or _ended(entry)), plain(entry.name)),)
    name = plain(entry.name)
    for words, domain, adverse in known.findings:
        if words.search(name):
            return (Said(domain, adverse and not (entry.negated or _ended(entry)), name),)
    return ()


def _observed(entry: Entry) -> tuple[Said, ...]:
    """A finding that is observed and not asked for ("Transport too expensive": true)."""
    said = (entry.value or "").lower()
    if not _SOCIAL.intersection(entry.category) or said not in _YES | _NO:
        return ()
    name = plain(entry.name)
    for words, domain, adverse in screening().findings:
        if words.search(name):
            return (Said(domain, adverse and said in _YES and not entry.negated, name),)
    return ()


def _ended(entry: Entry) -> bool:
    return entry.status in _ENDED or (entry.kind == "Condition" and bool(entry.detail.get("abatement")))


def _answers(components: Iterable[Component]) -> Iterator[Said]:
    known = screening()
    for one in components:
        for code in one.codes:
            question = known.questions.get(code.code) if code.system == LOINC else None
            if question and (adverse := _is_adverse(question, one)) is not None:
                yield Said(question.domain, adverse, _name(question, one))


def _name(question: Question, answer: Component) -> str:
    """The answer where it is a phrase of its own ("Patient is homeless"), else the question's name."""
    said = re.sub(r"\s*\(.*", "", plain(answer.value or ""))
    own_words = 2 < len(said.split()) <= 12 and not _ANSWER.match(said)
    return said if own_words else question.name


def _asks(entry: Entry) -> bool:
    return any(code.code in screening().questions for code in entry.codes)


def _is_adverse(question: Question, answer: Component) -> bool | None:
    codes = {code.code for code in answer.value_codes}
    said = (answer.value or " ".join(code.display for code in answer.value_codes)).lower()
    for marks, adverse in ((question.adverse, True), (question.fine, False)):
        if codes.intersection(marks):
            return adverse
    # The longest words that fit decide: "not at risk" is more than "at risk".
    fitting = [
        (len(mark), adverse)
        for marks, adverse in ((question.adverse, True), (question.fine, False))
        for mark in marks
        if (re.match if len(mark) <= 3 else re.search)(rf"\b{re.escape(mark)}\b", said)
    ]
    if fitting:
        return max(fitting)[1]
    if answer.interpretation in _POSITIVE:
        return True
    return False if answer.interpretation in _NEGATIVE else None


def _as_component(entry: Entry) -> Component:
    return Component(
        entry.codes, entry.text, entry.value, entry.unit, entry.value_codes, entry.interpretation
    )


def _by_icd10(code: Code, known: Screening) -> str:
    text = code.code.upper()
    if "." not in text and len(text) > 3:
        text = f"{text[:3]}.{text[3:]}"
    return next((known.icd10[text[:n]] for n in range(len(text), 2, -1) if text[:n] in known.icd10), "")


@lru_cache(maxsize=1)
def screening() -> Screening:
    """The tables of screening.toml."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    return Screening(
        icd10=data["icd10"],
        findings=tuple(
            (re.compile(row["words"], re.I), row["domain"], row.get("adverse", True))
            for row in data["finding"]
        ),
        questions={
            loinc: Question(row["domain"], row["name"], tuple(row["adverse"]), tuple(row["fine"]))
            for loinc, row in data["question"].items()
        },
    )
