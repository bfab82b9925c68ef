"""The list of activities that observers tap: every version of it, and each activity with what the site says of it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission
from careloom.care.observed import StudyActivity
from careloom.errors import InputError, StaleRecord
from careloom.study.time_study.starter import SOURCE, benchmark
from careloom.web import deps
from careloom.web.present import time_study as present
from careloom.web.present.refused import refusal
from careloom.web.present.words import moment, number
from careloom.web.refilling import refilled
from careloom.web.views.guard import METHODS, SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id

NEW = "new"
# What the form calls otherwise than the errors do.
FIELDS = {"automatable": "share", "setup_hours": "setup", "id": "label"}
TICKS = ("repetitive", "informed", "billable", "used")


@needs(Permission.OWN)
def activities(request: HttpRequest) -> HttpResponse:
    """The list as it is now, and which versions there were."""
    observing, names = deps.pipeline().observing, users_by_id()
    lists = observing.lists()
    context = {
        "rows": [
            {"one": one, "label": present.label(one), "benchmark": benchmark(one.id), **_said(one)}
            for one in lists[0].activities
        ],
        "version": lists[0].version,
        "versions": [
            {
                "version": one.version,
                "who": names.get(one.who, "") if one.who else "Careloom",
                "at": moment(one.at, now()),
                "why": one.why,
                "number": sum(row.used for row in one.activities),
            }
            for one in lists
        ],
        "source": SOURCE,
        "leads": observing.leads(actor(request)),
        "done": "done" in request.GET,
    }
    return page(request, "web/time_activities.html", context)


def _said(one: StudyActivity) -> dict[str, str]:
    return {
        "volume": "" if one.volume is None else f"{one.volume:g}",
        "share": "" if one.automatable is None else f"{one.automatable * 100:g}",
        "setup": "" if one.setup_hours is None else f"{one.setup_hours:g}",
        "outcome": str(present.GRADES[one.outcome]),
        "satisfaction": str(present.GRADES[one.satisfaction]),
    }


@needs(Permission.LEAD, post=Permission.LEAD, methods=METHODS)
def activity(request: HttpRequest, activity: str) -> HttpResponse:
    """One activity; posted to, the list's next version."""
    observing = deps.pipeline().observing
    listed = observing.activities()
    found = listed.find(activity) or (StudyActivity("", "") if activity == NEW else None)
    if found is None:
        raise Http404
    problem, status = "", 200
    wrong: InputError | StaleRecord | None = None
    if request.method == "POST":
        try:
            found = _read(request, found)
            if activity == NEW and listed.find(found.id):
                raise InputError("another activity has this name", where="label")
            was = number(request.POST.get("was", ""), -1)
            observing.change(actor(request), found, was=was, why=request.POST.get("why", ""))
            return redirect(f"{reverse('time_activities')}?done=1")
        except InputError as error:
            problem, status, wrong = refusal(error), 422, error
        except StaleRecord as error:
            problem, status, wrong = refusal(error), 409, error
    context = {
        "one": found,
        "name": activity,
        "said": _said(found),
        "grades": present.grades(),
        "version": listed.version,
        "benchmark": benchmark(found.id),
        "problem": problem,
    }
    shown = page(request, "web/time_activity.html", context, status)
    return refilled(request, shown, wrong, FIELDS) if wrong else shown


@needs(Permission.LEAD, methods=SENT)
def restore(request: HttpRequest, version: int) -> HttpResponse:
    """Make an earlier version the newest again."""
    try:
        was = number(request.POST.get("was", ""), -1)
        deps.pipeline().observing.restore(actor(request), version, was=was)
    except InputError:
        raise Http404 from None
    return redirect(f"{reverse('time_activities')}?done=1")


def _read(request: HttpRequest, was: StudyActivity) -> StudyActivity:
    asked = request.POST
    label = asked.get("label", "").strip()
    name = (
        was.id
        or "_".join(
            "".join(one if one.isascii() and one.isalnum() else " " for one in label).lower().split()
        )[:40]
    )
    return StudyActivity(
        id=name,
        label=label,
        domain=was.domain,
        outcome=number(asked.get("outcome", ""), -1),
        satisfaction=number(asked.get("satisfaction", ""), -1),
        volume=_amount(asked.get("volume", ""), "volume"),
        automatable=_share(asked.get("share", "")),
        setup_hours=_amount(asked.get("setup", ""), "setup"),
        **{one: one in asked for one in TICKS},
    )


def _share(text: str) -> float | None:
    found = _amount(text, "share")
    return None if found is None else found / 100


def _amount(text: str, name: str) -> float | None:
    """A number of a form, with a point or a comma; None for none. Raises InputError for what is no number."""
    plain = text.strip().replace(",", ".")
    if not plain:
        return None
    if not plain.replace(".", "", 1).isdecimal() or len(plain) > 12:
        raise InputError("this is no number", where=name)
    return float(plain)
