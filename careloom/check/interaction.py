"""No current drugs, and no drug and condition, that harm together go by unseen; and what was not checked is said.

Source   FDA labels and public guidelines, each named in the finding (knowledge/drug_safety/interactions.csv, burdens.toml)
Misses   pairs that the table lacks; drugs put on skin, eye or nose; the effect of dose and timing; genotype
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.record import PatientRecord
from careloom.check.harms import Person, by_cause
from careloom.check.taken import listed, recommended, unrecognised
from careloom.knowledge import Knowledge

NAME = "interaction"


def rule(document: Document, record: PatientRecord, knowledge: Knowledge) -> Iterator[Finding]:
    """One finding for each cause (bleeding, kidney, QT, …), high or moderate; one for drugs that are not known.

    What adds up over three drugs or more is one finding that names them all, and none for its pairs. A statement is
    named only where it recommends a drug that interacts with a current drug or a problem.
    """
    person = Person(record, knowledge)
    yield from by_cause(person.harms(), NAME)
    yield from _unchecked(record, knowledge)
    for statement, drug in recommended(document, knowledge):
        for finding in by_cause(person.harms_of_new(drug), NAME, "It recommends "):
            yield Finding(NAME, finding.severity, finding.message, finding.evidence, statement.id)


def _unchecked(record: PatientRecord, knowledge: Knowledge) -> Iterator[Finding]:
    """Drugs that are not known are said, so that no silence passes for "no interactions"."""
    unknown = unrecognised(record, knowledge)
    if unknown:
        current = sum(medication.current for medication in record.medications)
        names = listed([medication.name for medication in unknown])
        message = f"{current - len(unknown)} of {current} drugs checked; not known here: {names}"
        entries = tuple(dict.fromkeys(entry for one in unknown for entry in one.entries))
        yield Finding(NAME, Severity.MODERATE, message, entries)
