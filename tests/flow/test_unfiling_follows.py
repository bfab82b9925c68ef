"""What follows from taking a document back: what waits isn't sent, what went out is named, a note's report is undone, others are told."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.care.call import Call
from careloom.care.document import Action, Proposal, Reviewer
from careloom.care.notices import NoticeKind
from careloom.care.panel import Because, Reason
from careloom.care.sending import State
from careloom.care.unfiled import STATUS
from careloom.chart.parts import ident
from careloom.demo import HERE
from careloom.errors import NotApproved, StaleRecord
from careloom.pipeline import Pipeline
from careloom.pipeline.ehr.telling import Tellings
from careloom.pipeline.planned import BACK
from careloom.store.licence import Licence
from careloom.wire.webhook import Sender
from tests.flow.samuel import SAMUEL
from tests.flow.test_calling import begun, desk, drug, hands, him, nora, ours, tick
from tests.flow.test_deciding import NOW, every
from tests.flow.test_questioning import NO_ORDER, asked, osei, told
from tests.flow.test_telling import Clock, focus, receiver
from tests.flow.test_telling import clock as telling_clock

__all__ = ["begun", "desk", "hands", "him", "nora", "osei", "receiver", "telling_clock"]
pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
WORDS = "It is Walter's plan, not his."


class Clinic:
    """A clinic that sends to Samuel's portal; its clock goes on as it is told."""

    def __init__(self, home: Path) -> None:
        self.now = NOW
        house = {"practice_name": "Lakeside Clinic", "practice_phone": "555-123-4567", "quiet_hours": ""}
        own = replace(settings.read(), home=home, model="none", **house)
        self.desk = pipelines.build(own, clock=lambda: self.now)
        self.desk.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
        self.desk.store.users.create("osei", role="physician", licence=Licence("MA", "MD1", date(2030, 1, 1)))
        self.osei, self.who = self.desk.store.users.reviewer("osei"), self.desk.find(SAMUEL)

    def drafted(self, kind: str, **fields: str) -> Proposal:
        self.now += timedelta(minutes=5)
        return self.desk.propose("test", self.who, kind=kind, as_of=TODAY, model="none", given=fields)

    def signed(self, kind: str, **fields: str) -> Proposal:
        draft = self.drafted(kind, **fields)
        return self.desk.decide(self.osei, draft.id, Action.APPROVE, opened=every(draft))

    def back(self, document: Proposal) -> None:
        self.now += timedelta(minutes=5)
        self.desk.unfiling.take_back(self.osei, document.id, "wrong_patient", WORDS)
        self.now += timedelta(minutes=5)


@pytest.fixture
def clinic(home: Path) -> Clinic:
    return Clinic(home)


def test_a_letter_that_waits_is_not_sent_and_one_that_went_out_is_named_so_that_somebody_phones(clinic):
    desk = clinic.desk
    plan = clinic.signed("care_plan")
    sent = clinic.signed("patient_copy", recipient="patient")
    gone = desk.delivering.deliver(desk.delivering.queue("test", sent.id, "portal").id)
    assert gone.state is State.SENT
    other = clinic.signed("patient_copy", recipient="patient", release="hiv")
    waits = desk.delivering.queue("test", other.id, "portal")
    draft = clinic.drafted("patient_copy", recipient="patient", release="violence")
    follows = desk.unfiling.look(clinic.osei, plan.id)
    assert (follows.waiting, [one.id for one in follows.reached]) == (1, [gone.id])
    assert {one.id for one in follows.written} == {sent.id, other.id}
    clinic.back(plan)
    after = desk.store.sendings.get(waits.id)
    assert (after.state, after.steps[-1].by) == (State.CANCELLED, clinic.osei.user)
    assert [one.id for one in desk.unfiling.reached(desk.store.proposals.get(plan.id))] == [gone.id]
    with pytest.raises(StaleRecord, match="taken back"):
        desk.decide(clinic.osei, draft.id, Action.APPROVE, opened=every(draft))
    again = desk.delivering.queue("test", other.id, "portal")
    assert desk.delivering.deliver(again.id).why == BACK, "asked for again it is held all the same"
    assert desk.store.proposals.get(sent.id).status == "active", "each is taken back on its own page"
    assert desk.unfiling.unfounded(desk.store.proposals.get(sent.id)), (
        "and its page says that its plan is gone"
    )


