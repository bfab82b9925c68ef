"""Low glucose of the past month in somebody whose drugs lower it, by result or by what a note tells, is never passed over for a newer, higher value.

Source   ADA Standards of Care in Diabetes, Section 6 (glycemic goals and hypoglycemia), 2026: level 1 is glucose below 70 mg/dL, level 2 below 54 mg/dL,
         level 3 an event with altered mental or physical status that needs another person's help, whatever the glucose. The month (30 days), that
         fainting, a seizure or confusion in somebody on such a drug is asked about as if it were level 3, and what is read of a note, are ours
Misses   a low that nobody measured or wrote; readings of a sensor as a share of time; sweating, trembling or hunger alone; a note without a day; confusion
         that somebody with dementia always has
"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from careloom.care.document import Document, Finding, Severity
from careloom.care.entry import Entry
from careloom.care.system import told_by
from careloom.check.taken import entries_of, is_or_are, listed, taken
from careloom.knowledge.facts import Facts
from careloom.knowledge.measured import Measured
from careloom.knowledge.signs import signs_in, there
from careloom.text.folding import fold

NAME = "hypoglycemia"
# What somebody was taught to look for, or asked to do about it, was not there.
_TAUGHT = re.compile(
    r"\b(?:instruct\w*|educat\w*|taught|teach\w*|counsel\w*|reviewed|advis\w*|(?:signs?|symptoms?|risks?) of|watch for|ensen\w*|explic\w*|aconsej\w*|senales de|goals?|targets?)\b"
)
MONTH = timedelta(days=30)
LEVEL_1, LEVEL_2 = Decimal(70), Decimal(54)
SOURCE = "ADA Standards of Care in Diabetes, Section 6, 2026"
UNCONSCIOUS = "unconscious"
_LABS = ("glucose", "fasting_glucose")
_MOST = 3
_CONFUSED = re.compile(
    r"\b(?:confus(?:ed|ion)|disoriented|incoherent|not making sense|blacked out|syncop\w*|found down|would ?n.?t wake|(?:had|having|has had|witnessed) an? (?:\w+ )?seizure|seized\b|hard to (?:wake|rouse|arouse)|obtunded|letharg\w*|"
    r"confundid[oa]|desorientad[oa]|sincope)\b"
)
_HELPED = re.compile(
    r"\b(?:gave|giving|given|gives|fed|administered|needed|le (?:dio|dieron|puso))\W+(?:(?:her|him|them|some|orange|apple|a|of|glass|un|una|vaso|de|iv)\W+){0,5}?"
    r"(?:juice|sugar|candy|soda|glucose (?:gel|tab\w*)|glucagon|dextrose|d50|jugo|azucar|glucagon|dulce)\b"
)
_LOW = re.compile(
    r"\b(?:low (?:blood )?(?:sugars?|glucose)|(?:sugars?|glucose)\W+(?:\w+\W+){0,3}?(?:low|dropped|crashed|bottomed out)|hypoglyc\w+|hipoglucemi\w+|azucar\W+(?:\w+\W+)?baj[oa]|baj[oa] de azucar|bajon(?:es)? de azucar)\b"
)
_READING = re.compile(
    r"\b(?:blood sugars?|sugars?|glucose|fingersticks?|finger sticks?|accu.?checks?|fsbs|bg|glucometer|azucar|glucosa)\b(?:\W+(?!a1c|goal|target|below|under|less|above|if|for)[a-z]+){0,4}?\W+(?P<value>\d{2,3})(?![\d%./-]| ?(?:units?|times|minutes|hours|days|years|pounds|lbs?|points?))\b"
)


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """High for glucose below 54 mg/dL and for fainting, a seizure, confusion or help that a note tells of; moderate for glucose below 70 mg/dL, a low
    that a note names without a number, and confusion in dementia. One finding for all results, one for each note."""
    del document
    drugs = [
        one
        for one in taken(facts.record, facts.knowledge)
        if not one.local and "lowers glucose" in one.drug.classes
    ]
    if not drugs:
        return
    names, entries = listed(list(dict.fromkeys(one.drug.name for one in drugs))), entries_of(*drugs)
    since = facts.record.as_of - MONTH
    low = sorted(
        (one for lab in _LABS for one in facts.labs.get(lab, ()) if one.day >= since and _is_low(one)),
        key=lambda one: (one.canonical or LEVEL_1, one.day),
    )
    if low:
        worst = (low[0].canonical or LEVEL_1) < LEVEL_2
        yield _found(worst, _of_results(low), names, (*(one.entry for one in low), *entries))
    for note in facts.record.entries:
        if (
            note.kind == "DocumentReference"
            and note.text
            and note.happened
            and since <= note.happened.day <= facts.record.as_of
        ):
            for grave, told in _told(note, facts):
                yield _found(grave, told, names, (note.id, *entries))


def taken_by_somebody(facts: Facts) -> bool:
    """Whether a drug that lowers glucose by itself is current: then fainting is told here and not as a danger sign."""
    return any(
        not one.local and "lowers glucose" in one.drug.classes for one in taken(facts.record, facts.knowledge)
    )


def _found(grave: bool, what: str, names: str, entries: tuple[str, ...]) -> Finding:
    verb = is_or_are(names)
    message = (
        f"{what}, and {names} {verb} taken: call today, ask for a value of now and about meals left out, and tell the prescriber today ({SOURCE})"
        if grave
        else f"{what}, and {names} {verb} taken: ask about it, and tell the prescriber ({SOURCE})"
    )
    return Finding(
        NAME, Severity.HIGH if grave else Severity.MODERATE, message, tuple(dict.fromkeys(entries))
    )


def _is_low(one: Measured) -> bool:
    return one.canonical is not None and one.comparator not in (">", ">=") and one.canonical < LEVEL_1


def _of_results(low: Sequence[Measured]) -> str:
    """The lowest results with their days."""
    shown = ", ".join(f"{one.value} {one.unit} ({one.day:%Y-%m-%d})" for one in low[:_MOST])
    values = f"{shown}, …" if len(low) > _MOST else shown
    if (low[0].canonical or LEVEL_1) < LEVEL_2:
        return f"Glucose was below {LEVEL_2} mg/dL (level 2) in the last 30 days: {values}"
    return f"Glucose was below {LEVEL_1} mg/dL (level 1) in the last 30 days: {values}"


def _told(note: Entry, facts: Facts) -> Iterator[tuple[bool, str]]:
    """What one note tells of a low, the gravest alone: whether it is grave, and in which words."""
    begin = f"A note ({told_by(note)}) tells of"
    value = _lowest(note.text)
    confused = there(note.text, _CONFUSED, unless=_TAUGHT)
    helped = there(note.text, _HELPED, unless=_TAUGHT, whoever=True)
    low = there(note.text, _LOW, unless=_TAUGHT)
    if any(flag.name == UNCONSCIOUS for flag in signs_in(note.text)):
        yield (
            True,
            f"{begin} fainting, a seizure or somebody who couldn't be woken, which may be low glucose (level 3)",
        )
    elif helped and (confused or low or value is not None):
        yield True, f"{begin} low glucose that needed help (level 3)"
    elif value is not None and value < LEVEL_2:
        yield True, f"{begin} glucose {value} mg/dL, below {LEVEL_2} (level 2)"
    elif confused:
        yield "dementia" not in facts.problems, f"{begin} confusion, which may be low glucose (level 3)"
    elif value is not None:
        yield False, f"{begin} glucose {value} mg/dL, below {LEVEL_1} (level 1)"
    elif low or helped:
        yield False, f"{begin} low glucose"


def _lowest(text: str) -> Decimal | None:
    """The lowest glucose below 70 mg/dL that a note tells as there."""
    values = {
        found["value"] for found in _READING.finditer(fold(text)) if 20 <= int(found["value"]) < LEVEL_1
    }
    return min(
        (Decimal(one) for one in values if there(text, re.compile(rf"\b{one}\b"), unless=_TAUGHT)),
        default=None,
    )
