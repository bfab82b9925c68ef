"""Kidney equations against published examples, and what labels allow at which function."""

import pytest

from careloom.knowledge.dosing import daily_mg, times_a_day
from careloom.knowledge.drugs import Ingredient, load_drugs
from careloom.knowledge.renal import apixaban_criteria, ckd_epi_2021, cockcroft_gault, load_renal

DRUGS, LIMITS = load_drugs(), load_renal()


def drug(name: str) -> Ingredient:
    found = DRUGS.named(name)
    assert found, name
    return found


def first_passed(name: str, measure: str, value: float) -> str | None:
    passed = (one.id for one in LIMITS.limits(drug(name)) if one.measure == measure and one.passed(value))
    return next(passed, None)


@pytest.mark.parametrize(
    ("scr", "age", "sex", "egfr"),
    [
        # By hand from the equation of Inker et al. 2021, e.g. 142 * (2.0/0.9)**-1.2 * 0.9938**70 = 35.2
        (0.9, 50, "male", 104),
        (1.0, 50, "male", 92),
        (1.0, 50, "female", 69),
        (0.7, 40, "female", 112),
        (2.0, 70, "male", 35),
        (1.5, 65, "female", 38),
    ],
)
def test_egfr_by_ckd_epi_2021(scr: float, age: int, sex: str, egfr: int) -> None:
    assert round(ckd_epi_2021(scr, age, sex)) == egfr


def test_clearance_by_cockcroft_and_gault() -> None:
    # The equation as published: (140 - age) * weight / (72 * creatinine), less 15 % for women.
    assert cockcroft_gault(60, 72, 1.0, "male") == pytest.approx(80)
    assert cockcroft_gault(60, 72, 1.0, "female") == pytest.approx(68)
    assert cockcroft_gault(80, 60, 1.5, "female") == pytest.approx(28.3, abs=0.05)


@pytest.mark.parametrize(
    ("name", "measure", "value", "limit"),
    [
        ("metformin", "egfr", 29, "metformin-30"),
        ("metformin", "egfr", 30, "metformin-45"),
        ("metformin", "egfr", 45, None),
        ("ibuprofen", "egfr", 25, "nsaid-30"),
        ("spironolactone", "potassium", 5.6, "mra-potassium-high"),
        ("spironolactone", "potassium", 5.2, "mra-potassium"),
        ("spironolactone", "potassium", 5.0, None),
        ("amiloride", "potassium", 5.6, "amiloride-potassium"),
        ("triamterene", "potassium", 5.4, None),
        ("triamterene", "potassium", 5.5, "triamterene-potassium"),
        ("dabigatran", "crcl", 20, "dabigatran-30"),
        ("gabapentin", "crcl", 40, "gabapentin-60"),
        ("edoxaban", "crcl", 120, "edoxaban-95"),
        ("fondaparinux", "crcl", 29, "fondaparinux-30"),
        ("lithium", "crcl", 25, "lithium-30"),
        ("lithium", "crcl", 40, None),
        ("famotidine", "crcl", 25, "famotidine-30"),
        ("oseltamivir", "crcl", 25, "oseltamivir-30"),
        ("oseltamivir", "crcl", 31, "oseltamivir-60"),
        ("dofetilide", "crcl", 25, "dofetilide-40"),
        ("acarbose", "egfr", 29, "acarbose-30"),
        ("miglitol", "egfr", 29, None),
        ("amoxicillin", "egfr", 29, "amoxicillin-30"),
        ("methotrexate", "crcl", 45, "methotrexate-50"),
        ("aspirin", "egfr", 20, None),
        ("amlodipine", "egfr", 10, None),
    ],
)
def test_a_label_draws_its_line(name: str, measure: str, value: float, limit: str | None) -> None:
    assert first_passed(name, measure, value) == limit


@pytest.mark.parametrize(
    ("limit", "amount"),
    [
        ("digoxin-30", 0.1875),  # the label's table at 70 kg of lean weight
        ("famotidine-30", 10),  # 20 mg every other day
        ("dofetilide-40", 0.25),
        ("oseltamivir-30", 30),
        ("metoclopramide-60", 30),
        ("fesoterodine-30", 4),
    ],
)
def test_the_amount_that_a_label_still_allows(limit: str, amount: float) -> None:
    assert {one.id: one.at_most for one in LIMITS.all}[limit] == amount


def test_what_no_text_confirmed_is_left_out() -> None:
    for name in ("tinzaparin", "chlorpropamide", "glimepiride", "tapentadol", "probenecid", "allopurinol"):
        assert LIMITS.limits(drug(name)) == (), name


def test_apixaban_counts_age_weight_and_creatinine() -> None:
    assert apixaban_criteria(80, 60, 1.5) == 3
    assert apixaban_criteria(79, 61, 1.4) == 0
    assert apixaban_criteria(85, 58, 1.0) == 2


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("500 mg, twice daily", "1000"),
        ("500 mg, 2 tablets twice daily", "2000"),
        ("1000 mg, Take 1 tablet by mouth twice daily", "2000"),
        ("600 mg three times a day", "1800"),
        ("300 mg every 8 hours", "900"),
        ("0.125 mg daily", "0.125"),
        ("125 mcg once daily", "0.125"),
        ("1 g at bedtime", "1000"),
        ("400 mg as needed", None),
        ("70 mg once weekly", None),
        ("500 mg", None),
        ("5 mg / 325 mg twice daily", None),
        ("1 to 2 tablets of 5 mg daily", None),
        ("twice daily", None),
    ],
)
def test_a_daily_amount_is_known_only_where_it_is_plainly_said(said: str, amount: str | None) -> None:
    found = daily_mg(said)
    assert (None if found is None else f"{found.normalize():f}") == amount


def test_how_often_a_day() -> None:
    assert [times_a_day(said) for said in ("BID", "q6h", "every 12 hours", "nightly", "soon")] == [
        2,
        4,
        2,
        1,
        None,
    ]
