"""A returned plan waits unseen by nobody: the panel tells it until one of its kind is drafted again, also of the same record."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.panel import Because, Reason
from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from tests.flow.samuel import SAMUEL, samuels_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(home: Path) -> Pipeline:
    """A site whose clock goes on by a minute with each look at it."""
    minutes = count()
    return samuels_desk(
        home, lambda: datetime(2026, 11, 23, 15, tzinfo=UTC) + timedelta(minutes=next(minutes))
    )


@pytest.fixture
def who(desk: Pipeline) -> str:
    return desk.find(SAMUEL)


@pytest.fixture
def plan(desk: Pipeline, who: str) -> Proposal:
    return desk.propose("test", who, as_of=AS_OF, model="none")


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
