"""A danger sign that a fresh note of a source tells is never left to the note.

Source   knowledge/red_flags.toml, each sign with its own (American Heart and Stroke Association, CDC, MedlinePlus, 988 Lifeline); 14 days are
         ours: what is older was somebody's to act on when it was new (as docs/urgent.md has it of answers)
Misses   a sign in words that no flag has (headache with spots, weight gained in a week); one that a note names as a diagnosis ("stroke") or as
         what a drug is for; one in a sentence that also says when, if, reviewed or advised; a note without a day; whether somebody has acted
         already
"""

from collections.abc import Iterator
from datetime import timedelta

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.system import told_by
from careloom.check.bleeding import thinning
from careloom.check.hypoglycemia import UNCONSCIOUS, taken_by_somebody
from careloom.knowledge.facts import Facts
from careloom.knowledge.red_flags import SELF_HARM
from careloom.knowledge.signs import BLEEDING, signs_in

NAME = "danger_sign"
DAYS = timedelta(days=14)


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """Moderate for each note of the last 14 days that tells signs as there, with what each is called; self-harm has a rule of its own, and
    so have bleeding beside a drug with which blood clots less, and fainting beside one that lowers glucose."""
    del document
    record = facts.record
    elsewhere = {
        SELF_HARM,
        *(BLEEDING if thinning(facts) else ()),
        *((UNCONSCIOUS,) if taken_by_somebody(facts) else ()),
    }
    for entry in record.entries:
        if entry.kind != "DocumentReference" or not entry.text or entry.happened is None:
            continue
        if record.as_of - DAYS <= entry.happened.day <= record.as_of:
            yield from _told(entry, elsewhere)


def _told(entry: Entry, elsewhere: set[str]) -> Iterator[Finding]:
    signs = [flag.label for flag in signs_in(entry.text) if flag.name not in elsewhere]
    if signs:
        message = f"A note ({told_by(entry)}) tells of {', '.join(signs)}: see that somebody has acted on it"
        yield Finding(NAME, Severity.MODERATE, message, (entry.id,))
