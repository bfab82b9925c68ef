"""Plain words: whether a sentence is the library's own for the rule, problem, need, drug or allergy that it cites.

Takes    a sentence, the entries and the guideline that it cites, and the record made ready
Gives    the sentences that the library has for them, in English and Spanish
Never    takes a word of a document for granted: each sentence is made anew from the record and knowledge
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from careloom.care.document import Guideline
from careloom.care.entry import Entry
from careloom.care.record import Medication, Trend
from careloom.knowledge.plain import LANGUAGES
from careloom.text.addressed import is_addressed
from careloom.text.digits import rounded
from careloom.verify.index import Index

# How prescriptions are written among professionals; no patient reads it.
_SHORTHAND = re.compile(
    r"\b(?:po|bid|tid|qid|qd|qhs|qam|qpm|prn|sc|sq|subq|im|iv|hs|ac|pc|od|os|ou|gtts?|ud|uad|tabs?|caps?|q ?\d+ ?h\w*|x ?\d+ ?d)\b",
    re.IGNORECASE,
)
# How strong a liquid or a spray is tells nobody how much to take.
_CONCENTRATION = re.compile(r"^[\d.,]+ ?\w+ ?/ ?[\w\[\]]+$")
_LONGEST_DOSE, _LONGEST_NAME = 100, 80
_TAG = re.compile(r" \((?:disorder|finding|situation|morphologic abnormality|event|procedure)\)$")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of the library, and which of the cited entries it tells of."""

    text: str
    entries: tuple[str, ...]


def is_plain(index: Index, text: str, entries: Sequence[Entry], guideline: Guideline | None) -> bool:
    """Whether a sentence is, sign for sign, one that the library has for what it cites."""
    if guideline is not None:
        return any(text == sentence_of(index, entries, guideline, one) for one in LANGUAGES)
    cited = _ids(entries)
    parts = (part for one in LANGUAGES for part in _of_record(index, cited, one).values())
    return any(text == said.text for part in parts for said in part)


def sentence_of(index: Index, entries: Sequence[Entry], guideline: Guideline, language: str) -> str | None:
    """The library's sentence for a guideline's rule on its own day; None where the rule isn't this patient's, or isn't in it."""
    rule, due = index.knowledge.protocols.rule(guideline.id), due_of(guideline)
    if rule is None or index.misused(guideline, entries):
        return None
    if due is not None and due.isoformat() not in index.due(guideline):
        return None
    return index.knowledge.plain.of_rule(rule, due, language)


def outdated(index: Index, text: str, entries: Sequence[Entry], guideline: Guideline | None) -> bool:
    """Whether a signed line no longer holds: its rule isn't this patient's any more, or it tells of a drug that isn't taken now."""
    if guideline is not None:
        return index.knowledge.protocols.rule(guideline.id) is not None and index.misused(guideline, entries)
    cited = _ids(entries)
    taken = {name for one in index.record.medications if one.current for name in one.ingredients}
    over = [one for one in index.record.medications if not one.current and not taken & {*one.ingredients}]
    named = {name for names in index.parse(text).drugs.values() for name in names}
    current = any(one.current and cited.intersection(one.entries) for one in index.record.medications)
    return any(
        named & {*one.ingredients} or (not current and cited.intersection(one.entries)) for one in over
    )


def list_of(index: Index, entries: Sequence[Entry], part: str, language: str) -> tuple[Said, ...]:
    """What is said of the problems, the trends, the needs, the medicines or the allergies that are cited; `named` are problems
    that have no plain words, `asked` those that are to be asked about.
    """
    return _of_record(index, _ids(entries), language)[part]


def dose_of(drug: Medication, language: str) -> str:
    """The one dose on which the sources of a drug agree, in a source's own whole words; "" where they don't agree, say none, or write
    it in shorthand.

    None in Spanish: a source's "once" is read as eleven there.
    """
    if language != "en" or drug.state in ("dose_in_conflict", "on_hold") or len(drug.doses) != 1:
        return ""
    said = " ".join(drug.doses[0][0].split())
    ways = [one for one in drug.regimens if said and not one.doubt]
    if len(ways) != 1 or len(said) > _LONGEST_DOSE or _SHORTHAND.search(said) or is_addressed(said):
        return ""
    strength = ways[0].strength
    if _CONCENTRATION.match(said):
        return ""
    if not strength or strength.lower() in said.lower() or _CONCENTRATION.match(strength):
        return said
    return f"{strength}, {said}"


def due_of(guideline: Guideline) -> date | None:
    """The day at the end of a guideline's arithmetic ("2026-11-23 + 90 days = 2027-02-21"); None where it has none."""
    try:
        return date.fromisoformat(guideline.due.rpartition("= ")[2])
    except ValueError:
        return None


def _of_record(index: Index, cited: set[str], language: str) -> Mapping[str, tuple[Said, ...]]:
    record, plain = index.record, index.knowledge.plain
    active = [one for one in record.problems if one.status == "active"]
    found: dict[str, list[tuple[str | None, Sequence[str]]]] = {
        "problems": [
            (plain.of_problem(one.concept, language), one.entries) for one in active if not one.doubtful
        ],
        "named": [
            (plain.of_name("named", _TAG.sub("", one.name), language), one.entries)
            for one in active
            if not one.doubtful and not plain.of_problem(one.concept, language) and _is_name(one.name)
        ],
        "asked": [
            (plain.of_name("asked", _TAG.sub("", one.name), language), one.entries)
            for one in active
            if one.doubtful and _is_name(one.name)
        ],
        "trends": [
            (plain.of_trend(one.about, rounded(one.first), rounded(one.last), language), one.entries)
            for one in record.trends
            if cited.issuperset(_ends(one))
        ],
        "needs": [
            (plain.of_need(one.domain, language), one.entries) for one in record.needs if one.status == "open"
        ],
        "medicines": [
            (plain.of_medicine(one.name, dose_of(one, language), language), one.entries)
            for one in record.medications
            if one.current and not is_addressed(one.name)
        ],
        "allergies": [
            (plain.of_allergy(one.substance, language), one.entries)
            for one in record.allergies
            if one.status == "active" and one.kind == "allergy" and not is_addressed(one.substance)
        ],
    }
    return {
        part: tuple(
            Said(text, tuple(one for one in entries if one in cited))
            for text, entries in every
            if text and cited.intersection(entries)
        )
        for part, every in found.items()
    }


def _is_name(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and not is_addressed(name)


def _ends(trend: Trend) -> set[str]:
    """The entries of the first and the last result."""
    return {trend.entries[0], trend.entries[-1]} if trend.entries else {""}


def _ids(entries: Sequence[Entry]) -> set[str]:
    return {one for entry in entries for one in (entry.id, *entry.same_as)}
