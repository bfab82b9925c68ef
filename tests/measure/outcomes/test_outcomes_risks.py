"""How ill somebody was, by Charlson's conditions: what counts, since when, and what isn't known."""

from datetime import date

import pytest

from careloom.care.entry import ICD10, SNOMED, Code, Entry, Period, Source, when
from careloom.measure.outcomes.risks import charlson, conditions, profile

BORN, DAY = date(1960, 1, 1), date(2026, 1, 1)


def stated(code: str, since: str, system: str = ICD10) -> Entry:
    return Entry(
        id=code,
        kind="Condition",
        source=Source("m", "1", "clinic"),
        codes=(Code(system, code),),
        effective=Period(when(since)),
    )


@pytest.mark.parametrize(
    ("codes", "index"),
    [
        (["I50.9"], 2),
        (["I50.9", "I11.0"], 2),
        (["E11.9"], 0),
        (["E11.22", "N18.31"], 2),
        (["C50.919"], 2),
        (["C50.919", "C79.51"], 6),
        (["K74.60", "K76.6"], 4),
        (["J44.9", "M06.9", "B20"], 6),
        (["C44.319", "I10", "Z00.00"], 0),
    ],
)
def test_the_index_sums_conditions_and_not_codes(codes: list[str], index: int) -> None:
    assert charlson(conditions(codes)) == index


def test_a_diagnosis_counts_from_its_day_and_none_that_came_with_drafts() -> None:
    held = profile(BORN, "female", [stated("I50.9", "2024-05-01"), stated("J44.9", "2025-08-01")], [])
    on = held.on(DAY)
    assert on is not None and on["Charlson index"] == 3 and on["female"] == 1
    assert round(on["age in years"]) == 66
    before, capped = held.on(date(2025, 1, 1)), held.on(DAY, date(2025, 6, 1))
    assert before is not None and before["Charlson index"] == 2
    assert capped is not None and capped["Charlson index"] == 2


def test_stays_of_the_year_before_count_and_a_snomed_code_alone_does_not() -> None:
    held = profile(
        BORN, "male", [stated("42343007", "2020-01-01", SNOMED)], [date(2024, 6, 1), date(2025, 6, 1), DAY]
    )
    on = held.on(DAY)
    assert on is not None and (on["stays in the year before"], on["Charlson index"]) == (1, 0)


def test_without_age_or_sex_no_risk_is_told() -> None:
    assert profile(None, "female", [], []).on(DAY) is None
    assert profile(BORN, "unknown", [], []).on(DAY) is None
