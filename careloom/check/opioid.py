"""Nobody takes much opioid, or opioid at special risk, without somebody asking for naloxone.

Source   CDC Clinical Practice Guideline for Prescribing Opioids for Pain, 2022: conversion factors (table), recommendation 4
         (50 MME a day), recommendation 8 (naloxone: past overdose, substance use disorder, sleep apnea, benzodiazepine, 50 MME)
Misses   what is taken as needed or injected; buprenorphine; methadone for opioid use disorder is counted as for pain; a return
         to an old dose after a break; naloxone that stands on no list
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from careloom.care.document import Document, Finding, Severity
from careloom.care.record import PatientRecord, Problem
from careloom.check.taken import Taken, entries_of, listed, taken
from careloom.knowledge import Knowledge
from careloom.knowledge.facts import Facts
from careloom.knowledge.opioids import rescues

NAME = "opioid"
_MUCH = 50
# The guideline speaks of a history of these, whether they are over or not.
_EVER = ("drug_overdose", "opioid_use_disorder", "alcohol_use_disorder", "substance_use_disorder")
_NOW = ("sleep_apnea",)
# The guideline isn't about pain of cancer or sickle cell disease, nor about palliative and end-of-life care.
_NOT_MEANT = ("cancer", "sickle_cell_disease", "hospice_care", "palliative_care", "limited_life_expectancy")


@dataclass(frozen=True, slots=True)
class _Counted:
    """An opioid that is taken, and its MME a day (None: not stated plainly)."""

    one: Taken
    mme: Decimal | None


def rule(_: Document, facts: Facts) -> Iterator[Finding]:
    """One finding at most: the sum of MME where it is 50 a day or more, and naloxone where the guideline offers it and none is
    listed. Moderate; low where only the sum is to be told. With benzodiazepines the rule of interactions tells the harm."""
    record, knowledge = facts.record, facts.knowledge
    every = taken(record, knowledge)
    swallowed = [one for one in every if not one.local]
    opioids = [_counted(one, record, knowledge) for one in swallowed if "opioid" in one.drug.classes]
    active = [one for one in record.problems if one.status == "active" and not one.doubtful]
    if not opioids or _among(active, _NOT_MEANT, knowledge):
        return
    total = sum((one.mme for one in opioids if one.mme is not None), Decimal(0))
    beside = [one for one in swallowed if "benzodiazepine" in one.drug.classes]
    ever = [one for one in record.problems if one.status != "refuted"]
    risks = _among(ever, _EVER, knowledge) + _among(active, _NOW, knowledge)
    rescued = any(rescues(one.drug.name, one.medication.ingredients, knowledge.drugs) for one in every)
    if total < _MUCH and (rescued or not (beside or risks)):
        return
    entries = entries_of(*(one.one for one in opioids), *beside)
    evidence = tuple(dict.fromkeys((*entries, *(entry for one in risks for entry in one.entries))))
    message = f"{_amounts(opioids, total)}. {_asks(total, beside, risks, rescued)}"
    yield Finding(NAME, Severity.LOW if rescued else Severity.MODERATE, message, evidence)


def _counted(one: Taken, record: PatientRecord, knowledge: Knowledge) -> _Counted:
    """The most that any source states of this opioid."""
    amounts = []
    for words, entries in one.medication.doses:
        texts = [record.by_id[entry].name for entry in entries if entry in record.by_id]
        amounts += [
            knowledge.opioids.mme(one.drug.name, text, words) for text in texts or [one.medication.name]
        ]
    return _Counted(one, max((amount for amount in amounts if amount is not None), default=None))


def _among(problems: Sequence[Problem], concepts: Sequence[str], knowledge: Knowledge) -> list[Problem]:
    wanted = set(concepts)
    return [one for one in problems if one.concept and knowledge.conditions.above(one.concept) & wanted]


def _amounts(opioids: Sequence[_Counted], total: Decimal) -> str:
    stated = [f"{one.one.drug.name} {one.mme.normalize():f}" for one in opioids if one.mme is not None]
    unstated = list(dict.fromkeys(one.one.drug.name for one in opioids if one.mme is None))
    left_out = f"{listed(unstated)}: no daily amount that can be counted" if unstated else ""
    if not stated:
        return left_out
    counted = f"Opioids: {total.normalize():f} MME a day ({', '.join(stated)})"
    return f"{counted}; {left_out}" if left_out else counted


def _asks(total: Decimal, beside: Sequence[Taken], risks: Sequence[Problem], rescued: bool) -> str:
    because = [f"{_MUCH} MME a day or more"] if total >= _MUCH else []
    because += list(dict.fromkeys(one.drug.name for one in beside))
    because += list(dict.fromkeys(one.name for one in risks))
    source = "CDC Clinical Practice Guideline for Prescribing Opioids for Pain, recommendations 4 and 8, 2022"
    if rescued:
        return f"From {_MUCH} MME a day on, weigh benefit and risk anew. MME is no dose to change opioids by. ({source})"
    return f"No naloxone is listed; it is offered with {listed(because)}. MME is no dose to change opioids by. ({source})"
