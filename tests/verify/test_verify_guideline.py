"""What a guideline's line may say: its own words as knowledge has them, slots from Ruth's record, for Ruth alone."""

import re
from dataclasses import replace

import pytest

from careloom.care.document import Guideline, Verdict
from careloom.care.record import PatientRecord
from careloom.knowledge import load
from careloom.knowledge.examples import record_of
from careloom.knowledge.protocol import SOON, candidates, may_be_today
from careloom.knowledge.protocols import Rule
from careloom.knowledge.protocols.reading import Example
from careloom.verify import Index, Judgement, judge_with
from tests.verify.ruth import BY_ID, RECORD

KNOWLEDGE = load()
INDEX = Index(RECORD, KNOWLEDGE)
GOAL = next(one for one in candidates(RECORD, KNOWLEDGE) if one.rule == "t2d-hba1c-goal")
CITED = GOAL.citations


def said(text: str, citations: tuple[str, ...] = CITED, guideline: Guideline = GOAL.guideline) -> Judgement:
    return judge_with(INDEX, text, [BY_ID[one] for one in citations], guideline)


def test_a_goal_of_the_guideline_is_supported() -> None:
    assert GOAL.text == "HbA1c below 7 % by 2027-02-21; it was 8.2 % on 2026-10-09."
    assert said(GOAL.text).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("below 7 %", "below 8 %"),
        ("below 7 %", "above 7 %"),
        ("below", "at least"),
        ("2027-02-21", "2027-03-21"),
        ("by 2027-02-21", "after 2027-02-21"),
        ("2027-02-21", "2027"),
        ("8.2 %", "7 %"),
        ("8.2 %", "8.2 mmol/mol"),
        ("2026-10-09", "2027-02-21"),
        ("HbA1c", "LDL cholesterol"),
        ("it was", "it was not"),
        ("HbA1c below", "No HbA1c below"),
    ],
)
def test_a_changed_goal_is_not_supported(old: str, new: str) -> None:
    changed = GOAL.text.replace(old, new)
    assert changed != GOAL.text
    assert said(changed).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    "altered",
    [
        replace(GOAL.guideline, id="t2d-hba1c-gaol"),
        replace(GOAL.guideline, source="Another guideline, 2031"),
        replace(GOAL.guideline, says="HbA1c is best above 9 %."),
    ],
)
def test_an_altered_guideline_is_a_fault(altered: Guideline) -> None:
    assert "guideline" in {fault.kind for fault in said(GOAL.text, guideline=altered).faults}


def test_a_guideline_must_rest_on_what_makes_it_so() -> None:
    assert "guideline" in {fault.kind for fault in said(GOAL.text, ("potassium",)).faults}


def test_a_guideline_for_another_patient_is_a_fault() -> None:
    rule = KNOWLEDGE.protocols.rule("t2d-hba1c-goal-kept")
    assert rule is not None
    kept = Guideline(rule.id, rule.cited_as, rule.says, GOAL.guideline.due)
    assert "guideline" in {fault.kind for fault in said(GOAL.text, guideline=kept).faults}


@pytest.mark.parametrize(
    "due",
    [
        "2026-11-23 + 90 days = 2027-02-22",
        "2026-11-23 + 91 days = 2027-02-22",
        "2026-13-40 + 90 days = 2027-02-22",
        "soon",
    ],
)
def test_wrong_arithmetic_gives_no_due_date(due: str) -> None:
    text = GOAL.text.replace("2027-02-21", "2027-02-22")
    wrong = replace(GOAL.guideline, due=due)
    assert "date" in {fault.kind for fault in said(text, guideline=wrong).faults}


def test_every_line_that_the_protocols_suggest_for_ruth_is_supported() -> None:
    suggested = candidates(RECORD, KNOWLEDGE)
    assert len(suggested) > 5
    for one in suggested:
        found = said(one.text, one.citations, one.guideline)
        assert found.verdict is Verdict.SUPPORTED, (one.rule, one.text, found.faults)


def test_a_task_stays_with_the_role_that_the_guideline_gives_it_to() -> None:
    tasks = [one for one in candidates(RECORD, KNOWLEDGE) if one.text.startswith("The physician ")]
    assert tasks
    for one in tasks:
        text = one.text.replace("The physician ", "The patient ", 1)
        assert said(text, one.citations, one.guideline).verdict is not Verdict.SUPPORTED, text


@pytest.mark.parametrize(
    ("part", "value"),
    [("value", "8"), ("unit", "mmol/mol"), ("comparator", ">"), ("due", "2027-05-21")],
)
def test_a_goals_computable_part_is_what_its_sentence_says(part: str, value: str) -> None:
    assert GOAL.goal is not None
    entries = [BY_ID[one] for one in CITED]
    true = judge_with(INDEX, GOAL.text, entries, GOAL.guideline, [GOAL.goal])
    changed = judge_with(INDEX, GOAL.text, entries, GOAL.guideline, [replace(GOAL.goal, **{part: value})])
    assert true.verdict is Verdict.SUPPORTED
    assert changed.verdict is Verdict.CONTRADICTED