def test_whoever_got_what_was_taken_back_stands_on_the_panel_until_somebody_spoke_to_them(clinic):
    desk = clinic.desk

    def reasons() -> dict[Because, Reason]:
        lines = desk.panels.panel(clinic.osei).lines
        return {one.because: one for line in lines if line.patient == clinic.who for one in line.reasons}

    def met(day: date, **how: str) -> None:
        given = {"day": f"{day}", "way": "phone", "agreed": f"call; nurse; {day + timedelta(days=9)}", **how}
        desk.propose("test", clinic.who, kind="visit_note", as_of=day, model="none", given=given)

    plan = clinic.signed("care_plan")
    copy = clinic.signed("patient_copy", recipient="patient")
    desk.delivering.deliver(desk.delivering.queue("test", copy.id, "portal").id)
    met(TODAY - timedelta(days=1), reached="reached", whom="patient")
    assert Because.TAKEN_BACK not in reasons(), "what went out stands"
    clinic.back(plan)
    told = reasons()[Because.TAKEN_BACK]
    assert (told.due, told.late, told.reference) == (date(2026, 11, 24), False, plan.id)
    assert told.words == "", "a contact before it is none about it"
    clinic.now += timedelta(days=2)
    assert reasons()[Because.TAKEN_BACK].late
    met(clinic.now.date(), reached="message_left")
    assert Because.TAKEN_BACK in reasons(), "a message is no contact"
    met(clinic.now.date(), reached="reached", whom="patient")
    assert Because.TAKEN_BACK not in reasons()


def test_what_was_taken_back_and_went_out_to_nobody_asks_for_no_call(clinic):
    plan = clinic.signed("care_plan")
    copy = clinic.signed("patient_copy", recipient="patient")
    clinic.desk.delivering.queue("test", copy.id, "portal")
    clinic.back(plan)
    (line,) = clinic.desk.panels.panel(clinic.osei).lines
    assert Because.TAKEN_BACK not in {one.because for one in line.reasons}


def test_a_letter_of_the_plan_before_is_of_the_plan_in_force_again(clinic):
    clinic.signed("care_plan")
    copy = clinic.signed("patient_copy", recipient="patient")
    clinic.now += timedelta(days=1)
    (clinic.desk.settings.home / "note.txt").write_text(
        "Patient: Samuel Green\nBirth date: 1960-06-30\nSex: M\nMRN: RV160001\n"
        "MRN system: urn:oid:2.16.840.1.113883.19.5.1\nAuthor: R. Blake\nRole: Nurse\nDate: 2026-11-23\n"
        "Type: Telephone call\nWritten by: person\n\nHe has no car and no ride to the clinic.\n"
    )
    clinic.desk.connect([clinic.desk.settings.home / "note.txt"], source="social_services")
    newer = clinic.signed("care_plan")
    sending = clinic.desk.delivering.queue("test", copy.id, "portal")
    clinic.back(newer)
    assert clinic.desk.store.sendings.get(sending.id).state is State.QUEUED, "it is not the newer plan's"
    assert clinic.desk.delivering.deliver(sending.id).state is State.SENT


def signed_note(desk: Pipeline, osei: Reviewer, call: Call) -> Proposal:
    note = desk.store.proposals.get(desk.store.calls.get(call.id).note)
    return desk.decide(osei, note.id, Action.APPROVE, opened=every(note))


