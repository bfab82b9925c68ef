"""Opioids and benzodiazepines of two prescribers, and drugs filled again long before they are used up, reach a person."""

from dataclasses import replace
from decimal import Decimal

import pytest

from careloom.care.entry import Entry, Period, when
from careloom.care.record import Medication
from careloom.check.fills import rule
from careloom.check.opioid import rule as opioid
from careloom.knowledge.opioids import load_opioids
from tests.check.records import KNOWLEDGE, SOURCE, a_drug, a_problem, a_record, found, told


def filled(
    text: str,
    *fills: tuple[str, str, str],
    quantity: str = "60",
    days: str = "30",
    status: str = "completed",
    dose: str = "",
) -> tuple[tuple[Entry, Medication], list[Entry]]:
    """A drug that pharmacies handed out: on which days, by whose prescription, where."""
    entries = [
        Entry(
            id=f"{text} {number}", kind="MedicationDispense", source=SOURCE, text=text, status=status, effective=Period(when(on)),
            detail={key: said for key, said in {"quantity": quantity, "days_supply": days, "prescriber": who, "pharmacy": where}.items() if said},
        )
        for number, (on, who, where) in enumerate(fills)
    ]  # fmt: skip
    entry, medication = a_drug(text, dose=dose)
    whole = replace(medication, entries=(entry.id, *(one.id for one in entries)))
    return (entry, whole), entries


def of(*drugs: tuple[tuple[Entry, Medication], list[Entry]], more=()):
    return a_record(
        *(one for drug, _ in drugs for one in [drug]),
        *(entry for _, entries in drugs for entry in entries),
        *more,
    )


OXYCODONE = filled("Oxycodone 10 MG Oral Tablet", ("2026-11-02", "A. Pruitt", "Main St"), quantity="120")


@pytest.mark.parametrize(
    "other",
    [
        filled("Alprazolam 1 MG Oral Tablet", ("2026-11-05", "V. Castellanos", "Elm St")),
        filled("LORAZEPAM 0.5 MG TABLET", ("2026-11-15", "Dr. Castellanos, MD", "Main St")),
        filled("Tramadol 50 MG Oral Tablet", ("2026-11-10", "Riverside Urgent Care", "Elm St")),
        filled("Clonazepam 0.5 MG Oral Tablet", ("2026-10-20", "1234567893", "")),
    ],
)
def test_an_opioid_and_what_slows_breathing_with_it_of_two_prescribers_are_high(other) -> None:
    (finding,) = found(rule, of(OXYCODONE, other))
    assert told([finding]) == [("high", None)]
    assert "come from two prescribers" in finding.message and "A. Pruitt" in finding.message
    assert "recommendations 9 and 11, 2022" in finding.message
    assert set(finding.evidence) >= {OXYCODONE[1][0].id, other[1][0].id}


@pytest.mark.parametrize(
    "other",
    [
        filled("Alprazolam 1 MG Oral Tablet", ("2026-11-05", "Dr. Amanda Pruitt, MD", "Elm St")),
        filled("Alprazolam 1 MG Oral Tablet", ("2026-11-05", "", "Elm St")),
        filled("Sertraline 50 MG Oral Tablet", ("2026-11-05", "V. Castellanos", "Elm St")),
        filled("Alprazolam 1 MG Oral Tablet", ("2026-11-05", "V. Castellanos", "Elm St"), status="declined"),
    ],
)
def test_the_same_prescriber_an_unnamed_one_and_another_drug_are_quiet(other) -> None:
    assert found(rule, of(OXYCODONE, other)) == []


def test_what_orders_say_counts_where_nothing_was_filled_and_palliative_care_is_not_meant() -> None:
    orders = [
        a_drug("Morphine 15 MG Extended Release", detail={"prescriber": "N. Oyelaran"}),
        a_drug("Diazepam 5 MG", detail={"prescriber": "A. Pruitt"}),
    ]
    assert told(found(rule, a_record(*orders))) == [("high", None)]
    assert found(rule, a_record(*orders, a_problem("Hospice", "hospice_care"))) == []


