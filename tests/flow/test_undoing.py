"""Taking back a decision through the pipeline: everything comes back as it was, and nothing is forgotten."""

from dataclasses import replace

import pytest

from careloom.care.document import Action, Proposal, Reviewer, Tier
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.pipeline import Pipeline
from tests.flow.test_deciding import every

pytestmark = pytest.mark.django_db


def test_an_amended_goal_comes_back_with_its_target(desk: Pipeline, plan: Proposal, nurse: Reviewer) -> None:
    goal = next(one for one in plan.document.statements if one.goal is not None and one.tier is Tier.NURSE)
    before = desk.store.proposals.get(plan.id)
    after = desk.decide(nurse, plan.id, Action.AMEND, edits={goal.id: f"{goal.text} He agrees."})
    changed = next(one for one in after.document.statements if one.id == goal.id)
    assert (changed.goal, changed.written_by) == (None, "person")
    assert desk.undo(nurse, plan.id) == before
    assert desk.store.proposals.get(plan.id) == before


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN, Action.REJECT])
def test_a_decision_taken_back_leaves_the_plan_as_it_was(
    desk: Pipeline, plan: Proposal, nurse: Reviewer, physician: Reviewer, action: Action
) -> None:
    before, who = desk.store.proposals.get(plan.id), physician if action is Action.REJECT else nurse
    assert desk.decide(who, plan.id, action, opened=every(plan)[:20], reason="a slip") != before
    assert desk.review(who, plan.id).undo is not None
    assert desk.undo(who, plan.id) == before
    assert [one.waiting.proposal for one in desk.queue(who)] == [plan.id]
    assert desk.review(who, plan.id).undo is None


def test_a_struck_line_comes_back_and_what_was_opened_since_stays_open(
    desk: Pipeline, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    line = next(one.id for one in plan.document.statements if one.tier is Tier.NURSE)
    folded = every(plan)[-1]
    desk.decide(nurse, plan.id, Action.AMEND, struck=(line,))
    desk.open_lines(physician, plan.id, (folded,))
    after = desk.undo(nurse, plan.id)
    assert (after.struck, after.opened) == ((), (folded,))


def test_a_line_opened_after_the_filing_stays_out_of_the_plan(
    desk: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    filed = desk.decide(physician, plan.id, Action.APPROVE)
    assert filed.status == "active"
    desk.open_lines(physician, plan.id, every(plan)[-1:])
    assert desk.store.proposals.get(plan.id) == filed


def test_undo_is_appended_as_a_decision_and_an_audit_event(
    desk: Pipeline, plan: Proposal, nurse: Reviewer
) -> None:
    signed = desk.decide(nurse, plan.id, Action.APPROVE)
    desk.undo(nurse, plan.id)
    decisions = desk.store.proposals.decisions(plan.id)
    assert [one.action for one in decisions] == [Action.APPROVE, Action.UNDO]
    assert set(decisions[0].statements) == set(signed.released)
    assert desk.store.proposals.revision(plan.id, decisions[0].revision) == signed
    desk.store.audit.seal()
    assert desk.store.audit.verify()["ok"]
    assert [one["action"] for one in desk.store.audit.of(plan.document.patient)][-1] == "undo"


def test_a_rejection_taken_back_is_told_to_whoever_improves_the_drafts(
    desk: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    desk.decide(physician, plan.id, Action.REJECT, reason="the wrong patient")
    desk.undo(physician, plan.id)
    assert desk.store.improvement.of(plan.id)[-1] == {"taken_back": "reject"}


def test_two_undos_take_back_two_decisions_and_a_third_nothing(
    desk: Pipeline, plan: Proposal, nurse: Reviewer
) -> None:
    before = desk.store.proposals.get(plan.id)
    line = next(one.id for one in plan.document.statements if one.tier is Tier.NURSE)
    struck = desk.decide(nurse, plan.id, Action.AMEND, struck=(line,))
    desk.decide(nurse, plan.id, Action.APPROVE)
    assert desk.undo(nurse, plan.id) == struck
    assert desk.undo(nurse, plan.id) == before
    with pytest.raises(NotApproved, match="no decision to undo"):
        desk.undo(nurse, plan.id)


def test_nobody_takes_back_what_somebody_else_decided_last(
    desk: Pipeline, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    desk.decide(nurse, plan.id, Action.APPROVE)
    desk.decide(physician, plan.id, Action.RETURN, reason="the dose is old")
    with pytest.raises(NotLicensed, match="somebody else's"):
        desk.undo(nurse, plan.id)
    assert desk.undo(physician, plan.id).status == "draft"
    assert desk.undo(nurse, plan.id).released == {}


def test_what_is_filed_is_not_undone(desk: Pipeline, plan: Proposal, physician: Reviewer) -> None:
    assert desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan)).status == "active"
    with pytest.raises(NotApproved, match="filed"):
        desk.undo(physician, plan.id)
    assert desk.review(physician, plan.id).undo is None


def test_undo_is_no_action_of_a_decision(desk: Pipeline, plan: Proposal, nurse: Reviewer) -> None:
    with pytest.raises(InputError):
        desk.decide(nurse, plan.id, Action.UNDO)


def test_a_plan_of_the_physicians_stays_hers_when_a_nurse_signs_her_own_lines(
    desk: Pipeline, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    old = desk.store.proposals.get(plan.id)
    desk.store.proposals.replace(old, replace(old, assigned_to=physician.user))
    after = desk.decide(nurse, plan.id, Action.APPROVE)
    assert after.assigned_to == physician.user
    assert [row.mine for row in desk.queue(physician)] == [True]
