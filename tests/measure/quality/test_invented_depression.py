"""CMS2: who was screened for depression, and followed up."""

from functools import cache

import pytest

from careloom.measure.quality import cms2
from tests.measure.quality.invented import QICORE, concept, counted, done, order, problem, result, visit

pytest.importorskip("duckdb")

YEARS = ("2025", "2026")
ADULT_BORN = "1980-06-01"
ADULT, YOUNG = cms2.ADULT, cms2.ADOLESCENT
POSITIVE, NEGATIVE = cms2.POSITIVE, cms2.NEGATIVE


def screening(ages, day: str, said: str, **more: str):
    """A screening of an age group, with the finding that it gave."""
    return result(ages.screening, day, said, kind="survey", **more)


def not_screened(ages, at: str, because):
    """A screening that was not done, and why."""
    why = {"url": f"{QICORE}/qicore-notDoneReason", "valueCodeableConcept": concept(because)}
    return {
        "resourceType": "Observation",
        "status": "cancelled",
        "code": concept(ages.screening),
        "issued": at,
        "extension": [why],
    }


def referral(ages, at: str, status: str = "active"):
    """A referral at a moment."""
    return {
        "resourceType": "ServiceRequest",
        "status": status,
        "intent": "order",
        "code": concept(ages.referral),
        "authoredOn": at,
    }


@cache
def people(year: str):
    seen = visit(cms2.VISITS[0], f"{year}-03-10")
    positive = screening(ADULT, f"{year}-03-10", POSITIVE)
    medicine = order(ADULT.medicines, f"{year}-03-10", days=30)
    return counted(
        cms2.MEASURE,
        year,
        {
            "negative": (ADULT_BORN, [seen, screening(ADULT, f"{year}-03-10", NEGATIVE)]),
            "negative-two-weeks-before": (ADULT_BORN, [seen, screening(ADULT, f"{year}-02-24", NEGATIVE)]),
            "negative-fifteen-days-before": (ADULT_BORN, [seen, screening(ADULT, f"{year}-02-23", NEGATIVE)]),
            "negative-the-day-after": (ADULT_BORN, [seen, screening(ADULT, f"{year}-03-11", NEGATIVE)]),
            "amended": (ADULT_BORN, [seen, screening(ADULT, f"{year}-03-10", NEGATIVE, status="amended")]),
            "first-negative-then-positive": (
                ADULT_BORN,
                [seen, screening(ADULT, f"{year}-03-02", NEGATIVE), positive],
            ),
            "positive-alone": (ADULT_BORN, [seen, positive]),
            "positive-with-a-medicine": (ADULT_BORN, [seen, positive, medicine]),
            "positive-referred-two-days-after": (
                ADULT_BORN,
                [seen, positive, referral(ADULT, f"{year}-03-12T08:00:00Z")],
            ),
            "positive-referred-three-days-after": (
                ADULT_BORN,
                [seen, positive, referral(ADULT, f"{year}-03-13T08:00:00Z")],
            ),
            "positive-followed-up-at-the-visit": (
                ADULT_BORN,
                [seen, positive, done(ADULT.follow_up, f"{year}-03-10T09:20:00Z")],
            ),
            "positive-followed-up-after-the-visit": (
                ADULT_BORN,
                [seen, positive, done(ADULT.follow_up, f"{year}-03-10T11:00:00Z")],
            ),
            "medicine-of-one-day": (
                ADULT_BORN,
                [seen, positive, order(ADULT.medicines, f"{year}-03-10", days=1)],
            ),
            "declined": (ADULT_BORN, [seen, not_screened(ADULT, f"{year}-03-10T09:10:00Z", cms2.DECLINED)]),
            "declined-without-a-visit-then": (
                ADULT_BORN,
                [seen, not_screened(ADULT, f"{year}-03-12T09:10:00Z", cms2.DECLINED)],
            ),
            "bipolar": (ADULT_BORN, [seen, problem(cms2.BIPOLAR, "2010-01-01")]),
            "bipolar-since-then": (ADULT_BORN, [seen, problem(cms2.BIPOLAR, f"{year}-04-01")]),
            "eleven": (f"{int(year) - 11}-01-01", [seen, screening(YOUNG, f"{year}-03-10", NEGATIVE)]),
            "twelve": (f"{int(year) - 12}-01-01", [seen, screening(YOUNG, f"{year}-03-10", NEGATIVE)]),
            "twelve-with-the-adults-screening": (
                f"{int(year) - 12}-01-01",
                [seen, screening(ADULT, f"{year}-03-10", NEGATIVE)],
            ),
            "seventeen-with-the-adults-screening": (
                f"{int(year) - 17}-01-01",
                [seen, screening(ADULT, f"{year}-03-10", NEGATIVE)],
            ),
        },
    )


def of(year: str, name: str, population: str) -> int:
    return people(year)[name][0][population]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("name", "met"),
    [
        ("negative", 1),
        ("negative-two-weeks-before", 1),
        ("negative-fifteen-days-before", 0),
        ("negative-the-day-after", 0),
        ("first-negative-then-positive", 0),
        ("positive-alone", 0),
        ("positive-with-a-medicine", 1),
        ("positive-referred-two-days-after", 1),
        ("positive-referred-three-days-after", 0),
        ("positive-followed-up-at-the-visit", 1),
        ("positive-followed-up-after-the-visit", 0),
        ("twelve", 1),
        ("twelve-with-the-adults-screening", 0),
        ("seventeen-with-the-adults-screening", 1),
    ],
)
def test_the_last_screening_is_negative_or_it_is_followed_up(year, name, met):
    assert of(year, name, "numerator") == met


def test_an_amended_screening_counts_from_2026():
    assert of("2025", "amended", "numerator") == 0
    assert of("2026", "amended", "numerator") == 1


def test_in_2026_a_medicine_must_last_beyond_the_visit():
    assert of("2025", "medicine-of-one-day", "numerator") == 1
    assert of("2026", "medicine-of-one-day", "numerator") == 0


@pytest.mark.parametrize("year", YEARS)
def test_who_declined_at_the_visit_is_excused(year):
    assert of(year, "declined", "denominator-exception") == 1
    assert of(year, "declined-without-a-visit-then", "denominator-exception") == 0


@pytest.mark.parametrize("year", YEARS)
def test_bipolar_disorder_before_the_visit_leaves_out(year):
    assert of(year, "bipolar", "denominator-exclusion") == 1
    assert of(year, "bipolar-since-then", "denominator-exclusion") == 0


@pytest.mark.parametrize("year", YEARS)
def test_nobody_younger_than_twelve_is_counted(year):
    assert of(year, "eleven", "initial-population") == 0
