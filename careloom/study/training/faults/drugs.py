"""Faults of medicines: another drug, another dose, an allergy that is denied or passed over."""

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher

from careloom.care.document import Statement
from careloom.care.drill import Level
from careloom.knowledge import Knowledge
from careloom.study.training.draws import Draws
from careloom.study.training.faults.case import Case, swapped

_DOSE = re.compile(r"\b\d+(?:\.\d+)?(?= (?:mg|mcg)\b)")
_OFTEN = (("once daily", "twice daily"), ("twice daily", "once daily"))
_REACTIONS = ("rash", "hives", "anaphylaxis", "nausea", "wheezing", "angioedema", "itching", "cough")
_OTHER_CLASS = (
    "methotrexate",
    "phenytoin",
    "lithium",
    "haloperidol",
    "terbinafine",
    "fentanyl",
    "azathioprine",
)
# An allergen, and drugs of its class or with the like of it: by the class's name, and by a brand that hides it.
_OF_ITS_CLASS = {
    "penicillin": ("amoxicillin", "Augmentin"),
    "sulfamethoxazole": ("trimethoprim-sulfamethoxazole", "Bactrim"),
    "ibuprofen": ("naproxen", "Aleve"),
    "lisinopril": ("enalapril", "Vasotec"),
}


def drug(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """A drug becomes one that no source has: of another class, of the same class, or the one whose name is most like its own."""
    found = [
        (start, end, one)
        for start, end, one in case.knowledge.drugs.mentions(line.text)
        if one.name in case.said(line).lower()
    ]
    if not found:
        return None
    start, end, was = chance.choice(found)
    ways = [new for new in _drugs(case.knowledge, was.name, level) if not case.knows(new)]
    if not ways:
        return None
    new = chance.choice(ways)
    return replace(
        line, text=swapped(line.text, start, end, new.capitalize() if line.text[start].isupper() else new)
    )


def _drugs(knowledge: Knowledge, name: str, level: Level) -> tuple[str, ...]:
    if level is Level.PLAIN:
        return _OTHER_CLASS
    if level is Level.ORDINARY:
        return _same_class(knowledge, name)
    return _like(knowledge, name)


def _same_class(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    one = knowledge.drugs.named(name)
    if one is None:
        return ()
    alike = (other for other in knowledge.drugs.all() if other.name != name and other.classes == one.classes)
    return tuple(other.name for other in alike if one.classes and other.name.isalpha())


def _like(knowledge: Knowledge, name: str) -> tuple[str, ...]:
    others = [
        one.name
        for one in knowledge.drugs.all()
        if one.name[0] == name[0] and one.name not in name and name not in one.name and one.name.isalpha()
    ]
    return tuple(sorted(others, key=lambda one: -SequenceMatcher(None, one, name).ratio())[:2])


def dose(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """An amount that a source has becomes ten times as much, twice as much or half; or how often it is taken changes."""
    if level is Level.FINE:
        ways = [line.text.replace(old, new, 1) for old, new in _OFTEN if old in line.text]
        return replace(line, text=chance.choice(ways)) if ways else None
    said = case.said(line)
    found = [one for one in _DOSE.finditer(line.text) if one.group() in said]
    if not found:
        return None
    one = chance.choice(found)
    times = (10.0,) if level is Level.PLAIN else (0.5, 2.0)
    ways = [
        new for new in (f"{float(one.group()) * many:g}" for many in times) if f"{new} m" not in said.lower()
    ]
    return replace(line, text=swapped(line.text, *one.span(), chance.choice(ways))) if ways else None


def allergy(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """A known allergy is denied, its reaction is another one, or a drug of its class is to be considered in spite of it."""
    found = [
        one
        for one in case.record.allergies
        if one.status == "active" and one.substance.lower() in _OF_ITS_CLASS
    ]
    if not found:
        return None
    ways = list(_allergies(line, chance.choice(found).substance.lower(), level, chance))
    return replace(line, text=chance.choice(ways)) if ways else None


def _allergies(line: Statement, name: str, level: Level, chance: Draws) -> Iterator[str]:
    told = re.match(rf"An allergy to {name} with the reaction ([\w ]+?) is recorded", line.text)
    if level is Level.PLAIN and told:
        yield "No allergy to any medicine is known."
    if level is Level.ORDINARY and told:
        other = chance.choice([one for one in _REACTIONS if one not in told[1]])
        yield line.text.replace(told[1], other, 1)
    due = re.match(r"The physician decides (?:with the patient )?by (\d{4}-\d\d-\d\d) ", line.text)
    if level is Level.FINE and due:
        drug = chance.choice(_OF_ITS_CLASS[name])
        yield f"The physician decides by {due[1]} whether {drug} fits for the current symptoms."
