"""What is to be done: hers first, late first; a person says what became of it, with a reason, and can take it back."""

import re

import pytest

from careloom.care.document import Action
from careloom.demo import AS_OF, HERE
from careloom.store.models import AuditEvent
from tests.flow.samuel import SAMUEL
from tests.flow.test_deciding import every, note
from tests.web.desk import PASSWORD, signed_in


@pytest.fixture
def desk(real):
    """Samuel's plan is signed, so that its activities are to be done."""
    assert real.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr").rejected == []
    plan = real.propose("test", real.find(SAMUEL), as_of=AS_OF, model="none")
    osei = real.store.users.reviewer("osei")
    assert real.decide(osei, plan.id, Action.APPROVE, opened=every(plan)).status == "active"
    return real


def shown(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_nurse_sees_her_own_first_and_everybodys_by_a_link(desk):
    page = shown(signed_in("rosa").get("/tasks"))
    hers = [one for one in desk.tracking.open("test") if one.owner == "nurse"]
    assert hers
    assert all(f'id="{one.id}"' in page for one in hers)
    assert f'<a href="/patients/{desk.find(SAMUEL)}">' in page
    everybodys = shown(signed_in("rosa").get("/tasks?whose="))
    assert all(f'id="{one.id}"' in everybodys for one in desk.tracking.open("test"))
    assert signed_in("rosa").get("/tasks?whose=nobody").status_code == 404


def test_done_is_said_with_a_name_and_can_be_undone(desk):
    rosa = signed_in("rosa")
    task = desk.tracking.open("test")[0]
    answer = rosa.post(f"/tasks/{task.id}/say", {"status": "completed", "whose": ""}, follow=True)
    page = shown(answer)
    assert "It is done, with your name beside it." in page
    assert f'id="{task.id}"' not in page
    undo = re.search(r'action="(/tasks/[^"]+/back)"', page)
    assert undo
    page = shown(rosa.post(undo[1], {"whose": ""}, follow=True))
    assert "stands again as before" in page
    assert f'id="{task.id}"' in page
    assert AuditEvent.objects.filter(action="task completed").count() == 1
    assert AuditEvent.objects.filter(action="task take back").count() == 1


def test_what_is_not_done_asks_for_a_reason_beside_it(desk):
    rosa = signed_in("rosa")
    task = desk.tracking.open("test")[0]
    answer = rosa.post(f"/tasks/{task.id}/say", {"status": "cancelled", "whose": ""})
    assert answer.status_code == 422
    assert "say why it is not done" in answer.content.decode()
    said = {"status": "cancelled", "reason": "declined", "plan": task.said.proposal, "whose": ""}
    page = shown(rosa.post(f"/tasks/{task.id}/say", said, follow=True))
    assert "Not done: the patient declined it (R. Blake, " in page


def test_whoever_runs_the_site_sees_no_tasks_and_an_auditor_changes_none(desk):
    desk.store.users.create("ada", name="A. Root", role="administrator", password=PASSWORD)
    assert signed_in("ada").get("/tasks").status_code == 403
    desk.store.users.create("quinn", name="Q. Audit", role="auditor", password=PASSWORD)
    task = desk.tracking.open("test")[0]
    quinn = signed_in("quinn")
    assert quinn.get("/tasks").status_code == 200
    assert quinn.post(f"/tasks/{task.id}/say", {"status": "completed"}).status_code == 403
    assert quinn.post(f"/tasks/{task.id}/back").status_code == 403


def test_an_unknown_task_is_not_found_and_no_address_tells_of_a_patient_but_by_our_id(desk):
    rosa = signed_in("rosa")
    assert rosa.post("/tasks/nothing-at-all/say", {"status": "completed"}).status_code == 404
    assert rosa.get("/tasks?plan=nothing").status_code == 404
    addresses = " ".join(re.findall(r'(?:href|action)="([^"]*)"', shown(rosa.get("/tasks?whose="))))
    assert desk.find(SAMUEL) in addresses
    assert not re.search("Samuel|Green|1960|RV160001", addresses, re.I)


def test_the_api_lists_tasks_and_takes_a_word_with_the_same_rules(desk):
    rosa = signed_in("rosa")
    listed = rosa.get("/api/tasks").json()["tasks"]
    assert {one["id"] for one in listed} == {one.id for one in desk.tracking.open("test")}
    path = f"/api/tasks/{listed[0]['id']}"
    assert rosa.post(path, {"status": "cancelled"}, "application/json").status_code == 422
    done = rosa.post(path, {"status": "completed"}, "application/json")
    assert (done.status_code, done.json()["status"]) == (200, "completed")
    assert rosa.post(path, {"status": "back"}, "application/json").json()["status"] == "requested"
    assert rosa.post("/api/tasks/none", {"status": "back"}, "application/json").status_code == 404


def test_a_redrafted_plan_says_how_much_differs_and_marks_what_was_signed_before(desk, tmp_path):
    note(desk, tmp_path, "He was evicted on 2026-11-20 and has been sleeping in his car since.")
    new = desk.propose("test", desk.find(SAMUEL), as_of=AS_OF, model="none")
    parts = sorted({one.section for one in new.document.statements})
    page = shown(signed_in("rosa").get(f"/review/{new.id}", {"open": parts}))
    left = len(new.document.statements) - len(new.unchanged)
    assert (
        f"{left} lines new or changed since the plan in the chart; {len(new.unchanged)} say the same" in page
    )
    assert page.count("signed before") >= len(new.carried)
