"""A call that has ended is taken back by whoever ended it, with all that came of it, as long as nothing rests on it."""

from dataclasses import replace

import pytest

from careloom.care.call import Call
from careloom.care.document import Action, Reviewer
from careloom.care.entry import RECORDED_HERE
from careloom.care.notices import NoticeKind
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.pipeline import Pipeline
from careloom.store.models import AuditEvent
from tests.flow.test_calling import begun, desk, drug, hands, him, nora, note_of, ours, tick
from tests.flow.test_questioning import NO_ORDER, asked, osei, told

__all__ = ["begun", "desk", "hands", "him", "nora", "osei"]
pytestmark = pytest.mark.django_db
WHY = "It was another patient on the telephone."


@pytest.fixture
def over(desk: Pipeline, nora: Reviewer, begun: Call) -> Call:
    """He takes no lisinopril; somebody is to call the pharmacy."""
    tick(
        desk, nora, begun, whom="patient", reported="He feels well.", step__1="Call the pharmacy", owner__1="nurse",
        due__1="2027-01-04", **{f"drug__{drug(begun, 'lisinopril')}": "not_taking"},
    )  # fmt: skip
    return desk.calling.end(nora, begun.id)


def test_all_that_came_of_it_is_taken_back_and_says_so(desk, nora, him, over):
    before = desk.record("test", him)
    assert ours(desk, him, "MedicationStatement") and ours(desk, him, "Encounter")
    assert desk.uncalling.why_not(nora, over.id) == ""
    after = desk.uncalling.take_back(nora, over.id, WHY)
    record = desk.record("test", him)
    assert {one.kind for one in record.entries if one.source.system == RECORDED_HERE} <= {"Patient"}
    gone = [one for one in record.withdrawn if one.source.system == RECORDED_HERE]
    assert {one.kind for one in gone} >= {"Encounter", "MedicationStatement"}, "it stays in the history"
    assert [one.why for one in record.medications] != [one.why for one in before.medications]
    assert desk.store.proposals.get(over.note).status == "revoked"
    assert desk.store.proposals.decisions(over.note)[-1].reason == f"The call was taken back: {WHY}"
    (task,) = [one for one in desk.tracking.of(nora.user, him) if one.said.proposal == over.note]
    assert (task.said.status, task.said.why) == ("cancelled", f"the call was taken back: {WHY}")
    assert (after.back, after.why) == (desk.calling.get(nora, over.id).back, WHY) and after.back
    event = AuditEvent.objects.get(action="take back call")
    assert event.actor == nora.user and WHY not in f"{event.what}{event.__dict__}"
    with pytest.raises(NotApproved, match="already"):
        desk.uncalling.take_back(nora, over.id, WHY)


def test_only_whoever_ended_it_takes_it_back_and_says_why(desk, nora, osei, begun, over):
    with pytest.raises(NotLicensed):
        desk.uncalling.take_back(osei, over.id, WHY)
    for none in ("", "wrong"):
        with pytest.raises(InputError):
            desk.uncalling.take_back(nora, over.id, none)
    open_ = desk.calling.begin(nora, desk.record(nora, over.patient))
    with pytest.raises(NotApproved, match="has ended"):
        desk.uncalling.take_back(nora, open_.id, WHY)
    assert desk.store.proposals.get(over.note).status == "draft"


def test_a_signed_note_is_not_taken_back(desk, nora, him, over):
    note = desk.store.proposals.get(over.note)
    desk.open_lines(nora, note.id, [one.id for one in note.document.statements])
    line = next(one.id for one in note.document.statements if one.tier <= 1)
    desk.decide(nora, note.id, Action.APPROVE, statements=[line])
    with pytest.raises(NotApproved, match="signed"):
        desk.uncalling.take_back(nora, over.id, WHY)
    assert ours(desk, him, "MedicationStatement")


def test_what_a_signed_line_of_another_document_rests_on_is_not_taken_back(desk, nora, him, over):
    plan = desk.propose("test", him, model="none")
    own = {one.id for one in ours(desk, him, "MedicationStatement")}
    line = next(one for one in plan.document.statements if own.intersection(one.citations))
    signed = replace(plan, released={**plan.released, line.id: nora.user})
    desk.store.proposals.replace(desk.store.proposals.get(plan.id), signed)
    with pytest.raises(NotApproved, match="signed line"):
        desk.uncalling.take_back(nora, over.id, WHY)
    assert desk.store.proposals.get(over.note).status == "draft"


def test_a_task_that_was_begun_stays(desk, nora, him, over):
    (task,) = [one for one in desk.tracking.of(nora.user, him) if one.said.proposal == over.note]
    desk.tracking.say(nora, task.id, "in-progress")
    desk.uncalling.take_back(nora, over.id, WHY)
    (task,) = [one for one in desk.tracking.of(nora.user, him) if one.said.proposal == over.note]
    assert task.said.status == "in-progress"


def test_a_question_that_nobody_answered_is_withdrawn(desk, nora, osei, begun):
    found = asked(desk, nora, osei, begun)
    desk.uncalling.take_back(nora, begun.id, WHY)
    assert desk.store.questions.get(found.id).withdrawn and desk.questioning.hers(osei) == ()


def test_whoever_answered_its_question_is_told_and_the_task_of_a_yes_is_closed(desk, nora, osei, him, begun):
    found = asked(desk, nora, osei, begun, NO_ORDER)
    desk.questioning.answer(osei, found.id, "yes")
    desk.uncalling.take_back(nora, begun.id, WHY)
    assert told(desk, osei).count(NoticeKind.CALL_BACK) == 1
    assert desk.store.questions.get(found.id).answer.what == "yes", "what she said stays said"
    assert not [
        one for one in desk.tracking.of(nora.user, him) if one.open and one.said.proposal == found.note
    ]


def test_a_try_that_reached_nobody_is_taken_back_too(desk, nora, him):
    tried = desk.calling.not_reached(nora, desk.record(nora, him), "nobody_reached", None)
    assert ours(desk, him, "Encounter")
    desk.uncalling.take_back(nora, tried.id, WHY)
    assert not ours(desk, him, "Encounter") and note_of(desk, tried).status == "revoked"


def test_the_note_stays_rejected_with_its_call(desk, nora, him, over):
    desk.uncalling.take_back(nora, over.id, WHY)
    assert desk.review(nora, over.note).undo is None, "nothing is offered that would bring it back"
    with pytest.raises(NotApproved, match="call was taken back"):
        desk.undo(nora, over.note)
    assert desk.store.proposals.get(over.note).status == "revoked"


def test_a_note_that_was_rejected_without_its_call_comes_back_by_undo(desk, nora, over):
    desk.decide(nora, over.note, Action.REJECT, reason="It tells too much.")
    assert desk.review(nora, over.note).undo is not None
    assert desk.undo(nora, over.note).status == "draft"
