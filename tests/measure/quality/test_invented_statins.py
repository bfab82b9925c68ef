"""CMS347: who is due a statin, in which of the four groups, and who has one."""

from functools import cache

import pytest

from careloom.measure.quality import cms347
from tests.measure.quality.invented import concept, counted, not_ordered, order, problem, result, visit

pytest.importorskip("duckdb")

OFFICE = cms347.OFFICE_VISIT
ISCHEMIC, ANGINA = cms347.ASCVD[2], cms347.ASCVD[3]
LOW, HIGH = cms347.STATINS[0], cms347.STATINS[2]
MIDDLE_AGED = "1970-06-01"
YEARS = ("2025", "2026")


@cache
def people(year: str):
    seen = visit(OFFICE, f"{year}-03-01")
    allergy = {
        "resourceType": "AllergyIntolerance",
        "code": concept(cms347.ALLERGEN),
        "clinicalStatus": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                    "code": "active",
                }
            ]
        },
        "onsetDateTime": f"{year}-02-01",
    }
    open_since = {
        **{key: value for key, value in allergy.items() if key != "onsetDateTime"},
        "onsetPeriod": {"start": "2001-02-01"},
    }
    reaction = {
        "resourceType": "AdverseEvent",
        "actuality": "actual",
        "event": concept(cms347.ALLERGEN),
        "date": f"{year}-02-01",
        "recordedDate": f"{year}-02-02",
    }
    until = {"timing": {"repeat": {"boundsPeriod": {"start": "2019-01-01", "end": f"{year}-01-01"}}}}
    heart = problem(ISCHEMIC, "2019-01-01")
    diabetes = problem(cms347.DIABETES, "2015-01-01")
    return counted(
        cms347.MEASURE,
        year,
        {
            "heart": (MIDDLE_AGED, [seen, heart, order(HIGH, f"{year}-03-01")]),
            "heart-unseen": (MIDDLE_AGED, [heart, order(HIGH, f"{year}-03-01")]),
            "heart-untreated": (MIDDLE_AGED, [seen, heart]),
            "heart-of-an-encounter": (
                MIDDLE_AGED,
                [seen, problem(ISCHEMIC, "2019-01-01", kind="encounter-diagnosis")],
            ),
            "heart-next-year": (MIDDLE_AGED, [seen, problem(ANGINA, f"{int(year) + 1}-01-01")]),
            "heart-allergic": (MIDDLE_AGED, [seen, heart, allergy]),
            "heart-allergic-once": (MIDDLE_AGED, [seen, heart, {**allergy, "onsetDateTime": "2001-02-01"}]),
            "heart-allergic-since": (MIDDLE_AGED, [seen, heart, open_since]),
            "heart-reaction": (MIDDLE_AGED, [seen, heart, reaction]),
            "heart-reaction-of-long-ago": (
                MIDDLE_AGED,
                [seen, heart, {**reaction, "date": "2001-02-01", "recordedDate": "2001-02-01"}],
            ),
            "ordered-until-this-year": (
                MIDDLE_AGED,
                [seen, heart, order(HIGH, "2019-01-01", dosageInstruction=[until])],
            ),
            "heart-refused-for-a-reason": (
                MIDDLE_AGED,
                [seen, heart, not_ordered(LOW, f"{year}-03-01", cms347.REASON)],
            ),
            "heart-reason-another-day": (
                MIDDLE_AGED,
                [seen, heart, not_ordered(LOW, f"{year}-03-02", cms347.REASON)],
            ),
            "heart-breastfeeding": (MIDDLE_AGED, [seen, heart, problem(cms347.EXCLUDED[0], f"{year}-01-05")]),
            "ldl-190": (MIDDLE_AGED, [seen, diabetes, result(cms347.LDL, "2012-05-05", 190, "mg/dL")]),
            "ldl-189": (MIDDLE_AGED, [seen, result(cms347.LDL, "2012-05-05", 189, "mg/dL")]),
            "ldl-in-mmol": (MIDDLE_AGED, [seen, result(cms347.LDL, "2012-05-05", 5.0, "mmol/L")]),
            "diabetes": (MIDDLE_AGED, [seen, diabetes, order(LOW, "2019-01-01")]),
            "diabetes-39": (f"{int(year) - 39}-01-01", [seen, diabetes]),
            "diabetes-cancelled-order": (
                MIDDLE_AGED,
                [seen, diabetes, order(LOW, f"{year}-04-01", status="cancelled")],
            ),
            "risk-20": (MIDDLE_AGED, [seen, result(cms347.RISK[0], f"{year}-03-01", 20, "%", kind="survey")]),
            "risk-19": (
                MIDDLE_AGED,
                [seen, result(cms347.RISK[0], f"{year}-03-01", 19.9, "%", kind="survey")],
            ),
            "supplied-into-the-year": (
                MIDDLE_AGED,
                [seen, diabetes, order(LOW, f"{int(year) - 1}-12-15", days=30)],
            ),
        },
    )


