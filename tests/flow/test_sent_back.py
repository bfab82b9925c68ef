"""A returned plan waits unseen by nobody: the panel tells it until one of its kind is drafted again, also of the same record."""

import pytest

from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.panel import Because, Reason
from careloom.pipeline import Pipeline

pytestmark = pytest.mark.django_db


def told(desk: Pipeline, who: Reviewer) -> list[Reason]:
    (line,) = desk.panels.panel(who).lines
    return [one for one in line.reasons if one.because is Because.SENT_BACK]


def test_who_returned_it_stands_on_the_panel_of_others_too(
    desk: Pipeline, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    assert told(desk, nurse) == []
    desk.decide(physician, plan.id, Action.RETURN, reason="the dose is old")
    for who in (nurse, physician):
        (reason,) = told(desk, who)
        assert (reason.by, reason.words, reason.reference) == (physician.user, "care_plan", plan.id)


def test_of_the_same_record_it_is_drafted_again_as_a_draft_of_its_own_and_the_panel_tells_it_no_more(
    desk: Pipeline, who: str, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    desk.decide(physician, plan.id, Action.RETURN, reason="call her first")
    again = desk.propose(nurse, who, as_of=plan.document.as_of)
    assert again.id != plan.id and again.status == "draft"
    assert desk.propose(nurse, who, as_of=plan.document.as_of).id == again.id
    assert told(desk, nurse) == []
    desk.decide(nurse, again.id, Action.RETURN, reason="still not called")
    assert [one.reference for one in told(desk, nurse)] == [again.id]


def test_a_return_that_is_taken_back_is_told_to_nobody(
    desk: Pipeline, plan: Proposal, nurse: Reviewer
) -> None:
    desk.decide(nurse, plan.id, Action.RETURN, reason="a slip")
    desk.undo(nurse, plan.id)
    assert told(desk, nurse) == []


def test_why_it_was_returned_stays_with_whoever_opens_it(
    desk: Pipeline, plan: Proposal, nurse: Reviewer
) -> None:
    desk.decide(nurse, plan.id, Action.RETURN, reason="the buprenorphine is missing")
    (reason,) = told(desk, nurse)
    assert "buprenorphine" not in repr(reason)
