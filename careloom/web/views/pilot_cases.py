"""The cases of a pilot: enrolling, what a participant has to do, what is said of a case, and the survey."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.pilot import Pilot, Stage, Step
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.study.pilot.surveyed import STATEMENTS
from careloom.web import deps
from careloom.web.present import pilots as present
from careloom.web.present.banner import banner
from careloom.web.present.refused import refusal
from careloom.web.refilling import refilled
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs, of_patient
from careloom.web.views.page import actor, names_of, now, page
from careloom.web.views.pilots import known

DONE = {
    "enrolled": later("Enrolled."),
    "depart": later("Noted. Both ways are open for this case; it is counted where it was allocated."),
    "mark": later("Noted: your word on the draft."),
    "rated": later("Noted: what the patient said."),
    "event": later("Recorded. Whoever watches over the pilot sees it."),
    "survey": later("Thank you. Nobody else sees your answers singly; you can answer again."),
}


@needs(Permission.WORK)
def cases(request: HttpRequest, pilot: str) -> HttpResponse:
    """Her own cases, and what each waits for."""
    found, who = known(request, pilot), actor(request)
    mine = [one for one in found.enrolled if one.who == who.user]
    seen = deps.pipeline().access.seen(who, {one.patient for one in mine})
    mine = [one for one in mine if one.patient in seen]
    names = names_of({one.patient for one in mine}, request)
    context = {
        "pilot": found,
        "rows": [
            (one.patient, names.get(one.patient, ""), present.case_words(one, now().date()))
            for one in reversed(mine)
        ],
        "left": max(found.protocol.cases - len(mine), 0),
        "runs": found.stage is Stage.RUNNING and who.user not in found.left,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/pilot_cases.html", context)


@needs(Permission.DECIDE, of_patient, methods=SENT)
def enrol(request: HttpRequest, pilot: str, patient: str) -> HttpResponse:
    """Enrol a patient: her case's page, or the rules one by one where she isn't."""
    found, about = known(request, pilot), _patient(patient)
    looked, problem, status = None, "", 200
    try:
        looked = deps.pipeline().enrolling.enrol(actor(request), found.id, about)
    except (InputError, NotApproved, NotLicensed) as error:
        problem, status = refusal(error), error.http_status
    if looked is not None and looked.case is not None:
        return redirect(f"{reverse('pilot_case', args=[found.id, about])}?done=enrolled")
    context = {
        "pilot": found,
        "patient": about,
        "rules": looked.judged if looked else (),
        "problem": problem,
        "banner": banner(deps.pipeline().record(actor(request), about)),
    }
    return page(request, "web/pilot_refused.html", context, status)


@needs(Permission.WORK, of_patient)
def case(request: HttpRequest, pilot: str, patient: str) -> HttpResponse:
    """One case: how it is to be written, and what can be said of it."""
    return _case(request, known(request, pilot), _patient(patient))


def _case(
    request: HttpRequest, found: Pilot, patient: str, problem: str = "", status: int = 200
) -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    try:
        of = pipeline.enrolling.case(found.id, patient)
    except InputError:
        raise Http404 from None
    documents = pipeline.enrolling.documents(found, of)
    said = {
        step: [one for one in found.all(step) if one.patient == of.patient]
        for step in (Step.MARK, Step.RATED, Step.DEPART, Step.EVENT)
    }
    context = {
        "pilot": found,
        "patient": patient,
        "case": of,
        "words": present.case_words(of, now().date()),
        "arm": present.ARMS[of.arm],
        "by_hand": of.arm.value == "hand",
        "departed": said[Step.DEPART][-1] if said[Step.DEPART] else None,
        "documents": [(one.id, one.document.by_hand) for one in documents],
        "drafted": any(not one.document.by_hand for one in documents),
        "mark": said[Step.MARK][-1].said["substantial"] if said[Step.MARK] else "",
        "stars": said[Step.RATED][-1].said["stars"] if said[Step.RATED] else "",
        "events": len(said[Step.EVENT]),
        "banner": banner(pipeline.record(who, patient)),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/pilot_case.html", context, status)


@needs(Permission.WORK, of_patient, methods=SENT)
def say(request: HttpRequest, pilot: str, patient: str) -> HttpResponse:
    """What somebody says of a case: a departure, her own mark, the patient's answer, an event."""
    found, about, who, asked = known(request, pilot), _patient(patient), actor(request), request.POST
    enrolling, step = deps.pipeline().enrolling, asked.get("step", "")
    try:
        if step == "depart":
            enrolling.depart(who, found.id, about, asked.get("why", ""))
        elif step == "mark":
            enrolling.mark(who, found.id, about, asked.get("substantial") == "yes")
        elif step == "rated":
            enrolling.rate(who, found.id, about, asked.get("stars", ""))
        elif step == "event":
            severity, why = asked.get("severity", ""), asked.get("why", "")
            enrolling.report(
                who, found.id, about, severity=severity, related=bool(asked.get("related")), why=why
            )
        else:
            raise InputError(gettext("no such step"))
    except (InputError, NotApproved) as error:
        return refilled(request, _case(request, found, about, refusal(error), error.http_status), error)
    return redirect(f"{reverse('pilot_case', args=[found.id, about])}?done={step}")


@needs(Permission.WORK)
def survey(request: HttpRequest, pilot: str) -> HttpResponse:
    """The survey of whoever takes part."""
    return _survey(request, known(request, pilot))


def _survey(request: HttpRequest, found: Pilot, problem: str = "", status: int = 200) -> HttpResponse:
    given = request.POST
    asked = [
        (f"s{number}", words, given.get(f"s{number}", "")) for number, words in enumerate(STATEMENTS, start=1)
    ]
    context = {
        "pilot": found,
        "asked": asked,
        "again": given.get("again", ""),
        "words": given.get("words", ""),
        "steps": ("1", "2", "3", "4", "5"),
        "problem": problem,
    }
    return page(request, "web/pilot_survey.html", context, status)


@needs(Permission.WORK, methods=SENT)
def answer(request: HttpRequest, pilot: str) -> HttpResponse:
    """Her answers."""
    found = known(request, pilot)
    try:
        given = {name: str(value) for name, value in request.POST.items()}
        deps.pipeline().enrolling.survey(actor(request), found.id, given, given.get("words", ""))
    except InputError as error:
        return refilled(request, _survey(request, found, refusal(error), error.http_status), error)
    return redirect(f"{reverse('pilot_cases', args=[found.id])}?done=survey")


def _patient(patient: str) -> str:
    """The id under which this patient is read now. Raises Http404 for nobody."""
    try:
        return deps.pipeline().find(patient)
    except InputError:
        raise Http404 from None