def test_with_a_note_what_was_reported_in_its_call_is_taken_back(desk, nora, osei, him, begun):
    tick(
        desk, nora, begun, whom="patient", reported="He feels well.", step__1="Call the pharmacy", owner__1="nurse",
        due__1="2027-01-04", **{f"drug__{drug(begun, 'lisinopril')}": "not_taking"},
    )  # fmt: skip
    desk.calling.end(nora, begun.id)
    note = signed_note(desk, osei, begun)
    assert note.status == "active" and ours(desk, him, "MedicationStatement")
    assert "take the note back" in desk.uncalling.why_not(nora, begun.id)
    desk.unfiling.take_back(osei, note.id, "wrong_patient", "Another patient was on the telephone.")
    assert not ours(desk, him, "MedicationStatement") and not ours(desk, him, "Encounter")
    assert {one.said.status for one in desk.tracking.of("test", him)} == {"cancelled"}
    assert "already" in desk.uncalling.why_not(nora, begun.id)
    (chart,) = [
        one["resource"]
        for one in desk.chart("test", him)["entry"]
        if one["resource"]["resourceType"] == "DocumentReference"
    ]
    assert (chart["status"], chart["docStatus"]) == ("entered-in-error", "entered-in-error")


def test_a_note_on_which_a_signed_line_of_a_plan_rests_is_not_taken_back_first(desk, nora, osei, him, begun):
    key = drug(begun, "lisinopril")
    tick(desk, nora, begun, whom="patient", **{f"drug__{key}": "not_taking"})
    desk.calling.end(nora, begun.id)
    note = signed_note(desk, osei, begun)
    plan = desk.propose("test", him, model="none")
    own = {one.id for one in ours(desk, him, "MedicationStatement")}
    line = next(one for one in plan.document.statements if own.intersection(one.citations))
    plan = desk.decide(osei, plan.id, Action.APPROVE, opened=every(plan))
    assert line.id in plan.released
    with pytest.raises(NotApproved, match="signed line rests"):
        desk.unfiling.take_back(osei, note.id, "wrong_patient", WORDS)
    desk.unfiling.take_back(osei, plan.id, "wrong_content", WORDS)
    desk.unfiling.take_back(osei, note.id, "wrong_patient", WORDS)
    assert desk.store.proposals.get(note.id).status == STATUS


def test_whoever_answered_the_question_of_a_note_is_told(desk, nora, osei, him, begun):
    found = asked(desk, nora, osei, begun, NO_ORDER)
    desk.questioning.answer(osei, found.id, "yes")
    note = signed_note(desk, osei, begun)
    desk.unfiling.take_back(osei, note.id, "wrong_patient", WORDS)
    assert told(desk, osei).count(NoticeKind.CALL_BACK) == 1
    assert not [one for one in desk.tracking.of(nora.user, him) if one.open]


def test_an_open_question_of_a_note_waits_for_nobody(desk, nora, osei, begun):
    found = asked(desk, nora, osei, begun)
    note = signed_note(desk, osei, begun)
    desk.unfiling.take_back(osei, note.id, "wrong_patient", WORDS)
    assert desk.store.questions.get(found.id).withdrawn


def test_a_webhook_tells_that_a_plan_was_taken_back(clinic, receiver, telling_clock: Clock):

    desk = clinic.desk
    telling_clock.now = clinic.now
    tellings = Tellings(desk.store, lambda: clinic.now, 7, Sender(("127.0.0.1",)))
    tellings.add("test", "ehr", receiver.address, ("plan-filed", "document-taken-back"))
    plan = clinic.signed("care_plan")
    clinic.back(plan)
    tellings.queue()
    assert tellings.tell(desk.store.webhooks.find("ehr").id) == 2
    name = f"CarePlan/{ident('CarePlan', plan.id)}"
    assert [focus(one) for one in receiver.bodies()[1:]] == [name, name]
    tellings.queue()
    assert tellings.tell(desk.store.webhooks.find("ehr").id) == 0, "once"
