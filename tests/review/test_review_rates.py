"""What became of a rule's findings: signed over, heeded, waiting or quiet."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from careloom.care.document import Accepted, Action, Decision, Finding, Proposal, Severity, Tier
from careloom.review.rates import History, Rate, Shown, rates
from tests.check.records import a_plan

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
PAIR = Finding("interaction", Severity.HIGH, "warfarin with ibuprofen: bleeding.", ("w", "i"))
LINE = Finding("grounding", Severity.MODERATE, "42 stands in no source", (), "s1")
PLAN = Proposal(
    id="1",
    document=a_plan("Walk daily.", "Sleep well."),
    findings=(PAIR, LINE),
    tier=Tier.PHYSICIAN,
    created=AT,
)


def decided(action: Action, *lines: str) -> Decision:
    return Decision(action=action, reviewer="osei", role="physician", at=AT, statements=lines)


def of(rule: str, *decisions: Decision, now: Proposal = PLAN) -> Rate:
    return next(one for one in rates([History(PLAN, now, decisions)]) if one.rule == rule)


def test_a_finding_of_the_record_is_signed_over_with_any_signature_and_one_of_a_line_with_its_own() -> None:
    signed = decided(Action.APPROVE, "s2")
    assert (of("interaction", signed).overridden, of("grounding", signed).overridden) == (1, 0)
    assert of("grounding", decided(Action.APPROVE, "s1")).override_rate == 1
    assert (of("interaction", signed).fired, of("interaction", signed).high) == (1, 1)


@pytest.mark.parametrize("status", ["on-hold", "revoked"])
def test_a_plan_that_was_sent_back_heeded_what_was_found(status: str) -> None:
    told = of("interaction", decided(Action.RETURN), now=replace(PLAN, status=status))
    assert (told.heeded, told.override_rate) == (1, 0)


def test_a_line_that_was_struck_or_changed_heeded_what_was_found() -> None:
    assert of("grounding", decided(Action.AMEND), now=replace(PLAN, struck=("s1",))).heeded == 1
    assert of("grounding", decided(Action.AMEND), now=replace(PLAN, findings=(PAIR,))).heeded == 1


def test_what_nobody_decided_or_took_back_waits_and_has_no_rate() -> None:
    for decisions in ((), (decided(Action.APPROVE), decided(Action.UNDO))):
        told = of("interaction", *decisions)
        assert (told.waiting, told.override_rate) == (1, None)


def test_what_was_accepted_before_did_not_fire_and_is_counted_as_quiet() -> None:
    quiet = replace(PLAN, findings=(), accepted=(Accepted(PAIR, "Kofi Osei", date(2026, 11, 1)),))
    (told,) = rates([History(quiet, quiet, (decided(Action.APPROVE),))])
    assert (told.fired, told.quiet, told.override_rate) == (0, 1, None)


def test_the_rule_that_is_most_often_signed_over_comes_first() -> None:
    signed = History(PLAN, PLAN, (decided(Action.APPROVE, "s2"),))
    assert [one.rule for one in rates([signed, signed])] == ["interaction", "grounding"]


def test_a_card_that_was_set_aside_is_signed_over_and_one_that_was_taken_is_heeded() -> None:
    cards = [
        Shown("allergy", True, "overridden"),
        Shown("allergy", False, "accepted"),
        Shown("allergy", True, ""),
    ]
    (told,) = rates([], cards)
    assert (told.fired, told.high, told.overridden, told.heeded, told.waiting) == (3, 2, 1, 1, 1)
