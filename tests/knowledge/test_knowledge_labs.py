"""Labs: units convert exactly, absurd values are known as such, and limits have a source."""

from decimal import Decimal

import pytest

from careloom.care.entry import LOINC, SNOMED, Code
from careloom.knowledge.labs import Lab, load_labs

LABS = load_labs()


def lab(concept: str) -> Lab:
    found = LABS.get(concept)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("concept", "value", "unit", "canonical"),
    [
        ("hba1c", "53", "mmol/mol", "7.00044"),  # NGSP master equation: 53 mmol/mol is 7.0 %
        ("hba1c", "7.0", "%", "7.0"),
        ("creatinine", "88.42", "umol/L", "1"),
        ("creatinine", "88.42", "µmol/L", "1"),
        ("glucose", "10", "mmol/L", "180.160"),
        ("ldl", "2", "mmol/L", "77.34"),
        ("potassium", "4.4", "mEq/L", "4.4"),
        ("weight", "100", "lb", "45.35923700"),
        ("weight", "100", "[lb_av]", "45.35923700"),
        ("temperature", "98.6", "[degF]", "37"),
        ("hemoglobin", "131", "g/L", "13.1"),
        ("systolic", "146", "mmHg", "146"),
        ("egfr", "38", "mL/min/1.73m2", "38"),
        ("egfr", "38", "mL/min/1.73 m²", "38"),
        ("phq9", "6", "", "6"),
    ],
)
def test_a_value_in_another_unit_becomes_the_same_amount(concept, value, unit, canonical):
    assert lab(concept).canonical(value, unit) == Decimal(canonical)


@pytest.mark.parametrize(
    ("concept", "value", "unit"),
    [
        ("hba1c", "7.2", ""),
        ("hba1c", "7.2", "furlongs"),
        ("potassium", "high", "mmol/L"),
        ("weight", None, "kg"),
    ],
)
def test_a_value_without_a_known_unit_or_number_is_not_guessed(concept, value, unit):
    assert lab(concept).canonical(value, unit) is None
    assert lab(concept).plausible(value, unit) is None


def test_an_hba1c_of_91_percent_is_absurd_and_one_of_91_mmol_per_mol_is_not():
    assert lab("hba1c").plausible("91", "%") is False
    assert lab("hba1c").plausible("91", "mmol/mol") is True


def test_a_potassium_of_6_5_is_critical_and_6_4_is_not():
    assert lab("potassium").critical("6.5", "mmol/L") == "high"
    assert lab("potassium").critical("6.4", "mmol/L") == ""
    assert lab("potassium").critical("2.5", "meq/L") == "low"


def test_an_absurd_value_is_never_critical():
    assert lab("potassium").critical("65", "mmol/L") == ""


def test_an_egfr_that_falls_from_52_to_38_in_a_year_is_strong():
    rule = lab("egfr").strong(Decimal(52), Decimal(38), 375)
    assert rule is not None
    assert "KDIGO" in rule.source


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [("52", "50", 365), ("52", "57", 365), ("110", "95", 365), ("52", "50.5", 100)],
)
def test_a_small_rise_or_a_fall_of_healthy_kidneys_is_not_strong(first, last, days):
    assert lab("egfr").strong(Decimal(first), Decimal(last), days) is None


def test_more_than_5_a_year_is_not_the_same_as_5_a_year():
    assert lab("egfr").strong(Decimal("45"), Decimal("40"), 366) is None
    assert lab("egfr").strong(Decimal("45"), Decimal("39.5"), 365) is not None


def test_weight_gain_of_more_than_2_kg_in_3_days_is_strong_but_not_over_a_month():
    assert lab("weight").strong(Decimal("80"), Decimal("82.1"), 3) is not None
    assert lab("weight").strong(Decimal("80"), Decimal("82"), 3) is None
    assert lab("weight").strong(Decimal("80"), Decimal("82.1"), 30) is None


def test_a_loinc_code_names_a_lab_and_another_system_does_not():
    assert LABS.find([Code(LOINC, "4548-4")]) is lab("hba1c")
    assert LABS.find([Code(SNOMED, "4548-4")]) is None
    assert LABS.find([Code(LOINC, "0-0")]) is None


def test_no_loinc_code_names_two_labs():
    codes = [code for one in LABS.all for code in one.loinc]
    assert len(codes) == len(set(codes))


def test_every_critical_limit_and_every_strong_change_names_its_source():
    for one in LABS.all:
        if one.critical_low or one.critical_high:
            assert one.critical_source, one.concept
        assert all(rule.source for rule in one.strong_rules), one.concept


def test_critical_limits_lie_within_the_plausible_range():
    for one in LABS.all:
        for bound in (one.critical_low, one.critical_high):
            if bound:
                assert one.plausible(str(bound.value), one.unit), one.concept


def test_units_are_written_for_people():
    assert LABS.plain("mm[Hg]") == "mmHg"
    assert LABS.plain("mL/min/{1.73_m2}") == "mL/min/1.73 m2"
    assert LABS.plain("furlongs") == "furlongs"
    assert LABS.unit("mmHg") == "mm[Hg]"


def test_a_ferritin_in_micrograms_a_litre_is_told_in_its_own_unit_and_is_the_same_amount():
    ferritin = LABS.get("ferritin")
    assert LABS.plain("ug/L") == "ug/L"
    assert ferritin.canonical("48", "ug/L") == ferritin.canonical("48", "ng/mL")


def test_half_a_calendar_year_of_184_days_is_six_months_of_weight_loss():
    weight = LABS.get("weight")
    assert weight.strong(Decimal("52"), Decimal("47"), 184) is not None
    assert weight.strong(Decimal("52"), Decimal("47"), 220) is None
