"""Frailty by an instrument, falls, dementia, prevention, the days after a hospital stay, and treatments that pull apart."""

from dataclasses import replace
from datetime import date

import pytest

from careloom.care.entry import LOINC, SNOMED, Code, Period, when
from careloom.care.record import PatientRecord
from careloom.knowledge import load
from careloom.knowledge.examples import record_of
from careloom.knowledge.facts import Facts
from careloom.knowledge.missing import missing
from careloom.knowledge.protocol import Candidate, candidates
from careloom.knowledge.protocols.vocabulary import NEEDS
from careloom.knowledge.when import read

KNOWLEDGE = load()


def with_gaps(record: PatientRecord) -> PatientRecord:
    return replace(record, gaps=missing(record, KNOWLEDGE))


def said(*lines: str) -> dict[str, Candidate]:
    return {one.rule: one for one in candidates(record_of(lines, KNOWLEDGE), KNOWLEDGE)}


def gaps(*lines: str) -> dict[str, str | None]:
    return {one.about: one.since for one in missing(record_of(lines, KNOWLEDGE), KNOWLEDGE)}


# ---- frailty ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("scale", "frail", "fit"),
    [("clinical_frailty_scale", "5", "4"), ("frail_scale", "3", "2"), ("edmonton_frail_scale", "8", "7")],
)
def test_a_scales_score_is_documented_frailty_from_its_limit_on_and_for_a_year(scale, frail, fit):
    diabetes = ("age: 60", "problem: type_2_diabetes", "lab: hba1c 9.6 % on 2026-09-22")
    assert said(*diabetes)["t2d-hba1c-goal"].goal.value == "7"
    shown = said(*diabetes, f"lab: {scale} {frail} {{score}} on 2026-09-22")
    assert "t2d-hba1c-goal" not in shown
    assert shown["t2d-hba1c-goal-less-stringent"].goal.value == "8"
    for other in (f"{fit} {{score}} on 2026-09-22", f"{frail} {{score}} on 2025-09-22"):
        assert "t2d-hba1c-goal" in said(*diabetes, f"lab: {scale} {other}")


def test_who_had_a_glucose_of_48_on_insulin_is_given_no_goal_that_pushes_glucose_down():
    patient = (
        "age: 63",
        "problem: type_2_diabetes",
        "drug: insulin glargine",
        "lab: hba1c 10.4 % on 2026-11-12",
    )
    pushed = {"t2d-hba1c-goal", "t2d-hba1c-off-goal", "t2d-hba1c-very-high"}
    assert pushed <= set(said(*patient))
    found = said(*patient, "lab: glucose 48 mg/dL on 2026-11-20")
    assert pushed.isdisjoint(found)
    assert not [one.rule for one in found.values() if one.goal and one.goal.unit == "%"]
    assert found["hypoglycemia-goal-individual"].text.startswith("An HbA1c goal of the patient's own")
    assert found["hypoglycemia-level-2"].activity.due == "2026-11-23"


def test_frailty_shown_by_a_score_is_cited_to_that_score():
    record = record_of(("age: 80", "lab: clinical_frailty_scale 7 {score} on 2026-09-22"), KNOWLEDGE)
    (match,) = Facts(record, KNOWLEDGE).matches(read("problem: frailty"))
    assert record.by_id[match.entries[0]].value == "7"


def test_the_clinical_frailty_scale_is_known_by_its_snomed_code_and_no_other_code_names_it():
    labs = KNOWLEDGE.labs
    score = Code(SNOMED, "763264000", "Canadian Study of Health and Aging Clinical Frailty Scale score")
    found = labs.find((score,), "Frailty")
    assert found is not None
    assert found.concept == "clinical_frailty_scale"
    assert labs.find((Code(LOINC, "0000-0", "something else"),), "Clinical Frailty Scale") is None


def test_slow_walking_is_a_result_and_no_diagnosis():
    facts = Facts(
        record_of(("age: 80", "lab: gait_speed 0.6 m/s on 2026-09-22"), KNOWLEDGE),
        KNOWLEDGE,
    )
    assert facts.matches(read("lab: gait_speed < 0.8 m/s"))
    assert not facts.matches(read("problem: frailty"))


def test_where_no_instrument_was_used_the_gap_is_there_once_and_for_older_people_alone():
    assert gaps("age: 80")["frailty_assessment"] is None
    assert "frailty_assessment" not in gaps("age: 60")
    assert "frailty_assessment" not in gaps("age: 80", "problem: frailty")
    assert "frailty_assessment" not in gaps("age: 80", "lab: frail_scale 1 {score} on 2026-09-22")
    assert gaps("age: 80", "lab: frail_scale 1 {score} on 2024-09-22")["frailty_assessment"] == "2024-09-22"
    told = candidates(with_gaps(record_of(("age: 80",), KNOWLEDGE)), KNOWLEDGE)
    assert sum("frailty" in one.text for one in told) == 1


# ---- after a hospital stay -------------------------------------------------------------------------
def stay(start: str, end: str | None, status: str = "finished") -> set[str]:
    record = record_of(("age: 70", "seen: hospital_stay on 2026-11-20"), KNOWLEDGE)
    *others, entry = record.entries
    period = Period(when(start), when(end) if end else None)
    entry = replace(entry, effective=period, status=status)
    found = with_gaps(replace(record, entries=(*others, entry)))
    return {one.rule for one in candidates(found, KNOWLEDGE)}


