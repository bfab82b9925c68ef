"""Time studies: who is in one, its phone page, what an observer tapped and corrects, and what a lead sees of the minutes."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission
from careloom.care.observed import StudyWhat, TimeStudy
from careloom.errors import InputError, StaleRecord
from careloom.pipeline.observing import Observing
from careloom.web import deps
from careloom.web.present import time_study as present
from careloom.web.present.refused import refusal
from careloom.web.present.words import moment, sentence
from careloom.web.refilling import refilled
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs, open_to_all
from careloom.web.views.page import actor, now, page, users_by_id

WORKER = Path(__file__).resolve().parents[1] / "static" / "web" / "observing_worker.js"
MOST_TABLE = 2 << 20
WHATS = ("observer", "observer_out", "observed", "observed_out", "agree", "disagree", "close")
DONE = {
    "begun": later("The study is there. Say next who observes, and who is observed."),
    "put": later("Said."),
    "agree": later(
        "You agreed: your minutes count in totals of fewer than five people. You may take that back until the study is closed."
    ),
    "disagree": later(
        "Taken back: your minutes count only among five or more who didn't agree, when the study is closed."
    ),
    "close": later("The study is closed: nothing more is taken."),
    "said": later("Said. What was tapped stays beside it; “As it was tapped” takes it back."),
}


def _observing() -> Observing:
    return deps.pipeline().observing


def _study(request: HttpRequest, study: object) -> TimeStudy:
    """The study that an address names. Raises Http404 where there is none, NotLicensed where it is none of hers."""
    try:
        return _observing().study(actor(request), str(study))
    except InputError:
        raise Http404 from None


@needs(Permission.OWN, post=Permission.LEAD)
def studies(request: HttpRequest) -> HttpResponse:
    """The studies that concern her; posted to, a new one."""
    problem, wrong = "", None
    if request.method == "POST":
        try:
            asked = request.POST
            made = _observing().begin(actor(request), asked.get("title", ""), asked.get("question", ""))
            return redirect(f"{reverse('time_study', args=[made])}?done=begun")
        except InputError as error:
            problem, wrong = refusal(error), error
    who = actor(request)
    rows = [
        {
            "id": one.id,
            "title": one.title,
            "since": moment(one.at, now()),
            "closed": moment(one.closed, now()),
            "observes": who.user in one.observers,
            "observed": who.user in one.observed,
            "people": len(one.observed),
            "observers": len(one.observers),
        }
        for one in _observing().studies(who)
    ]
    context = {"rows": rows, "leads": _observing().leads(who), "problem": problem}
    shown = page(request, "web/time_studies.html", context, 422 if problem else 200)
    return refilled(request, shown, wrong) if wrong else shown


@needs(Permission.OWN)
def study(request: HttpRequest, study: object) -> HttpResponse:
    """A study, as it is for whoever looks."""
    return _shown(request, _study(request, study))


def _shown(
    request: HttpRequest, one: TimeStudy, problem: str = "", bad: tuple[str, ...] = (), read: str = ""
) -> HttpResponse:
    observing, who, names = _observing(), actor(request), users_by_id()
    called = present.labels(observing.activities(one.list_version))
    leads = observing.leads(who)
    observes = who.user in {step.whom for step in one.steps if step.what == "observer"}
    context: dict[str, object] = {
        "study": one,
        "since": moment(one.at, now()),
        "closed": moment(one.closed, now()),
        "leads": leads,
        "observes": who.user in one.observers and not one.closed,
        "is_observed": who.user in one.ever_observed,
        "agreed": who.user in one.agreed,
        "problem": problem,
        "bad": bad,
        "read": read,
        "done": DONE.get(request.GET.get("done", "")),
    }
    if observes:
        context["shifts"] = [
            present.shift(shift, names, called, observing.zone)
            for shift in reversed(observing.own_shifts(who, one))
        ]
    if who.user in one.ever_observed:
        context["minutes"] = present.rows(observing.own_minutes(who, one), called)
    if leads:
        found = observing.totals(who, one)
        others = {user: name for user, name in names.items() if user not in (*one.observers, *one.observed)}
        context |= {
            "observers": present.people(one.observers, names),
            "observed": present.people(one.observed, names),
            "others": present.people(others, names),
            "totals": present.rows(found.activities, called),
            "about": present.about(found),
            "seen_shifts": found.shifts,
        }
    if leads or observes:
        found_agreeing = observing.agreement(who, one)
        context["agreement"] = (present.agreement(found_agreeing), *present.in_minutes(found_agreeing))
    return page(request, "web/time_study.html", context, 422 if problem or bad else 200)


@needs(Permission.OWN, methods=SENT)
def put(request: HttpRequest, study: object) -> HttpResponse:
    """Say who observes, who is observed, that one agrees, or that it is over."""
    found, what = _study(request, study), request.POST.get("what", "")
    if what not in WHATS:
        raise Http404

    def act() -> None:
        whom = request.POST.get("whom", "")
        _observing().put(actor(request), found.id, cast(StudyWhat, what), whom)

    return _after(request, found, act, what if what in DONE else "put")


@needs(Permission.OWN, methods=SENT)
def table(request: HttpRequest, study: object) -> HttpResponse:
    """Take a table of observations as CSV."""
    found = _study(request, study)
    file = request.FILES.get("file")
    if file is None or file.size is None or file.size > MOST_TABLE:
        return _shown(request, found, sentence(present.NO_TABLE))
    try:
        text = file.read().decode("utf-8")
        read = _observing().read_table(actor(request), found.id, text)
    except UnicodeDecodeError:
        return _shown(request, found, sentence(present.NO_TEXT))
    except InputError as error:
        return _shown(request, found, refusal(error))
    taken = present.taken(read)
    return _shown(request, _study(request, study), bad=present.bad_lines(read), read=taken)


@needs(Permission.OWN)
def shift(request: HttpRequest, study: object, shift: str) -> HttpResponse:
    """A shift of hers, with each doubt and what may be said of it."""
    return _shift(request, _study(request, study), shift)


def _shift(request: HttpRequest, one: TimeStudy, name: str, problem: str = "") -> HttpResponse:
    observing, who = _observing(), actor(request)
    mine = [found for found in observing.own_shifts(who, one) if found.id == name]
    if not mine:
        raise Http404
    called = present.labels(observing.activities(one.list_version))
    context = {
        "study": one,
        "shift": present.shift(mine[0], users_by_id(), called, observing.zone),
        "activities": tuple(called.items()),
        "closed": bool(one.closed),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", "")),
    }
    return page(request, "web/time_study_shift.html", context, 422 if problem else 200)


@needs(Permission.OWN, methods=SENT)
def say(request: HttpRequest, study: object, shift: str, tap: str) -> HttpResponse:
    """Say of a stretch of hers what it was, and why."""
    found, asked = _study(request, study), request.POST
    what = asked.get("what", "")
    value = asked.get("activity" if what == "activity" else "minutes", "")
    try:
        _observing().say(actor(request), found.id, shift, tap, what, value, asked.get("why", ""))
    except InputError as error:
        field = {"value": "activity" if what == "activity" else "minutes"}
        return refilled(request, _shift(request, found, shift, refusal(error)), error, field)
    return redirect(f"{reverse('time_study_shift', args=[found.id, shift])}?done=said#done")


@needs(Permission.OWN)
def timer(request: HttpRequest, study: object) -> HttpResponse:
    """The phone page: one tap an activity. It stands in no frame of the desk, which would end with the session."""
    found, names = _study(request, study), users_by_id()
    who = actor(request)
    if found.closed or who.user not in found.observers:
        return redirect("time_study", found.id)
    activities = _observing().activities(found.list_version)
    context = {
        "study": found,
        "activities": [(one.id, present.label(one)) for one in activities.activities if one.used],
        "people": present.people(found.observed, names),
        "whose": who.user,
    }
    return page(request, "web/time_study_timer.html", context)


@open_to_all
def worker(_request: HttpRequest) -> HttpResponse:
    """The script that gives a phone its timer's page where there is no network; it holds nothing of anybody."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")


def _after(request: HttpRequest, found: TimeStudy, act: Callable[[], None], done: str) -> HttpResponse:
    try:
        act()
    except (InputError, StaleRecord) as error:
        return refilled(request, _shown(request, _study(request, found.id), refusal(error)), error)
    return redirect(f"{reverse('time_study', args=[found.id])}?done={done}#done")
