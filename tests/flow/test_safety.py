"""A safety event: reported by anybody, told without a word of a patient, looked into, and closed by somebody else."""

from dataclasses import replace

import pytest

from careloom.care.document import Proposal, Reviewer
from careloom.errors import InputError, NotApproved, NotInCareTeam, NotLicensed, StaleRecord
from careloom.pipeline import Pipeline
from careloom.store.models import StoredEvent
from tests.flow.test_access import person

pytestmark = pytest.mark.django_db
WORDS = "Samuel Okafor, born 1948-05-17, was told to take it twice."
SAID = {
    "report": "near_miss",
    "category": "B",
    "harm": "none",
    "words": WORDS,
    "happened": "2026-11-22",
    "place": "review",
}
CAUSE = {"factors": "barriers,rules", "why": "No list had the pair, and nobody reads the third line."}
ACTION = {
    "words": "A rule of the site tells of the pair",
    "strength": "intermediate",
    "due": "2027-01-15",
    "measure": "drafts with the pair of which nothing was told, in a month",
}


@pytest.fixture
def lead(desk: Pipeline) -> Reviewer:
    return person(desk, "lena", "quality_lead")


@pytest.fixture
def assistant(desk: Pipeline) -> Reviewer:
    return person(desk, "mia", "medical_assistant")


def steps(desk: Pipeline, event: str) -> int:
    return len(desk.store.safety_events.get(event).steps)


def test_a_near_miss_is_told_to_the_safety_lead_at_once_and_to_nobody_whom_it_is_about(
    desk: Pipeline, plan: Proposal, assistant: Reviewer, lead: Reviewer
) -> None:
    told = replace(desk, settings=replace(desk.settings, safety_lead="L. Ames <ames@harbor.example>"))
    event = told.safety.report(assistant, {**SAID, "document": plan.id})
    (letter,) = (desk.settings.home / "outbox" / "pages").rglob("*.eml")
    assert "ames@harbor.example" in letter.read_text() and "category B" in letter.read_text()
    assert "Samuel" not in letter.read_text() and "Okafor" not in letter.read_text()
    (alarm,) = desk.store.alarms.open()
    assert (alarm.kind, alarm.severity, alarm.link) == ("safety", "moderate", f"/safety/events/{event}")
    (told_step,) = desk.store.safety_events.get(event).steps
    assert told_step.said == {"whom": "L. Ames"}
    row = StoredEvent.objects.get()
    assert b"Okafor" not in bytes(row.sealed) and str(row.patient_id) == plan.document.patient
    assert desk.store.safety_events.get(event).reported.kind == "care_plan"


def test_whoever_may_not_see_the_patient_reads_it_without_identifiers_and_others_not_at_all(
    desk: Pipeline, plan: Proposal, assistant: Reviewer, lead: Reviewer
) -> None:
    event = desk.safety.report(assistant, {**SAID, "document": plan.id})
    assert desk.safety.get(assistant, event).words == WORDS
    assert desk.safety.get(lead, event).words == WORDS
    for member in (assistant, person(desk, "rosa", "registered_nurse")):
        desk.store.teams.step(
            plan.document.patient, member.user, joined=True, who="test", why="", at=desk.clock()
        )
    read = desk.safety.get(person(desk, "phil", "pharmacist"), event)
    assert read.scrubbed and read.open == "" and "1948-05-17" not in read.words
    with pytest.raises(InputError):
        desk.safety.get(person(desk, "mona", "medical_assistant"), event)
    assert desk.safety.registry(person(desk, "max", "medical_assistant")) == ()
    with pytest.raises(NotInCareTeam):
        desk.safety.report(person(desk, "nick", "registered_nurse"), {**SAID, "document": plan.id})


