"""A statement names nobody but this patient and the care team.

Source   HIPAA minimum necessary (45 CFR 164.502(b)); the product's rule that statements carry no names
Misses   a stranger's name at the start of a sentence that is also a word of the sources; initials; nicknames
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from careloom.care.document import Document, Finding, Severity, Statement
from careloom.care.record import PatientRecord
from careloom.verify import Judgement

NAME = "people"
_CAPITAL = r"[A-ZÀ-Þ][\w'’-]+"
_TITLES = "Dr|Mr|Mrs|Ms|Miss|Prof|Sr|Sra|Doctor|Doctora|Nurse|Señor|Señora"
_TITLED = re.compile(rf"\b(?:{_TITLES})\b\.?\s+(?P<name>{_CAPITAL}(?:\s+{_CAPITAL})?)")
_KIN = (
    "son|daughter|wife|husband|spouse|partner|mother|father|sister|brother|aunt|uncle|niece|nephew|cousin|friend|"
    "neighbor|neighbour|caregiver|guardian|proxy|grandson|granddaughter|grandmother|grandfather|roommate"
)
_RELATED = re.compile(
    rf"\b(?:{_KIN}),?\s+(?:named\s+|called\s+)?(?P<name>(?![A-Z0-9]+\b){_CAPITAL}(?:\s+{_CAPITAL})?)"
)
_FULL = re.compile(rf"\b(?P<name>{_CAPITAL}\s+(?:[A-Z]\.\s+)?{_CAPITAL})")
_WORD = re.compile(r"[^\W_]+")
# Without one of these words nobody is named by a title or as somebody's kin.
_MARKS = frozenset(f"{_TITLES}|{_KIN}".split("|"))
_WHO = ("author", "prescriber", "pharmacy", "participants", "place", "proxy", "general_practitioner")


def rule(document: Document, record: PatientRecord, judged: Mapping[str, Judgement]) -> Iterator[Finding]:
    """High for a titled, related or full name that isn't known here, moderate for a lone capitalised stranger."""
    known: frozenset[str] | None = None
    for statement in document.statements:
        strange = {
            fault.words for fault in judged[statement.id].faults if fault.kind == "word" and fault.start > 0
        }
        strange = {word for word in strange if re.fullmatch(_CAPITAL, word) and not word.isupper()}
        text = statement.text
        is_marked = not _MARKS.isdisjoint(_WORD.findall(text))
        named = [*_TITLED.finditer(text), *_RELATED.finditer(text)] if is_marked else []
        if not strange and not named:
            continue
        known = known_people(record) if known is None else known
        if _named(text, named, known | _cited_names(statement, record), strange):
            message = "It names a person who is neither the patient nor of the care team"
            yield Finding(NAME, Severity.HIGH, message, statement.citations, statement.id)
        elif any(word.lower() not in known for word in strange):
            message = "It may name a person: a capitalised word that its sources don't have"
            yield Finding(NAME, Severity.MODERATE, message, statement.citations, statement.id)


def _cited_names(statement: Statement, record: PatientRecord) -> frozenset[str]:
    """Words with a capital in what a statement cites: whoever it names stands in its sources under that name."""
    texts = (record.by_id[one].text for one in statement.citations if one in record.by_id)
    return frozenset(part for text in texts for word in re.findall(_CAPITAL, text) for part in _words(word))


def known_people(record: PatientRecord) -> frozenset[str]:
    """Words of the names of the patient, the care team and those who wrote, ordered or dispensed."""
    names = [*record.care_team, record.demographics.proxy or ""]
    names += [f"{name.full} {name.text}" for name in record.demographics.names]
    names += [entry.detail[key] for entry in record.entries for key in _WHO if key in entry.detail]
    return frozenset(word.lower() for name in names for word in _WORD.findall(name))


def _named(text: str, found: Sequence[re.Match[str]], known: frozenset[str], strange: set[str]) -> bool:
    if any(not _words(match["name"]) <= known for match in found):
        return True
    full = (_WORD.findall(match["name"]) for match in _FULL.finditer(text))
    return any(
        len(set(words) & strange) >= 2 and not {word.lower() for word in words} <= known for words in full
    )


def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(name) if len(word) > 1)
