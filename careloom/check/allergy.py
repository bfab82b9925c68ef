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

    Refuted and resolved allergies don't count. A statement is named only where it recommends the drug.
    """
    knowledge = facts.knowledge
    active = [allergy for allergy in facts.record.allergies if allergy.status == "active"]
    if not active:
        return
    for one in taken(facts.record, knowledge):
        for allergy in active:
            if found := reaction(allergy, one.drug, knowledge.drugs):
                severity, why = _severity(allergy, found), found.why
                message = f"{one.drug.name} is current, and {_named(allergy)} is recorded: {why}"
                yield Finding(NAME, severity, message, (*one.medication.entries, *allergy.entries))
    for statement, drug in recommended(document, knowledge):
        for allergy in active:
            if found := reaction(allergy, drug, knowledge.drugs):
                severity, why = _severity(allergy, found), found.why
                message = f"It recommends {drug.name}, and {_named(allergy)} is recorded: {why}"
                yield Finding(NAME, severity, message, allergy.entries, statement.id)


def _severity(allergy: Allergy, found: Reaction) -> Severity:
    sure = Severity.MODERATE if allergy.kind == "intolerance" else Severity.HIGH
    return sure if found.sure else Severity.MODERATE


def _named(allergy: Allergy) -> str:
    kind = "an intolerance" if allergy.kind == "intolerance" else "an allergy"
    reaction = f" ({allergy.reaction})" if allergy.reaction else ""
    return f"{kind} to {allergy.substance}{reaction}"
