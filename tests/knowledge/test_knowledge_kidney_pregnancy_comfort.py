"""Kidney failure, pregnancy, a reaction to a drug, and the end of life: whom a goal or a question must not reach."""

import pytest

from careloom.knowledge import load
from careloom.knowledge.examples import record_of
from careloom.knowledge.facts import Facts
from careloom.knowledge.missing import missing
from careloom.knowledge.protocol import Candidate, candidates

KNOWLEDGE = load()
ON_DIALYSIS = (
    "age: 63",
    "problem: dialysis",
    "problem: type_2_diabetes",
    "problem: hypertension",
    "problem: atrial_fibrillation",
    "problem: heart_failure",
    "lab: hba1c 7.4 % on 2026-10-20",
    "lab: systolic 158 mm[Hg] on 2026-11-10",
)


def said(*lines: str) -> dict[str, Candidate]:
    return {one.rule: one for one in candidates(record_of(lines, KNOWLEDGE), KNOWLEDGE)}


def test_somebody_on_dialysis_gets_questions_and_no_goals_made_for_working_kidneys():
    found = said(*ON_DIALYSIS)
    assert found.keys() >= {"t2d-goal-kidney", "htn-goal-individual", "af-anticoagulant-kidney"}
    assert not found.keys() & {
        "t2d-hba1c-goal",
        "htn-goal",
        "af-no-anticoagulant",
        "t2d-statin",
        "t2d-uacr-due",
        "hf-daily-weight",
    }


@pytest.mark.parametrize("kidneys", ["problem: dialysis", "problem: end_stage_kidney_disease"])
def test_nobody_whose_kidneys_have_failed_is_missing_an_egfr_or_urine_albumin(kidneys):
    lines = ("age: 63", "problem: type_2_diabetes", "problem: hypertension")

    def missed(*more):
        record = record_of((*lines, *more), KNOWLEDGE)
        return {one.about for one in missing(record, KNOWLEDGE, Facts(record, KNOWLEDGE))}

    assert {"egfr", "uacr"} <= missed()
    assert not {"egfr", "uacr"} & missed(kidneys)


def test_a_missed_ride_to_dialysis_and_high_potassium_come_before_everything_else():
    found = said(
        *ON_DIALYSIS, "need: transport no ride to dialysis", "lab: potassium 6.1 mmol/L on 2026-11-18"
    )
    first = sorted(found.values(), key=lambda one: one.rank)[:2]
    assert {one.rule for one in first} == {"potassium-6", "dialysis-rides"}


@pytest.mark.parametrize(
    "lines",
    [
        ("problem: heart_failure", "lab: lvef 32 % on 2026-02-10"),
        ("problem: chronic_kidney_disease_3", "lab: uacr 460 mg/g on 2026-10-20"),
        ("problem: coronary_artery_disease", "problem: hypertension"),
    ],
)
def test_after_a_reaction_to_an_ace_inhibitor_nobody_asks_for_one(lines):
    with_reaction = said("age: 71", *lines, "allergy: lisinopril")
    assert any("ACE inhibitor" in one.text for one in said("age: 71", *lines).values())
    assert not any(
        "an ACE inhibitor or" in one.text or "ARNi, ACE" in one.text for one in with_reaction.values()
    )


def test_weight_that_rose_over_a_year_is_no_call_within_a_day():
    slowly = said(
        "age: 70",
        "problem: heart_failure",
        "trend: weight 81 to 86 rising",
        "lab: weight 86 kg on 2026-09-22",
    )
    assert "hf-weight-rising" not in slowly
    assert slowly["hf-weight-rising-slowly"].rank > 20


def test_a_pregnant_woman_with_type_1_diabetes_and_no_insulin_is_told_of_today():
    found = said(
        "age: 29", "problem: pregnancy", "problem: type_1_diabetes", "lab: hba1c 7.9 % on 2026-11-05"
    )
    assert found.keys() >= {"t1d-no-insulin", "t1d-no-insulin-asked", "preg-glucose-goals", "preg-hba1c-goal"}
    assert not found.keys() & {"t1d-hba1c-goal", "t1d-eye-exam"}


