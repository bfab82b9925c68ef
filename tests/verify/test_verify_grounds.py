"""Whether each entry that is cited for Ruth carries something, each reason is cited, and each task is whose it is said to be."""

from dataclasses import replace

import pytest

from careloom.care.document import Activity, Guideline, Verdict
from careloom.knowledge import load
from careloom.knowledge.protocol import Candidate, candidates
from careloom.verify import Index, Judgement, judge_with
from tests.verify.ruth import BY_ID, RECORD

KNOWLEDGE = load()
INDEX = Index(RECORD, KNOWLEDGE)
FOUND = candidates(RECORD, KNOWLEDGE)
GOAL = next(one for one in FOUND if one.rule == "t2d-hba1c-goal")
TASK = next(one for one in FOUND if one.rule == "t2d-hba1c-repeat")


def said(text: str, citations: str, guideline: Guideline | None = None) -> Judgement:
    return judge_with(INDEX, text, [BY_ID[one] for one in citations.split()], guideline)


def kinds(found: Judgement) -> set[str]:
    return {fault.kind for fault in found.faults}


@pytest.mark.parametrize(
    ("text", "cited", "idle"),
    [
        ("HbA1c was 8.2 % on 2026-10-09.", "a1c", "egfr"),
        ("HbA1c was 8.2 % on 2026-10-09.", "a1c", "pneumonia"),
        ("Type 2 diabetes mellitus has been active since 2015-03-02.", "diabetes", "mother"),
        ("eGFR fell from 52 mL/min/1.73 m2 (2025-10-20) to 38 mL/min/1.73 m2 (2026-10-09).", "egfr-old egfr", "a1c"),
    ],
)  # fmt: skip
def test_an_entry_that_has_nothing_to_do_with_a_true_sentence_is_no_citation_of_it(
    text: str, cited: str, idle: str
) -> None:
    assert said(text, cited).verdict is Verdict.SUPPORTED
    found = said(text, f"{cited} {idle}")
    assert kinds(found) == {"citation"}
    assert [one for fault in found.faults for one in fault.evidence] == [idle]


def test_the_patients_own_entry_may_stand_beside_any() -> None:
    assert said("HbA1c was 8.2 % on 2026-10-09.", "a1c patient").verdict is Verdict.SUPPORTED


@pytest.mark.parametrize("left_out", GOAL.citations)
def test_each_reason_of_a_rule_is_cited(left_out: str) -> None:
    rest = " ".join(one for one in GOAL.citations if one != left_out)
    assert said(GOAL.text, " ".join(GOAL.citations), GOAL.guideline).verdict is Verdict.SUPPORTED
    assert said(GOAL.text, rest, GOAL.guideline).verdict is not Verdict.SUPPORTED


def test_a_rules_entry_beside_what_its_rule_never_looked_at() -> None:
    cited = " ".join((*GOAL.citations, "pneumonia"))
    assert kinds(said(GOAL.text, cited, GOAL.guideline)) == {"citation"}


def test_a_guideline_is_no_source_of_a_sentence_that_it_never_wrote() -> None:
    text = "Type 2 diabetes mellitus has been active since 2015-03-02."
    assert "guideline" in kinds(said(text, " ".join(TASK.citations), TASK.guideline))


@pytest.mark.parametrize("name", ["creatinine", "potassium", "LDL cholesterol", "hemoglobin"])
def test_a_result_is_that_of_the_test_that_is_named(name: str) -> None:
    assert said("eGFR was 38 mL/min/1.73 m2 on 2026-10-09.", "egfr").verdict is Verdict.SUPPORTED
    found = said(f"The {name} was 38 mL/min/1.73 m2 on 2026-10-09.", "egfr")
    assert found.verdict is Verdict.CONTRADICTED


def with_activity(one: Candidate, **changed: str) -> Judgement:
    assert one.activity is not None
    entries = [BY_ID[entry] for entry in one.citations]
    return judge_with(INDEX, one.text, entries, one.guideline, [replace(one.activity, **changed)])


@pytest.mark.parametrize(
    ("changed", "kind"), [({"owner": "caregiver"}, "owner"), ({"due": "2027-06-01"}, "date")]
)
def test_a_task_is_its_guidelines_owners_by_its_guidelines_day(changed: dict[str, str], kind: str) -> None:
    assert with_activity(TASK).verdict is Verdict.SUPPORTED
    assert kinds(with_activity(TASK, **changed)) == {kind}


@pytest.mark.parametrize(("owner", "faults"), [("nurse", set()), ("pharmacist", {"owner"})])
def test_a_task_without_a_guideline_is_whose_the_sentence_says(owner: str, faults: set[str]) -> None:
    text = "The nurse asks the patient about goals at the next visit."
    found = judge_with(INDEX, text, [BY_ID["patient"]], None, [Activity(owner, "")])
    assert kinds(found) == faults


def test_what_another_code_measures_is_no_goals_measure() -> None:
    assert GOAL.goal is not None
    other = replace(GOAL.goal, measure_code="2951-2", measure_display="Sodium")
    entries = [BY_ID[one] for one in GOAL.citations]
    assert kinds(judge_with(INDEX, GOAL.text, entries, GOAL.guideline, [other])) == {"named"}


def test_a_note_is_spoken_of_by_its_title_though_no_word_of_it_names_anything_in_particular():
    seen = replace(BY_ID["note"], detail={"title": "Observed, taught and agreed in a contact"})
    told = replace(BY_ID["note"], id="told", detail={"title": "Reported in a contact"})
    index = Index(replace(RECORD, entries=(*RECORD.entries, seen, told)), KNOWLEDGE)
    text = "New notes are recorded: observed, taught and agreed in a contact and reported in a contact."
    assert judge_with(index, text, [seen, told]).verdict is Verdict.SUPPORTED
    assert kinds(judge_with(index, text, [seen, told, BY_ID["a1c"]])) == {"citation"}
