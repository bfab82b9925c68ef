"""Tasks: signed activities by how much they press, what is said of each, and the undoing of it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.document import ROLES
from careloom.care.task import REASONS, Task, TaskStatus
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present import tasks as present
from careloom.web.saying import later
from careloom.web.views.guard import SENT, mine, needs, of_task
from careloom.web.views.page import actor, now, page, users_by_id

WORDS: dict[str, TaskStatus] = {
    "in-progress": "in-progress",
    "completed": "completed",
    "cancelled": "cancelled",
}
SAID = {
    "in-progress": later("It is begun, with your name beside it."),
    "completed": later("It is done, with your name beside it."),
    "cancelled": later("It is closed as not done, with your reason beside it."),
    "back": later("Taken back: it stands again as before."),
}


@needs(Permission.SEE)
def tasks(request: HttpRequest) -> HttpResponse:
    """What is to be done: hers first, everybody's by `?whose=`, with `?plan=` all of the patient whose plan that is."""
    return _tasks(request)


@needs(Permission.WORK, of_task, methods=SENT)
def say(request: HttpRequest, task: str) -> HttpResponse:
    """Take a person's word: begun, done, or not to be done and why."""
    status = WORDS.get(request.POST.get("status", ""))
    if status is None:
        raise InputError(gettext("say whether it is begun, done or not to be done"))
    reason, words = request.POST.get("reason", ""), request.POST.get("words", "").strip()
    why = words if status == "completed" or reason in ("", "other") else reason
    tracking = deps.pipeline().tracking
    return _after(request, task, status, lambda: tracking.say(actor(request), task, status, why))


@needs(Permission.WORK, of_task, methods=SENT)
def take_back(request: HttpRequest, task: str) -> HttpResponse:
    """Undo one's own last word."""
    return _after(request, task, "back", lambda: deps.pipeline().tracking.take_back(actor(request), task))


def _after(request: HttpRequest, task: str, done: str, act: Callable[[], Task]) -> HttpResponse:
    known, access = _known(task), deps.pipeline().access
    if not access.may_read(actor(request), known.said.proposal):
        access.must(actor(request), Permission.PART2)
    try:
        act()
    except InputError as error:
        return _tasks(request, problem=error.reason, at=task)
    kept = {name: request.POST[name] for name in ("whose", "plan") if name in request.POST}
    return redirect(f"{reverse('tasks')}?{urlencode({**kept, 'done': done, 'task': task})}#done")


def _tasks(request: HttpRequest, problem: str = "", at: str = "") -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    asked = request.POST if request.method == "POST" else request.GET
    plan = asked.get("plan", "")
    whose = asked.get("whose", "" if plan else present.OWNERS.get(who.role, ""))
    if whose not in ("", *ROLES):
        raise Http404
    every = pipeline.tracking.of(who.user, _patient_of(plan)) if plan else pipeline.tracking.open(who.user)
    seen = mine(who, every, lambda one: one.said.patient)
    found = pipeline.access.readable(who, seen, lambda one: one.said.proposal)
    shown = [task for task in found if whose in ("", task.owner)]
    labels = pipeline.store.patients.labels({task.said.patient for task in found})
    users = users_by_id()
    context = {
        "filters": present.filters(found, whose),
        "groups": present.groups(shown, labels, users, now().date()),
        "whose": whose,
        "plan": plan,
        "reasons": REASONS.items(),
        "done": SAID.get(request.GET.get("done", "")),
        "task": request.GET.get("task", "") if request.GET.get("done") != "back" else "",
        "problem": problem,
        "at": at,
    }
    return page(request, "web/tasks.html", context, status=422 if problem else 200)


def _patient_of(plan: str) -> str:
    try:
        return deps.pipeline().store.proposals.get(plan).document.patient
    except InputError:
        raise Http404 from None


def _known(task: str) -> Task:
    try:
        return deps.pipeline().tracking.find(task)
    except InputError:
        raise Http404 from None
