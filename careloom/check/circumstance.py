"""No current or recommended drug is one that this person had better not take: ill, old, pregnant or with such a result.

Source   FDA labels; STOPP version 3, 2023; each row with document, section, year and how it was confirmed
         (knowledge/drug_safety/circumstances.csv, docs/circumstances.md)
Misses   what the table lacks; how long a drug has been taken; a problem that stands only in a note; severity of a liver disease;
         the week of a pregnancy
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding
from careloom.care.record import PatientRecord
from careloom.check.harms import Person, by_cause
from careloom.check.taken import recommended
from careloom.knowledge import Knowledge

NAME = "circumstance"


def rule(document: Document, record: PatientRecord, knowledge: Knowledge) -> Iterator[Finding]:
    """One finding for each cause (falls, cognition, pregnancy, …) that names all its drugs, unless the rule of interactions tells
    that cause. A statement is named only where it recommends a drug that isn't taken yet."""
    person = Person(record, knowledge)
    yield from by_cause(person.harms(), NAME)
    for statement, drug in recommended(document, knowledge):
        for finding in by_cause(person.harms_of_new(drug), NAME, "It recommends "):
            yield Finding(NAME, finding.severity, finding.message, finding.evidence, statement.id)