@pytest.mark.parametrize(
    "drug",
    [
        "Oxycodone 10 MG Oral Tablet",
        "Zolpidem 10 MG Oral Tablet",
        "Warfarin 5 MG Oral Tablet",
        "Glipizide 10 MG Oral Tablet",
        "Pregabalin 150 MG Oral Capsule",
    ],
)
@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (("2026-11-03", "A. Pruitt", "Main St"), ("2026-11-09", "V. Castellanos", "Elm St"), "by another prescriber (A. Pruitt; V. Castellanos)"),
        (("2026-11-03", "A. Pruitt", "Main St"), ("2026-11-20", "Dr. Pruitt", "Elm St"), "at another pharmacy (Main St; Elm St)"),
    ],
)  # fmt: skip
def test_overlapping_fills_of_a_grave_drug_by_others_are_high(drug: str, first, second, words: str) -> None:
    (finding,) = found(rule, of(filled(drug, first, second)))
    assert told([finding]) == [("high", None)]
    assert words in finding.message and "days before that was used up" in finding.message


@pytest.mark.parametrize(
    "drug",
    ["Metformin 1000 MG Oral Tablet", "Spironolactone 25 MG Oral Tablet", "Gabapentin 300 MG Oral Capsule"],
)
def test_overlapping_fills_of_a_drug_with_a_hazard_are_told(drug: str) -> None:
    first = ("2026-11-03", "A. Pruitt", "Main St")
    (finding,) = found(rule, of(filled(drug, first, ("2026-11-09", "A. Pruitt", "Main St"))))
    assert told([finding]) == [("moderate", None)]
    assert (
        "was filled on 2026-11-03 for 30 days and again on 2026-11-09, 24 days before that was used up: ask"
        in finding.message
    )


@pytest.mark.parametrize(
    "fills",
    [
        [("2026-10-12", "A. Pruitt", "Main St"), ("2026-11-08", "A. Pruitt", "Main St")],
        [("2026-08-01", "A. Pruitt", "Main St"), ("2026-08-09", "V. Castellanos", "Elm St")],
        [("2026-11-03", "A. Pruitt", "Main St"), ("2026-11-03", "A. Pruitt", "Main St")],
        [("2026-11-03", "A. Pruitt", "Main St"), ("2026-12-01", "V. Castellanos", "Elm St")],
    ],
    ids=["a few days early", "months ago", "told twice", "after today"],
)
def test_an_early_refill_an_old_one_and_one_told_twice_are_quiet(fills) -> None:
    assert found(rule, of(filled("Warfarin 5 MG Oral Tablet", *fills))) == []


def test_a_drug_without_a_hazard_and_a_reversed_claim_are_quiet() -> None:
    twice = (("2026-11-03", "A. Pruitt", "Main St"), ("2026-11-09", "V. Castellanos", "Elm St"))
    assert not KNOWLEDGE.renal.limits(KNOWLEDGE.drugs.named("omeprazole"))
    assert found(rule, of(filled("Omeprazole 20 MG Oral Capsule", *twice))) == []
    assert found(rule, of(filled("Warfarin 5 MG Oral Tablet", *twice, status="cancelled"))) == []


# ---- an upper bound of MME by what was filled ---------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "text", "quantity", "days", "mme"),
    [
        ("oxycodone", "OXYCODONE HCL 10 MG TABLET", "120", "30", "60"),
        ("hydrocodone", "HYDROCODONE-ACETAMINOPHEN 5-325 MG TABLET", "90", "30", "15"),
        ("oxycodone", "Acetaminophen 325 MG / Oxycodone Hydrochloride 10 MG Oral Tablet", "60", "30", "30"),
        ("morphine", "MORPHINE SULFATE 10 MG/5 ML SOLUTION", "300", "30", "20"),
        ("fentanyl", "Fentanyl 25 mcg/h Transdermal Patch", "10", "30", "60"),
        ("fentanyl", "Fentanyl 25 mcg/h Transdermal Patch", "20", "30", "120"),
        ("tramadol", "TRAMADOL HCL 50 MG TABLET", "28", "7", "40"),
        ("buprenorphine", "Buprenorphine 8 MG Sublingual Tablet", "60", "30", None),
        ("morphine", "Morphine 10 MG/ML Injection", "10", "5", None),
        ("oxycodone", "OXYCODONE HCL TABLET", "120", "30", None),
    ],
)
def test_what_a_fill_allows_is_quantity_by_days_by_strength_by_factor(
    drug: str, text: str, quantity: str, days: str, mme: str | None
) -> None:
    most = load_opioids().supplied(drug, text, Decimal(quantity), Decimal(days))
    assert most == (Decimal(mme) if mme else None)