def test_the_days_after_a_stay_are_counted_from_its_end():
    assert record_of((), KNOWLEDGE).as_of == date(2026, 11, 23)
    assert {"core-after-hospital", "transition-visit"} <= stay("2026-10-01", "2026-11-20")
    assert not {"core-after-hospital", "transition-visit"} & stay("2026-10-01", "2026-11-01")
    assert "transition-pending" in stay("2026-10-01", "2026-11-01")


def test_nobody_who_is_still_in_hospital_is_called_at_home():
    for status in ("in-progress", "planned", "onleave"):
        assert not {one for one in stay("2026-11-20", None, status) if one.startswith("transition")}


def test_after_a_stay_the_reconciliation_is_asked_for_once_and_by_the_visit():
    found = stay("2026-11-12", "2026-11-20")
    assert "transition-reconcile" in found
    assert "core-reconcile" not in found


# ---- prevention ------------------------------------------------------------------------------------
def test_a_colonoscopy_counts_for_ten_years_and_a_stool_test_for_one_and_the_last_is_told():
    fresh = ("age: 60", "seen: colonoscopy on 2018-05-02")
    assert "colorectal_screening" not in gaps(*fresh)
    assert gaps("age: 60", "seen: colonoscopy on 2014-05-02")["colorectal_screening"] == "2014-05-02"
    assert gaps("age: 60", "seen: stool_blood_test on 2024-05-02")["colorectal_screening"] == "2024-05-02"
    assert "colorectal_screening" not in gaps("age: 60", "seen: stool_blood_test on 2026-05-02")
    record = record_of(("age: 60", "seen: colonoscopy on 2014-05-02"), KNOWLEDGE)
    (why,) = [one.why for one in missing(record, KNOWLEDGE) if one.about == "colorectal_screening"]
    assert why == "The last colorectal cancer screening is from 2014-05-02; it is too long ago."


@pytest.mark.parametrize(
    "line",
    ["seen: hospice on 2026-10-01", "problem: limited_life_expectancy", "problem: metastatic_cancer"],
)
def test_nobody_near_the_end_of_life_is_asked_to_be_screened(line):
    woman = ("age: 70", "sex: female")
    screens = {"colorectal_screening", "mammography", "hepatitis_c_test", "bone_density"}
    assert screens <= set(gaps(*woman))
    assert not screens & set(gaps(*woman, line))


def test_a_man_is_not_asked_for_mammography_or_bone_density():
    assert not {"mammography", "bone_density"} & set(gaps("age: 70", "sex: male"))


# ---- treatments that pull apart --------------------------------------------------------------------
CONFLICTS = [
    ("age: 70", "problem: heart_failure", "problem: osteoarthritis", "drug: naproxen"),
    ("age: 70", "problem: chronic_kidney_disease_3", "problem: osteoarthritis", "drug: naproxen"),
    (
        "age: 82",
        "problem: type_2_diabetes",
        "problem: frailty",
        "drug: glipizide",
        "lab: hba1c 6.2 % on 2026-09-22",
    ),
    ("age: 50", "problem: asthma", "drug: propranolol"),
    ("age: 82", "problem: atrial_fibrillation", "problem: falls", "drug: apixaban"),
    ("age: 82", "problem: falls", "drug: zolpidem"),
]


@pytest.mark.parametrize("lines", CONFLICTS, ids=lambda lines: lines[-1])
def test_a_conflict_is_named_with_its_source_and_goes_to_the_physician(lines):
    found = [one for rule, one in said(*lines).items() if rule.startswith("conflict-")]
    assert any(one.text.startswith("Treatments pull apart: ") for one in found)
    assert [one.activity.owner for one in found if one.activity] == ["physician"]
    assert all(one.guideline.source and one.citations for one in found)


@pytest.mark.parametrize("lines", CONFLICTS, ids=lambda lines: lines[-1])
def test_in_hospice_no_conflict_is_put_before_anybody(lines):
    assert not [rule for rule in said(*lines, "seen: hospice on 2026-10-01") if rule.startswith("conflict-")]


def test_a_conflict_over_pain_takes_the_place_of_the_single_diseases_review():
    for disease, review in (("heart_failure", "hf"), ("chronic_kidney_disease_3", "ckd")):
        lines = ("age: 70", f"problem: {disease}", "drug: naproxen")
        assert f"{review}-nsaid-review" in said(*lines)
        assert f"{review}-nsaid-review" not in said(*lines, "problem: osteoarthritis")


# ---- social needs ----------------------------------------------------------------------------------
# A need that a note tells of, where the plan speaks of the habit itself.
SPOKEN_OF = {"tobacco": "tobacco_use"}


@pytest.mark.parametrize("domain", sorted(NEEDS))
def test_each_domain_has_somebody_who_does_something_and_consent_is_asked_before_a_referral(domain):
    found = [one for one in said(f"need: {domain} told at a visit").values() if one.activity]
    assert any(one.about == SPOKEN_OF.get(domain, domain) for one in found)
    assert sum(one.rule == "need-consent" for one in found) == 1
