"""A blow to the head that a fresh note tells of, in somebody whose blood clots less, is never left to the note.

Source   NICE NG232, Head injury: assessment and early management, recommendations 1.2.3 and 1.2.4, 2023 (clarified July 2023): who has hurt the
         head and takes an anticoagulant, or an antiplatelet other than aspirin alone, is referred to an emergency department; 14 days
         are ours. What is done there (1.5.13: a CT of the head, and within how many hours) is not told, since its wording was not confirmed
Misses   a blow in other words; a note without a day; whether somebody was seen already; heparin given in hospital
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.system import source_name
from careloom.check.bleeding import thinning
from careloom.check.taken import entries_of, is_or_are, listed
from careloom.knowledge.facts import Facts
from careloom.knowledge.noted import blows

NAME = "head_injury"
_ASPIRIN = "aspirin"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each note of the last 14 days that tells of a blow to the head as of now, where such a drug is current."""
    del document
    record = facts.record
    drugs = thinning(facts)
    if not any(one.drug.name != _ASPIRIN for one in drugs):
        return
    for entry in blows(record):
        day = entry.happened.text[:10] if entry.happened else ""
        names = listed(list(dict.fromkeys(one.drug.name for one in drugs)))
        verb = is_or_are(names)
        told = f"A note ({source_name(entry.source.system)}, {day}) tells of a blow to the head, and {names} {verb} taken"
        yield Finding(
            NAME,
            Severity.HIGH,
            f"{told}: see today that an emergency department has looked, or send for it (NICE NG232, 1.2.3 and 1.2.4, 2023)",
            (entry.id, *entries_of(*drugs)),
        )
