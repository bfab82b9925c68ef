"""From a draft to the chart: what a decision refuses, shows, and files."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom.care.document import Action, Finding, Proposal, Reviewer, Severity, Tier, Verdict
from careloom.demo import AS_OF
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.pipeline import Pipeline
from careloom.review.decisions import waiting
from tests.flow.samuel import SAMUEL

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def every(plan: Proposal) -> tuple[str, ...]:
    return tuple(line.id for line in plan.document.statements)


def note(desk: Pipeline, tmp_path: Path, text: str) -> None:
    file = tmp_path / "note.txt"
    file.write_text(
        "Patient: Samuel Green\nBirth date: 1960-06-30\nSex: M\nMRN: RV160001\n"
        "MRN system: urn:oid:2.16.840.1.113883.19.5.1\nAuthor: R. Blake\nRole: Nurse\nDate: 2026-11-23\n"
        f"Type: Telephone call\nWritten by: person\n\n{text}\n"
    )
    assert desk.connect([file], source="social_services").rejected == []


def test_a_new_hazard_refuses_the_signature(
    desk: Pipeline, plan: Proposal, physician: Reviewer, tmp_path: Path
) -> None:
    note(desk, tmp_path, "He takes naproxen 500 mg from the store every day for his back.")
    with pytest.raises(StaleRecord):
        desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan))
    assert desk.store.proposals.get(plan.id).released == {}
    again = desk.propose("test", plan.document.patient, as_of=AS_OF, model="none")
    assert again.id != plan.id
    assert desk.decide(physician, again.id, Action.APPROVE, opened=every(again)).status == "active"


def test_news_without_a_hazard_is_shown_and_goes_along(
    desk: Pipeline, plan: Proposal, physician: Reviewer, tmp_path: Path
) -> None:
    note(desk, tmp_path, "He says that he slept well.")
    assert desk.review(physician, plan.id).new_entries
    assert desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan)).status == "active"


def test_amended_text_is_checked_and_classed_again(desk: Pipeline, plan: Proposal, nurse: Reviewer) -> None:
    line = next(one for one in plan.document.statements if "53" in one.text and one.tier is Tier.NURSE)
    wrong = desk.preview(nurse, plan.id, line.id, line.text.replace("53", "35"))
    assert wrong.statement.verdict is not Verdict.SUPPORTED
    assert wrong.findings
    assert desk.store.proposals.get(plan.id).document.statements == plan.document.statements
    after = desk.decide(nurse, plan.id, Action.AMEND, edits={line.id: line.text.replace("53", "35")})
    amended = next(one for one in after.document.statements if one.id == line.id)
    assert (amended.written_by, amended.verdict) == (wrong.statement.written_by, wrong.statement.verdict)
    assert amended.written_by == "person"
    with pytest.raises(NotApproved, match=line.id):
        desk.decide(nurse, plan.id, Action.APPROVE)


def test_amending_never_lowers_a_tier(desk: Pipeline, plan: Proposal, nurse: Reviewer) -> None:
    line = next(one for one in plan.document.statements if one.tier is Tier.PHYSICIAN)
    fact = next(one for one in plan.document.statements if one.tier is Tier.NURSE and one.kind == "fact")
    after = desk.decide(nurse, plan.id, Action.AMEND, edits={line.id: fact.text})
    assert next(one for one in after.document.statements if one.id == line.id).tier is Tier.PHYSICIAN


def test_an_order_typed_by_a_nurse_goes_to_the_physician(
    desk: Pipeline, plan: Proposal, nurse: Reviewer
) -> None:
    line = next(one for one in plan.document.statements if one.tier is Tier.NURSE)
    found = desk.preview(
        nurse, plan.id, line.id, "Stop lisinopril and start ibuprofen 600 mg three times daily."
    )
    assert found.statement.tier is Tier.PHYSICIAN
    assert any(finding.severity == "high" for finding in found.findings)


def test_a_plan_that_waits_only_for_the_whole_is_the_physicians(
    desk: Pipeline, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    nurses = tuple(one for one in every(plan) if desk.review(nurse, plan.id).may[one])
    struck = tuple(one for one in every(plan) if one not in nurses)
    old = desk.store.proposals.get(plan.id)
    loose = Finding("omission", Severity.HIGH, "a hazard that no line tells")
    desk.store.proposals.replace(
        old, replace(old, struck=struck, findings=(*old.findings, loose), assigned_to=nurse.user)
    )
    after = desk.decide(nurse, plan.id, Action.APPROVE)
    assert (after.status, waiting(after)) == ("draft", ())
    assert [row.mine for row in desk.queue(nurse)] == [False]
    assert [row.mine for row in desk.queue(physician)] == [True]
    assert desk.decide(physician, plan.id, Action.APPROVE).status == "active"


def test_two_reviewers_at_once_do_not_undo_each_other(
    desk: Pipeline, plan: Proposal, nurse: Reviewer, physician: Reviewer
) -> None:
    old = desk.store.proposals.get(plan.id)
    desk.decide(nurse, plan.id, Action.APPROVE, opened=every(plan))
    with pytest.raises(StaleRecord):
        desk.store.proposals.replace(old, replace(old, opened=every(plan)))
    assert desk.decide(physician, plan.id, Action.APPROVE).status == "active"


def test_a_rejection_is_kept_with_its_reason_for_the_improvement_queue(
    desk: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    with pytest.raises(InputError):
        desk.decide(physician, plan.id, Action.REJECT)
    assert desk.decide(physician, plan.id, Action.REJECT, reason="the dose is old").status == "revoked"
    (item,) = desk.store.improvement.of(plan.id)
    assert item["reason"] == "the dose is old"
    assert desk.store.proposals.waiting() == ()


def test_folded_lines_that_nobody_opened_are_not_in_the_chart(
    desk: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    done = desk.decide(physician, plan.id, Action.APPROVE)
    assert done.status == "active"
    unsigned = [line for line in done.document.statements if line.id not in done.released]
    assert unsigned
    bundle = str(desk.chart(physician, plan.document.patient))
    assert all(line.text not in bundle for line in unsigned if "'" not in line.text)


def test_the_guides_four_calls_do_it_for_real(desk: Pipeline, physician: Reviewer) -> None:
    plan = desk.generate_care_plan(SAMUEL)
    with pytest.raises(InputError):
        desk.queue_for_provider_review(plan, assigned_physician="nobody")
    queued = desk.queue_for_provider_review(plan, assigned_physician="osei")
    assert [row.mine for row in desk.queue(physician)] == [True]
    with pytest.raises(NotApproved):
        desk.add_to_patient_record(queued)
    assert desk.flag_for_improvement(queued, {"wording": "too long"})
    with pytest.raises(InputError):
        desk.flag_for_improvement(queued, {})
    desk.decide(physician, queued.id, Action.APPROVE, opened=every(queued))
    kinds = [entry["resource"]["resourceType"] for entry in desk.add_to_patient_record(queued)["entry"]]
    assert kinds.count("CarePlan") == 1


def test_every_read_and_write_of_a_patient_is_in_the_audit_log(
    desk: Pipeline, plan: Proposal, physician: Reviewer
) -> None:
    desk.review(physician, plan.id)
    desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan))
    desk.chart(physician, plan.document.patient)
    desk.store.audit.seal()
    assert desk.store.audit.verify()["ok"]
    actions = [event["action"] for event in desk.store.audit.of(plan.document.patient)]
    assert {"connect", "draft", "read", "approve", "file"} <= set(actions)


def test_somebody_without_a_licence_decides_nothing(desk: Pipeline, plan: Proposal) -> None:
    desk.store.users.create("cora", role="care_coordinator")
    cora = desk.store.users.reviewer("cora")
    for action in (Action.APPROVE, Action.AMEND):
        with pytest.raises(NotLicensed):
            desk.decide(cora, plan.id, action, edits={every(plan)[0]: "x"} if action is Action.AMEND else {})
    assert not any(desk.review(cora, plan.id).may.values())
