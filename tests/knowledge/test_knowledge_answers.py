"""Lines about a person's past, her wishes, and what counts together: answered from the record, and from nothing else."""

import pytest

from careloom.care.entry import SNOMED, Code
from careloom.knowledge import load
from careloom.knowledge.examples import record_of
from careloom.knowledge.facts import Facts
from careloom.knowledge.labs import load_labs
from careloom.knowledge.protocol import candidates
from careloom.knowledge.protocols import Vocabulary
from careloom.knowledge.protocols.vocabulary import unknown_in
from careloom.knowledge.scores import load_scores
from careloom.knowledge.when import read
from tests.knowledge.test_knowledge_protocols import said

KNOWLEDGE = load()


def matches(line: str, *lines: str) -> list:
    return Facts(record_of(lines, KNOWLEDGE), KNOWLEDGE).matches(read(line))


def test_a_stroke_long_over_is_history_and_no_problem():
    assert not matches("problem: stroke", "resolved: stroke")
    assert [one.slots["problem"] for one in matches("history: stroke | tia", "resolved: stroke")] == [
        "past stroke"
    ]
    assert matches("history: stroke", "problem: stroke")


def test_a_heart_attack_of_the_past_is_coronary_disease():
    assert matches("history: coronary_artery_disease", "resolved: prior_myocardial_infarction")
    assert matches("history: coronary_artery_disease", "resolved: coronary_revascularization")
    assert not matches("history: coronary_artery_disease", "resolved: pneumonia")


def test_a_bleeding_in_the_head_is_no_stroke_of_a_clot():
    assert not matches("history: stroke | prior_stroke", "problem: intracranial_hemorrhage")
    assert KNOWLEDGE.conditions.find((Code(SNOMED, "274100004"),), "") == "intracranial_hemorrhage"


def test_the_newest_statement_of_a_code_status_counts():
    dnr, full = "matter: code_status=dnr on 2026-02-01", "matter: code_status=full on 2026-09-01"
    assert matches("matter: code_status=dnr", dnr)
    assert not matches("matter: code_status=dnr", dnr, full)
    assert not matches("matter: code_status=dnr", "age: 97")


@pytest.mark.parametrize(
    ("lines", "points"),
    [
        ((), 0),
        (("problem: hypertension",), 1),
        (("age: 70", "problem: type_2_diabetes"), 2),
        (("age: 78",), 2),
        (("age: 78", "problem: hfpef", "problem: hypertension", "resolved: tia"), 6),
        (("resolved: stroke", "resolved: tia"), 2),
    ],
)
def test_stroke_risk_counts_each_thing_once(lines, points):
    assert not matches(f"score: stroke_risk > {points}", *lines)
    assert matches(f"score: stroke_risk = {points}", *lines) or not points


def test_a_score_says_what_counts_and_cites_it():
    (found,) = matches("score: stroke_risk >= 2", "age: 78", "problem: hypertension")
    assert found.slots["score:stroke_risk.from"] == "hypertension and age 78"
    assert len(found.entries) == 2


@pytest.mark.parametrize("score", load_scores().values(), ids=lambda score: score.name)
def test_each_line_of_a_score_asks_for_something_known(score):
    names = {"problem": frozenset(KNOWLEDGE.conditions.by_concept)}
    known = Vocabulary({**names, "history": names["problem"]}, load_labs())
    assert [fault for row in score.rows for term in row.any_of for fault in unknown_in(term, known)] == []
    assert score.source


def test_a_rule_that_counts_what_nobody_knows_is_refused(tmp_path):
    (tmp_path / "own.toml").write_text(
        '[[rule]]\nid = "own-one"\nkind = "concern"\nrank = 50\nwhen = ["score: luck >= 2"]\ntext = "Luck."\n'
        'says = "Luck."\nsource = "Own"\nsection = "1"\nyear = 2026\n'
    )
    assert any("there is no score 'luck'" in problem for problem in load(tmp_path).problems)


