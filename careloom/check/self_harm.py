"""A positive answer about self-harm, or a fresh note that tells of such thoughts, is never left to a plan: somebody must act on it now.

Source   PHQ-9, item 9 (Kroenke, Spitzer and Williams, 2001), LOINC 44260-8 and its answers LA6568-5 to LA6571-9; for words
         knowledge/red_flags.toml (988 Suicide & Crisis Lifeline, Warning Signs); that a note counts for 14 days is ours
Misses   other instruments, words that no flag has, answers older than 12 months, notes without a day, and whether somebody has
         acted already
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.system import source_name
from careloom.check.signs import noted_self_harm
from careloom.knowledge.facts import Facts
from careloom.knowledge.self_harm import positive

NAME = "self_harm"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High where the newest answer to item 9 of the last 12 months is anything but "not at all", and for a fresh note with such words."""
    del document
    record = facts.record
    if answered := positive(record.entries, record.as_of):
        entry, _ = answered
        day = f"{entry.happened.earliest:%Y-%m-%d}" if entry.happened else "an unknown day"
        message = f"The question about self-harm (PHQ-9, item 9) was answered yes on {day}: act on it now, outside this plan"
        yield Finding(NAME, Severity.HIGH, message, (entry.id,))
    for entry in noted_self_harm(record.entries, record.as_of):
        day = entry.happened.text[:10] if entry.happened else ""
        message = f"A note ({source_name(entry.source.system)}, {day}) tells of thoughts of suicide or self-harm: act on it now, outside this plan"
        yield Finding(NAME, Severity.HIGH, message, (entry.id,))