def test_160_in_pregnancy_is_the_same_day_and_180_elsewhere_the_next():
    pregnant = said("age: 33", "problem: pregnancy", "lab: systolic 162 mm[Hg] on 2026-11-20")
    assert pregnant["preg-blood-pressure-severe"].activity.due == "2026-11-23"
    assert "htn-severe-call" not in pregnant
    assert "preg-blood-pressure-severe" not in said("age: 33", "lab: systolic 162 mm[Hg] on 2026-11-20")


def test_diastolic_pressure_alone_calls_too_and_both_call_once():
    alone = said(
        "age: 58", "lab: systolic 172 mm[Hg] on 2026-11-10", "lab: diastolic 124 mm[Hg] on 2026-11-10"
    )
    both = said(
        "age: 58", "lab: systolic 192 mm[Hg] on 2026-11-10", "lab: diastolic 124 mm[Hg] on 2026-11-10"
    )
    calls = {"htn-severe-call", "htn-severe-call-diastolic"}
    assert alone.keys() & calls == {"htn-severe-call-diastolic"}
    assert both.keys() & calls == {"htn-severe-call"}


def test_in_hospice_drugs_are_asked_about_and_no_disease_goal_is_set():
    found = said(
        "age: 81",
        "seen: hospice on 2026-11-10",
        "problem: type_2_diabetes",
        "problem: hypertension",
        "drug: glipizide",
        "drug: rosuvastatin",
        "drug: amlodipine",
        "lab: systolic 98 mm[Hg] on 2026-11-15",
        "lab: hba1c 9.4 % on 2026-09-01",
    )
    assert found.keys() >= {"comfort-glucose", "comfort-statin", "comfort-blood-pressure"}
    assert not any(one.goal for one in found.values())


def test_an_old_ketoacidosis_books_no_visit():
    new, old = (
        said("age: 41", "problem: type_1_diabetes", f"seen: diabetic_ketoacidosis on {day}")
        for day in ("2026-10-28", "2023-10-28")
    )
    assert "t1d-after-ketoacidosis" in new
    assert "t1d-after-ketoacidosis" not in old


def test_what_is_over_stands_last_where_things_are_counted():
    text = said(
        "age: 72",
        "problem: peripheral_artery_disease",
        "problem: hypertension",
        "resolved: prior_stroke",
        "lab: ldl 148 mg/dL on 2026-10-20",
    )["lipid-ldl-goal-very-high-risk"].text
    assert text.endswith("hypertension, peripheral artery disease and past stroke.")


def test_a_frail_woman_of_89_with_dementia_is_not_asked_whether_her_kidneys_are_ill():
    lines = ("lab: egfr 53 mL/min/{1.73_m2} on 2026-02-01", "lab: egfr 51 mL/min/{1.73_m2} on 2026-10-01")
    assert "ckd-not-on-the-list" in said("age: 66", *lines)
    assert "ckd-not-on-the-list" not in said("age: 89", "problem: frailty", "problem: dementia", *lines)


def test_with_a_prosthetic_valve_nobody_asks_for_another_anticoagulant_than_warfarin():
    lines = ("age: 66", "problem: atrial_fibrillation", "drug: warfarin", "lab: inr 1.8 on 2026-11-20")
    asked = {"af-doac-for-warfarin", "af-warfarin-low"}
    assert said(*lines).keys() >= asked
    for valve in ("prosthetic_heart_valve", "mechanical_heart_valve"):
        assert not said(*lines, f"problem: {valve}").keys() & asked


def test_a_breastfeeding_mother_is_asked_about_no_statin_and_her_160_after_birth_is_the_same_day():
    found = said(
        "age: 38",
        "problem: breastfeeding",
        "lab: ldl 228 mg/dL on 2026-10-28",
        "lab: systolic 176 mm[Hg] on 2026-11-18",
    )
    assert "lipid-ldl-severe" not in found
    assert found["htn-after-birth"].activity.due == "2026-11-23"


def test_a_sulfonylurea_at_84_with_an_hba1c_of_6_4_asks_for_less_and_once():
    lines = ("problem: type_2_diabetes", "drug: glyburide", "lab: hba1c 6.4 % on 2026-09-22")
    less = {"t2d-overtreated-older", "conflict-glucose-frail"}
    assert said("age: 84", *lines).keys() & less == {"t2d-overtreated-older"}
    assert said("age: 84", "problem: frailty", *lines).keys() & less == {"conflict-glucose-frail"}
    assert not said("age: 60", *lines).keys() & less
