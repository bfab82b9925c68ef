"""No current or recommended drug goes beyond what the kidney allows; where that can't be told, "cannot dose" and never a pass.

Source   FDA labels and guidelines, each limit with its place, year and how it was confirmed
         (knowledge/drug_safety/renal.csv); Cockcroft and Gault 1976 where the label speaks of clearance; CKD-EPI
         creatinine 2021 (Inker, N Engl J Med 2021;385:1737) where only creatinine is there
Misses   limits that no text confirmed (docs/kidney.md); dosing by indication; cystatin C; clearance in obesity,
         cachexia, amputation and unstable kidney function; dialysis that stands in no problem; which dialysis it is
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from careloom.care.document import Document, Finding, Severity
from careloom.care.record import PatientRecord, Problem
from careloom.check.measured import Kidney, kidney
from careloom.check.taken import Taken, entries_of, listed, recommended, taken
from careloom.knowledge import Knowledge
from careloom.knowledge.days import age_on
from careloom.knowledge.dosing import daily_mg, daily_mg_at_most
from careloom.knowledge.drugs import Ingredient
from careloom.knowledge.facts import Facts
from careloom.knowledge.own_labels import own
from careloom.knowledge.renal import Limit

NAME = "renal"
# What is missing by its words.
_ASKED = {"no creatinine": "lacking-creatinine", "no potassium": "lacking-potassium"}
_OLD = 65
_WEAKEN = frozenset(
    {"chronic_kidney_disease", "kidney_transplant", "diabetes", "hypertension", "heart_failure", "cirrhosis"}
    | {"coronary_artery_disease", "lupus", "gout", "kidney_stone", "sickle_cell_disease", "hiv"}
)
# Drugs of which a little too much does much harm; metformin, since its label asks for an eGFR.
_EXACT = frozenset({"high-alert", "narrow therapeutic index", "lithium", "biguanide"})
# Measures of somebody on dialysis: that she is, and with it how old she is and what she weighs.
_ON_DIALYSIS = ("dialysis", "dialysis criteria")
_UNSTEADY = ("dialysis", "acute_kidney_injury", "end_stage_kidney_disease")
# Who dialyses somebody looks after the potassium. UK Kidney Association, Treatment of Acute Hyperkalaemia in Adults, 2023.
UNITS_POTASSIUM = " On dialysis the unit is told of it today."


def rule(document: Document, facts: Facts) -> Iterator[Finding]:
    """A finding for each drug beyond a limit, and one for all drugs that cannot be dosed (results missing or old,
    dialysis, acute kidney injury); low where nothing speaks for weak kidneys and the drug forgives. A statement is named only where it recommends the drug; of one that is taken too
    it is said once that it cannot be dosed."""
    record, knowledge = facts.record, facts.knowledge
    limited = [
        (one, limits)
        for one in taken(record, knowledge)
        if not one.local and (limits := knowledge.renal.limits(one.drug))
    ]
    wanted = [
        (statement, drug, limits)
        for statement, drug in recommended(document, knowledge)
        if (limits := knowledge.renal.limits(drug))
    ]
    if not limited and not wanted:
        return
    now = kidney(record, knowledge)
    for one, limits in limited:
        yield from _beyond(one, _of_its_own(one.drug, _applying(limits, record), knowledge), now)
    for statement, drug, limits in wanted:
        for limit in _passed(_of_its_own(drug, _applying(limits, record), knowledge), now):
            if limit.severity != "low":
                message = f"It recommends {_says(drug, limit, now)}"
                evidence = now.known[limit.measure].entries
                yield Finding(NAME, Severity(limit.severity), message, evidence, statement.id)
    lacking = _Lacking(now, facts)
    yield from _cannot_dose(limited, lacking, _at_risk(record, knowledge))
    known = {one.drug.name for one, _ in limited}
    for statement, drug, limits in wanted:
        if drug.name not in known:
            for why, problems in lacking.reasons(limits):
                message = f"It recommends {drug.name}. Cannot dose it: {why}"
                yield Finding(NAME, Severity.MODERATE, message, _entries(problems), statement.id)


def asks(finding: Finding) -> tuple[str, ...]:
    """Which results a finding of this rule says are missing, as the rows that ask for a test (knowledge/asked.py)."""
    if finding.rule != NAME or not finding.message.startswith("Cannot dose"):
        return ()
    return tuple(row for words, row in _ASKED.items() if words in finding.message)


def _beyond(one: Taken, limits: Sequence[Limit], now: Kidney) -> Iterator[Finding]:
    doses = [words for words, _ in one.medication.doses]
    for limit in _passed(limits, now):
        if limit.at_most is not None and doses and all(_within(words, limit) for words in doses):
            continue
        known = [amount for words in doses if (amount := daily_mg(words)) is not None]
        dose = f" Taken: {max(known).normalize():f} mg a day." if known and limit.at_most is not None else ""
        evidence = dict.fromkeys((*one.medication.entries, *now.known[limit.measure].entries))
        message = f"{_says(one.drug, limit, now)}{dose}"
        yield Finding(NAME, Severity(limit.severity), message, tuple(evidence))


def _within(words: str, limit: Limit) -> bool:
    amount = daily_mg_at_most(words)
    return amount is not None and limit.at_most is not None and amount <= Decimal(str(limit.at_most))


def _passed(limits: Sequence[Limit], now: Kidney) -> Iterator[Limit]:
    """The first limit of each measure that the newest result passes; of somebody on dialysis that for it, whatever was measured."""
    seen = set()
    if "dialysis" in now.known and any(limit.measure == "dialysis" for limit in limits):
        limits = [limit for limit in limits if limit.measure in (*_ON_DIALYSIS, "potassium")]
    for limit in limits:
        result = now.known.get(limit.measure)
        if result and limit.measure not in seen and limit.passed(result.value):
            seen.add(limit.measure)
            yield limit


def _applying(limits: Sequence[Limit], record: PatientRecord) -> list[Limit]:
    """Limits whose indication the patient has, where a limit is for one indication alone."""
    active = {problem.concept for problem in record.problems if problem.status == "active"}
    return [limit for limit in limits if not limit.only_with or limit.only_with & active]


def _of_its_own(drug: Ingredient, limits: Sequence[Limit], knowledge: Knowledge) -> list[Limit]:
    """The limits, each with the sources that are about this drug."""
    return [replace(one, source=own(one.source, [drug], one.drugs, knowledge.drugs)) for one in limits]


def _says(drug: Ingredient, limit: Limit, now: Kidney) -> str:
    said = now.known[limit.measure].said
    if limit.measure in _ON_DIALYSIS:
        return f"{drug.name} with {said}: {limit.action} ({limit.source})"
    told = UNITS_POTASSIUM if limit.measure == "potassium" and "dialysis" in now.known else ""
    return f"{drug.name} at {said}: {limit.action}{told} ({limit.source})"


class _Lacking:
    """Why a drug cannot be dosed: a kidney that isn't steady, whatever was measured, or results that are missing."""

    def __init__(self, now: Kidney, facts: Facts) -> None:
        self._now, self._record = now, facts.record
        found = [one for concept in _UNSTEADY for one in facts.problems.get(concept, ())]
        self._unsteady = tuple({one.entries: one for one in found}.values())

    def reasons(self, limits: Sequence[Limit]) -> tuple[tuple[str, tuple[Problem, ...]], ...]:
        """Each reason once, with the problems it rests on; () where a drug of these limits can be dosed."""
        needed = [limit for limit in _applying(limits, self._record) if _needs_result(limit)]
        if "dialysis" in self._now.known and any(one.measure == "dialysis" for one in needed):
            needed = [one for one in needed if one.measure in _ON_DIALYSIS]
            return self._missing(needed)
        needed = [one for one in needed if one.measure not in _ON_DIALYSIS]
        if self._unsteady:
            why = f"with {listed([one.name for one in self._unsteady])}"
            return ((why, self._unsteady),) if any(one.measure != "potassium" for one in needed) else ()
        return self._missing(needed)

    def _missing(self, needed: Sequence[Limit]) -> tuple[tuple[str, tuple[Problem, ...]], ...]:
        missing = self._now.missing
        return tuple(
            (why, ())
            for why in dict.fromkeys(missing[one.measure] for one in needed if one.measure in missing)
        )


