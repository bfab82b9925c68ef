"""A patient's care-management programme: what stands of it, what lacks, and the forms by which people say it; a practitioner proves who she is."""

from collections.abc import Iterable
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.care.kinds import CARE_PLAN
from careloom.care.management import (
    PRACTITIONERS,
    PRACTITIONERS_SAY,
    WHATS,
    Complexity,
    Named,
    Programme,
    Said,
    Way,
    What,
    managed,
)
from careloom.errors import CareloomError, InputError
from careloom.web import deps
from careloom.web.entering import not_proved, proved_by_form
from careloom.web.present import management as present
from careloom.web.present.refused import refusal
from careloom.web.refilling import refilled
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs, of_patient
from careloom.web.views.page import actor, names_of, now, page

DONE = {
    "said": later("Recorded, with your name and the time of this moment."),
    "back": later("Taken back. Both stay on record."),
}

# What a form calls otherwise than the errors do.
FIELDS = {"conditions": "condition", "attest": "lasting", "day": "month"}
TICKED = ("needless", "lasting", "at_risk", "focal", "revised", "qualified", "reconciled")


@needs(Permission.SEE, of_patient)
def management(request: HttpRequest, patient: str) -> HttpResponse:
    """What stands, and the forms of whoever may say more."""
    return _page(request, _known(patient))


@needs(Permission.SETTLE, of_patient, methods=SENT)
def say(request: HttpRequest, patient: str) -> HttpResponse:
    """Record what somebody says; what a practitioner attests only after she proved who she is."""
    known, who = _known(patient), actor(request)
    what = next((one for one in WHATS if one == request.POST.get("what")), None)
    if what is None or what == "back":
        return _page(request, known, gettext("Say what is to be recorded."), 422)
    if what in PRACTITIONERS_SAY and who.role in PRACTITIONERS and not proved_by_form(request):
        return refilled(request, _page(request, known, not_proved(request), 403))
    try:
        deps.pipeline().managing.say(who, _said(request, known, what))
    except CareloomError as error:
        return _refused(request, known, error)
    return redirect(f"{reverse('management', args=[known])}?done=said")


@needs(Permission.SETTLE, of_patient, methods=SENT)
def take_back(request: HttpRequest, patient: str) -> HttpResponse:
    """Take one of these back, with a reason."""
    known, typed = _known(patient), request.POST
    try:
        deps.pipeline().managing.take_back(actor(request), known, typed.get("said", ""), typed.get("why", ""))
    except CareloomError as error:
        return _refused(request, known, error)
    return redirect(f"{reverse('management', args=[known])}?done=back")


def _refused(request: HttpRequest, patient: str, error: CareloomError) -> HttpResponse:
    return refilled(request, _page(request, patient, refusal(error), error.http_status), error, FIELDS)


def _page(request: HttpRequest, patient: str, problem: str = "", status: int = 200) -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    said, today = pipeline.managing.of(who, patient), pipeline.managing.here().date()
    held, people = managed(said, today), pipeline.store.users.all()
    plans = [
        one
        for one in pipeline.store.proposals.of(patient)
        if one.document.kind == CARE_PLAN and one.status == "active"
    ]
    practitioner = who.role in PRACTITIONERS
    context = {
        "patient": patient,
        "name": names_of({patient}, request).get(patient, ""),
        "rows": present.rows(said, people, now()),
        "programme": present.PROGRAMME[held.consent.programme]
        if held.enrolled and held.consent is not None and held.consent.programme
        else "",
        "lacking": present.lacking(held),
        "may": may(who.role, Permission.SETTLE),
        "practitioner": practitioner,
        "conditions": pipeline.managing.conditions(patient) if practitioner else (),
        "programmes": present.PROGRAMME.items(),
        "told": present.TOLD.items(),
        "complexities": present.COMPLEXITY.items(),
        "practitioners": present.practitioners(people),
        "plans": [(one.id, one.created) for one in reversed(plans)],
        "today": today.isoformat(),
        "month": f"{today:%Y-%m}",
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/management.html", context, status)


def _said(request: HttpRequest, patient: str, what: What) -> Said:
    """What the form says. Raises InputError for a day that is none."""
    typed, who = request.POST, actor(request)
    programme: Programme | None = "ccm" if typed.get("programme") == "ccm" else None
    programme = "apcm" if typed.get("programme") == "apcm" else programme
    way: Way = "verbal" if typed.get("way") == "verbal" else "written" if typed.get("way") else ""
    complexity: Complexity = next(
        (one for one in ("low", "moderate", "high") if one == typed.get("complexity")), ""
    )
    ticked = {name for name in TICKED if typed.get(name) == "1"}
    return Said(
        patient=patient,
        what=what,
        who=who.user,
        role=who.role,
        at=now(),
        day=_day(f"{typed.get('month', '')}-01" if what == "month" else typed.get("day", "")),
        programme=programme or "",
        way=way,
        told=tuple(typed.getlist("told")),
        by=typed.get("by", "").strip(),
        practitioner=typed.get("practitioner", ""),
        needless="needless" in ticked,
        conditions=_conditions(patient, typed.getlist("condition")) if what == "attest" else (),
        lasting="lasting" in ticked,
        at_risk="at_risk" in ticked,
        focal="focal" in ticked,
        complexity=complexity,
        revised="revised" in ticked,
        plan=typed.get("plan", "") if what == "copy" else "",
        qualified="qualified" in ticked,
        visit=_day(typed.get("visit", "")) if what == "transition" else None,
        reconciled="reconciled" in ticked,
        why=typed.get("why", "").strip(),
    )


def _conditions(patient: str, wanted: Iterable[str]) -> tuple[Named, ...]:
    known = {one.concept: one for one in deps.pipeline().managing.conditions(patient)}
    return tuple(known[one] for one in wanted if one in known)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(gettext("a day is written as 2026-11-28"), where="day") from None


def _known(patient: str) -> str:
    try:
        return deps.pipeline().find(patient)
    except InputError:
        raise Http404 from None