def groups(year: str, name: str, population: str) -> list[int]:
    """The four groups' counts of a population."""
    return [one[population] for one in people(year)[name]]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("heart", 1),
        ("heart-untreated", 1),
        ("ldl-190", 2),
        ("ldl-in-mmol", 2),
        ("diabetes", 3),
        ("risk-20", 4),
    ],
)
def test_somebody_is_due_a_statin_in_the_first_group_that_fits_and_in_no_other(year, name, group):
    assert groups(year, name, "denominator") == [int(number == group) for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    "name", ["heart-unseen", "heart-next-year", "ldl-189", "diabetes-39", "risk-19", "heart-of-an-encounter"]
)
def test_nobody_is_due_a_statin_without_a_visit_a_high_enough_risk_or_a_listed_diagnosis(year, name):
    assert groups(year, name, "initial-population") == [0, 0, 0, 0]


@pytest.mark.parametrize("year", YEARS)
def test_an_order_of_the_year_is_treatment_and_one_of_years_ago_or_cancelled_is_none(year):
    assert groups(year, "heart", "numerator") == [1, 0, 0, 0]
    assert groups(year, "diabetes", "numerator") == [0, 0, 0, 0]
    assert groups(year, "diabetes-cancelled-order", "numerator") == [0, 0, 0, 0]


def test_a_supply_that_reaches_into_the_year_counts_in_2026_alone():
    assert groups("2025", "supplied-into-the-year", "numerator")[2] == 0
    assert groups("2026", "supplied-into-the-year", "numerator")[2] == 1


@pytest.mark.parametrize("year", YEARS)
def test_an_allergy_or_a_medical_reason_told_at_the_visit_excuses(year):
    assert groups(year, "heart-allergic", "denominator-exception")[0] == 1
    assert groups(year, "heart-refused-for-a-reason", "denominator-exception")[0] == 1
    assert groups(year, "heart-refused-for-a-reason", "numerator")[0] == 0
    assert groups(year, "heart-reason-another-day", "denominator-exception")[0] == 0


@pytest.mark.parametrize("year", YEARS)
def test_an_allergy_excuses_as_long_as_its_onset_says_and_a_reaction_in_its_year(year):
    names = ("heart-allergic-since", "heart-reaction", "heart-allergic-once", "heart-reaction-of-long-ago")
    assert [groups(year, name, "denominator-exception")[0] for name in names] == [1, 1, 0, 0]


@pytest.mark.parametrize("year", YEARS)
def test_an_order_whose_dosage_reaches_into_the_year_is_treatment(year):
    assert groups(year, "ordered-until-this-year", "numerator")[0] == 1


@pytest.mark.parametrize("year", YEARS)
def test_who_breastfeeds_is_left_out(year):
    assert groups(year, "heart-breastfeeding", "denominator-exclusion")[0] == 1
