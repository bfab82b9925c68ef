"""What decisions teach a model, for whoever looks after it; and what a patient says of learning from the record."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.errors import CareloomError, InputError
from careloom.improve import datasheet
from careloom.pipeline.consenting import Paper
from careloom.pipeline.people import MAY
from careloom.web import deps
from careloom.web.present import consents
from careloom.web.present import learning as present
from careloom.web.present.banner import banner
from careloom.web.present.refused import refusal
from careloom.web.refilling import refilled
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs, of_patient
from careloom.web.views.page import actor, now, page

SAID = later("It is in the record, with your name beside it. The next training set follows it.")


@needs(Permission.FAILURES)
def learning(request: HttpRequest) -> HttpResponse:
    """What drafts are written with, the sets, the candidates, and what comes next."""
    pipeline, who = deps.pipeline(), actor(request)
    learns, problem = pipeline.learning, ""
    pipeline.store.audit.note(who.user, "read", what="learning")
    sets, at = learns.sets(), now()
    wanted = request.GET.get("set", "")
    if wanted and wanted not in sets:
        raise Http404
    chosen = every = None
    try:
        chosen = learns.set_of(wanted) if sets else None
        every = learns.candidates()
    except CareloomError as error:
        problem = refusal(error)
    every = every or ()
    tables = learns.measured(every)
    model, table, adapter = learns.in_use()
    context = {
        "problem": problem,
        "model": model,
        "adapter": adapter,
        "earned": present.earned(table),
        "set": present.of_set(chosen) if chosen else None,
        "sheet": datasheet.datasheet(chosen).items() if chosen else (),
        "others": [one for one in sets if chosen is None or one != chosen.version],
        "rows": present.rows(every, tables, at),
        "running": present.running(learns.under_way(), at),
        "steps": present.next_steps(sets, every, tables),
        "may_propose": may(who.role, Permission.RULES),
        "width": present.WIDTH,
        "height": present.HEIGHT,
    }
    return page(request, "web/learning.html", context)


@needs(Permission.SEE, of_patient)
def consent(request: HttpRequest, patient: str) -> HttpResponse:
    """What a patient says of learning from the record, and the form of whoever records it."""
    return _consent(request, _known(patient))


@needs(Permission.SETTLE, of_patient, methods=SENT)
def say(request: HttpRequest, patient: str) -> HttpResponse:
    """Record that she agrees, or refuses."""
    known = _known(patient)
    try:
        deps.pipeline().consenting.say_learning(actor(request), known, _paper(request))
    except CareloomError as error:
        return refilled(request, _consent(request, known, refusal(error), error.http_status), error)
    return redirect(f"{reverse('learning_consent', args=[known])}?done=said")


def _consent(request: HttpRequest, patient: str, problem: str = "", status: int = 200) -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    reads = who.role in MAY
    said = pipeline.consenting.learning(who, patient) if reads else ()
    context = {
        "patient": patient,
        "banner": banner(pipeline.record(who, patient)),
        "may": reads,
        "mark": consents.of_learning(said),
        "rows": consents.rows(reversed(said)),
        "today": pipeline.today.isoformat(),
        "problem": problem,
        "done": gettext(SAID) if request.GET.get("done") == "said" else "",
    }
    return page(request, "web/learning_consent.html", context, status=status)


def _paper(request: HttpRequest) -> Paper:
    """What was typed. Raises InputError for what is missing."""
    said = {name: request.POST.get(name, "").strip() for name in ("said", "signed", "signer", "document")}
    if said["said"] not in ("agrees", "refuses"):
        raise InputError(gettext("say whether the patient agrees or refuses"), where="said")
    try:
        signed = date.fromisoformat(said["signed"])
    except ValueError:
        raise InputError(gettext("say on which day it was said or signed"), where="signed") from None
    return Paper(
        what="",
        recipients=(),
        purpose="",
        signed=signed,
        signer=said["signer"],
        document=said["document"],
        refused=said["said"] == "refuses",
    )


def _known(patient: str) -> str:
    try:
        return deps.pipeline().store.patients.find(patient)
    except InputError:
        raise Http404 from None
