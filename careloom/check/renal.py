"""No current drug is taken beyond what the kidney allows; where that can't be told, "cannot dose" and never a pass.

Source   FDA labels and KDIGO, each limit with section and year (knowledge/drug_safety/renal.csv); Cockcroft and Gault 1976
         where the label speaks of clearance; CKD-EPI creatinine 2021 (Inker, N Engl J Med 2021;385:1737) where only
         creatinine is there
Misses   dosing by indication; cystatin C; clearance in obesity, cachexia, amputation and unstable kidney function
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from careloom.care.document import Document, Finding, Severity
from careloom.care.record import PatientRecord, Problem
from careloom.check.measured import Kidney, kidney
from careloom.check.taken import Taken, entries_of, listed, recommended, taken
from careloom.knowledge import Knowledge
from careloom.knowledge.dosing import daily_mg
from careloom.knowledge.drugs import Ingredient
from careloom.knowledge.renal import Limit

NAME = "renal"
_UNSTEADY = ("dialysis", "acute_kidney_injury", "end_stage_kidney_disease")


def rule(document: Document, record: PatientRecord, knowledge: Knowledge) -> Iterator[Finding]:
    """A finding for each drug beyond a limit, and one for all drugs that cannot be dosed (results missing or old,
    dialysis, acute kidney injury). A statement is named only where it recommends the drug."""
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
        yield from _beyond(one, _applying(limits, record), now)
    for statement, drug, limits in wanted:
        for limit in _passed(_applying(limits, record), now):
            if limit.severity != "low":
                message = f"It recommends {_says(drug, limit, now)}"
                evidence = now.known[limit.measure].entries
                yield Finding(NAME, Severity(limit.severity), message, evidence, statement.id)
    yield from _cannot_dose(limited, now, record)


def _beyond(one: Taken, limits: Sequence[Limit], now: Kidney) -> Iterator[Finding]:
    amounts = [daily_mg(words) for words, _ in one.medication.doses]
    for limit in _passed(limits, now):
        if limit.at_most is not None and amounts and all(_within(amount, limit) for amount in amounts):
            continue
        known = [amount for amount in amounts if amount is not None]
        dose = f" Taken: {max(known).normalize():f} mg a day." if known and limit.at_most is not None else ""
        evidence = dict.fromkeys((*one.medication.entries, *now.known[limit.measure].entries))
        message = f"{_says(one.drug, limit, now)}{dose}"
        yield Finding(NAME, Severity(limit.severity), message, tuple(evidence))


def _within(amount: Decimal | None, limit: Limit) -> bool:
    return amount is not None and limit.at_most is not None and amount <= Decimal(str(limit.at_most))


def _passed(limits: Sequence[Limit], now: Kidney) -> Iterator[Limit]:
    """The first limit of each measure that the newest result passes."""
    seen = set()
    for limit in limits:
        result = now.known.get(limit.measure)
        if result and limit.measure not in seen and limit.passed(result.value):
            seen.add(limit.measure)
            yield limit


def _applying(limits: Sequence[Limit], record: PatientRecord) -> list[Limit]:
    """Limits whose indication the patient has, where a limit is for one indication alone."""
    active = {problem.concept for problem in record.problems if problem.status == "active"}
    return [limit for limit in limits if not limit.only_with or limit.only_with & active]


def _says(drug: Ingredient, limit: Limit, now: Kidney) -> str:
    return f"{drug.name} at {now.known[limit.measure].said}: {limit.action} ({limit.source})"


def _cannot_dose(
    limited: Sequence[tuple[Taken, Sequence[Limit]]], now: Kidney, record: PatientRecord
) -> Iterator[Finding]:
    unsteady = [
        problem for problem in record.problems if problem.status == "active" and problem.concept in _UNSTEADY
    ]
    kidneys = [
        (one, [limit for limit in _applying(limits, record) if _needs_result(limit)])
        for one, limits in limited
    ]
    if unsteady:
        drugs = [one for one, limits in kidneys if any(limit.measure != "potassium" for limit in limits)]
        if drugs:
            yield _not_told(drugs, f"with {listed([one.name for one in unsteady])}", unsteady)
        return
    reasons: dict[str, list[Taken]] = {}
    for one, limits in kidneys:
        for reason in dict.fromkeys(
            now.missing[limit.measure] for limit in limits if limit.measure in now.missing
        ):
            reasons.setdefault(reason, []).append(one)
    for reason, drugs in reasons.items():
        yield _not_told(drugs, reason)


def _needs_result(limit: Limit) -> bool:
    """Whether a missing result is worth a finding; potassium only for drugs that are stopped because of it."""
    return limit.severity == "high" if limit.measure == "potassium" else limit.severity != "low"


def _not_told(drugs: Sequence[Taken], why: str, problems: Sequence[Problem] = ()) -> Finding:
    names = listed(list(dict.fromkeys(one.drug.name for one in drugs)))
    entries = dict.fromkeys(
        (*entries_of(*drugs), *(entry for problem in problems for entry in problem.entries))
    )
    return Finding(NAME, Severity.MODERATE, f"Cannot dose {names}: {why}", tuple(entries))
