"""PDC: on how many days fills cover somebody, by PQA's rules."""

from functools import cache

import pytest

from careloom.measure.quality import pdc, shared
from tests.measure.quality.invented import counted, fill, problem, visit

pytest.importorskip("duckdb")

BORN = "1950-06-01"
METFORMIN, GLIPIZIDE, SITAGLIPTIN = (
    "metformin 500 MG Oral Tablet",
    "glipizide 5 MG Oral Tablet",
    "sitagliptin 100 MG Oral Tablet",
)


def every(days: int, drug: str, first: tuple[int, int] = (1, 1), until: int = 12) -> list[dict]:
    """A fill of so many days each month, from a month and day on."""
    return [fill(drug, f"2025-{month:02}-{first[1]:02}", days) for month in range(first[0], until + 1)]


def pharmacy_claim(drug: str, day: str, days: int) -> dict:
    """A payer's adjudicated pharmacy claim."""
    carin = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType"
    return {
        "resourceType": "ExplanationOfBenefit",
        "status": "active",
        "use": "claim",
        "outcome": "complete",
        "type": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "pharmacy"}]
        },
        "created": day,
        "insurer": {"display": "Payer"},
        "provider": {"display": "Pharmacy"},
        "insurance": [{"focal": True, "coverage": {"display": "Plan"}}],
        "billablePeriod": {"start": day},
        "supportingInfo": [
            {
                "sequence": 1,
                "category": {"coding": [{"system": carin, "code": "dayssupply"}]},
                "valueQuantity": {"value": days},
            }
        ],
        "item": [{"sequence": 1, "productOrService": {"text": drug}, "servicedDate": day}],
    }


@cache
def diabetes():
    hospice = visit(shared.HOSPICE_ENCOUNTER, "2025-05-01")
    full = every(30, METFORMIN)
    return counted(
        pdc.DIABETES_MEASURE,
        "2025",
        {
            "monthly": (BORN, full),
            # 30 days of each month but two: 300 of 365.
            "ten-months": (BORN, every(30, METFORMIN, until=10)),
            # 270 of 365.
            "nine-months": (BORN, every(30, METFORMIN, until=9)),
            "early-refills": (
                BORN,
                [
                    fill(METFORMIN, "2025-01-01", 90),
                    fill(METFORMIN, "2025-01-20", 90),
                    fill(METFORMIN, "2025-02-10", 90),
                    fill(METFORMIN, "2025-03-01", 90),
                ],
            ),
            "two-drugs-at-once": (BORN, [*every(30, METFORMIN, until=6), *every(30, GLIPIZIDE, until=6)]),
            "one-after-the-other": (BORN, [*every(31, METFORMIN, until=6), *every(31, SITAGLIPTIN, (7, 1))]),
            "one-fill": (BORN, [fill(METFORMIN, "2025-01-01", 360)]),
            "two-fills-on-one-day": (
                BORN,
                [fill(METFORMIN, "2025-01-01", 180), fill(GLIPIZIDE, "2025-01-01", 180)],
            ),
            "from-october-2": (BORN, [fill(METFORMIN, "2025-10-02", 90), fill(METFORMIN, "2025-12-20", 90)]),
            "from-october-3": (BORN, [fill(METFORMIN, "2025-10-03", 90), fill(METFORMIN, "2025-12-20", 90)]),
            "insulin": (
                BORN,
                [*full, fill("insulin glargine 100 UNT/ML Injectable Solution", "2025-06-01", 30)],
            ),
            "hospice": (BORN, [*full, hospice]),
            "dialysis": (BORN, [*full, problem(pdc.ESRD, "2020-01-01")]),
            "seventeen": ("2007-06-01", full),
            "told-twice": (
                BORN,
                [
                    *every(15, METFORMIN),
                    *[pharmacy_claim(METFORMIN, f"2025-{month:02}-01", 15) for month in range(1, 13)],
                ],
            ),
            "claims": (
                BORN,
                [pharmacy_claim(METFORMIN, f"2025-{month:02}-01", 30) for month in range(1, 13)],
            ),
            "reversed": (BORN, [{**one, "status": "cancelled"} for one in full]),
        },
    )


def of(name: str, population: str) -> int:
    return diabetes()[name][0][population]


@pytest.mark.parametrize(
    ("name", "covered"),
    [("monthly", 1), ("ten-months", 1), ("nine-months", 0), ("one-after-the-other", 1), ("claims", 1)],
)
def test_eighty_in_a_hundred_days_is_covered(name, covered):
    assert of(name, "denominator") == 1
    assert of(name, "numerator") == covered


def test_what_is_filled_early_is_taken_after_what_is_in_hand():
    assert of("early-refills", "numerator") == 1


def test_two_drugs_at_once_cover_a_day_once_and_a_fill_that_two_sources_tell_counts_once():
    assert of("two-drugs-at-once", "numerator") == 0
    assert of("told-twice", "numerator") == 0


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("one-fill", 0),
        ("two-fills-on-one-day", 0),
        ("from-october-2", 1),
        ("from-october-3", 0),
        ("seventeen", 0),
        ("reversed", 0),
    ],
)
def test_who_is_counted_filled_twice_and_long_enough_before_the_end(name, counts):
    assert of(name, "initial-population") == counts


@pytest.mark.parametrize("name", ["insulin", "hospice", "dialysis"])
def test_insulin_hospice_and_dialysis_leave_out(name):
    assert of(name, "denominator-exclusion") == 1
    assert of(name, "numerator") == 0


def test_sacubitril_leaves_out_of_the_antagonists_and_statins_have_their_own():
    lisinopril, statin = (
        every(30, "lisinopril 10 MG Oral Tablet"),
        every(30, "atorvastatin 20 MG Oral Tablet"),
    )
    people = {
        "lisinopril": (BORN, lisinopril),
        "changed": (
            BORN,
            [*lisinopril, fill("sacubitril 24 MG / valsartan 26 MG Oral Tablet", "2025-11-15", 30)],
        ),
        "statin": (BORN, statin),
    }
    antagonists = counted(pdc.RAS_MEASURE, "2025", people)
    assert antagonists["lisinopril"][0]["numerator"] == 1
    assert antagonists["changed"][0]["denominator-exclusion"] == 1
    assert antagonists["statin"][0]["initial-population"] == 0
    assert counted(pdc.STATIN_MEASURE, "2025", people)["statin"][0]["numerator"] == 1
