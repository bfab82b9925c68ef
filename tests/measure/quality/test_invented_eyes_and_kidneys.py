"""CMS131 and CMS951: whose eyes and kidneys were looked at."""

from functools import cache

import pytest

from careloom.measure.quality import cms131, cms951
from tests.measure.quality.invented import counted, problem, result, visit

pytest.importorskip("duckdb")

YEARS = ("2025", "2026")
BORN = "1965-06-01"


@cache
def eyes(year: str):
    before, after = str(int(year) - 1), str(int(year) + 1)
    seen = visit(cms131.OFFICE_VISIT, f"{year}-03-01")
    diabetes = problem(cms131.DIABETES, "2015-01-01", kind="encounter-diagnosis")
    retinopathy = problem(cms131.RETINOPATHY, "2020-01-01")
    due = [seen, diabetes]

    def exam(day: str, **more: str):
        return result(cms131.EXAM, day, 1, "1", **{"kind": "exam", **more})

    def level(eye: str, day: str, said):
        return result(eye, day, said, kind="exam")

    return counted(
        cms131.MEASURE,
        year,
        {
            "looked-at": (BORN, [*due, exam(f"{year}-06-01")]),
            "looked-at-last-year": (BORN, [*due, exam(f"{before}-01-01")]),
            "looked-at-two-years-ago": (BORN, [*due, exam(f"{int(year) - 2}-12-31")]),
            "looked-at-next-year": (BORN, [*due, exam(f"{after}-01-01")]),
            "retinopathy-last-year": (BORN, [*due, retinopathy, exam(f"{before}-06-01")]),
            "retinopathy-this-year": (BORN, [*due, retinopathy, exam(f"{year}-06-01")]),
            "no-exam-by-its-category": (BORN, [*due, exam(f"{year}-06-01", kind="laboratory")]),
            "seventy-six": (f"{int(year) - 76}-12-31", due),
            "refuted-diabetes": (
                BORN,
                [
                    seen,
                    problem(
                        cms131.DIABETES, "2015-01-01", kind="encounter-diagnosis", verification="refuted"
                    ),
                ],
            ),
            "no-visit": (BORN, [diabetes]),
            "by-machine": (BORN, [*due, level(cms131.AI_EXAM, f"{year}-06-01", cms131.AI_RESULT)]),
            "both-graded": (
                BORN,
                [
                    *due,
                    level(cms131.LEFT, f"{year}-06-01", cms131.SEVERITY),
                    level(cms131.RIGHT, f"{year}-06-01", cms131.SEVERITY),
                ],
            ),
            "one-graded": (BORN, [*due, level(cms131.LEFT, f"{year}-06-01", cms131.SEVERITY)]),
            "both-clear-last-year": (
                BORN,
                [
                    *due,
                    level(cms131.LEFT, f"{before}-06-01", cms131.NO_RETINOPATHY),
                    level(cms131.RIGHT, f"{before}-07-01", cms131.NO_RETINOPATHY),
                ],
            ),
            "no-eyes": (BORN, [*due, problem(cms131.NO_EYES, "1990-01-01")]),
        },
    )


@cache
def kidneys(year: str):
    seen = visit(cms951.OFFICE_VISIT, f"{year}-03-01")
    diabetes = problem(cms951.DIABETES, "2015-01-01")
    filtered = result(cms951.EGFR, f"{year}-05-01", 71, "mL/min/{1.73_m2}")
    ratio = result(cms951.UACR, f"{year}-05-02", 12, "mg/g")
    due = [seen, diabetes]
    return counted(
        cms951.MEASURE,
        year,
        {
            "both-tests": (BORN, [*due, filtered, ratio]),
            "one-test": (BORN, [*due, filtered]),
            "ratio-without-a-result": (BORN, [*due, filtered, result(cms951.UACR, f"{year}-05-02")]),
            "ratio-cancelled": (BORN, [*due, filtered, {**ratio, "status": "cancelled"}]),
            "undetectable": (
                BORN,
                [*due, filtered, result(cms951.UACR, f"{year}-05-02", cms951.UNDETECTABLE)],
            ),
            "albumin-and-creatinine": (
                BORN,
                [
                    *due,
                    filtered,
                    result(cms951.URINE_ALBUMIN, f"{year}-05-01", 20, "mg/L"),
                    result(cms951.URINE_CREATININE, f"{year}-05-05", 90, "mg/dL"),
                ],
            ),
            "albumin-five-days-before": (
                BORN,
                [
                    *due,
                    filtered,
                    result(cms951.URINE_ALBUMIN, f"{year}-05-01", 20, "mg/L"),
                    result(cms951.URINE_CREATININE, f"{year}-05-06", 90, "mg/dL"),
                ],
            ),
            "on-dialysis": (BORN, [*due, problem(cms951.ESRD, "2019-01-01")]),
            "diabetes-of-this-year": (BORN, [seen, problem(cms951.DIABETES, f"{year}-02-01")]),
            "diabetes-inactive": (
                BORN,
                [seen, problem(cms951.DIABETES, "2015-01-01", clinical="inactive", until=f"{year}-12-01")],
            ),
            "eighty-six": (f"{int(year) - 86}-01-01", due),
            "visit-into-the-next-year": (
                BORN,
                [visit(cms951.OFFICE_VISIT, f"{year}-12-31", last=f"{int(year) + 1}-01-01"), diabetes],
            ),
        },
    )


