"""The JSON API's part about tasks: what is to be done, and what becomes of it."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.care.task import Task, TaskStatus
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.views.guard import mine, of_task, operation
from careloom.web.views.page import actor

router = Router()


class TaskOut(Schema):
    """A signed activity as it stands; `status` is FHIR's TaskStatus, `by` who said it last."""

    id: str
    patient: str
    text: str
    owner: str
    due: date | None
    late: bool
    status: str
    why: str
    by: str
    at: datetime


class TasksOut(Schema):
    """What is to be done, what is late first."""

    tasks: list[TaskOut]


class TaskIn(Schema):
    """What somebody says of a task; `back` takes back her own last word. `why` is needed where it is not done."""

    status: Literal["in-progress", "completed", "cancelled", "back"]
    why: str = ""


@router.get("/tasks", response=TasksOut)
@operation(Permission.SEE)
def tasks(request: HttpRequest) -> dict[str, Any]:
    """What is to be done for anybody."""
    pipeline, who = deps.pipeline(), actor(request)
    seen = mine(who, pipeline.tracking.open(who.user), lambda one: one.said.patient)
    found = pipeline.access.readable(who, seen, lambda one: one.said.proposal)
    return {"tasks": [_shown(one, pipeline.today) for one in found]}


@router.post("/tasks/{task_id}", response=TaskOut)
@operation(Permission.WORK, of_task)
def say(request: HttpRequest, task_id: str, said: TaskIn) -> dict[str, Any]:
    """Say that a task is begun, done or not to be done, or take that back; the task as it is then."""
    pipeline, who = deps.pipeline(), actor(request)
    try:
        known = pipeline.tracking.find(task_id)
    except InputError:
        raise Http404 from None
    if not pipeline.access.may_read(who, known.said.proposal):
        pipeline.access.must(who, Permission.PART2)
    if said.status == "back":
        return _shown(pipeline.tracking.take_back(who, task_id), pipeline.today)
    status: TaskStatus = said.status
    return _shown(pipeline.tracking.say(who, task_id, status, said.why), pipeline.today)


def _shown(task: Task, today: date) -> dict[str, Any]:
    return {
        "id": task.id,
        "patient": task.said.patient,
        "text": task.text,
        "owner": task.owner,
        "due": task.due,
        "late": task.late(today),
        "status": task.said.status,
        "why": task.said.why,
        "by": task.said.who,
        "at": task.said.at,
    }