def test_a_rule_that_asks_whether_something_fits_never_says_that_it_does() -> None:
    asked = next(one for one in candidates(RECORD, KNOWLEDGE) if " whether " in one.text)
    assert said(asked.text, asked.citations, asked.guideline).verdict is Verdict.SUPPORTED
    decided = asked.text.replace(" whether ", " that ")
    assert said(decided, asked.citations, asked.guideline).verdict is Verdict.CONTRADICTED


SOON_ABOUT_RESULTS = [
    rule
    for rule in KNOWLEDGE.protocols.all
    if rule.kind == "activity"
    and rule.due_days is not None
    and rule.due_days <= SOON
    and any(term.kind == "lab" and not term.no for term in rule.when)
]


def called_critical(example: Example) -> PatientRecord:
    """An example's record with its results two days old and called critical by their laboratory."""
    lines = (
        re.sub(r" on \S+$", " on 2026-11-21", line) if line.startswith("lab:") else line
        for line in example.given
    )
    record = record_of(tuple(lines), KNOWLEDGE)
    entries = (
        replace(one, interpretation="HH") if one.kind == "Observation" else one for one in record.entries
    )
    return replace(record, entries=tuple(entries))


@pytest.mark.parametrize("rule", SOON_ABOUT_RESULTS, ids=lambda rule: rule.id)
def test_what_is_to_be_done_today_about_a_critical_result_is_the_guidelines(rule: Rule) -> None:
    records = [called_critical(example) for example in rule.examples if example.yields]
    pairs = [
        (record, one) for record in records for one in candidates(record, KNOWLEDGE) if one.rule == rule.id
    ]
    assert pairs or not records
    for record, one in pairs:
        assert one.activity and one.activity.due == record.as_of.isoformat()
        held = {entry.id: entry for entry in record.entries}
        found = judge_with(
            Index(record, KNOWLEDGE), one.text, [held[cited] for cited in one.citations], one.guideline
        )
        assert found.verdict is Verdict.SUPPORTED, found.faults
        assert not found.faults


def hurried(rule: Rule) -> Judgement:
    """A rule's sentence about its own example, by the day itself."""
    example = next(example for example in rule.examples if example.yields)
    record = record_of(example.given, KNOWLEDGE)
    one = next(one for one in candidates(record, KNOWLEDGE) if one.rule == rule.id)
    assert one.activity
    today = record.as_of.isoformat()
    guideline = replace(one.guideline, due=f"{today} + 0 days = {today}")
    held = {entry.id: entry for entry in record.entries}
    text = one.text.replace(one.activity.due, today)
    return judge_with(Index(record, KNOWLEDGE), text, [held[cited] for cited in one.citations], guideline)


@pytest.mark.parametrize(
    "rule",
    [one for one in SOON_ABOUT_RESULTS if one.due_days and not may_be_today(one)][:3],
    ids=lambda rule: rule.id,
)
def test_what_no_laboratory_called_critical_is_not_due_today(rule: Rule) -> None:
    assert "guideline" in {fault.kind for fault in hurried(rule).faults}


@pytest.mark.parametrize(
    "rule",
    [one for one in SOON_ABOUT_RESULTS if one.due_days and may_be_today(one)],
    ids=lambda rule: rule.id,
)
def test_a_drug_that_harms_may_be_put_to_the_physician_on_the_day_itself(rule: Rule) -> None:
    assert hurried(rule).verdict is Verdict.SUPPORTED


def test_a_guidelines_low_blood_sugar_that_became_high_is_contradicted_whatever_the_record_has() -> None:
    given = ("age: 24", "problem: type_1_diabetes", "drug: insulin aspart", "problem: hyperglycemia")
    record = record_of(given, KNOWLEDGE)
    one = next(one for one in candidates(record, KNOWLEDGE) if "low blood sugar and" in one.text)
    held = {entry.id: entry for entry in record.entries}
    cited = [held[cited] for cited in one.citations]
    turned = one.text.replace("low blood sugar", "high blood sugar")
    found = judge_with(Index(record, KNOWLEDGE), turned, cited, one.guideline)
    assert found.verdict is Verdict.CONTRADICTED
    assert judge_with(Index(record, KNOWLEDGE), one.text, cited, one.guideline).verdict is Verdict.SUPPORTED


def test_a_guidelines_after_that_became_before_is_contradicted() -> None:
    record = record_of(("age: 61", "problem: type_2_diabetes", "drug: glipizide"), KNOWLEDGE)
    one = next(one for one in candidates(record, KNOWLEDGE) if "after 15 minutes" in one.text)
    cited = [entry for entry in record.entries if entry.id in one.citations]
    turned = one.text.replace("after 15 minutes", "before 15 minutes")
    index = Index(record, KNOWLEDGE)
    assert judge_with(index, turned, cited, one.guideline).verdict is Verdict.CONTRADICTED
    assert judge_with(index, one.text, cited, one.guideline).verdict is Verdict.SUPPORTED
