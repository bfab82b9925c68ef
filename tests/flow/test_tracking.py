"""What was signed is followed until it is done or somebody says why not; nothing is forgotten between two plans."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from careloom.care.document import Action, Activity, Proposal, Reviewer
from careloom.care.task import Task, TaskSaid, kept
from careloom.errors import InputError, NotLicensed
from careloom.pipeline import Pipeline
from tests.flow.test_deciding import NOW, every

pytestmark = pytest.mark.django_db


def sign(desk: Pipeline, physician: Reviewer, plan: Proposal) -> Proposal:
    """Everything of it is opened and signed."""
    return desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan))


def activities(plan: Proposal) -> set[str]:
    return {line.id for line in plan.document.statements if line.kind == "activity"}


def newer(desk: Pipeline, old: Proposal, *lines, released=()) -> Proposal:
    """A later plan of the same person with these lines, filed as if they had been signed."""
    document = replace(old.document, statements=lines, record_version="later")
    plan = replace(old, id="c0ffee" * 5 + "ab", document=document, status="draft", released={})
    desk.store.proposals.add(plan, {})
    filed = replace(plan, status="active", released=dict.fromkeys(released, "osei"))
    desk.store.proposals.replace(plan, filed)
    desk.tracking.follow(filed)
    return filed


def first(tasks: tuple[Task, ...]) -> Task:
    assert tasks
    return tasks[0]


def test_each_signed_activity_is_to_be_done_by_its_owner_and_day(desk, plan, physician) -> None:
    assert desk.tracking.open("test") == ()
    filed = sign(desk, physician, plan)
    found = desk.tracking.open("test")
    assert {one.said.statement for one in found} == activities(filed) & set(filed.released)
    lines = {line.id: line for line in plan.document.statements}
    for one in found:
        line = lines[one.said.statement]
        assert (one.text, one.owner) == (line.text, line.activity.owner)
        assert str(one.due or "") == line.activity.due
        assert (one.said.status, one.said.who) == ("requested", "careloom")


def test_a_line_that_nobody_opened_is_no_task(desk, plan, physician) -> None:
    filed = desk.decide(physician, plan.id, Action.APPROVE)
    assert filed.status == "active"
    unread = activities(filed) - set(filed.released)
    assert unread
    assert not unread & {one.said.statement for one in desk.tracking.open("test")}


def test_done_leaves_the_list_and_is_taken_back_by_whoever_said_it(desk, plan, nurse, physician) -> None:
    sign(desk, physician, plan)
    task = first(desk.tracking.open("test"))
    assert desk.tracking.say(nurse, task.id, "in-progress").said.who == nurse.user
    assert desk.tracking.say(nurse, task.id, "completed", "by phone").said.why == "by phone"
    assert task.id not in {one.id for one in desk.tracking.open("test")}
    with pytest.raises(InputError, match="completed already"):
        desk.tracking.say(nurse, task.id, "completed")
    with pytest.raises(NotLicensed, match="somebody else"):
        desk.tracking.take_back(physician, task.id)
    assert desk.tracking.take_back(nurse, task.id).said.status == "in-progress"
    assert desk.tracking.take_back(nurse, task.id).said.status == "requested"
    with pytest.raises(InputError, match="nothing to take back"):
        desk.tracking.take_back(nurse, task.id)


def test_what_is_not_done_needs_a_reason(desk, plan, nurse, physician) -> None:
    sign(desk, physician, plan)
    task = first(desk.tracking.open("test"))
    for why in ("", "  ", "other"):
        with pytest.raises(InputError, match="say why"):
            desk.tracking.say(nurse, task.id, "cancelled", why)
    assert desk.tracking.say(nurse, task.id, "cancelled", "declined").said.why == "the patient declined it"


def test_nobody_outside_the_care_team_says_anything_of_a_task(desk, plan, nurse, physician) -> None:
    sign(desk, physician, plan)
    task = first(desk.tracking.open("test"))
    for role in ("auditor", "administrator", "quality_lead"):
        with pytest.raises(NotLicensed):
            desk.tracking.say(replace(nurse, role=role), task.id, "completed")
        with pytest.raises(NotLicensed):
            desk.tracking.take_back(replace(nurse, role=role), task.id)


def test_a_task_of_no_plan_is_unknown(desk, plan, nurse) -> None:
    for name in ("nothing", f"{plan.id}-ffffffffffff", "-", f"{'0' * 32}-{plan.document.statements[0].id}"):
        with pytest.raises(InputError):
            desk.tracking.say(nurse, name, "completed")


def test_what_stands_in_the_next_plan_too_goes_on_as_it_stood(desk, plan, nurse, physician) -> None:
    filed = sign(desk, physician, plan)
    task, other = desk.tracking.open("test")[:2]
    desk.tracking.say(nurse, task.id, "in-progress")
    lines = {line.id: line for line in plan.document.statements}
    again = newer(desk, filed, lines[task.said.statement], released=[task.said.statement])

    (stands,) = desk.tracking.open("test")
    assert (stands.said.statement, stands.said.status, stands.said.who) == (
        task.said.statement,
        "in-progress",
        nurse.user,
    )
    assert stands.said.proposal == again.id
    gone = next(
        one
        for one in desk.tracking.of("test", plan.document.patient)
        if one.said.statement == other.said.statement
    )
    assert gone.said.status == "cancelled"
    assert "signed after it" in gone.said.why
    assert desk.tracking.take_back(nurse, stands.id).said.status == "requested"


def test_a_line_that_is_folded_in_the_next_plan_keeps_its_task(desk, plan, physician) -> None:
    filed = sign(desk, physician, plan)
    before = {one.said.statement for one in desk.tracking.open("test")}
    newer(desk, filed, *plan.document.statements, released=[])
    assert {one.said.statement for one in desk.tracking.open("test")} == before


def test_what_was_done_is_asked_again_only_where_the_next_plan_wants_it_later(
    desk, plan, nurse, physician
) -> None:
    filed = sign(desk, physician, plan)
    task, other = desk.tracking.open("test")[:2]
    for one in (task, other):
        desk.tracking.say(nurse, one.id, "completed")
    lines = {line.id: line for line in plan.document.statements}
    due = {task: (NOW + timedelta(days=90)).date(), other: NOW.date()}
    newer(
        desk,
        filed,
        *(
            replace(lines[one.said.statement], activity=Activity(one.owner, day.isoformat()))
            for one, day in due.items()
        ),
        released=[one.said.statement for one in due],
    )
    assert [one.said.statement for one in desk.tracking.open("test")] == [task.said.statement]


def test_the_chart_tells_what_became_of_each_activity(desk, plan, nurse, physician) -> None:
    sign(desk, physician, plan)
    done, refused = desk.tracking.open("test")[:2]
    desk.tracking.say(nurse, done.id, "completed")
    desk.tracking.say(nurse, refused.id, "cancelled", "declined")
    resources = [one["resource"] for one in desk.chart("test", plan.document.patient)["entry"]]
    requests = {one["id"]: one for one in resources if one["resourceType"] == "ServiceRequest"}
    tasks = [one for one in resources if one["resourceType"] == "Task"]
    assert len(tasks) == len(requests)
    told = {
        (one["status"], requests[one["focus"]["reference"].removeprefix("urn:uuid:")]["status"])
        for one in tasks
    }
    assert told == {("requested", "active"), ("completed", "completed"), ("cancelled", "revoked")}
    assert [one["statusReason"]["text"] for one in tasks if one["status"] == "cancelled"] == [
        "the patient declined it"
    ]


def test_what_was_taken_back_and_said_again_for_a_newer_plan_counts_once() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    asked = TaskSaid("p", "s", "one", "requested", "careloom", at)
    begun = replace(asked, status="in-progress", who="nora")
    done = replace(begun, status="completed")
    again = replace(begun, proposal="two")
    assert kept([asked, begun, done, replace(begun, back=True)]) == (asked, replace(begun, back=True))
    assert kept([asked, begun, again]) == (asked, again)