VERY_OLD = ("age: 97", "matter: code_status=dnr on 2026-02-01")
MANY = (
    "problem: chronic_kidney_disease_4", "problem: type_2_diabetes", "problem: hypertension",
    "problem: hyperlipidemia", "problem: coronary_artery_disease", "lab: egfr 17 mL/min/{1.73_m2} on 2026-10-20",
    "lab: hba1c 9.6 % on 2026-09-22", "lab: systolic 158 mm[Hg] on 2026-11-02", "lab: ldl 141 mg/dL on 2026-09-22",
    "lab: uacr 340 mg/g on 2026-09-22", "drug: atorvastatin",
)  # fmt: skip


def test_a_woman_of_97_with_an_order_not_to_resuscitate_is_offered_no_transplant_and_no_goal_of_many_years():
    found = said(*VERY_OLD, *MANY)
    assert not any("transplant" in one.text for one in found.values())
    assert not any(one.kind == "goal" and one.goal for one in found.values())
    assert {"ckd-supportive-care", "t2d-goal-outlook", "htn-goal-outlook"} <= set(found)


def test_the_same_illnesses_at_66_have_goals_and_a_talk_about_transplant():
    found = said("age: 66", *MANY)
    assert "transplant" in found["ckd-kidney-replacement-planning"].text
    assert {"htn-goal", "t2d-hba1c-goal-older", "lipid-ldl-goal", "ckd-egfr-goal"} <= set(found)
    assert not {"ckd-supportive-care", "t2d-goal-outlook", "htn-goal-outlook"} & set(found)


def test_an_order_not_to_resuscitate_alone_takes_no_treatment_away():
    found = said("age: 66", "matter: code_status=dnr on 2026-02-01", *MANY)
    assert {"ckd-kidney-replacement-planning", "htn-goal", "lipid-ldl-goal"} <= set(found)


def test_somebody_dying_with_type_1_diabetes_keeps_insulin_and_no_other_task_of_it():
    ill = ("age: 70", "problem: type_1_diabetes", "drug: insulin glargine", "lab: hba1c 9.6 % on 2026-09-22")
    assert len({rule for rule in said(*ill) if rule.startswith("t1d-")}) > 4
    found = said(*ill, "seen: hospice on 2026-10-01")
    assert {rule for rule in found if rule.startswith("t1d-")} == {"t1d-hospice"}


def test_a_pregnant_woman_gets_no_rule_of_cholesterol_coronary_disease_or_fibrillation():
    lines = ("problem: pregnancy", "problem: hyperlipidemia", "problem: coronary_artery_disease")
    record = record_of(("age: 41", *lines, "problem: atrial_fibrillation", "lab: ldl 212 mg/dL"), KNOWLEDGE)
    files = {KNOWLEDGE.protocols.by_id[one.rule].file for one in candidates(record, KNOWLEDGE)}
    assert not files & {"hyperlipidemia.toml", "coronary_disease_and_stroke.toml", "atrial_fibrillation.toml"}


def test_nobody_is_asked_twice_about_a_statin():
    found = said(
        "age: 66", "problem: type_2_diabetes", "problem: chronic_kidney_disease_3",
        "problem: coronary_artery_disease", "problem: hyperlipidemia", "lab: egfr 48 mL/min/{1.73_m2} on 2026-09-22",
        "lab: ldl 141 mg/dL on 2026-09-22",
    )  # fmt: skip
    asked = [rule for rule, one in found.items() if "statin" in one.text]
    assert asked == ["lipid-statin-ascvd"]


def test_the_ejection_fraction_is_a_number_or_what_the_diagnosis_says_of_it():
    for reduced in ("lab: lvef 32 % on 2026-02-10", "problem: hfref"):
        assert "hfref-beta-blocker" in said("age: 68", "problem: heart_failure", reduced)
    assert "hfref-beta-blocker" not in said("age: 68", "problem: heart_failure")
    assert "hfref-beta-blocker" not in said("age: 68", "problem: hfref", "lab: lvef 55 % on 2026-02-10")
    assert "hf-sglt2-above-40" in said("age: 68", "problem: hfpef")
