"""No ingredient is taken in two products, no drug from two bottles, and no two drugs of a kind where one is enough.

Source   FDA labels and guidelines, each named in the finding (knowledge/drug_safety/interactions.csv, cause "duplicate"); that a note of two
         bottles in use is looked at is our own rule
Misses   a planned change-over or pair (long-acting with breakthrough opioid); one product bought under two names, where
         both names are unknown
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from careloom.care.document import Document, Finding, Severity
from careloom.care.record import PatientRecord
from careloom.care.system import source_name
from careloom.check.taken import Taken, entries_of, recommended, taken
from careloom.knowledge.facts import Facts
from careloom.knowledge.interactions import Interaction
from careloom.knowledge.variants import variant

NAME = "duplicate"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for two bottles that a note says are both used, moderate for one ingredient in two products (high for anticoagulants and opioids, low for
    a long-acting opioid beside its short-acting form), else as the table says.

    A statement is named only where it recommends a second drug of a kind.
    """
    record, knowledge = facts.record, facts.knowledge
    swallowed = [one for one in taken(record, knowledge) if not one.local]
    for one, other in combinations(swallowed, 2):
        if one.drug.name == other.drug.name and one.medication is not other.medication:
            yield _twice(one, other, record)
    for one in swallowed:
        yield from _doubled(one, record)
    for place, other_place, every in knowledge.interactions.pairs([one.drug for one in swallowed]):
        one, other = swallowed[place], swallowed[other_place]
        found = _of_a_kind(every)
        if found and one.medication is not other.medication:
            message = f"{one.drug.name} and {other.drug.name}: {found.why}. {found.action} ({found.source})"
            yield Finding(NAME, Severity(found.severity), message, entries_of(one, other))
    for statement, drug in recommended(document, knowledge):
        for one in swallowed:
            kind = _of_a_kind(knowledge.interactions.every_between(drug, one.drug))
            if kind:
                message = (
                    f"It recommends {drug.name}, and {one.drug.name} is taken: {kind.why} ({kind.source})"
                )
                yield Finding(NAME, Severity(kind.severity), message, one.medication.entries, statement.id)


def _twice(one: Taken, other: Taken, record: PatientRecord) -> Finding:
    grave = one.drug.classes & {"anticoagulant", "opioid"}
    products = sorted({one.medication.name, other.medication.name})
    message = f"{one.drug.name} is in two products ({' and '.join(products)}): check the sum of both"
    if "opioid" in one.drug.classes and _long_acting(one, record) != _long_acting(other, record):
        message = f"{message}; a long-acting and a short-acting one are often meant"
        return Finding(NAME, Severity.LOW, message, entries_of(one, other))
    return Finding(NAME, Severity.HIGH if grave else Severity.MODERATE, message, entries_of(one, other))


def _doubled(one: Taken, record: PatientRecord) -> Iterator[Finding]:
    telling = [
        record.by_id[id]
        for id in one.medication.entries
        if id in record.by_id and record.by_id[id].detail.get("doubled")
    ]
    if telling:
        told = f"{source_name(telling[-1].source.system)}, {telling[-1].dated or 'no day'}"
        message = f"A note ({told}) tells that two bottles of {one.drug.name} are used: ask what is taken, and check the sum of both"
        yield Finding(NAME, Severity.HIGH, message, entries_of(one))


def _long_acting(one: Taken, record: PatientRecord) -> bool:
    texts = [record.by_id[entry].name for entry in one.medication.entries if entry in record.by_id]
    return any(
        variant(text, (one.drug.name,)).release == "extended" or "patch" in text.lower() for text in texts
    )


def _of_a_kind(every: Sequence[Interaction]) -> Interaction | None:
    return next((found for found in every if found.cause == NAME and found.severity != "low"), None)
