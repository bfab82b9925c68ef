"""Nobody takes much opioid, or opioid at special risk, without somebody asking for naloxone.

Source   CDC Clinical Practice Guideline for Prescribing Opioids for Pain, 2022: conversion factors (table), recommendation 4
         (50 MME a day), recommendation 8 (naloxone: past overdose, substance use disorder, sleep apnea, benzodiazepine, 50 MME)
         Where no dose is stated plainly, what was filled gives an upper bound: quantity ÷ days of supply × strength × factor
Misses   what is taken as needed or without a plain dose and was filled nowhere here; what is injected; buprenorphine; methadone for opioid use disorder is counted as for pain; a return
         to an old dose after a break; naloxone that stands on no list
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from careloom.care.document import Document, Finding, Severity
from careloom.care.record import Problem
from careloom.check.dispensed import Fill, fills, in_force
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
    """An opioid that is taken, and its MME a day (None: not stated plainly); of `fills` it is the most that they allow, and no dose."""

    one: Taken
    mme: Decimal | None
    fills: tuple[Fill, ...] = ()


def rule(_: Document, facts: Facts) -> Iterator[Finding]:
    """One finding at most: the sum of MME where it is 50 a day or more, and naloxone where the guideline offers it and none is
    listed. Moderate; low where only the sum is to be told. With benzodiazepines the rule of interactions tells the harm."""
    record, knowledge = facts.record, facts.knowledge
    every = taken(record, knowledge)
    swallowed = [one for one in every if not one.local]
    filled = fills(facts) if any("opioid" in one.drug.classes for one in swallowed) else {}
    opioids = [
        _counted(one, filled.get(one.drug.name, ()), facts)
        for one in swallowed
        if "opioid" in one.drug.classes
    ]
    active = [one for one in record.problems if one.status == "active" and not one.doubtful]
    if not opioids or guideline_is_not_meant(facts):
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


def guideline_is_not_meant(facts: Facts) -> bool:
    """Whether an active problem is one of those that the guideline isn't about."""
    active = [one for one in facts.record.problems if one.status == "active" and not one.doubtful]
    return bool(_among(active, _NOT_MEANT, facts.knowledge))


def _counted(one: Taken, filled: Sequence[Fill], facts: Facts) -> _Counted:
    """The most that any source states of this opioid; where none does, what its fills allow."""
    record, knowledge = facts.record, facts.knowledge
    amounts = []
    for words, entries in one.medication.doses:
        texts = [record.by_id[entry].name for entry in entries if entry in record.by_id]
        amounts += [
            knowledge.opioids.mme(one.drug.name, text, words) for text in texts or [one.medication.name]
        ]
    stated = max((amount for amount in amounts if amount is not None), default=None)
    return _Counted(one, stated) if stated is not None else _bounded(one, filled, facts)


def _bounded(one: Taken, filled: Sequence[Fill], facts: Facts) -> _Counted:
    """The most that the fills of this opioid which last now allow together, each over its own days."""
    found = [
        (
            each,
            facts.knowledge.opioids.supplied(
                one.drug.name, each.entry.name, each.quantity, Decimal(each.days)
            ),
        )
        for each in in_force(filled, facts.record.as_of)
        if each.quantity and each.days
    ]
    counted = [(each, most) for each, most in found if most is not None]
    if not counted:
        return _Counted(one, None)
    return _Counted(one, sum((most for _, most in counted), Decimal(0)), tuple(each for each, _ in counted))


def _among(problems: Sequence[Problem], concepts: Sequence[str], knowledge: Knowledge) -> list[Problem]:
    wanted = set(concepts)
    return [one for one in problems if one.concept and knowledge.conditions.above(one.concept) & wanted]


def _amounts(opioids: Sequence[_Counted], total: Decimal) -> str:
    stated = [_each(one) for one in opioids if one.mme is not None]
    unstated = list(dict.fromkeys(one.one.drug.name for one in opioids if one.mme is None))
    left_out = f"{listed(unstated)}: no daily amount that can be counted" if unstated else ""
    if not stated:
        return left_out
    counted = f"Opioids: {_figure(total)} MME a day ({', '.join(stated)})"
    if any(one.fills for one in opioids):
        counted = f"Opioids: at most {_figure(total)} MME a day, an upper bound by what was filled and no dose ({', '.join(stated)})"
    return f"{counted}; {left_out}" if left_out else counted


def _each(one: _Counted) -> str:
    """An opioid with its MME, and the fills behind an upper bound."""
    filled = "; ".join(f"{each.quantity} / {each.days} d, {each.on:%Y-%m-%d}" for each in one.fills)
    said = f"{one.one.drug.name} {_figure(one.mme or Decimal(0))}"
    return f"{said}: {filled}" if filled else said


def _figure(amount: Decimal) -> str:
    return f"{round(amount, 1).normalize():f}"


def _asks(total: Decimal, beside: Sequence[Taken], risks: Sequence[Problem], rescued: bool) -> str:
    because = [f"{_MUCH} MME a day or more"] if total >= _MUCH else []
    because += list(dict.fromkeys(one.drug.name for one in beside))
    because += list(dict.fromkeys(one.name for one in risks))
    source = "CDC Clinical Practice Guideline for Prescribing Opioids for Pain, recommendations 4 and 8, 2022"
    if rescued:
        return f"From {_MUCH} MME a day on, weigh benefit and risk anew. MME is no dose to change opioids by. ({source})"
    return f"No naloxone is listed; it is offered with {listed(because)}. MME is no dose to change opioids by. ({source})"
