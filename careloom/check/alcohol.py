"""Drinking that a note tells of, in somebody who takes an opioid, is never left to the note.

Source   FDA Drug Safety Communication, 31 August 2016: boxed warnings of opioids, with benzodiazepines or other drugs that depress the central nervous
         system, alcohol among them (deep sedation, slowed or difficult breathing, death); that a note counts for 12 months is ours
Misses   how much is drunk; drinking in other words, or that only codes or a programme's record tell; a benzodiazepine without an opioid, of which
         that warning doesn't speak; what was said of drinking before a newer note that tells of having stopped
"""

from collections.abc import Iterator

from careloom.care.document import Document, Finding, Severity
from careloom.care.system import told_by
from careloom.check.taken import entries_of, is_or_are, listed, taken
from careloom.knowledge.facts import Facts
from careloom.knowledge.noted import drinking

NAME = "alcohol"


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High where an opioid is current and the newest note of the last 12 months that speaks of drinking tells of it as of now."""
    del document
    every = [one for one in taken(facts.record, facts.knowledge) if not one.local]
    if not any("opioid" in one.drug.classes for one in every):
        return
    drugs = [one for one in every if {"opioid", "benzodiazepine"}.intersection(one.drug.classes)]
    note = next(drinking(facts.record), None)
    if note and note.happened:
        names = listed(list(dict.fromkeys(one.drug.name for one in drugs)))
        verb = is_or_are(names)
        message = (
            f"A note ({told_by(note)}) tells of drinking alcohol, and {names} {verb} taken: deep sedation, "
            "breathing slows or stops; ask how much, and tell the prescriber today (FDA Drug Safety Communication, boxed warnings of opioids, 2016)"
        )
        yield Finding(NAME, Severity.HIGH, message, (note.id, *entries_of(*drugs)))
