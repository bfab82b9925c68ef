"""Bleeding that a fresh note tells of, in somebody whose blood clots less, is never left to the note.

Source   knowledge/red_flags.toml; NIH MedlinePlus, Warfarin (a682277), "Important warning": whoever takes it and has red or tarry black stool, pink,
         red or dark brown urine, vomit with blood or like coffee grounds, or a bleeding that doesn't stop calls the doctor immediately; the same for
         any other anticoagulant or antiplatelet, and 14 days, are ours
Misses   bleeding in other words (nose, gums, bruises); a note without a day; whether somebody was seen already. That iron or bismuth turns stool black
         is for a person to ask: it takes nothing away
"""

from collections.abc import Iterable, Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.system import told_by
from careloom.check.taken import Taken, entries_of, is_or_are, listed, taken
from careloom.knowledge.facts import Facts
from careloom.knowledge.signs import bleeding_in

NAME = "bleeding"
THINNING = frozenset(
    {"vitamin k antagonist", "doac", "anticoagulant", "parenteral anticoagulant", "antiplatelet"}
)


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for each note of the last 14 days that tells of such bleeding as of now, where such a drug is current."""
    del document
    drugs = thinning(facts)
    for entry, signs in noted_bleeding(facts.record.entries, facts) if drugs else ():
        names = listed(list(dict.fromkeys(one.drug.name for one in drugs)))
        verb = is_or_are(names)
        yield Finding(
            NAME,
            Severity.HIGH,
            f"A note ({told_by(entry)}) tells of {', '.join(signs)}, and {names} {verb} taken: speak with the patient and the "
            "physician now; iron and bismuth turn stool black, too, which is asked and not assumed (NIH MedlinePlus, Warfarin, a682277)",
            (entry.id, *entries_of(*drugs)),
        )


def thinning(facts: Facts) -> tuple[Taken, ...]:
    """The current drugs that are swallowed or injected and with which blood clots less."""
    return tuple(
        one
        for one in taken(facts.record, facts.knowledge)
        if not one.local and THINNING.intersection(one.drug.classes)
    )


def noted_bleeding(entries: Iterable[Entry], facts: Facts) -> Iterator[tuple[Entry, tuple[str, ...]]]:
    """Each fresh note of other systems that tells of such bleeding as there, with what its signs are called."""
    for entry in entries:
        if signs := bleeding_in(entry, facts.record.as_of):
            yield entry, tuple(one.label for one in signs)
