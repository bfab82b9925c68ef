"""Drinking that a note tells of, in somebody who takes an opioid, is never left to the note.

Source   FDA Drug Safety Communication, 31 August 2016: boxed warnings of opioids, with benzodiazepines or other drugs that depress the central nervous
         system, alcohol among them (deep sedation, slowed or difficult breathing, death); that a note counts for 12 months is ours
Misses   how much is drunk; drinking in other words, or that only codes or a programme's record tell; a benzodiazepine without an opioid, of which
         that warning doesn't speak; what was said of drinking before a newer note that tells of having stopped
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.record import PatientRecord
from careloom.care.system import source_name
from careloom.check.signs import there
from careloom.check.taken import entries_of, listed, taken
from careloom.knowledge.facts import Facts
from careloom.text.folding import fold

NAME = "alcohol"
_LATELY = timedelta(days=366)
_DRINKS = re.compile(
    r"\b(?:drinks?|drinking|bebe|bebiendo|toma)\W+(?:(?!(?:root|ginger|non|no|without|sin|and|but|y|pero)\b)\w+\W+){0,5}?"
    r"(?:beers?|wine|vodka|whiske?y|liquor|rum|gin|tequila|bourbon|alcohol|(?:six|12|twelve).?packs?|cervezas?|vino|ron|licor)\b"
    r"|\b(?:beers?|glass(?:es)? of wine|alcoholic drinks|shots of \w+|cervezas) (?:a|per|each|every|por|al|cada) (?:day|night|week|dia|noche|semana)\b"
)
_STOPPED = re.compile(
    r"\b(?:(?:no longer|does not|doesn.?t|stopped|quit) drink\w*|denies (?:any )?(?:alcohol|drinking)|sober|abstinent|no alcohol|no (?:bebe|toma) alcohol|dejo de beber)\b"
)


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High where an opioid is current and the newest note of the last 12 months that speaks of drinking tells of it as of now."""
    del document
    every = [one for one in taken(facts.record, facts.knowledge) if not one.local]
    if not any("opioid" in one.drug.classes for one in every):
        return
    drugs = [one for one in every if {"opioid", "benzodiazepine"}.intersection(one.drug.classes)]
    note = _drinking(facts.record)
    if note and note.happened:
        names = listed(list(dict.fromkeys(one.drug.name for one in drugs)))
        message = (
            f"A note ({source_name(note.source.system)}, {note.happened.text[:10]}) tells of drinking alcohol, and {names} is taken: deep sedation, "
            "breathing slows or stops; ask how much, and tell the prescriber today (FDA Drug Safety Communication, boxed warnings of opioids, 2016)"
        )
        yield Finding(NAME, Severity.HIGH, message, (note.id, *entries_of(*drugs)))


def _drinking(record: PatientRecord) -> Entry | None:
    """The newest note that tells of drinking; None where a newer one tells of having stopped. None of a programme's is read."""
    for entry in reversed(record.entries):
        if entry.kind != "DocumentReference" or not entry.text or entry.happened is None:
            continue
        lately = record.as_of - _LATELY <= entry.happened.day <= record.as_of
        if entry.subject != "patient" or not lately or "part2" in entry.detail:
            continue
        if there(entry.text, _DRINKS):
            return entry
        if _STOPPED.search(fold(entry.text)):
            return None
    return None