def test_it_is_closed_by_somebody_else_once_a_strong_enough_action_was_measured_and_worked(
    desk: Pipeline, assistant: Reviewer, lead: Reviewer, physician: Reviewer
) -> None:
    safety, event = desk.safety, desk.safety.report(assistant, SAID)
    safety.judge(lead, event, {"category": "E", "harm": "mild"}, 1)
    assert desk.store.safety_events.get(event).category == "E"
    with pytest.raises(NotApproved, match="causes"):
        safety.close(physician, event, {"why": "over"}, 2)
    safety.cause(lead, event, CAUSE, 2)
    safety.act(lead, event, {**ACTION, "strength": "weaker", "owner": lead.user}, 3)
    with pytest.raises(NotApproved, match="stronger"):
        safety.close(physician, event, {"why": "over"}, 4)
    safety.act(lead, event, {**ACTION, "owner": physician.user}, 4)
    for number in ("1", "2"):
        with pytest.raises(NotApproved, match="measured"):
            safety.close(physician, event, {"why": "over"}, steps(desk, event))
        safety.worked(
            lead, event, {"action": number, "worked": "yes", "found": "none in a month"}, steps(desk, event)
        )
    with pytest.raises(NotLicensed):
        safety.close(lead, event, {"why": "over"}, 7)
    safety.close(physician, event, {"why": "three months without one"}, 7)
    assert desk.store.safety_events.get(event).state == "closed"
    with pytest.raises(NotApproved):
        safety.judge(lead, event, {"category": "A", "harm": "none"}, 8)
    safety.reopen(lead, event, {"why": "it happened again"}, 8)
    assert not desk.store.safety_events.get(event).closed


def test_of_two_who_write_at_once_one_is_told_to_look_again_and_nobody_else_writes(
    desk: Pipeline, assistant: Reviewer, lead: Reviewer
) -> None:
    event = desk.safety.report(assistant, SAID)
    desk.safety.judge(lead, event, {"category": "C", "harm": "none"}, 1)
    with pytest.raises(StaleRecord):
        desk.safety.cause(lead, event, CAUSE, 1)
    for somebody in (assistant, person(desk, "aud", "auditor")):
        with pytest.raises(NotLicensed):
            desk.safety.judge(somebody, event, {"category": "C", "harm": "none"}, 2)


@pytest.mark.parametrize(
    ("field", "given"),
    [("report", "rumour"), ("category", "J"), ("harm", ""), ("harm", "severe"), ("words", " "), ("happened", "2027-01-01"),
     ("happened", "soon"), ("document", "nothing")],
)  # fmt: skip
def test_what_can_not_be_taken_is_named(desk: Pipeline, assistant: Reviewer, field: str, given: str) -> None:
    with pytest.raises(InputError) as refused:
        desk.safety.report(assistant, {**SAID, field: given})
    assert refused.value.where == field and not StoredEvent.objects.exists()


def test_the_export_has_no_words_no_days_and_nobodys_name(
    desk: Pipeline, plan: Proposal, assistant: Reviewer, lead: Reviewer
) -> None:
    event = desk.safety.report(assistant, {**SAID, "document": plan.id})
    desk.safety.cause(lead, event, CAUSE, 1)
    desk.safety.act(lead, event, {**ACTION, "owner": lead.user}, 2)
    failure = desk.flag_for_improvement(plan, {"code": "missing", "words": "the pair"})
    desk.safety.link(lead, event, {"what": "failure", "id": failure}, 3)
    with pytest.raises(InputError):
        desk.safety.link(lead, event, {"what": "rule", "id": failure}, 4)
    (row,) = desk.safety.rows(lead)
    assert (row["year"], row["ncc_merp"], row["factors"]) == ("2026", "B", "barriers,rules")
    assert row["links"] == f"failure:{failure.replace('-', '')}" and row["actions"] == "intermediate:open"
    said = " ".join(row.values())
    for hidden in ("Samuel", "Okafor", "1948", "11-22", plan.document.patient, plan.id, lead.user, "mia"):
        assert hidden not in said
