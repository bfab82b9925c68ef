"""No current or recommended drug is one that the patient is allergic to, or of a class that reacts with it.

Source   AAAAI/ACAAI, Drug allergy: a 2022 practice parameter update; the labels' contraindications (allergies.toml names
         section and year for each class)
Misses   an allergy that stands only in a note that no reader read; an excipient; a class that allergies.toml lacks
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.record import Allergy
from careloom.check.taken import recommended, taken
from careloom.knowledge.facts import Facts
from careloom.knowledge.reactions import Reaction, reaction

NAME = "allergy"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for the same ingredient or class, moderate for an intolerance and for a cross-reaction that is uncertain.

    Refuted and resolved allergies don't count; that one was settled here to be none is told, as low. A statement is named only
    where it recommends the drug.
    """
    knowledge = facts.knowledge
    told = _told(facts)
    if not told:
        return
    yield from against(facts, "is current")
    for statement, drug in recommended(document, knowledge):
        for allergy in told:
            if found := reaction(allergy, drug, knowledge.drugs):
                message = f"It recommends {drug.name}, and {_recorded(allergy, found)}"
                yield Finding(NAME, _severity(allergy, found), message, allergy.entries, statement.id)


def against(facts: Facts, said: str) -> Iterator[Finding]:
    """What is found of the record's drugs, of each of which it is said in words what it is ("is current", "is ordered")."""
    told = _told(facts)
    for one in taken(facts.record, facts.knowledge) if told else ():
        for allergy in told:
            if found := reaction(allergy, one.drug, facts.knowledge.drugs):
                message = f"{one.drug.name} {said}, and {_recorded(allergy, found)}"
                evidence = (*one.medication.entries, *allergy.entries)
                yield Finding(NAME, _severity(allergy, found), message, evidence)


def _told(facts: Facts) -> list[Allergy]:
    return [one for one in facts.record.allergies if one.status == "active" or one.settled]


def _recorded(allergy: Allergy, found: Reaction) -> str:
    if allergy.status == "active":
        return f"{_named(allergy)} is recorded: {found.why}"
    return f"{_named(allergy)} was recorded; {allergy.settled}"


def _severity(allergy: Allergy, found: Reaction) -> Severity:
    if allergy.status != "active":
        return Severity.LOW
    sure = Severity.MODERATE if allergy.kind == "intolerance" else Severity.HIGH
    return sure if found.sure else Severity.MODERATE


def _named(allergy: Allergy) -> str:
    kind = "an intolerance" if allergy.kind == "intolerance" else "an allergy"
    reaction = f" ({allergy.reaction})" if allergy.reaction else ""
    return f"{kind} to {allergy.substance}{reaction}"