@pytest.mark.parametrize("dose", ["1 tablet every 6 hours as needed", "", "1 to 2 tablets as directed"])
def test_without_a_plain_dose_the_fill_is_told_as_an_upper_bound(dose: str) -> None:
    (finding,) = found(
        opioid,
        of(
            filled(
                "Oxycodone 10 MG Oral Tablet",
                ("2026-11-02", "A. Pruitt", "Main St"),
                quantity="120",
                dose=dose,
            )
        ),
    )
    assert finding.message.startswith(
        "Opioids: at most 60 MME a day, an upper bound by what was filled and no dose (oxycodone 60: 120 / 30 d, 2026-11-02). No naloxone is listed"
    )
    assert "50 MME a day or more" in finding.message


def test_a_plain_dose_counts_before_the_fill_and_two_fills_that_last_are_added() -> None:
    plain = filled(
        "Oxycodone 10 MG Oral Tablet",
        ("2026-11-02", "A. Pruitt", "Main St"),
        quantity="120",
        dose="10 mg, twice daily",
    )
    assert found(opioid, of(plain)) == []
    both = filled(
        "Oxycodone 5 MG Oral Tablet",
        ("2026-11-02", "A. Pruitt", "Main St"),
        ("2026-11-09", "V. Castellanos", "Elm St"),
        quantity="120",
    )
    (finding,) = found(opioid, of(both))
    assert "at most 60 MME a day" in finding.message
    old = filled("Oxycodone 5 MG Oral Tablet", ("2026-11-02", "A. Pruitt", "Main St"), quantity="120")
    assert found(opioid, of(old)) == []


def ordered(text: str, who: str, practice: str):
    return a_drug(text, detail={"prescriber": who, **({"practice": practice} if practice else {})})


@pytest.mark.parametrize(
    ("practices", "severity"),
    [
        (("Lakeside Family Practice", "LAKESIDE family practice"), "moderate"),
        (("Lakeside Family Practice", "Elm St Pain Clinic"), "high"),
        (("Lakeside Family Practice", ""), "high"),
    ],
)
def test_two_prescribers_of_one_practice_are_told_as_such_and_lower_where_the_orders_name_it(
    practices, severity
):
    record = a_record(
        ordered("Morphine 15 MG Extended Release", "N. Oyelaran (family medicine)", practices[0]),
        ordered("Diazepam 5 MG", "A. Pruitt (family medicine)", practices[1]),
    )
    (finding,) = found(rule, record)
    assert told([finding]) == [(severity, None)]
    assert (
        "of one practice (Lakeside Family Practice)" in finding.message
        or "of one practice (LAKESIDE" in finding.message
    ) == (severity == "moderate")
    assert "see that both know of each other today" in finding.message


@pytest.mark.parametrize(
    ("practice", "severity"), [("Lakeside Family Practice", "moderate"), ("Elm St Pain Clinic", "high")]
)
def test_a_colleague_of_the_same_practice_who_fills_again_early_is_told_as_such(practice, severity):
    drug, fills = filled(
        "Oxycodone 10 MG Oral Tablet",
        ("2026-10-20", "A. Pruitt", "Main St"),
        ("2026-11-02", "N. Oyelaran", "Main St"),
    )
    others = [
        ordered("Oxycodone 5 MG", "Ada Pruitt", "Lakeside Family Practice"),
        ordered("Oxycodone 10 MG", "N. Oyelaran", practice),
    ]
    (finding,) = found(rule, of((drug, fills), more=others))
    assert told([finding]) == [(severity, None)]
    assert ("by another prescriber of the same practice, Lakeside Family Practice (" in finding.message) == (
        severity == "moderate"
    )