def _cannot_dose(
    limited: Sequence[tuple[Taken, Sequence[Limit]]], lacking: _Lacking, at_risk: bool
) -> Iterator[Finding]:
    found: dict[tuple[str, tuple[Problem, ...], Severity], list[Taken]] = {}
    for one, limits in limited:
        for why, problems in lacking.reasons(limits):
            matters = at_risk or problems or one.drug.classes & _EXACT
            severity = Severity.MODERATE if matters else Severity.LOW
            found.setdefault((why, problems, severity), []).append(one)
    for (why, problems, severity), drugs in found.items():
        names = listed(list(dict.fromkeys(one.drug.name for one in drugs)))
        evidence = tuple(dict.fromkeys((*entries_of(*drugs), *_entries(problems))))
        yield Finding(NAME, severity, f"Cannot dose {names}: {why}", evidence)


def _at_risk(record: PatientRecord, knowledge: Knowledge) -> bool:
    """Whether kidneys that nobody measured may well be weak: from 65 years on, of unknown age, or with such a problem. Ours."""
    age = age_on(record.as_of, record.demographics.birth_date)
    concepts = {
        above
        for one in record.problems
        if one.status == "active" and one.concept
        for above in knowledge.conditions.above(one.concept)
    }
    return age is None or age >= _OLD or not concepts.isdisjoint(_WEAKEN)


def _entries(problems: Sequence[Problem]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry for problem in problems for entry in problem.entries))


def _needs_result(limit: Limit) -> bool:
    """Whether a missing result is worth a finding; potassium only for drugs that are stopped because of it."""
    return limit.severity == "high" if limit.measure == "potassium" else limit.severity != "low"
