"""What a plan passed over in silence."""

from dataclasses import replace

from careloom.care.document import Demands
from careloom.care.record import Trend
from careloom.check.omission import rule
from tests.check.records import a_drug, a_plan, a_problem, a_record, a_result, found, told

FALLING = Trend(
    "egfr",
    "eGFR",
    ("egfr 52", "egfr 38"),
    "52",
    "38",
    "-14",
    "mL/min/1.73 m2",
    "year",
    "falling",
    strong=True,
)


def test_a_chronic_problem_that_nobody_cites_is_moderate() -> None:
    record = a_record(a_problem("Type 2 diabetes", "type_2_diabetes"))
    assert told(found(rule, record, a_plan("A sentence."))) == [("moderate", None)]
    assert found(rule, record, a_plan("A sentence.", cites=["Type 2 diabetes"])) == []


def test_a_problem_that_is_over_acute_or_doubtful_may_be_passed_over() -> None:
    record = a_record(
        a_problem("Asthma", "asthma", status="resolved"),
        a_problem("Pneumonia", "pneumonia"),
        a_problem("Stroke", "stroke", doubtful=True),
    )
    assert found(rule, record) == []


def test_a_high_alert_drug_that_nobody_cites_is_high() -> None:
    for drug in (
        "Warfarin 5 MG",
        "Lantus",
        "Glipizide 5 MG",
        "Oxycodone 5 MG",
        "Digoxin 0.125 MG",
        "Methotrexate 2.5 MG",
    ):
        assert told(found(rule, a_record(a_drug(drug)))) == [("high", None)], drug
        assert found(rule, a_record(a_drug(drug)), a_plan("A sentence.", cites=[drug])) == []
    assert found(rule, a_record(a_drug("Loratadine 10 MG"))) == []
    assert found(rule, a_record(a_drug("Warfarin 5 MG", current=False))) == []


def test_a_critical_result_that_nobody_cites_is_high() -> None:
    record = a_record(a_result("potassium", "6.8", "mmol/L"))
    [finding] = found(rule, record)
    assert told([finding]) == [("high", None)]
    assert "6.8" in finding.message and "high" in finding.message and finding.evidence == ("potassium 6.8",)
    assert found(rule, record, a_plan("A sentence.", cites=["potassium 6.8"])) == []


def test_a_high_creatinine_on_dialysis_is_no_news() -> None:
    high = a_result("creatinine", "7.1", "mg/dL")
    assert told(found(rule, a_record(high))) == [("high", None)]
    dialysis = a_record(high, a_problem("Dialysis", "dialysis"))
    assert not [one for one in found(rule, dialysis) if "creatinine" in one.message]


def test_a_critical_result_that_has_been_repeated_and_is_normal_is_the_past() -> None:
    repeated = a_record(
        a_result("potassium", "6.8", "mmol/L", "2026-10-01"),
        a_result("potassium", "4.6", "mmol/L", "2026-10-02"),
    )
    old = a_record(a_result("potassium", "6.8", "mmol/L", "2024-10-01"))
    assert found(rule, repeated) == found(rule, old) == []


def test_a_strong_trend_that_nobody_cites_is_moderate() -> None:
    results = (
        a_result("egfr", "52", "mL/min/{1.73_m2}", "2025-10-01"),
        a_result("egfr", "38", "mL/min/{1.73_m2}"),
    )
    record = a_record(*results, trends=[FALLING])
    [finding] = found(rule, record)
    assert told([finding]) == [("moderate", None)] and "52 to 38" in finding.message
    assert found(rule, record, a_plan("A sentence.", cites=["egfr 38"])) == []


def test_a_plain_text_is_a_part_of_a_plan_and_omits_nothing() -> None:
    record = a_record(a_drug("Warfarin 5 MG"), a_problem("Type 2 diabetes", "type_2_diabetes"))
    assert found(rule, record, a_plan("A sentence.", kind="text")) == []


def test_a_kind_is_held_to_what_it_must_mention_and_to_nothing_else() -> None:
    record = a_record(a_drug("Warfarin 5 MG"), a_problem("Type 2 diabetes", "type_2_diabetes"))
    asked = {
        must: told(found(rule, record, replace(a_plan("A sentence."), demands=Demands(must_mention=must))))
        for must in (("drugs",), ("problems",), ())
    }
    assert asked == {("drugs",): [("high", None)], ("problems",): [("moderate", None)], (): []}


def test_citing_a_merged_duplicate_cites_the_entry() -> None:
    entry, problem = a_problem("Type 2 diabetes", "type_2_diabetes")

    record = a_record((replace(entry, same_as=("the same in the claims",)), problem))
    assert found(rule, record, a_plan("A sentence.", cites=["the same in the claims"])) == []
