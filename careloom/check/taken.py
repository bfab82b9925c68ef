"""Which drugs a record counts as taken, and which statements recommend one: what the drug rules look at."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from careloom.care.document import Document, Statement
from careloom.care.record import Medication, PatientRecord
from careloom.knowledge import Knowledge
from careloom.knowledge.drugs import Drugs, Ingredient, is_supply
from careloom.knowledge.local import local

# A recommendation: the verb before the drug in its clause, or "is preferred" after it.
_FOR = re.compile(
    r"\b(?:start|begin|initiate|add|prescribe|continue|resume|restart|take|use|give|try|offer|increase|refill|"
    r"switch(?:ed)? to|change(?:d)? to|(?:switch|change)(?:e?d)? from [^.;]{1,40}? to|replace(?:d)? with|recommend(?:ed|s)?)\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:sources?|stop|discontinue|hold|withhold|avoid|taper|not|never|without|no|instead of|rather than|switch(?:ed)? from|"
    r"replace|change(?:d)? from|whether|allerg\w+|interact\w*|contraindicated|in place of|review|ask|why|if)\b",
    re.IGNORECASE,
)
_THEN_FOR = re.compile(
    r"^[^.;,]{0,40}\b(?:(?:is|are) (?:recommended|preferred|advised|indicated)|"
    r"(?:should|can|may|to|will|must) be (?:started|added|continued|used|given|taken|resumed|restarted|increased|prescribed))\b",
    re.IGNORECASE,
)
_MAY = re.compile(
    rf"{_FOR.pattern}|\b(?:is|are|be) (?:recommended|preferred|advised|indicated|started|added|continued|used|given|taken|resumed|restarted|increased|prescribed)\b",
    re.IGNORECASE,
)
# How many characters before the verb a "not" still turns it round.
_NEAR = 30
_CLAUSE = re.compile(r"[.;:]\s+|\n")
_QUOTED = re.compile(r"“[^”]*”")


@dataclass(frozen=True, slots=True)
class Taken:
    """One ingredient of a current medication; `local` where all sources say that it acts where it is put."""

    drug: Ingredient
    medication: Medication
    local: bool


def taken(record: PatientRecord, knowledge: Knowledge) -> tuple[Taken, ...]:
    """The known ingredients of all current medications, in the record's order."""
    found = []
    for medication in record.medications:
        if medication.current:
            for name in medication.ingredients:
                if drug := knowledge.drugs.named(name):
                    found.append(Taken(drug, medication, local(medication, record, drug)))
    return tuple(found)


def unrecognised(record: PatientRecord, knowledge: Knowledge) -> tuple[Medication, ...]:
    """Current medications of which no ingredient is known: their safety was not checked. Test strips are none."""
    return tuple(
        medication
        for medication in record.medications
        if medication.current
        and not any(knowledge.drugs.named(name) for name in medication.ingredients)
        and not is_supply(medication.name)
    )


def recommended(document: Document, knowledge: Knowledge) -> Iterator[tuple[Statement, Ingredient]]:
    """Statements that recommend starting or continuing a drug, with each drug; a class counts as one drug.

    "Avoid ibuprofen", "ask whether ibuprofen is needed", what merely reports a drug, and the words of a source that a template
    quotes recommend nothing. A letter about a payer's policy recommends what it asks for.
    """
    if document.demands.policy:
        yield from _asked_for(document, knowledge)
    for statement in document.statements:
        # Whoever answers a payer's criterion leaves its words as they are.
        is_own = statement.written_by == "person" and not document.demands.policy
        said = statement.text if is_own else _QUOTED.sub(" ", statement.text)
        for drug in _recommended_in(said, knowledge.drugs):
            yield statement, drug


def _asked_for(document: Document, knowledge: Knowledge) -> Iterator[tuple[Statement, Ingredient]]:
    """The drugs that a letter asks a payer for, with its first statement that has these words; else, however a person put them, its first."""
    service = document.given.get("service", "")
    lines = [one for one in document.statements if service in one.text] or list(document.statements[:1])
    if service and lines:
        yield from ((lines[0], drug) for drug in knowledge.drugs.find(service))


@lru_cache(maxsize=512)
def _recommended_in(text: str, drugs: Drugs) -> tuple[Ingredient, ...]:
    if not _MAY.search(text):
        return ()
    return tuple(
        drug
        for clause in _CLAUSE.split(text)
        if _MAY.search(clause)
        for start, end, drug in _named(clause, drugs)
        if _recommends(clause[:start], clause[end:])
    )


def _named(clause: str, drugs: Drugs) -> Iterator[tuple[int, int, Ingredient]]:
    yield from drugs.mentions(clause)
    for start, end, kind in drugs.class_mentions(clause):
        if drug := _whole_class(kind, drugs):
            yield start, end, drug


def entries_of(*found: Taken) -> tuple[str, ...]:
    """The entries on which the medications of these rest, each once."""
    return tuple(dict.fromkeys(entry for one in found for entry in one.medication.entries))


def is_or_are(names: str) -> str:
    """The verb behind listed names."""
    return "are" if " and " in names else "is"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: "a", "a and b", "a, b and c"."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _recommends(before: str, after: str) -> bool:
    if _THEN_FOR.search(after):
        return not _AGAINST.search(before)
    verbs = list(_FOR.finditer(before))
    return bool(verbs) and not any(
        found.start() >= verbs[-1].end() or 0 <= verbs[-1].start() - found.end() < _NEAR
        for found in _AGAINST.finditer(before)
    )


def _whole_class(kind: str, drugs: Drugs) -> Ingredient | None:
    members = drugs.class_members(kind)
    if not members:
        return None
    shared = frozenset.intersection(*(member.classes for member in members))
    return Ingredient(name=kind, rxcui="", classes=shared)
