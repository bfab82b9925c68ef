"""Who cares for a patient, a record opened in an emergency by whoever doesn't, and what was opened so."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from careloom.care.access import CLINICAL_ROLES, Permission
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present.care_team import emergencies as shown_emergencies
from careloom.web.present.care_team import members, offered
from careloom.web.present.words import sentence
from careloom.web.saying import later
from careloom.web.views.guard import METHODS, SENT, needs, of_patient
from careloom.web.views.page import actor, names_of, now, page

DONE = {
    "joined": later(
        "In the team now. Whoever is not in it no longer sees this patient, but in an emergency."
    ),
    "left": later("No longer in the team."),
}


@needs(Permission.SEE, of_patient, post=Permission.TEAM)
def team(request: HttpRequest, patient: str) -> HttpResponse:
    """A patient's care team; by POST somebody joins it or leaves it."""
    known = _known(patient)
    if request.method != "POST":
        return _team(request, known)
    access, who = deps.pipeline().access, actor(request)
    user, why = request.POST.get("user", ""), request.POST.get("why", "")
    leaves = request.POST.get("step") == "leave"
    try:
        (access.leave if leaves else access.join)(who, known, user, why)
    except InputError as error:
        return _team(request, known, sentence(error.reason))
    return redirect(f"{reverse('care_team', args=[known])}?done={'left' if leaves else 'joined'}")


def _team(request: HttpRequest, patient: str, problem: str = "") -> HttpResponse:
    pipeline = deps.pipeline()
    staff = [one for one in pipeline.store.users.all() if one.role in CLINICAL_ROLES]
    cared = pipeline.access.team(patient)
    context = {
        "patient": patient,
        "name": names_of({patient}, request).get(patient, ""),
        "members": members(cared, pipeline.store.users.all(), now()),
        "offered": offered(cared, staff),
        "rule": pipeline.access.rule,
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/care_team.html", context, 422 if problem else 200)


@needs(Permission.BREAK_GLASS, methods=METHODS)
def break_glass(request: HttpRequest, patient: str) -> HttpResponse:
    """The form by which a record is opened in an emergency; nothing of the patient stands on it."""
    known, problem = _known(patient), ""
    back = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("draft_patient", args=[known])
    access = deps.pipeline().access
    if request.method == "POST":
        try:
            access.break_glass(actor(request), known, request.POST.get("why", ""))
        except InputError as error:
            problem = sentence(error.reason)
        else:
            return redirect(back)
    context = {
        "patient": known,
        "next": back,
        "problem": problem,
        "why": request.POST.get("why", ""),
        "hours": f"{access.lasts.total_seconds() / 3600:g}",
    }
    return page(request, "web/break_glass.html", context, 422 if problem else 200)


@needs(Permission.AUDIT)
def emergencies(request: HttpRequest) -> HttpResponse:
    """What was opened in an emergency: by whom, why, until when, and who has looked at it since."""
    pipeline, who = deps.pipeline(), actor(request)
    found = pipeline.access.broken(who)
    names = names_of({one.patient for one in found}, request)
    context = {"rows": shown_emergencies(found, names, pipeline.store.users.all(), now())}
    return page(request, "web/emergencies.html", context)


@needs(Permission.LEAD, methods=SENT)
def look_at(request: HttpRequest, glass: UUID) -> HttpResponse:
    """Keep that it was looked at."""
    try:
        deps.pipeline().access.look_at(actor(request), str(glass))
    except InputError:
        raise Http404 from None
    return redirect("emergencies")


def _known(patient: str) -> str:
    try:
        return deps.pipeline().find(patient)
    except InputError:
        raise Http404 from None
