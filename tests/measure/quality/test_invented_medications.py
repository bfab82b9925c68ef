"""CMS68 and CMS156: were medications written down at each visit, and what should older adults not be given?"""

from functools import cache

import pytest

from careloom.measure.quality import cms68, cms156
from tests.measure.quality.invented import counted, done, not_done, order, problem, visit

pytest.importorskip("duckdb")

YEARS = ("2025", "2026")
DIGOXIN_250 = "http://www.nlm.nih.gov/research/umls/rxnorm|197606"


@cache
def documented(year: str):
    first, second = visit(cms68.VISITS, f"{year}-03-01"), visit(cms68.VISITS, f"{year}-09-01")
    at = f"{year}-03-01T09:15:00Z"
    return counted(
        cms68.MEASURE,
        year,
        {
            "one-of-two": ("1990-01-01", [first, second, done(cms68.DOCUMENTED, at)]),
            "after-the-visit": ("1990-01-01", [first, done(cms68.DOCUMENTED, f"{year}-03-01T15:00:00Z")]),
            "medical-reason": ("1990-01-01", [first, not_done(cms68.DOCUMENTED, at, cms68.REASON)]),
            "acute-crisis": ("1990-01-01", [first, not_done(cms68.DOCUMENTED, at, cms68.CRISIS)]),
            "planned-visit": ("1990-01-01", [visit(cms68.VISITS, f"{year}-03-01", status="planned")]),
            "child": ("2024-01-01", [first, done(cms68.DOCUMENTED, at)]),
        },
    )


@cache
def older(year: str):
    born = "1945-01-01"
    seen = visit(cms156.OFFICE_VISIT, f"{year}-03-01")
    antihistamine, nifedipine = cms156.CLASSES[0], cms156.CLASSES[5]
    psychotic, benzo = cms156.ANTIPSYCHOTICS, cms156.BENZODIAZEPINES

    def twice(drug, **more):
        return [seen, order(drug, f"{year}-02-01", **more), order(drug, f"{year}-08-01", **more)]

    def digoxin(day: str, pieces: int):
        return order(DIGOXIN_250, day, days=30, quantity=(pieces, "{tbl}"))

    return counted(
        cms156.MEASURE,
        year,
        {
            "two-orders": (born, twice(antihistamine)),
            "one-order": (born, [seen, order(antihistamine, f"{year}-02-01")]),
            "one-order-with-a-refill": (born, [seen, order(antihistamine, f"{year}-02-01", refills=1)]),
            "two-classes-once": (
                born,
                [seen, order(antihistamine, f"{year}-02-01"), order(nifedipine, f"{year}-08-01")],
            ),
            "last-year": (
                born,
                [seen, order(antihistamine, f"{int(year) - 1}-02-01"), order(antihistamine, f"{year}-02-01")],
            ),
            "anti-infective-90-days": (born, twice(cms156.ANTIINFECTIVES, days=45)),
            "anti-infective-92-days": (born, twice(cms156.ANTIINFECTIVES, days=46)),
            "psychotic-unexplained": (born, twice(psychotic)),
            "psychotic-schizophrenia": (
                born,
                [*twice(psychotic), problem(cms156.TREATED_BY_ANTIPSYCHOTICS[0], "2010-01-01")],
            ),
            "psychotic-schizophrenia-later": (
                born,
                [*twice(psychotic), problem(cms156.TREATED_BY_ANTIPSYCHOTICS[0], f"{year}-09-01")],
            ),
            "benzo-anxiety": (
                born,
                [*twice(benzo), problem(cms156.TREATED_BY_BENZODIAZEPINES[4], "2010-01-01")],
            ),
            "digoxin-one-high": (born, [seen, digoxin(f"{year}-02-01", 30), digoxin(f"{year}-08-01", 15)]),
            "digoxin-both-high": (born, [seen, digoxin(f"{year}-02-01", 30), digoxin(f"{year}-08-01", 30)]),
            "digoxin-low": (born, [seen, digoxin(f"{year}-02-01", 15), digoxin(f"{year}-08-01", 15)]),
            "proposed": (born, twice(antihistamine, intent="proposal")),
            "instances": (born, twice(antihistamine, intent="instance-order")),
            "sixty-four": (f"{int(year) - 64}-06-01", twice(antihistamine)),
        },
        also=[(cms156.DIGOXIN, DIGOXIN_250)],
    )


def rates(year: str, name: str) -> list[int]:
    """Whether somebody is in the numerator of each of the three rates."""
    return [one["numerator"] for one in older(year)[name]]


@pytest.mark.parametrize("year", YEARS)
def test_each_visit_counts_for_itself(year):
    counts = documented(year)["one-of-two"][0]
    assert (counts["denominator"], counts["numerator"]) == (2, 1)
    assert documented(year)["child"][0]["numerator"] == 1
    assert documented(year)["planned-visit"][0]["initial-population"] == 0


def test_what_is_written_after_the_visit_counts_by_its_day_from_2026():
    assert documented("2025")["after-the-visit"][0]["numerator"] == 0
    assert documented("2026")["after-the-visit"][0]["numerator"] == 1


@pytest.mark.parametrize(("year", "medical", "acute"), [("2025", 1, 0), ("2026", 0, 1)])
def test_a_medical_reason_excuses_in_2025_and_an_acute_crisis_in_2026(year, medical, acute):
    assert documented(year)["medical-reason"][0]["denominator-exception"] == medical
    assert documented(year)["acute-crisis"][0]["denominator-exception"] == acute


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("two-orders", [1, 0, 1]),
        ("one-order", [0, 0, 0]),
        ("one-order-with-a-refill", [1, 0, 1]),
        ("two-classes-once", [0, 0, 0]),
        ("last-year", [0, 0, 0]),
        ("anti-infective-90-days", [0, 0, 0]),
        ("anti-infective-92-days", [1, 0, 1]),
        ("psychotic-unexplained", [0, 1, 1]),
        ("psychotic-schizophrenia", [0, 0, 0]),
        ("psychotic-schizophrenia-later", [0, 1, 1]),
        ("benzo-anxiety", [0, 0, 0]),
        ("digoxin-both-high", [1, 0, 1]),
        ("digoxin-low", [0, 0, 0]),
        ("proposed", [0, 0, 0]),
    ],
)
def test_two_orders_of_one_class_on_different_days_are_the_harm(year, name, expected):
    assert rates(year, name) == expected


def test_of_digoxin_one_high_order_is_enough_in_2025_and_both_are_needed_in_2026():
    assert rates("2025", "digoxin-one-high") == [1, 0, 1]
    assert rates("2026", "digoxin-one-high") == [0, 0, 0]


def test_an_instance_of_an_order_is_an_order_in_2026_alone():
    assert rates("2025", "instances") == [0, 0, 0]
    assert rates("2026", "instances") == [1, 0, 1]


@pytest.mark.parametrize("year", YEARS)
def test_nobody_below_sixty_five_is_counted(year):
    assert [one["initial-population"] for one in older(year)["sixty-four"]] == [0, 0, 0]