def of(counts, name: str, population: str) -> int:
    return counts[name][0][population]


@pytest.mark.parametrize("year", YEARS)
def test_without_retinopathy_an_exam_of_this_or_the_last_year_is_enough(year):
    assert [of(eyes(year), name, "numerator") for name in ("looked-at", "looked-at-last-year")] == [1, 1]
    assert [
        of(eyes(year), name, "numerator") for name in ("looked-at-two-years-ago", "looked-at-next-year")
    ] == [0, 0]


@pytest.mark.parametrize("year", YEARS)
def test_with_retinopathy_the_exam_must_be_of_this_year(year):
    assert of(eyes(year), "retinopathy-last-year", "numerator") == 0
    assert of(eyes(year), "retinopathy-this-year", "numerator") == 1


@pytest.mark.parametrize("year", YEARS)
def test_an_eye_exam_is_due_for_who_has_diabetes_and_a_visit_and_is_young_enough(year):
    assert of(eyes(year), "looked-at-two-years-ago", "denominator") == 1
    assert [
        of(eyes(year), name, "initial-population") for name in ("seventy-six", "refuted-diabetes", "no-visit")
    ] == [0, 0, 0]


@pytest.mark.parametrize("year", YEARS)
def test_a_laboratory_result_with_the_exam_s_code_is_no_exam(year):
    assert of(eyes(year), "no-exam-by-its-category", "numerator") == 0


@pytest.mark.parametrize(("year", "met"), [("2025", 0), ("2026", 1)])
def test_an_autonomous_exam_and_graded_eyes_count_from_2026(year, met):
    names = ("by-machine", "both-graded", "both-clear-last-year")
    assert [of(eyes(year), name, "numerator") for name in names] == [met] * 3
    assert of(eyes(year), "one-graded", "numerator") == 0


@pytest.mark.parametrize(("year", "excluded"), [("2025", 0), ("2026", 1)])
def test_who_has_no_eyes_is_left_out_from_2026(year, excluded):
    assert of(eyes(year), "no-eyes", "denominator-exclusion") == excluded


@pytest.mark.parametrize("year", YEARS)
def test_kidneys_are_evaluated_by_both_tests_and_by_no_test_without_a_result(year):
    assert of(kidneys(year), "both-tests", "numerator") == 1
    assert [
        of(kidneys(year), name, "numerator")
        for name in ("one-test", "ratio-without-a-result", "ratio-cancelled")
    ] == [0, 0, 0]


def test_in_2025_any_result_of_the_ratio_counts_and_albumin_with_creatinine_does_not():
    assert of(kidneys("2025"), "undetectable", "numerator") == 1
    assert of(kidneys("2025"), "albumin-and-creatinine", "numerator") == 0


def test_in_2026_albumin_and_creatinine_at_most_four_days_apart_are_a_ratio():
    assert of(kidneys("2026"), "undetectable", "numerator") == 1
    assert of(kidneys("2026"), "albumin-and-creatinine", "numerator") == 1
    assert of(kidneys("2026"), "albumin-five-days-before", "numerator") == 0


@pytest.mark.parametrize("year", YEARS)
def test_who_is_on_dialysis_is_left_out(year):
    assert of(kidneys(year), "on-dialysis", "denominator-exclusion") == 1


def test_diabetes_of_this_year_counts_in_2025_and_must_be_older_in_2026():
    assert of(kidneys("2025"), "diabetes-of-this-year", "initial-population") == 1
    assert of(kidneys("2026"), "diabetes-of-this-year", "initial-population") == 0


def test_diabetes_that_is_not_active_counts_in_2026_alone():
    assert of(kidneys("2025"), "diabetes-inactive", "initial-population") == 0
    assert of(kidneys("2026"), "diabetes-inactive", "initial-population") == 1


@pytest.mark.parametrize("year", YEARS)
def test_at_86_and_with_a_visit_that_ends_after_the_year_nobody_is_counted(year):
    assert of(kidneys(year), "eighty-six", "initial-population") == 0
    assert of(kidneys(year), "visit-into-the-next-year", "initial-population") == 0
