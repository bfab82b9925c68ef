"""Medication checks run over what a substance-use programme sent too; what they find there is told without saying what.

Source   42 CFR 2.13, 2.31 and 2.33 (2024): no use or disclosure without consent; the site's counsel confirms (docs/consent.md)
Misses   a finding that the open record already has in the same words; checks other than of medications
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding
from careloom.care.record import PatientRecord
from careloom.check import allergy, duplicate, fills, interaction, opioid, renal
from careloom.knowledge import Knowledge
from careloom.knowledge.facts import Facts

NAME = "restricted"
MASKED = "restricted information; check incomplete"
# The rules about somebody's drugs.
RULES = (allergy.rule, interaction.rule, renal.rule, duplicate.rule, opioid.rule, fills.rule)


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """One finding, as grave as the worst that rests on restricted entries, naming none of them; none where nothing is found."""
    found = _hidden(document, facts)
    if found:
        # In the order of Severity: high first.
        worst = min((finding.severity for finding in found), key=list(type(found[0].severity)).index)
        yield Finding(NAME, worst, MASKED)


def hidden(document: Document, record: PatientRecord, knowledge: Knowledge) -> tuple[Finding, ...]:
    """The findings that only restricted entries bring, as they are: for people who may read them, and nobody else."""
    return _hidden(document, Facts(record, knowledge))


def _hidden(document: Document, facts: Facts) -> tuple[Finding, ...]:
    if facts.record.whole is None:
        return ()
    whole = Facts(facts.record.whole, facts.knowledge)
    known = {
        (finding.rule, finding.message, finding.statement)
        for each in RULES
        for finding in each(document, facts)
    }
    everything = [finding for each in RULES for finding in each(document, whole)]
    return tuple(
        finding for finding in everything if (finding.rule, finding.message, finding.statement) not in known
    )
