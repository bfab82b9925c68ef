"""A blow to the head that a fresh note tells of, in somebody whose blood clots less, is never left to the note.

Source   NICE NG232, Head injury: assessment and early management, recommendations 1.2.3 and 1.2.4, 2023 (clarified July 2023): who has hurt the
         head and takes an anticoagulant, or an antiplatelet other than aspirin alone, is referred to an emergency department; 14 days
         are ours. What is done there (1.5.13: a CT of the head, and within how many hours) is not told, since its wording was not confirmed
Misses   a blow in other words; a note without a day; whether somebody was seen already; heparin given in hospital
"""

import re
from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.system import source_name
from careloom.check.bleeding import thinning
from careloom.check.signs import FRESH, there
from careloom.check.taken import entries_of, listed
from careloom.knowledge.facts import Facts

NAME = "head_injury"
_ASPIRIN = "aspirin"
_BLOW = re.compile(
    r"\b(?:hit|hits|hitting|struck|strikes|striking|bumped|banged|knocked|smacked|cracked) (?:his|her|their|my|the) "
    r"(?:(?:back|front|side|left side|right side|top) of (?:his|her|their|my|the) )?(?:head|forehead|scalp|skull|temple)\b"
    r"|\b(?:hit|struck) (?:in|on) the (?:head|forehead|temple)\b|\b(?:head|brain) (?:injur\w+|trauma|strike)\b|\bhead ?strike\b"
    r"|\bse (?:golpeo|pego|dio) (?:(?:un golpe )?en )?la (?:cabeza|frente)\b|\bgolpe en la cabeza\b"
)


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each note of the last 14 days that tells of a blow to the head as of now, where such a drug is current."""
    del document
    record = facts.record
    drugs = thinning(facts)
    if not any(one.drug.name != _ASPIRIN for one in drugs):
        return
    for entry in record.entries:
        if entry.kind != "DocumentReference" or not entry.text or entry.happened is None:
            continue
        fresh = record.as_of - FRESH <= entry.happened.day <= record.as_of
        if fresh and there(entry.text, _BLOW):
            names = listed(list(dict.fromkeys(one.drug.name for one in drugs)))
            told = f"A note ({source_name(entry.source.system)}, {entry.happened.text[:10]}) tells of a blow to the head, and {names} is taken"
            yield Finding(
                NAME,
                Severity.HIGH,
                f"{told}: see today that an emergency department has looked, or send for it (NICE NG232, 1.2.3 and 1.2.4, 2023)",
                (entry.id, *entries_of(*drugs)),
            )
