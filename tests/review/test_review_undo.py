"""What may be undone: her own last decision, while the plan is not filed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from careloom.care.document import Action, Decision, Document, Proposal, Tier
from careloom.errors import NotApproved, NotLicensed
from careloom.review.undo import standing, taken_back, to_undo, undone

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLAN = Proposal(
    id="1",
    document=Document(
        patient="p", kind="care_plan", as_of=date(2026, 11, 23), record_version="v", statements=()
    ),
    findings=(),
    tier=Tier.NURSE,
    created=AT,
)


def decided(action: Action, reviewer: str = "nora") -> Decision:
    return Decision(action=action, reviewer=reviewer, role="registered_nurse", at=AT)


STRUCK, SIGNED, UNDONE = decided(Action.AMEND), decided(Action.APPROVE), decided(Action.UNDO)


def test_each_undo_takes_back_one_decision_more() -> None:
    assert standing([STRUCK, SIGNED]) == (STRUCK, SIGNED)
    assert standing([STRUCK, SIGNED, UNDONE]) == (STRUCK,)
    assert standing([STRUCK, SIGNED, UNDONE, UNDONE]) == ()
    assert standing([STRUCK, UNDONE, SIGNED]) == (SIGNED,)
    assert to_undo(PLAN, [STRUCK, SIGNED, UNDONE], "nora") == STRUCK


def test_what_an_undo_took_back_is_told() -> None:
    assert taken_back([STRUCK, SIGNED, UNDONE]) == SIGNED
    assert taken_back([STRUCK, SIGNED, UNDONE, UNDONE]) == STRUCK
    assert taken_back([STRUCK, SIGNED]) is None
    assert taken_back([]) is None


def test_nobody_undoes_what_another_decided() -> None:
    with pytest.raises(NotLicensed, match="somebody else's"):
        to_undo(PLAN, [SIGNED, decided(Action.RETURN, "osei")], "nora")


def test_without_a_standing_decision_there_is_nothing_to_undo() -> None:
    for decisions in ([], [SIGNED, UNDONE]):
        with pytest.raises(NotApproved, match="no decision to undo"):
            to_undo(PLAN, decisions, "nora")


def test_what_is_filed_stays_filed() -> None:
    with pytest.raises(NotApproved, match="filed"):
        to_undo(replace(PLAN, status="active"), [SIGNED], "nora")


def test_lines_opened_after_the_decision_stay_opened() -> None:
    before = replace(PLAN, opened=("a",))
    after = replace(PLAN, opened=("a", "b"), released={"a": "nora"})
    now = replace(after, opened=("a", "b", "c"))
    back = undone(now, before, after)
    assert (back.opened, dict(back.released)) == (("a", "c"), {})
