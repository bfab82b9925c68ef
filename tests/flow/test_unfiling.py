"""What was filed is taken back by whoever might have signed it, says so in the chart, and nothing current builds on it any more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.document import Action, Proposal, Reviewer, Tier
from careloom.care.notices import NoticeKind
from careloom.care.unfiled import STATUS
from careloom.errors import InputError, NotApproved, NotInCareTeam, NotLicensed, StaleRecord
from careloom.pipeline import Pipeline
from careloom.store.models import AuditEvent
from tests.flow.samuel import SAMUEL
from tests.flow.test_deciding import every
from tests.flow.test_tracking import activities, sign

pytestmark = pytest.mark.django_db
WORDS = "It is Walter's plan, not his."


@pytest.fixture
def filed(desk: Pipeline, plan: Proposal, physician: Reviewer) -> Proposal:
    return sign(desk, physician, plan)


def resources(desk: Pipeline, kind: str) -> list[dict]:
    bundle = desk.chart("test", desk.find(SAMUEL))
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def test_what_is_taken_back_stays_in_the_chart_as_entered_in_error_with_who_when_and_why(
    desk, filed, physician
):
    back = desk.unfiling.take_back(physician, filed.id, "wrong_patient", WORDS)
    assert desk.store.proposals.get(filed.id).status == STATUS
    (careplan,) = resources(desk, "CarePlan")
    assert careplan["status"] == "entered-in-error" and WORDS in careplan["text"]["div"].replace(
        "&#x27;", "'"
    )
    assert {one["lifecycleStatus"] for one in resources(desk, "Goal")} == {"entered-in-error"}
    assert {one["status"] for one in resources(desk, "ServiceRequest")} == {"entered-in-error"}
    tasks = resources(desk, "Task")
    assert tasks and {one["status"] for one in tasks} == {"cancelled"}
    assert all(WORDS in one["statusReason"]["text"] for one in tasks)
    signed, taken = resources(desk, "Provenance")
    assert signed["target"], "who signed it stays said"
    assert taken["activity"]["coding"][0]["code"] == "NULLIFY"
    assert taken["reason"] == [{"text": f"it is about the wrong patient: {WORDS}"}]
    assert taken["agent"][0]["who"]["display"] == physician.name
    assert taken["recorded"] == back.at.isoformat(timespec="seconds")
    assert {one["reference"] for one in taken["target"]} >= {f"urn:uuid:{careplan['id']}"}
    event = AuditEvent.objects.get(action="take back document")
    assert event.actor == physician.user and WORDS not in f"{event.what}{event.__dict__}"


def test_where_something_was_done_upon_it_the_plan_is_revoked_and_what_was_done_stays_done(
    desk, filed, physician, nurse
):
    task = desk.tracking.open("test")[0]
    desk.tracking.say(nurse, task.id, "completed", "by phone")
    desk.unfiling.take_back(physician, filed.id, "entered_in_error", WORDS)
    assert [one["status"] for one in resources(desk, "CarePlan")] == ["revoked"]
    assert sorted(one["status"] for one in resources(desk, "Task"))[-1] == "completed"
    assert "completed" in {one["status"] for one in resources(desk, "ServiceRequest")}


def test_what_something_newer_takes_the_place_of_is_ended_and_not_in_error(desk, filed, physician):
    desk.unfiling.take_back(physician, filed.id, "superseded", "A new plan is written by hand.")
    assert [one["status"] for one in resources(desk, "CarePlan")] == ["revoked"]
    assert {one["lifecycleStatus"] for one in resources(desk, "Goal")} == {"cancelled"}
    assert resources(desk, "Provenance")[-1]["activity"]["coding"][0]["code"] == "OBSOLETE"


def test_a_nurse_takes_back_what_nurses_sign_and_a_physician_what_holds_a_line_of_his(
    desk, plan, filed, nurse, physician
):
    assert any(one.tier is Tier.PHYSICIAN for one in filed.document.statements if one.id in filed.released)
    assert "physician" in desk.unfiling.look(nurse, filed.id).why_not
    with pytest.raises(NotLicensed, match="physician"):
        desk.unfiling.take_back(nurse, filed.id, "wrong_content", WORDS)
    lines = {one.id for one in filed.document.statements if one.tier is Tier.NURSE}
    kept = {line: user for line, user in filed.released.items() if line in lines}
    desk.store.proposals.replace(filed, replace(filed, released=kept))
    assert desk.unfiling.look(nurse, filed.id).why_not == ""
    assert desk.unfiling.take_back(nurse, filed.id, "wrong_content", WORDS).who == nurse.user
    told = [one.kind for one in desk.store.notices.of(physician.user)]
    assert told.count(NoticeKind.TAKEN_BACK) == 1, "who signed it is told"


@pytest.mark.parametrize("role", ["auditor", "administrator", "quality_lead", "medical_assistant"])
def test_who_signs_nothing_takes_nothing_back(desk, filed, physician, role):
    with pytest.raises(NotLicensed):
        desk.unfiling.take_back(replace(physician, role=role), filed.id, "wrong_content", WORDS)
    assert desk.store.proposals.get(filed.id).status == "active"


def test_a_lapsed_licence_and_another_team_take_nothing_back(desk, filed, physician):
    lapsed = replace(physician, licence_expiry="2026-01-01")
    with pytest.raises(NotLicensed, match="expired"):
        desk.unfiling.take_back(lapsed, filed.id, "wrong_content", WORDS)
    desk.access.join("operator", filed.document.patient, "nora", why="her nurse")
    with pytest.raises(NotInCareTeam):
        desk.unfiling.take_back(physician, filed.id, "wrong_content", WORDS)


@pytest.mark.parametrize(("why", "words"), [("whim", WORDS), ("other", ""), ("wrong_content", "wrong")])
def test_it_needs_a_reason_of_the_list_and_words(desk, filed, physician, why, words):
    with pytest.raises(InputError):
        desk.unfiling.take_back(physician, filed.id, why, words)
    assert desk.store.chart.taken_back(filed.document.patient) == {}


def test_only_what_is_filed_is_taken_back_and_once(desk, plan, physician):
    with pytest.raises(NotApproved, match="filed"):
        desk.unfiling.take_back(physician, plan.id, "wrong_content", WORDS)
    sign(desk, physician, plan)
    desk.unfiling.take_back(physician, plan.id, "wrong_content", WORDS)
    with pytest.raises(NotApproved, match="already"):
        desk.unfiling.take_back(physician, plan.id, "wrong_content", WORDS)
    with pytest.raises(NotApproved, match="taken back"):
        desk.undo(physician, plan.id)


def test_the_same_drafted_again_is_another_document_and_builds_on_nothing(desk, filed, physician):
    patient = filed.document.patient
    desk.unfiling.take_back(physician, filed.id, "wrong_content", WORDS)
    assert desk.store.proposals.last_filed(patient, "care_plan") is None
    again = desk.propose("test", patient, as_of=filed.document.as_of, model="none")
    assert again.id != filed.id and (again.status, again.since, again.carried) == ("draft", "", {})
    assert desk.drafting.accepted(patient) == {}, "what was signed over in it is asked about again"
    assert desk.review(physician, again.id).previous is None
    assert sign(desk, physician, again).status == "active"
    assert {one.said.proposal for one in desk.tracking.open("test")} == {again.id}


def test_its_tasks_are_no_more_to_be_done_and_say_why(desk, filed, physician):
    assert desk.unfiling.look(physician, filed.id).tasks == len(desk.tracking.open("test")) > 0
    desk.unfiling.take_back(physician, filed.id, "wrong_patient", WORDS)
    assert desk.tracking.open("test") == ()
    said = desk.tracking.of("test", filed.document.patient)
    assert {one.said.why for one in said} == {
        f"the document was taken back: it is about the wrong patient: {WORDS}"
    }


def newer(desk: Pipeline, physician: Reviewer, old: Proposal) -> Proposal:
    """A later plan without the first activity, drafted beside the old one, signed by her and filed."""
    drop = sorted(activities(old) & set(old.released))[0]
    lines = tuple(one for one in old.document.statements if one.id != drop)
    document = replace(old.document, statements=lines, record_version="later")
    made = replace(
        old,
        id="c0ffee" * 5 + "ab",
        document=document,
        created=old.created + timedelta(hours=1),
        status="draft",
        released={},
        since=old.id,
        carried={},
    )
    desk.store.proposals.add(made, desk.store.proposals.frozen(old.id))
    desk.decide(physician, made.id, Action.APPROVE, opened=tuple(one.id for one in lines))
    return desk.store.proposals.get(made.id)


def test_the_plan_before_is_in_force_again_with_its_tasks_as_they_stood(desk, filed, physician):
    before = {one.said.statement for one in desk.tracking.open("test")}
    later = newer(desk, physician, filed)
    assert later.status == "active"
    assert {one.said.statement for one in desk.tracking.open("test")} < before
    assert desk.unfiling.look(physician, later.id).before == filed
    desk.unfiling.take_back(physician, later.id, "wrong_content", WORDS)
    assert desk.store.proposals.last_filed(filed.document.patient, "care_plan") == filed
    assert {one.said.statement for one in desk.tracking.open("test")} == before
    assert {one.said.proposal for one in desk.tracking.open("test")} == {filed.id}
    status = {one["identifier"][0]["value"]: one["status"] for one in resources(desk, "CarePlan")}
    assert status == {filed.id: "active", later.id: "entered-in-error"}
    assert {one["lifecycleStatus"] for one in resources(desk, "Goal")} == {"active"}, (
        "they are the older plan's too"
    )


def test_a_draft_beside_it_is_not_signed_any_more(desk, filed, physician):
    lines = filed.document.statements
    document = replace(filed.document, record_version="later")
    draft = replace(filed, id="d0d0" * 8, document=document, status="draft", released={}, since=filed.id)
    desk.store.proposals.add(draft, desk.store.proposals.frozen(filed.id))
    assert desk.unfiling.look(physician, filed.id).drafts == 1
    desk.unfiling.take_back(physician, filed.id, "wrong_content", WORDS)
    with pytest.raises(StaleRecord, match="taken back"):
        desk.decide(physician, draft.id, Action.APPROVE, opened=tuple(one.id for one in lines))


def test_what_a_later_signature_carries_on_is_not_taken_back_first(desk, filed, physician):
    later = newer(desk, physician, filed)
    line = next(iter(filed.released))
    desk.store.proposals.replace(later, replace(later, carried={line: filed.id}))
    with pytest.raises(NotApproved, match="carries"):
        desk.unfiling.take_back(physician, filed.id, "wrong_content", WORDS)
    desk.unfiling.take_back(physician, later.id, "wrong_content", WORDS)
    desk.unfiling.take_back(physician, filed.id, "wrong_content", WORDS)
    assert desk.store.proposals.last_filed(filed.document.patient, "care_plan") is None


def test_its_page_still_shows_it_with_the_reason(desk, filed, physician, nurse):
    desk.unfiling.take_back(physician, filed.id, "wrong_patient", WORDS)
    shown = desk.review(nurse, filed.id)
    assert shown.back.words == WORDS and shown.proposal.released == filed.released
    assert every(shown.proposal) == every(filed)
