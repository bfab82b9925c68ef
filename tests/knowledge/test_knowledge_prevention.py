"""Prevention by age: who is offered what, in one line of vaccines and one of screening, and when nobody is asked."""

import pytest

from careloom.knowledge import load
from careloom.knowledge.examples import record_of
from careloom.knowledge.missing import missing
from tests.draft.drafted import plan, unsupported
from tests.draft.people import ana

KNOWLEDGE = load()


def lacking(*lines: str) -> set[str]:
    return {gap.about for gap in missing(record_of(lines, KNOWLEDGE), KNOWLEDGE)}


def test_what_is_due_stands_in_one_line_of_vaccines_and_one_of_screening():
    told = ana()
    document = plan(told)
    routine = [one for one in document.statements if one.activity and one.activity.category == "prevention"]
    assert [one.guideline.id for one in routine if one.guideline] == ["prevent-vaccines", "prevent-screening"]
    for due in ("influenza vaccine", "pneumococcal vaccine", "zoster vaccine", "Td or Tdap vaccine"):
        assert sum(due in one.text for one in document.statements) == 1
    assert unsupported(told, document) == []


@pytest.mark.parametrize(
    ("lines", "due"),
    [
        (("age: 76",), True),
        (("age: 61", "problem: heart_failure"), True),
        (("age: 61", "problem: type_2_diabetes", "drug: insulin glargine"), True),
        (("age: 61", "problem: type_2_diabetes"), False),
        (("age: 61", "problem: hypertension"), False),
        (("age: 45", "problem: copd"), False),
        (("age: 76", "seen: rsv_vaccine on 2024-10-02"), False),
        (("age: 76", "problem: limited_life_expectancy"), False),
    ],
)
def test_the_rsv_vaccine_is_for_75_years_and_from_50_for_who_is_at_risk(lines: tuple[str, ...], due: bool):
    assert ("rsv_vaccine" in lacking(*lines)) is due


@pytest.mark.parametrize(
    "lines",
    [
        ("age: 30", "problem: asthma"),
        ("age: 30", "problem: alcohol_use_disorder"),
        ("age: 30", "seen: tobacco_use on 2026-08-18"),
        ("age: 50",),
    ],
)
def test_the_pneumococcal_vaccine_is_for_50_years_and_before_for_who_is_at_risk(lines: tuple[str, ...]):
    assert "pneumococcal_vaccine" in lacking(*lines)
    assert "pneumococcal_vaccine" not in lacking("age: 30", "problem: hypertension")


def test_cervical_screening_is_for_women_of_21_to_65_who_have_a_cervix():
    woman = ("age: 40", "sex: female")
    assert "cervical_screening" in lacking(*woman)
    assert "cervical_screening" in lacking(*woman, "seen: pap_test on 2022-10-02")
    for seen in ("pap_test on 2024-10-02", "hpv_test on 2022-10-02", "cervix_removed on 2012-10-02"):
        assert "cervical_screening" not in lacking(*woman, f"seen: {seen}")
    assert not {"cervical_screening"} & (
        lacking("age: 40", "sex: male")
        | lacking("age: 66", "sex: female")
        | lacking("age: 20", "sex: female")
    )


def test_an_hiv_test_is_asked_once_and_not_of_who_has_it():
    assert "hiv_test" in lacking("age: 40")
    assert "hiv_test" not in lacking("age: 40", "seen: hiv_test on 2009-10-02") | lacking(
        "age: 40", "problem: hiv"
    )


def test_nobody_whose_life_is_short_is_offered_a_vaccine_for_ten_years():
    short = lacking("age: 68", "problem: limited_life_expectancy")
    assert not short & {"tetanus_vaccine", "zoster_vaccine", "rsv_vaccine", "colorectal_screening"}
    assert "influenza_vaccine" in short
