"""Lines: what rules are written in is read as it is meant, and a wrong line is refused with its words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from careloom.knowledge import load
from careloom.knowledge.days import months_before
from careloom.knowledge.examples import record_of
from careloom.knowledge.facts import Facts
from careloom.knowledge.when import Limit, read

KNOWLEDGE = load()


def holds(line: str, *given: str) -> bool:
    term = read(line)
    return bool(Facts(record_of(given, KNOWLEDGE), KNOWLEDGE).matches(term)) != term.no


def test_a_line_without_its_time_is_asked_apart_from_the_line_with_it():
    facts = Facts(record_of(["lab: egfr 40 mL/min/{1.73_m2} on 2024-05-20"], KNOWLEDGE), KNOWLEDGE)
    recent = read("lab: egfr < 45 mL/min/{1.73_m2} within 12 months")
    assert not facts.matches(recent)
    assert facts.matches(replace(recent, months=None))
    assert not facts.matches(recent)


def test_a_lab_line_has_name_comparison_unit_and_age():
    term = read("lab: egfr < 45 mL/min/{1.73_m2} within 12 months")
    assert term.names == ("egfr",)
    assert term.limit == Limit("<", Decimal(45), "mL/min/{1.73_m2}")
    assert term.months == 12


@pytest.mark.parametrize(
    "line",
    [
        "egfr < 45",
        "labs: egfr < 45",
        "lab: egfr below 45",
        "age: old",
        "trend: egfr sinking",
        "problem:",
        "drug: a | | b",
    ],
)
def test_a_line_that_means_nothing_is_refused(line):
    with pytest.raises(ValueError, match=r"."):
        read(line)


def test_the_newest_value_decides():
    old, new = "lab: hba1c 9.1 % on 2026-01-05", "lab: hba1c 6.4 % on 2026-10-05"
    assert holds("lab: hba1c < 7 %", old, new)
    assert not holds("lab: hba1c >= 7 %", old, new)


def test_an_old_value_is_not_a_value_within_the_year():
    assert not holds("lab: hba1c >= 7 % within 12 months", "lab: hba1c 9.1 % on 2025-11-22")
    assert holds("lab: hba1c >= 7 % within 12 months", "lab: hba1c 9.1 % on 2025-11-23")


def test_a_value_of_tomorrow_does_not_count():
    assert not holds("lab: hba1c", "lab: hba1c 9.1 % on 2026-11-24")


def test_an_absurd_value_decides_nothing_and_is_told_apart():
    given = ("lab: hba1c 7.9 % on 2026-01-05", "lab: hba1c 91 % on 2026-10-05")
    assert holds("lab: hba1c < 8 %", *given)
    assert holds("result: implausible", *given)


def test_a_value_in_another_unit_is_compared_as_the_same_amount():
    assert holds("lab: hba1c >= 7 %", "lab: hba1c 64 mmol/mol on 2026-10-05")
    assert not holds("lab: hba1c >= 7 %", "lab: hba1c 42 mmol/mol on 2026-10-05")


def test_above_60_is_surely_not_below_45_and_surely_at_least_60():
    given = "lab: egfr >60 mL/min/{1.73_m2} on 2026-10-05"
    assert not holds("lab: egfr < 90 mL/min/{1.73_m2}", given)
    assert holds("lab: egfr >= 60 mL/min/{1.73_m2}", given)
    assert holds("lab: egfr > 60 mL/min/{1.73_m2}", given)
    assert not holds("lab: egfr > 61 mL/min/{1.73_m2}", given)


def test_an_unknown_birth_date_is_no_age():
    assert not holds("age: >= 18")
    assert not holds("age: < 18")
    assert holds("age: 40 to 75", "age: 75")
    assert not holds("age: 40 to 75", "age: 76")


def test_a_narrower_problem_is_the_broader_one():
    assert holds("problem: chronic_kidney_disease", "problem: chronic_kidney_disease_3")
    assert holds("problem: chronic_kidney_disease_3", "problem: chronic_kidney_disease_3")
    assert not holds("problem: chronic_kidney_disease_4", "problem: chronic_kidney_disease_3")
    assert not holds("problem: diabetes", "problem: prediabetes")


def test_a_resolved_problem_does_not_hold():
    assert not holds("problem: pneumonia", "resolved: pneumonia")
    assert holds("no problem: pneumonia", "resolved: pneumonia")


def test_a_drug_is_found_by_ingredient_and_by_class():
    assert holds("drug: nsaid", "drug: ibuprofen")
    assert holds("drug: metformin | nsaid", "drug: ibuprofen")
    assert not holds("drug: nsaid", "drug: acetaminophen")


def test_a_stopped_drug_is_not_taken():
    assert not holds("drug: metformin", "medication: stopped metformin")
    assert holds("medication: stopped", "medication: stopped metformin")


def test_a_month_ends_on_its_last_day():
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_before(date(2026, 1, 15), 13) == date(2024, 12, 15)


def test_a_booked_visit_lies_ahead_and_is_not_yet_seen():
    given = "booked: nephrology on 2026-12-03"
    assert holds("booked: nephrology", given)
    assert not holds("seen: nephrology", given)
    assert not holds("booked: nephrology", "booked: nephrology on 2026-06-03")
    assert not holds("booked: cardiology", given)


def test_what_is_due_is_asked_for_in_words_that_fit_one_and_several():
    spread = [rule for rule in KNOWLEDGE.protocols.all if "{gap.each}" in rule.text]
    assert spread
    assert [rule.id for rule in spread if "each" in rule.text.replace("{gap.each}", "").split()] == []
