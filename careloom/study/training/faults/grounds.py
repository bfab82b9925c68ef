"""Faults of what a line rests on: another person's, nobody's, an old value as the newest, another source, somebody else's task."""

import re
from collections.abc import Iterator
from dataclasses import replace

from careloom.care.document import Statement
from careloom.care.drill import Level
from careloom.care.entry import Entry
from careloom.study.training.draws import Draws
from careloom.study.training.faults.case import DAY, Case, in_words

# Facts that no record of the drills holds, with the word by which that is looked up.
_WHOLE = (
    ("A pacemaker was implanted in 2021.", "pacemaker"),
    ("A fall with a hip fracture was reported in September 2026.", "fracture"),
    ("The patient smokes a pack of cigarettes a day.", "cigarettes"),
    ("A stroke in 2019 left a weakness of the left arm.", "stroke"),
    ("The patient receives hemodialysis three times a week.", "hemodialysis"),
)
_CLAUSES = (
    ("; the patient says that half of the doses are missed", "missed"),
    ("; the daughter keeps the medicines at her home", "daughter"),
    ("; a neighbor reports confusion at night", "neighbor"),
    ("; the last visit was cancelled by the patient", "cancelled"),
)
_DETAILS = (
    (", as the spouse confirmed by telephone", "spouse"),
    (", with some delay", "delay"),
    (", after a letter of the previous clinic", "letter"),
    (", for the second time", "second"),
)
_ROLES = (
    "coordinator",
    "nurse",
    "physician",
    "pharmacist",
    "social worker",
    "dietitian",
    "patient",
    "caregiver",
)
# Whose task a task becomes, by whose it is: nobody would give it to these; somebody might; the nearest colleague.
_FAR = {"physician": ("patient", "caregiver"), "pharmacist": ("caregiver",), "nurse": ("caregiver",)}
_SOMEWHAT = {
    "physician": ("coordinator", "social worker"),
    "pharmacist": ("coordinator",),
    "nurse": ("social worker",),
}
_NEAR = {
    "physician": ("pharmacist", "nurse"),
    "pharmacist": ("nurse",),
    "nurse": ("coordinator", "dietitian"),
}
_WHOSE = {Level.PLAIN: _FAR, Level.ORDINARY: _SOMEWHAT, Level.FINE: _NEAR}


def another_patient(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """The sentence of another invented person of whom it is true: a problem, a result or drug, or what a guideline asks for because of one."""
    if (line.kind == "activity") is not (level is Level.FINE):
        return None
    ours = {one.text for one in case.document.statements}
    found = [
        theirs.text
        for record, document in case.others
        for theirs in document.statements
        if theirs.text not in ours and _is_theirs(theirs, record.by_id, case, level)
    ]
    return replace(line, text=chance.choice(sorted(found))) if found else None


def _is_theirs(theirs: Statement, entries: dict[str, Entry], case: Case, level: Level) -> bool:
    kinds = (
        ("Condition",) if level is Level.PLAIN else ("Observation", "MedicationRequest", "MedicationDispense")
    )
    cited = [entries[one] for one in theirs.citations if one in entries and entries[one].kind != "Patient"]
    if level is Level.FINE:
        fits = theirs.kind == "activity" and theirs.guideline is not None
    else:
        fits = theirs.kind in ("fact", "concern") and theirs.guideline is None
    if not fits or not cited or (level is not Level.FINE and any(one.kind not in kinds for one in cited)):
        return False
    # What it names stands nowhere in this record, and it does name it.
    named = [one for one in cited if re.split(r"[ (]", one.name)[0].lower() in theirs.text.lower()]
    return bool(named) and not any(case.knows(one.name.partition("(")[0]) for one in cited)


def invented(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """A fact that no source has: in place of the line, as a clause of it, or as a small detail."""
    told = {Level.PLAIN: _WHOLE, Level.ORDINARY: _CLAUSES, Level.FINE: _DETAILS}[level]
    ways = [words for words, sign in told if sign not in case.everything and sign not in line.text]
    if not ways or line.kind not in ("fact", "concern"):
        return None
    new = chance.choice(ways)
    if level is Level.PLAIN:
        return replace(line, text=new)
    if level is Level.FINE and not re.search(r" on \d{4}-\d\d-\d\d\.$", line.text):
        return None
    return replace(line, text=f"{line.text.rstrip('.')}{new}.")


def old_value(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """An earlier result is told as the newest: with its own day, with none, or with the day of the newest."""
    if line.kind not in ("fact", "concern"):
        return None
    ways = []
    for one in case.cited(line):
        for older in case.record.entries:
            if _is_older(older, one) and one.value and one.value in line.text:
                ways += list(_told_as_new(older, one, line.text, level))
    return replace(line, text=chance.choice(ways)) if ways else None


def _is_older(older: Entry, newest: Entry) -> bool:
    return bool(
        older.kind == newest.kind == "Observation"
        and older.codes == newest.codes
        and older.value
        and older.value != newest.value
        and older.happened
        and newest.happened
        and older.happened.day < newest.happened.day
    )


def _told_as_new(older: Entry, newest: Entry, text: str, level: Level) -> Iterator[str]:
    name = text.split(" fell ")[0].split(" rose ")[0].split(" was ")[0]
    unit = re.search(rf"{re.escape(newest.value or '')}( [^\s(;]+(?: m2)?)? (?:\(|on )", text)
    if unit is None or older.happened is None or newest.happened is None:
        return
    value = f"{older.value}{unit[1] or ''}"
    if level is Level.PLAIN:
        yield f"The newest {name} is {value} ({older.happened.day})."
    elif level is Level.ORDINARY:
        yield f"{name} is {value} now."
    else:
        yield f"{name} was {value} on {newest.happened.day}."


def citation(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """The line cites something else of this person, of another kind or of the same; or one of its sources, which alone bears a part of it
    out, is cited no more."""
    cited = case.cited(line)
    if not cited or line.kind not in ("fact", "concern"):
        return None
    if level is Level.FINE:
        needed = [
            one.id for one in cited if _is_needed(one, line.text, [two for two in cited if two is not one])
        ]
        gone = chance.choice(needed) if needed else ""
        return replace(line, citations=tuple(one for one in line.citations if one != gone)) if gone else None
    said = line.text.lower()
    others = [
        one
        for one in case.record.entries
        if one.id not in line.citations and one.kind != "Patient" and _is_other(one, cited[0], level)
    ]
    others = [one for one in others if re.split(r"[ (]", one.name)[0].lower() not in said]
    return replace(line, citations=(chance.choice(others).id,)) if others else None


def _is_needed(one: Entry, text: str, rest: list[Entry]) -> bool:
    """Whether it alone has a day or a value that the line tells."""
    told = {day for day in DAY.findall(text) if day in in_words(one)}
    told |= {one.value} if one.value and one.value in text else set()
    return bool(rest) and any(all(part not in in_words(two) for two in rest) for part in told)


def _is_other(one: Entry, first: Entry, level: Level) -> bool:
    if level is Level.PLAIN:
        return one.kind != first.kind
    return one.kind == first.kind and one.codes != first.codes and one.name != first.name


def owner(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """The task that a guideline's rule gives to one is given to somebody else."""
    del case
    match = re.match(rf"The ({'|'.join(_ROLES)}) (?=\w+s\b)", line.text)
    if match is None or line.activity is None or line.guideline is None:
        return None
    ways = _WHOSE[level].get(match[1], ())
    if match[1] != line.activity.owner.replace("_", " ") or not ways:
        return None
    return replace(line, text=line.text.replace(match[1], chance.choice(ways), 1))
