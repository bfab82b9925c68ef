"""What a line is marked with, from the draft to the chart."""

from dataclasses import replace

from django.test import Client

from careloom.care.document import (
    Activity,
    Document,
    Finding,
    Proposal,
    Severity,
    Statement,
    Tier,
    Verdict,
)
from careloom.pipeline import Review
from careloom.review.who import who_signs
from careloom.web.present.lines import lines_of
from careloom.web.present.plan import plan
from tests.web.desk import AdasDesk
from tests.web.people import DOCUMENT, NOW, PROPOSAL, RECORD, STATEMENTS

PLAN = f"/review/{PROPOSAL.id}"
SHOWN = tuple(f"s{number}" for number in range(1, 16))
FILED = replace(PROPOSAL, status="active", released=dict.fromkeys(SHOWN, "u1"))


def review(proposal: Proposal = PROPOSAL, previous: Document | None = None) -> Review:
    lines = proposal.document.statements
    may = {one.id: True for one in lines}
    return Review(proposal, RECORD, may, {one.id: who_signs(one) for one in lines}, (), previous, ())


def words(found: Review) -> dict[str, list[str]]:
    return {one.id: [mark.word for mark in one.marks] for one in lines_of(found)}


def test_a_signed_or_struck_line_has_four_marks_too() -> None:
    told = words(review(replace(PROPOSAL, struck=("s3",), released={"s1": "u1", "s2": "u2"})))
    assert told["s1"][-1] == told["s2"][-1] == "signed" and told["s3"][-1] == "struck"
    assert "physician" not in told["s2"]
    assert all(len(marks) <= 4 for marks in told.values())


def test_a_line_that_was_not_in_the_plan_filed_before_is_new_and_one_in_other_words_is_changed() -> None:
    lines = [replace(one, text="Other words.") if one.id in ("s1", "s2") else one for one in STATEMENTS]
    told = words(review(previous=replace(DOCUMENT, statements=tuple(lines[:5]))))
    assert told["s1"][-1] == "changed" and told["s6"][-1] == "new"
    assert told["s2"][1:] == ["medication → physician", "template", "changed"]
    assert not {"new", "changed"} & set(told["s3"])
    assert all(len(marks) <= 4 for marks in told.values())


def test_a_due_date_that_is_counted_from_another_day_changes_nothing() -> None:
    def with_due(one: Statement, due: str) -> Statement:
        return replace(one, text=f"The nurse asks by {due}.", activity=Activity("nurse", due, "assessment"))

    now = replace(DOCUMENT, statements=(with_due(STATEMENTS[0], "2026-12-07"),), top=())
    before = replace(DOCUMENT, statements=(with_due(STATEMENTS[0], "2026-09-07"),), top=())
    (marks,) = words(review(replace(PROPOSAL, document=now), before)).values()
    assert marks[-1] not in ("new", "changed")


def test_a_filed_plan_says_that_it_is_filed_and_what_was_left_out() -> None:
    shown = plan(review(FILED), "", NOW, Tier.NURSE)
    assert shown.title.startswith("filed in the chart, drafted ") and shown.due == ""
    assert not any(part.unopened for part in shown.sections)
    assert words(review(FILED))["s20"][-1] == "not filed"


def test_what_is_opened_after_the_filing_is_not_opened_in_the_plan(nurse: Client, desk: AdasDesk) -> None:
    desk.proposals[PROPOSAL.id] = FILED
    shown = nurse.get(f"{PLAN}?line=s20").content.decode()
    nurse.post(f"{PLAN}/opened", {"section": ["goals", "review"]})
    assert desk.proposals[PROPOSAL.id] == FILED
    assert "Nobody opened this line before the plan was filed" in shown and "unread" not in shown


def test_who_signs_a_line_is_said_with_the_one_reason_that_holds() -> None:
    told = replace(STATEMENTS[5], tier=Tier.PHYSICIAN)
    high = Finding("omission", Severity.HIGH, "a critical potassium", (), told.id)
    assert who_signs(told, (high,)) == "A physician signs this line: it carries a high finding."
    apart = replace(told, verdict=Verdict.CONTRADICTED)
    assert who_signs(apart).endswith(": its sources do not say this.")
    weighs = replace(told, kind="goal", text="Consider another target for blood pressure.")
    assert who_signs(weighs).endswith(": it weighs another target.")
    assert "high finding" not in who_signs(told)
