"""The speed promises of medication safety: the look-up of 40 drugs, and the drug rules (but opioids) for such a patient."""

import random
import statistics
import time
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.measure import Row, calibrate, pairs

DRUGS, PATIENTS = 40, 300
TODAY = date(2026, 11, 23)
# How often a bare set intersection over the same table the look-up may cost; milliseconds, calibrated.
TIMES, RULES_MS = 5, 10.0
PROBLEMS = (
    ("Heart failure", "heart_failure"),
    ("Chronic kidney disease", "chronic_kidney_disease"),
    ("Type 2 diabetes", "type_2_diabetes"),
    ("Repeated falls", "falls"),
    ("Dementia", "dementia"),
    ("Atrial fibrillation", "atrial_fibrillation"),
)
RESULTS = (
    ("2160-0", "mg/dL", "1.6"),
    ("2823-3", "mmol/L", "5.1"),
    ("29463-7", "kg", "71"),
    ("8480-6", "mm[Hg]", "148"),
)


def rows(_home: Path) -> Iterable[Row]:
    """The look-up against a bare intersection, and the rules of one patient."""
    from careloom.knowledge import load

    knowledge = load()
    yield _look_up(knowledge)
    yield _rules(knowledge)


def _look_up(knowledge: Any) -> Row:
    """Every pair of 40 drugs, and the same pairs by intersecting the sets of rows that name each drug on either side."""
    from careloom.knowledge.drugs import terms

    forty = _some(knowledge, random.Random(7))
    table = [one for one in knowledge.interactions.all if len(one.sides) == 2 and not one.conditions]

    def rows_on(side: int, drug: Any) -> set[int]:
        return {place for place, one in enumerate(table) if one.sides[side] & terms(drug)}

    named = [(rows_on(0, drug), rows_on(1, drug)) for drug in forty]

    def bare() -> None:
        for (left, right), (other_left, other_right) in combinations(named, 2):
            _ = left & other_right, right & other_left

    def ours() -> None:
        for _ in range(10):
            list(knowledge.interactions.pairs(forty))

    def theirs() -> None:
        for _ in range(10):
            bare()

    times = 1 / pairs(ours, theirs, 9)[0]
    return (
        f"safety: interactions of {DRUGS} drugs against a bare set intersection",
        f"{times:.2f} times its CPU",
        f"under {TIMES} times",
        times < TIMES,
    )


def _rules(knowledge: Any) -> Row:
    from careloom.care.document import Document
    from careloom.check import allergy, duplicate, interaction, opioid, renal

    rules = (allergy.rule, interaction.rule, renal.rule, duplicate.rule, opioid.rule)
    nothing = Document(patient="p", kind="care_plan", as_of=TODAY, record_version="1", statements=())
    slower = calibrate()
    taken = []
    for number in range(PATIENTS):
        record = _patient(knowledge, random.Random(number))
        start = time.process_time()
        for rule in rules:
            list(rule(nothing, record, knowledge))
        taken.append(time.process_time() - start)
    worst = statistics.quantiles(taken, n=100)[98] * 1000
    return (
        f"safety: all medication rules, patients of {DRUGS} drugs",
        f"p99 {worst:.1f} ms of CPU, median {statistics.median(taken) * 1000:.1f} ({worst / slower:.1f} calibrated)",
        f"p99 under {RULES_MS:g} ms calibrated",
        worst / slower < RULES_MS,
    )


def _some(knowledge: Any, chance: random.Random) -> Sequence[Any]:
    """Forty drugs, half of them of classes that interact much."""
    every = knowledge.drugs.all()
    busy = [
        drug
        for drug in every
        if drug.classes
        & {"sedating", "prolongs qt", "raises bleeding", "antihypertensive", "cyp3a4 substrate"}
    ]
    return list(dict.fromkeys(chance.sample(busy, 20) + chance.sample(every, DRUGS)))[:DRUGS]


def _patient(knowledge: Any, chance: random.Random) -> Any:
    from careloom.care.entry import LOINC, Code, Entry, Period, Source, when
    from careloom.care.record import Allergy, Demographics, Medication, PatientRecord, Problem

    source = Source("a" * 64, "Bundle", "bench")
    drugs = _some(knowledge, chance)
    orders = [
        Entry(
            id=f"m{place}",
            kind="MedicationRequest",
            source=source,
            text=f"{drug.name} 10 MG Oral Tablet",
            status="active",
        )
        for place, drug in enumerate(drugs)
    ]
    results = [
        Entry(
            id=f"r{code}", kind="Observation", source=source, codes=(Code(LOINC, code, code),), value=value, unit=unit,
            effective=Period(when("2026-10-20")), status="final",
        )
        for code, unit, value in RESULTS
    ]  # fmt: skip
    return PatientRecord(
        patient="p",
        as_of=TODAY,
        version="1",
        demographics=Demographics(birth_date="1944-05-04", sex="female"),
        entries=tuple(orders + results),
        problems=tuple(
            Problem(name, "active", (results[0].id,), "", concept)
            for name, concept in chance.sample(PROBLEMS, 4)
        ),
        medications=tuple(
            Medication(
                drug.name,
                (drug.name,),
                "active",
                True,
                (entry.id,),
                "",
                doses=(("10 mg, once daily", (entry.id,)),),
            )
            for drug, entry in zip(drugs, orders, strict=True)
        ),
        allergies=(
            Allergy(
                "Penicillin",
                ("penicillin",),
                ("penicillins",),
                "active",
                "allergy",
                "hives",
                (orders[0].id,),
                "",
            ),
        ),
    )
