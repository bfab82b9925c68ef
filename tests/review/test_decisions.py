"""Who may sign what, and what a decision does."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from careloom.care.document import (
    Action,
    ContentClass,
    Decision,
    Demands,
    Document,
    Finding,
    Proposal,
    Reviewer,
    Severity,
    Statement,
    Tier,
    Verdict,
)
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.review.decisions import decide, first_screen, ready_to_file, waiting
from careloom.review.queue import due_at
from careloom.review.tiers import WHOLE, findings_of, needs_whole, tier_for
from careloom.review.undo import undone

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
NURSE = Reviewer("nora", "registered_nurse", "MA:RN1", "2027-01-01")
UNTOLD = Finding("omission", Severity.HIGH, "a hazard that no line tells")
PHYSICIAN = Reviewer("osei", "physician", "MA:MD1", "2027-01-01")


def line(
    name: str, tier: Tier = Tier.NURSE, verdict: Verdict = Verdict.SUPPORTED, rank: int = 1
) -> Statement:
    return Statement(
        id=name,
        section="goals",
        kind="goal",
        text=f"Line {name}.",
        citations=(f"entry-{name}",),
        rank=rank,
        tier=tier,
        verdict=verdict,
        content_class=ContentClass.PLAN_CHANGE,
    )


def proposal(*lines: Statement, findings: tuple[Finding, ...] = ()) -> Proposal:
    document = Document(
        patient="p", kind="care_plan", as_of=TODAY, record_version="v", statements=lines, top=(lines[0].id,)
    )
    return Proposal(id="1", document=document, findings=findings, tier=Tier.PHYSICIAN, created=AT)


def decision(action: Action, **given: object) -> Decision:
    return Decision(action=action, reviewer="x", role="x", at=AT, **given)  # type: ignore[arg-type]


def test_a_nurse_signs_her_lines_and_only_the_flagged_ones_go_up() -> None:
    waiting_plan = proposal(line("a"), line("b", Tier.PHYSICIAN))
    after = decide(waiting_plan, decision(Action.APPROVE), NURSE, TODAY)
    assert dict(after.released) == {"a": "nora"}
    assert [one.id for one in waiting(after)] == ["b"]
    assert not ready_to_file(after)
    done = decide(after, decision(Action.APPROVE), PHYSICIAN, TODAY)
    assert dict(done.released) == {"a": "nora", "b": "osei"}
    assert ready_to_file(done)


def test_a_physician_may_sign_everything() -> None:
    after = decide(proposal(line("a"), line("b", Tier.PHYSICIAN)), decision(Action.APPROVE), PHYSICIAN, TODAY)
    assert ready_to_file(after)


def test_a_nurse_with_nothing_of_hers_to_sign_is_refused() -> None:
    with pytest.raises(NotLicensed):
        decide(proposal(line("b", Tier.PHYSICIAN)), decision(Action.APPROVE), NURSE, TODAY)


@pytest.mark.parametrize(
    "person",
    [
        Reviewer("c", "care_coordinator", "MA:1", "2027-01-01"),
        Reviewer("n", "registered_nurse", "MA:1", "2026-11-22"),
        Reviewer("n", "registered_nurse", "", ""),
        Reviewer("a", "auditor", "MA:1", "2027-01-01"),
    ],
)
def test_without_a_licence_in_force_nobody_signs(person: Reviewer) -> None:
    with pytest.raises(NotLicensed):
        decide(proposal(line("a")), decision(Action.APPROVE), person, TODAY)


def test_a_licence_is_good_on_its_last_day() -> None:
    last_day = replace(NURSE, licence_expiry="2026-11-23")
    assert ready_to_file(decide(proposal(line("a")), decision(Action.APPROVE), last_day, TODAY))


def test_an_unsupported_line_blocks_signing_until_somebody_strikes_it() -> None:
    plan = proposal(line("a"), line("b", verdict=Verdict.NOT_ADDRESSED))
    with pytest.raises(NotApproved, match="b"):
        decide(plan, decision(Action.APPROVE), NURSE, TODAY)
    after = decide(plan, decision(Action.APPROVE, struck=("b",)), NURSE, TODAY)
    assert ready_to_file(after)
    assert "b" not in after.released


def test_only_a_physician_strikes_a_physicians_line_or_a_high_finding() -> None:
    high = Finding("renal", Severity.HIGH, "…", ("entry-a",), "a")
    for plan in (
        proposal(line("x"), line("a", Tier.PHYSICIAN)),
        proposal(line("x"), line("a"), findings=(high,)),
    ):
        with pytest.raises(NotLicensed):
            decide(plan, decision(Action.AMEND, struck=("a",)), NURSE, TODAY)
        assert decide(plan, decision(Action.AMEND, struck=("a",)), PHYSICIAN, TODAY).struck == ("a",)


def test_a_folded_line_that_nobody_opened_is_neither_signed_nor_waited_for() -> None:
    lines = [line(f"l{n:02}", rank=n) for n in range(20)]
    plan = proposal(*lines)
    assert len(first_screen(plan)) == 15
    after = decide(plan, decision(Action.APPROVE, opened=("l19",)), NURSE, TODAY)
    assert "l19" in after.released
    assert "l17" not in after.released
    assert ready_to_file(after)


def test_a_kind_that_is_read_whole_folds_nothing_and_waits_for_every_line() -> None:
    letter = proposal(*(line(f"l{n:02}", rank=n) for n in range(20)))
    letter = replace(letter, document=replace(letter.document, demands=Demands(whole=True)))
    assert len(waiting(letter)) == 20
    assert len(decide(letter, decision(Action.APPROVE), NURSE, TODAY).released) == 20


def test_a_reason_is_needed_to_return_or_reject() -> None:
    for action, status in ((Action.RETURN, "on-hold"), (Action.REJECT, "revoked")):
        with pytest.raises(InputError):
            decide(proposal(line("a")), decision(action), NURSE, TODAY)
        assert (
            decide(proposal(line("a")), decision(action, reason="wrong dose"), NURSE, TODAY).status == status
        )


COORDINATOR = Reviewer("cora", "care_coordinator")
PHARMACIST = Reviewer("ito", "pharmacist", "MA:PH1", "2027-01-01")
LAPSED = Reviewer("olga", "registered_nurse", "MA:RN2", "2026-01-31")


@pytest.mark.parametrize("who", [NURSE, COORDINATOR, PHARMACIST, LAPSED])
@pytest.mark.parametrize(
    "plan",
    [
        proposal(line("a"), line("b", Tier.PHYSICIAN)),
        proposal(line("a"), findings=(UNTOLD,)),
    ],
)
def test_a_plan_that_a_physician_has_to_see_is_rejected_for_good_by_nobody_else(
    who: Reviewer, plan: Proposal
) -> None:
    with pytest.raises(NotLicensed, match="by a physician; it may be returned"):
        decide(plan, decision(Action.REJECT, reason="not now"), who, TODAY)
    assert decide(plan, decision(Action.RETURN, reason="not now"), who, TODAY).status == "on-hold"
    assert decide(plan, decision(Action.REJECT, reason="not hers"), PHYSICIAN, TODAY).status == "revoked"


@pytest.mark.parametrize("who", [COORDINATOR, PHARMACIST, LAPSED])
def test_whoever_signs_nothing_rejects_no_line_of_a_nurse(who: Reviewer) -> None:
    with pytest.raises(NotLicensed, match="by a nurse or a physician"):
        decide(proposal(line("a")), decision(Action.REJECT, reason="not now"), who, TODAY)
    assert (
        decide(proposal(line("a")), decision(Action.REJECT, reason="a slip"), NURSE, TODAY).status
        == "revoked"
    )


def test_a_struck_line_asks_nobodys_licence_and_what_was_only_typed_none() -> None:
    plan = replace(proposal(line("a"), line("b", Tier.PHYSICIAN)), struck=("b",))
    assert decide(plan, decision(Action.REJECT, reason="a slip"), NURSE, TODAY).status == "revoked"
    typed = replace(line("a", Tier.PHYSICIAN), written_by="person")
    assert (
        decide(proposal(typed), decision(Action.REJECT, reason="a slip"), COORDINATOR, TODAY).status
        == "revoked"
    )
    signed = replace(proposal(typed), released={"a": "osei"})
    with pytest.raises(NotLicensed):
        decide(signed, decision(Action.REJECT, reason="a slip"), COORDINATOR, TODAY)


def test_what_was_decided_cannot_be_decided_again() -> None:
    filed = replace(proposal(line("a")), status="active")
    with pytest.raises(NotApproved):
        decide(filed, decision(Action.APPROVE), PHYSICIAN, TODAY)


def test_a_high_finding_that_no_line_tells_needs_the_physicians_name_under_the_whole() -> None:
    loose = Finding("omission", Severity.HIGH, "…", ("entry-z",))
    plan = proposal(line("a"), findings=(loose,))
    assert needs_whole(plan)
    after = decide(plan, decision(Action.APPROVE), NURSE, TODAY)
    assert not ready_to_file(after)
    done = decide(after, decision(Action.APPROVE), PHYSICIAN, TODAY)
    assert done.released[WHOLE] == "osei"
    assert ready_to_file(done)


def test_a_folded_line_that_is_opened_after_the_whole_was_signed_was_not_in_it() -> None:
    plan = proposal(*(line(f"l{n}", rank=n) for n in range(20)), findings=(UNTOLD,))
    signed = decide(plan, decision(Action.APPROVE), PHYSICIAN, TODAY)
    assert ready_to_file(signed)
    after = decide(signed, decision(Action.APPROVE, opened=("l19",)), NURSE, TODAY)
    assert "l19" in after.released and WHOLE not in after.released
    assert not ready_to_file(after)


def test_a_struck_line_that_told_a_hazard_takes_the_name_under_the_whole_with_it() -> None:
    told = replace(UNTOLD, rule="interaction", evidence=("entry-a",))
    plan = replace(proposal(line("a"), line("b"), findings=(UNTOLD, told)), sent_back={"a": "nora"})
    signed = decide(plan, decision(Action.APPROVE), PHYSICIAN, TODAY)
    assert signed.released[WHOLE] == "osei"
    assert WHOLE not in decide(signed, decision(Action.AMEND, struck=("a",)), PHYSICIAN, TODAY).released


def test_what_is_undone_brings_no_line_under_the_name_of_the_whole() -> None:
    plan = proposal(*(line(f"l{n}", rank=n) for n in range(20)), findings=(UNTOLD,))
    signed = decide(plan, decision(Action.APPROVE), PHYSICIAN, TODAY)
    amended = decide(signed, decision(Action.AMEND, struck=("l1",)), PHYSICIAN, TODAY)
    assert undone(amended, signed, amended).released[WHOLE] == "osei"
    opened = replace(amended, opened=("l19",))
    assert WHOLE not in undone(opened, signed, amended).released


def test_where_every_line_is_struck_there_is_nothing_to_sign() -> None:
    plan = proposal(line("a"), findings=(UNTOLD,))
    with pytest.raises(NotApproved, match="nothing to sign"):
        decide(plan, decision(Action.APPROVE, struck=("a",)), PHYSICIAN, TODAY)


def test_a_concern_that_rests_on_two_entries_of_a_hazard_answers_for_it_and_a_drugs_row_does_not() -> None:
    hazard = Finding("interaction", Severity.HIGH, "…", ("e1", "e2", "e3"))
    concern = replace(line("a"), kind="concern", citations=("e1", "e2"))
    assert findings_of(concern, [hazard]) == (hazard,)
    assert findings_of(replace(concern, kind="fact"), [hazard]) == ()
    assert findings_of(replace(concern, citations=("e1",)), [hazard]) == ()


def test_a_line_that_cites_a_hazards_whole_evidence_answers_for_it() -> None:
    hazard = Finding("interaction", Severity.HIGH, "…", ("e1", "e2"))
    tells = replace(line("a"), citations=("e1", "e2", "e3"))
    half = replace(line("b"), citations=("e1",))
    assert findings_of(tells, [hazard]) == (hazard,)
    assert findings_of(half, [hazard]) == ()


@pytest.mark.parametrize("content_class", list(ContentClass))
@pytest.mark.parametrize("severity", [None, *Severity])
def test_a_tier_is_never_below_what_its_class_or_its_findings_ask(
    content_class: ContentClass, severity: Severity | None
) -> None:
    findings = [Finding("r", severity, "…")] if severity else []
    tier = tier_for(content_class, findings)
    assert tier >= tier_for(content_class, [])
    if severity is Severity.HIGH:
        assert tier is Tier.PHYSICIAN
    if severity is Severity.MODERATE:
        assert tier >= Tier.NURSE


def test_a_site_can_raise_a_tier_and_cannot_lower_one() -> None:
    raised = {ContentClass.CLINICAL_SUMMARY: Tier.PHYSICIAN, ContentClass.MEDICATION_CHANGE: Tier.AUTO}
    assert tier_for(ContentClass.CLINICAL_SUMMARY, [], raised=raised) is Tier.PHYSICIAN
    assert tier_for(ContentClass.MEDICATION_CHANGE, [], raised=raised) is Tier.PHYSICIAN


def test_due_times_follow_the_tier() -> None:
    assert due_at(Tier.AUTO, AT, nurse_hours=24, physician_hours=48) is None
    nurse = due_at(Tier.NURSE, AT, nurse_hours=24, physician_hours=48)
    physician = due_at(Tier.PHYSICIAN, AT, nurse_hours=24, physician_hours=48)
    assert nurse is not None
    assert physician is not None
    assert (nurse - AT).days == 1
    assert (physician - AT).days == 2
