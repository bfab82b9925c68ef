"""A positive answer about self-harm, or a fresh note that tells of such thoughts, is never left to a plan: somebody must act on it now.

Source   PHQ-9, item 9 (Kroenke, Spitzer and Williams, 2001), LOINC 44260-8 and its answers LA6568-5 to LA6571-9; for words
         knowledge/red_flags.toml (988 Suicide & Crisis Lifeline, Warning Signs); for how long a note counts the recall windows of the
         Columbia-Suicide Severity Rating Scale, screen version (thoughts: the past month; acts: the past 3 months; knowledge/thoughts.py)
Misses   other instruments, words that no flag has, answers older than 12 months, notes without a day, and whether somebody has
         acted already
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.record import PatientRecord
from careloom.care.system import told_by
from careloom.knowledge.facts import Facts
from careloom.knowledge.self_harm import positive
from careloom.knowledge.thoughts import Told, noted_self_harm
from careloom.text.folding import fold

NAME = "self_harm"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High where the newest answer to item 9 of the last 12 months is anything but "not at all", and for a note with such words that counts;
    moderate where a relative's own words are hardly the patient's."""
    del document
    record = facts.record
    if answered := positive(record.entries, record.as_of):
        entry, _ = answered
        day = f"{entry.happened.earliest:%Y-%m-%d}" if entry.happened else "an unknown day"
        message = f"The question about self-harm (PHQ-9, item 9) was answered yes on {day}: act on it now, outside this plan"
        yield Finding(NAME, Severity.HIGH, message, (entry.id,))
    who = record.demographics
    for told in noted_self_harm(record.entries, record.as_of, who.sex, given_names(record)):
        yield _of_note(told)


def given_names(record: PatientRecord) -> frozenset[str]:
    """The patient's given names, folded: by them a note that a relative speaks in says who is meant."""
    return frozenset(fold(one) for name in record.demographics.names for one in name.given)


def _of_note(told: Told) -> Finding:
    """High, and moderate where it is hardly the patient's own."""
    note = told.note
    source = told_by(note)
    message = (
        f"A note ({source}) tells of thoughts of suicide or self-harm; whether they are the patient's or those of the relative who is named "
        "isn't clear: ask now, outside this plan"
        if told.unclear
        else f"A note ({source}) tells of thoughts of suicide or self-harm: act on it now, outside this plan"
    )
    return Finding(NAME, Severity.MODERATE if told.others else Severity.HIGH, message, (note.id,))
