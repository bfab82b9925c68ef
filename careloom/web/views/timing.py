"""The clock: signs of life of pages, and My time, where people correct what was measured of theirs and attest minutes."""

from collections.abc import Callable
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.worked import ACTIVITIES
from careloom.errors import InputError
from careloom.measure.active_time import Running
from careloom.pipeline.timing import Standing
from careloom.web import deps
from careloom.web.present import timing as present
from careloom.web.present.refused import refusal
from careloom.web.present.words import activity_word, number
from careloom.web.refilling import refilled
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs, of_patient, of_proposal
from careloom.web.views.page import actor, names_of, now, page

MOST_INPUTS = 400
# The calendar has no week before its first day, so that the first weeks of year 1 can't be shown.
FIRST_DAY = date(2000, 1, 1)
DONE = {
    "corrected": later("Corrected. What was measured stays beside it."),
    "attested": later("Attested, with your name and the time of this moment."),
    "back": later("Taken back. Both stay on record."),
}


@needs(Permission.SEE, of_proposal, post=Permission.SEE, methods=SENT)
def on_case(request: HttpRequest, proposal: str) -> HttpResponse:
    """A sign of life of work on a document."""
    try:
        patient = deps.pipeline().store.proposals.patient(proposal)
    except InputError:
        raise Http404 from None
    return _beat(request, patient, proposal)


@needs(Permission.SEE, of_patient, post=Permission.SEE, methods=SENT)
def on_patient(request: HttpRequest, patient: str) -> HttpResponse:
    """A sign of life of work for a patient that is on no document yet."""
    try:
        found = deps.pipeline().find(patient)
    except InputError:
        raise Http404 from None
    return _beat(request, found, "")


def _beat(request: HttpRequest, patient: str, case: str) -> HttpResponse:
    inputs = request.POST.get("inputs", "").split(",")[:MOST_INPUTS]
    standing = deps.pipeline().timing.beat(
        actor(request),
        patient,
        case,
        span=request.POST.get("span", ""),
        activity=request.POST.get("activity", ""),
        word=request.POST.get("word", ""),
        inputs=[int(one) for one in inputs if one.isascii() and one.isdigit() and len(one) < 6],
    )
    return HttpResponse(status=204) if standing is None else JsonResponse(_stands(standing))


def _stands(standing: Standing) -> dict[str, object]:
    stopped = activity_word(standing.stopped) if standing.stopped else ""
    running = _runs(standing.running) if standing.running else None
    return {"seconds": standing.seconds, "running": running, "stopped": stopped}


def _runs(running: Running) -> dict[str, object]:
    """What runs by itself as the page needs to know it: where its signs go, under which name, and what it is called."""
    one = running.stretch
    name, about = ("clock_case", one.case) if one.case else ("clock_patient", one.patient)
    return {
        "address": reverse(name, args=[about]),
        "span": running.span,
        "activity": one.activity,
        "word": activity_word(one.activity),
        "asks": running.asks,
    }


@needs(Permission.WORK)
def mine(request: HttpRequest) -> HttpResponse:
    """Her own time: the week of a day by case, and its month by patient."""
    return _mine(request)


@needs(Permission.WORK, of_patient, methods=SENT)
def correct(request: HttpRequest, patient: str) -> HttpResponse:
    """Take a correction of her own time of a day."""

    def act() -> None:
        fewer = request.POST.get("direction") == "fewer"
        minutes = _number(request, "minutes")
        deps.pipeline().timing.correct(
            actor(request),
            patient,
            request.POST.get("case", ""),
            activity=request.POST.get("activity", ""),
            day=_day(request.POST.get("day", "")),
            minutes=-minutes if fewer else minutes,
            why=request.POST.get("why", ""),
        )

    return _after(request, "corrected", act)


@needs(Permission.WORK, of_patient, methods=SENT)
def attest(request: HttpRequest, patient: str) -> HttpResponse:
    """Take her word that minutes of a month were her own work for a patient, or that some were not."""
    back = request.POST.get("direction") == "back"

    def act() -> None:
        minutes = _number(request, "minutes")
        month, why = _day(f"{request.POST.get('month', '')}-01"), request.POST.get("why", "")
        deps.pipeline().timing.attest(actor(request), patient, month, -minutes if back else minutes, why)

    return _after(request, "back" if back else "attested", act)


def _after(request: HttpRequest, done: str, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except InputError as error:
        return refilled(request, _mine(request, problem=refusal(error)), error)
    shown = request.POST.get("shown", "")
    return redirect(f"{reverse('time')}?{urlencode({'day': shown, 'done': done})}#done")


def _mine(request: HttpRequest, problem: str = "") -> HttpResponse:
    timing, who = deps.pipeline().timing, actor(request)
    asked = request.POST.get("shown", "") or request.GET.get("day", "")
    today = now().astimezone(timing.zone).date()
    try:
        day = min(_day(asked), today) if asked else today
    except InputError:
        raise Http404 from None
    monday, sunday = present.week_of(day)
    worked, months = timing.worked(who.user, monday, sunday), timing.months(who.user, day)
    patients = {one.patient for one in worked} | {one.patient for one in months}
    seen = deps.pipeline().access.seen(who, patients)
    names = names_of(set(seen), request)
    context = {
        "week": present.week(
            worked, names, present.kinds_of(worked, deps.pipeline().store.proposals), day, today
        ),
        "months": present.months(months, names),
        "month": day.replace(day=1),
        "activities": [(name, activity_word(name)) for name in ACTIVITIES],
        "shown": day.isoformat(),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", "")),
    }
    return page(request, "web/time.html", context, status=422 if problem else 200)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(gettext("this is no day"), where="day") from None
    if day < FIRST_DAY:
        raise InputError(gettext("nobody's time was measured then"), where="day")
    return day


def _number(request: HttpRequest, name: str) -> int:
    minutes = number(request.POST.get(name, ""), 0)
    if not 0 < minutes <= 60 * 24 * 31:
        raise InputError(gettext("say how many whole minutes"), where=name)
    return minutes
