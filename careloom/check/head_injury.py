"""A blow to the head that a fresh note tells of, in somebody whose blood clots less, is never left to the note.

Source   NICE NG232, Head injury: assessment and early management, recommendations 1.2.3 and 1.2.4, 2023 (clarified July 2023): who has hurt the
         head and takes an anticoagulant, or an antiplatelet other than aspirin alone, is referred to an emergency department; 14 days
         are ours. What is done there (1.5.13: a CT of the head, and within how many hours) is not told, since its wording was not confirmed
Misses   a blow in other words; a note without a day; whether somebody was seen already; heparin given in hospital
"""

from collections.abc import Iterable, Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.system import told_by
from careloom.check.bleeding import thinning
from careloom.check.taken import Taken, entries_of, is_or_are, listed
from careloom.knowledge.facts import Facts
from careloom.knowledge.noted import blows_in

NAME = "head_injury"
_ASPIRIN = "aspirin"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each note of the last 14 days that tells of a blow to the head as of now, where such a drug is current."""
    del document
    drugs = _drugs(facts)
    for entry in noted_blows(facts.record.entries, facts):
        names = listed(list(dict.fromkeys(one.drug.name for one in drugs)))
        verb = is_or_are(names)
        told = f"A note ({told_by(entry)}) tells of a blow to the head, and {names} {verb} taken"
        yield Finding(
            NAME,
            Severity.HIGH,
            f"{told}: see today that an emergency department has looked, or send for it (NICE NG232, 1.2.3 and 1.2.4, 2023)",
            (entry.id, *entries_of(*drugs)),
        )


def noted_blows(entries: Iterable[Entry], facts: Facts) -> Iterator[Entry]:
    """Each of these entries that is a fresh note of a blow to the head; none where no such drug is current."""
    if _drugs(facts):
        yield from blows_in(entries, facts.record.as_of)


def _drugs(facts: Facts) -> tuple[Taken, ...]:
    """The current drugs with which blood clots less; none where aspirin is the only one."""
    drugs = thinning(facts)
    return drugs if any(one.drug.name != _ASPIRIN for one in drugs) else ()
