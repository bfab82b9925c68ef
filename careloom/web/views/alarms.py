"""Alarms: what is watched and went wrong, acknowledged by somebody and ended with a note; and who answers for what."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import MAY, Permission, may
from careloom.care.alarm import KINDS
from careloom.care.document import Reviewer
from careloom.errors import CareloomError, InputError
from careloom.web import deps
from careloom.web.present import site_alarms as present
from careloom.web.present.refused import refusal
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id

DONE = {
    "acknowledged": later("Acknowledged. Nobody else is told of it; it stands until somebody ends it."),
    "noted": later("Written down."),
    "ended": later("Ended. It comes again on new evidence alone."),
    "named": later("From now on they are told."),
}
TENDING = tuple(role for role, what in MAY.items() if Permission.TEND in what)


@needs(Permission.WATCH)
def alarms(request: HttpRequest) -> HttpResponse:
    """Those that stand, and those that ended; who answers for each kind."""
    return _all(request)


def _all(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    who, pipeline = actor(request), deps.pipeline()
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    standing, ended = pipeline.alarming.listed(who, kind)
    people, at = users_by_id(), now()
    owners = {one.duty: one for one in pipeline.owning.every()}
    administers = may(who.role, Permission.ADMINISTER)
    named = [(one.user, one.name) for one in pipeline.owning.who_can()] if administers else []
    context = {
        "standing": present.rows(standing, owners, people, at, pipeline.alarming.due),
        "ended": present.rows(ended, owners, people, at, pipeline.alarming.due),
        "kinds": [(value, words, value == kind) for value, words in present.KINDS.items()],
        "kind": kind,
        "owners": [
            {
                "duty": f"alarm:{value}",
                "title": words,
                "owner": present.owner_words(owners[f"alarm:{value}"], people),
                "left": owners[f"alarm:{value}"].left,
                "choices": present.choices(owners[f"alarm:{value}"], named, TENDING),
            }
            for value, words in present.KINDS.items()
        ],
        "administers": administers,
        "hours": pipeline.alarming.hours,
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/alarms.html", context, status)


@needs(Permission.WATCH)
def alarm(request: HttpRequest, alarm: str) -> HttpResponse:
    """One of them, with everything that happened to it."""
    return _one(request, alarm)


def _one(request: HttpRequest, name: str, problem: str = "", status: int = 200) -> HttpResponse:
    who, pipeline = actor(request), deps.pipeline()
    try:
        one = pipeline.alarming.get(who, name)
    except InputError:
        raise Http404 from None
    people, at = users_by_id(), now()
    owners = {found.duty: found for found in pipeline.owning.every()}
    (row,) = present.rows((one,), owners, people, at, pipeline.alarming.due)
    context = {
        "row": row,
        "alarm": one,
        "history": present.history(one, people, at),
        "may_tend": may(who.role, Permission.TEND) and not one.ended,
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/alarm.html", context, status)


@needs(Permission.TEND, methods=SENT)
def acknowledge(request: HttpRequest, alarm: str) -> HttpResponse:
    """She takes it."""
    return _do(request, alarm, "acknowledged", lambda who: deps.pipeline().alarming.acknowledge(who, alarm))


@needs(Permission.TEND, methods=SENT)
def note(request: HttpRequest, alarm: str) -> HttpResponse:
    """She writes what is known or done so far."""
    words = request.POST.get("note", "")
    return _do(request, alarm, "noted", lambda who: deps.pipeline().alarming.note(who, alarm, words))


@needs(Permission.TEND, methods=SENT)
def end(request: HttpRequest, alarm: str) -> HttpResponse:
    """It ends, with a note."""
    words = request.POST.get("note", "")
    return _do(request, alarm, "ended", lambda who: deps.pipeline().alarming.end(who, alarm, words))


def _do(request: HttpRequest, alarm: str, done: str, act: Callable[[Reviewer], None]) -> HttpResponse:
    try:
        act(actor(request))
    except CareloomError as error:
        return _one(request, alarm, refusal(error), error.http_status)
    return redirect(f"{reverse('alarm', args=[alarm])}?done={done}")


@needs(Permission.ADMINISTER, methods=SENT)
def own(request: HttpRequest) -> HttpResponse:
    """An administrator says who answers for a kind of alarm."""
    duty, who = request.POST.get("duty", ""), request.POST.get("owner", "")
    try:
        deps.pipeline().owning.name(actor(request), duty, who)
    except InputError as error:
        if error.where == "duty":
            raise Http404 from None
        return _all(request, refusal(error), error.http_status)
    return redirect(f"{reverse('alarms')}?done=named#owners")
