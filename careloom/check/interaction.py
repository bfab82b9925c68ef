"""No current drugs harm together, or somebody who is ill, old, pregnant or has such a result; and what was not checked is said.

Source   FDA labels and public guidelines, STOPP version 3 (2023) among them, each named in the finding
         (knowledge/drug_safety/interactions.csv, burdens.toml, circumstances.csv; docs/interactions.md, docs/circumstances.md)
Misses   what the tables lack; drugs put on skin, eye or nose; the effect of dose and timing; genotype; how long a drug has been
         taken; a problem that stands only in a note; severity of a liver disease; the week of a pregnancy
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from careloom.care.alert import Alert
from careloom.care.document import Document, Finding, Severity
from careloom.care.record import PatientRecord
from careloom.check.coverage import coverage
from careloom.check.harms import CIRCUMSTANCE, INTERACTION, Harm, Person, as_finding, causes, leading
from careloom.check.own_values import LEVEL, worsened
from careloom.check.taken import recommended, unrecognised
from careloom.knowledge import Knowledge
from careloom.knowledge.alarms import adrenal_signs, stopped_steroids
from careloom.knowledge.facts import Facts

NAME = INTERACTION
# What the row steroid-glucose of interactions.csv says.
_STEROIDS_RAISE = "steroids raise glucose"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """One finding for each cause (bleeding, kidney, falls, pregnancy, …), told as an interaction or as a circumstance by what
    leads it; one for drugs that are not known.

    What adds up over three drugs or more is one finding that names them all, and none for its pairs. A statement is
    named only where it recommends a drug that harms with a current drug, a problem or a circumstance.
    """
    person = Person(facts)
    current = [one for one in person.harms() if not _is_missed(one, facts)]
    new = [(one.id, person.harms_of_new(drug)) for one, drug in recommended(document, facts.knowledge)]
    for kind in (INTERACTION, CIRCUMSTANCE):
        yield from _by_cause(current, kind, facts)
        if kind == INTERACTION:
            yield from _unchecked(facts.record, facts.knowledge)
        for statement, harms in new:
            for finding in _by_cause(harms, kind, facts, "It recommends "):
                yield Finding(kind, finding.severity, finding.message, finding.evidence, statement)


def _is_missed(harm: Harm, facts: Facts) -> bool:
    """Whether it tells of glucose that a steroid raises, which was stopped and may be missed by now (adrenal.py)."""
    return (
        harm.why == _STEROIDS_RAISE
        and bool(adrenal_signs(facts))
        and any(set(harm.entries) & set(one.entries) for one in stopped_steroids(facts))
    )


def _by_cause(found: Iterable[Harm], kind: str, facts: Facts, opening: str = "") -> Iterator[Finding]:
    """One finding for each cause, led by its sum, else by the worst; the others that share it are named after it.

    Gives the findings whose leading harm is of `kind`, so that each cause is told once. Low interactions aren't told.
    """
    for together in causes(found):
        if leading(together).kind == kind:
            yield _told(together, facts, opening)


def _told(together: Sequence[Harm], facts: Facts, opening: str = "") -> Finding:
    """The finding of one cause, with what of the patient's own makes it worse; a level above its range, or a kidney that fails, makes it high."""
    finding = as_finding(together, opening)
    words, values = worsened(leading(together).cause, facts)
    if values and leading(together).cause == LEVEL:
        finding = replace(finding, severity=Severity.HIGH)
    evidence = tuple(dict.fromkeys((*finding.evidence, *values)))
    return replace(finding, message=f"{finding.message}{words}", evidence=evidence)


def of_orders(facts: Facts, orders: Collection[str]) -> Iterator[Alert]:
    """One alert for each cause in which a drug of these orders (their entries' ids) has part; what the other drugs do among
    themselves is none of the orders' matter.
    """
    harms = [one for one in Person(facts).harms() if set(orders) & set(one.entries)]
    for together in causes(harms):
        lead = leading(together)
        stops = any(
            one.interrupts or (one.kind == CIRCUMSTANCE and "contraindicated" in one.action)
            for one in together
        )
        rows = tuple(one.row for one in together if one.row)
        yield Alert(_told(together, facts), lead.heading, lead.source, interrupts=stops, asks=rows)


def _unchecked(record: PatientRecord, knowledge: Knowledge) -> Iterator[Finding]:
    """Drugs that are not known are said, so that no silence passes for "no interactions"."""
    unknown = unrecognised(record, knowledge)
    if unknown:
        message = coverage(record, knowledge).words
        entries = tuple(dict.fromkeys(entry for one in unknown for entry in one.entries))
        yield Finding(NAME, Severity.MODERATE, message, entries)
