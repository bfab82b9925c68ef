"""Who is away and who covers, and for a lead how the work lies among people."""

from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present.load import absences, loads
from careloom.web.present.words import sentence
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id

WEEK = timedelta(days=7)


@needs(Permission.LEAD)
def load(request: HttpRequest) -> HttpResponse:
    """What waits for each reviewer, what is overdue of it, how far it is, and what each decided this week."""
    who = actor(request)
    found = deps.pipeline().working.load(who, now() - WEEK)
    return page(request, "web/load.html", {"rows": loads(found, users_by_id())})


@needs(Permission.SEE)
def away(request: HttpRequest) -> HttpResponse:
    """Who is away, and the form by which somebody says so of herself (a lead of anybody)."""
    return _away(request)


@needs(Permission.SEE, post=Permission.SEE, methods=SENT)
def say_away(request: HttpRequest) -> HttpResponse:
    """Somebody is away from a day to a day, and somebody covers."""
    who, asked = actor(request), request.POST
    try:
        first, last = (date.fromisoformat(asked.get(name, "")) for name in ("first", "last"))
    except ValueError:
        return _away(request, gettext("Give both days as dates."))
    try:
        deps.pipeline().turning.away(
            who, asked.get("person") or who.user, asked.get("cover", ""), first, last
        )
    except InputError as error:
        return _away(request, sentence(error.reason))
    return redirect(f"{reverse('away')}?done=away")


@needs(Permission.SEE, post=Permission.SEE, methods=SENT)
def say_back(request: HttpRequest, absence: UUID) -> HttpResponse:
    """An absence is over, or was wrong."""
    deps.pipeline().turning.back(actor(request), str(absence))
    return redirect(f"{reverse('away')}?done=back")


def _away(request: HttpRequest, problem: str = "") -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    leads = may(who.role, Permission.LEAD)
    people = [one for one in pipeline.store.users.all() if may(one.role, Permission.DECIDE)]
    rows = absences(pipeline.store.turns.absences(), users_by_id(), now().date(), who.user, leads=leads)
    context = {
        "rows": rows,
        "people": people,
        "covers": [one for one in people if one.user != who.user],
        "leads": leads,
        "says": leads or may(who.role, Permission.DECIDE),
        "problem": problem,
        "typed": request.POST,
        "done": {"away": gettext("Noted."), "back": gettext("Noted: back.")}.get(
            request.GET.get("done", ""), ""
        ),
    }
    return page(request, "web/away.html", context, 422 if problem else 200)
