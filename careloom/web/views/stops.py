"""The stop switch: what is stopped here and by whom, stopping it at once, and saying that it may start again."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.care.stop import in_force
from careloom.errors import CareloomError, InputError
from careloom.web import deps
from careloom.web.entering import not_proved, proved_by_form
from careloom.web.present import stops as present
from careloom.web.present.refused import refusal
from careloom.web.saying import later
from careloom.web.views.guard import READ, SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id

DONE = {
    "stopped": later("Stopped, from this moment on."),
    "agreed": later("Noted. Somebody of another role says so too before it starts again."),
    "started": later("It runs again."),
}


@needs(Permission.REPORT, methods=READ)
def stops(request: HttpRequest) -> HttpResponse:
    """What is stopped, the form that stops, and what was stopped before; `kind` and `model` fill the form in."""
    return _shown(request)


@needs(Permission.STOP, methods=SENT)
def stop(request: HttpRequest) -> HttpResponse:
    """Stop something, with a reason."""
    scope, _, name = request.POST.get("what", "").partition(":")
    named = request.POST.get("model", "") if scope == "model" else name
    try:
        deps.pipeline().stop_switch.stop(actor(request), scope, named, request.POST.get("why", ""))
    except CareloomError as error:
        return _shown(request, refusal(error), error.http_status)
    return redirect(f"{reverse('stops')}?done=stopped")


@needs(Permission.STOP, methods=SENT)
def start(request: HttpRequest, stop: str) -> HttpResponse:
    """Say that it may start again, by proving who one is."""
    if not proved_by_form(request):
        words = gettext("{not_proved} It stays stopped.").format(not_proved=not_proved(request))
        return _shown(request, words, 403)
    try:
        found = deps.pipeline().stop_switch.start(actor(request), stop, request.POST.get("note", ""))
    except InputError as error:
        if error.where == "stop":
            raise Http404 from None
        return _shown(request, refusal(error), error.http_status)
    except CareloomError as error:
        return _shown(request, refusal(error), error.http_status)
    return redirect(f"{reverse('stops')}?done={'started' if found.over else 'agreed'}")


def _shown(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    who, switch = actor(request), deps.pipeline().stop_switch
    every, people = switch.newest(who), users_by_id()
    asked = request.POST.get("what", "") or present.asked(request.GET)
    context = {
        "held": [present.row_of(one, people, now(), who) for one in in_force(every)],
        "over": [present.row_of(one, people, now(), who) for one in every if one.over],
        "choices": present.choices(switch.kinds),
        "asked": asked,
        "model": request.POST.get("model", request.GET.get("model", "")),
        "models": sorted(set(switch.models.values()) - {"none"}),
        "why": request.POST.get("why", ""),
        "may_stop": may(who.role, Permission.STOP),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/stops.html", context, status)
