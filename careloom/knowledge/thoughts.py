"""What notes tell of somebody's own thoughts of suicide or self-harm, or of having tried: whose they may be, and for how long a note counts.

Source   Columbia-Suicide Severity Rating Scale, screen version (recent): questions 1 to 5 ask about the past month, question 6 (anything done to end
         one's life) about the past 3 months; 31 and 92 days are how we count these from the note's own day. Who may be meant is our own rule
Misses   a note without a day (an old chart that is loaded has many); words that no flag has; what somebody said longer ago and a new note repeats
         counts from the new note
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.entry import RECORDED_HERE, REPLIES, Entry
from careloom.knowledge.red_flags import SELF_HARM
from careloom.knowledge.signs import there, told_in
from careloom.text.folding import fold

MONTH, THREE_MONTHS = timedelta(days=31), timedelta(days=92)
_DONE = re.compile(
    r"\b(?:attempted (?:suicide|to (?:kill|hang|end))|(?:suicide|suicidal) attempt|tr(?:ied|ying) to (?:kill|hang|drown|shoot|poison) (?:him|her|them)self|"
    r"tried to end (?:his|her|their) (?:own )?life|(?:intentional|deliberate) (?:drug )?overdose|overdosed (?:on purpose|intentionally|deliberately)|"
    r"intent(?:o|aba) (?:de suicidio|matarse|suicidarse|quitarse la vida|ahorcarse)|sobredosis intencional)"
)
# An attempt of long ago, named with its year or as old.
_LONG_AGO = re.compile(
    r"\b(?:19|20)\d\d\b(?!-)|\b(?:remote|distant|years? ago|decades? ago|in (?:childhood|adolescence|high school|college)|hace \w+ anos)\b"
)
_MEN = "brother|son|father|dad|husband|uncle|grandfather|grandson|nephew|boyfriend|ex-husband|stepson|stepfather|hermano|hijo|padre|papa|esposo|marido|tio|abuelo|nieto|sobrino|novio"
_WOMEN = "sister|daughter|mother|mom|mum|wife|aunt|grandmother|granddaughter|niece|girlfriend|ex-wife|stepdaughter|stepmother|hermana|hija|madre|mama|esposa|tia|abuela|nieta|sobrina|novia"
_ANYBODY = "partner|spouse|roommate|neighbou?r|friend|cousin|child|caregiver|pareja|vecin[oa]|amig[oa]|prim[oa]|cuidador[a]?"
# A relative who says it, before the words themselves: of herself, or of the patient.
_SAYS = re.compile(
    rf"(?:\b(?P<whose>her|his) )?\b(?P<who>{_MEN}|{_WOMEN}|{_ANYBODY})\b(?! (?:and|or|y|that|to)\b)(?:[^.;!?]{{0,40}}?)\b(?:sa(?:id|ys)|states?|stated|reports?|reported|"
    r"told|tells|texted|wrote|confided|admits?|admitted|mentions?|mentioned|dice|dijo|refiere|refirio|conto|cuenta|confeso)\b(?P<more>[^.;!?]*)$"
)
_HE = re.compile(r"\b(?:he|him|himself)\b")
_SHE = re.compile(r"\b(?:she|herself)\b")
_THE_PATIENT = re.compile(r"\b(?:patient|pt|paciente)\b")


@dataclass(frozen=True, slots=True)
class Told:
    """A note that tells of it. `unclear`: a relative's words by which it may be the relative's own; `others` where hardly anybody else is meant."""

    note: Entry
    unclear: bool = False
    others: bool = False


def noted_self_harm(
    entries: Iterable[Entry], today: date, sex: str | None = None, names: frozenset[str] = frozenset()
) -> tuple[Told, ...]:
    """The notes of other systems that tell of such thoughts of the last month, or of an attempt of the last three, as there.

    `sex` is the patient's, `names` her given names in small letters. What is typed here or written back is read as it comes
    (pipeline/visiting.py, replying.py).
    """
    found = (_told(entry, today, sex, names) for entry in entries if _counts(entry, today))
    return tuple(one for one in found if one is not None)


def _counts(entry: Entry, today: date) -> bool:
    return (
        entry.kind == "DocumentReference"
        and bool(entry.text)
        and entry.subject == "patient"
        and entry.status != "entered-in-error"
        and entry.source.system not in (RECORDED_HERE, REPLIES)
        and entry.happened is not None
        and today - THREE_MONTHS <= entry.happened.day <= today
    )


def _told(entry: Entry, today: date, sex: str | None, names: frozenset[str]) -> Told | None:
    if entry.happened and today - MONTH <= entry.happened.day:
        said = [before for flag, before in told_in(entry.text) if flag.name == SELF_HARM]
        if said:
            whose = [_whose(before, sex, names) for before in said]
            return Told(entry, unclear="own" not in whose, others=set(whose) == {"others"})
    lines = fold(entry.text).replace("\n", ". ").split(". ")
    tried = any(_DONE.search(line) and not _LONG_AGO.search(line) for line in lines)
    return Told(entry) if tried and there(entry.text, _DONE) else None


def _whose(before: str, sex: str | None, names: frozenset[str]) -> str:
    """ "own", "unclear" or "others", by the words before what was said, which a relative may have said of herself or of the patient."""
    found = _SAYS.search(before)
    if found is None:
        return "own"
    more = found["more"]
    if _THE_PATIENT.search(more) or names.intersection(re.findall(r"\w+", more)):
        return "own"
    who = (
        "male" if re.fullmatch(_MEN, found["who"]) else "female" if re.fullmatch(_WOMEN, found["who"]) else ""
    )
    patient = sex or {"her": "female", "his": "male"}.get(found["whose"] or "", "")
    pronoun = "male" if _HE.search(more) else "female" if _SHE.search(more) else ""
    if not pronoun or not patient:
        return "unclear"
    if pronoun == patient:
        return "own" if who and who != patient else "unclear"
    return "others"
