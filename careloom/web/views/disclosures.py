"""What left about a patient: the accounting that she may ask for, and the form on which a disclosure is written down."""

from dataclasses import asdict
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.disclosure import WRITTEN
from careloom.errors import InputError
from careloom.pipeline.accounting import Said
from careloom.web import deps
from careloom.web.present import audit as present
from careloom.web.present.report import Accounting, of_disclosures
from careloom.web.present.words import sentence
from careloom.web.views.guard import METHODS, needs, of_patient
from careloom.web.views.page import actor, names_of, now, page
from careloom.web.views.paper import report_of


@needs(Permission.AUDIT, of_patient)
def disclosures(request: HttpRequest, patient: str) -> HttpResponse:
    """The accounting of the last six years, ready to print."""
    found = _accounting(request, _known(patient))
    return page(request, "web/disclosures.html", asdict(found))


@needs(Permission.AUDIT, of_patient)
def as_pdf(request: HttpRequest, patient: str) -> HttpResponse:
    """The same as a PDF, for the patient who asked for it; that it was taken out is in the audit log."""
    found = _accounting(request, _known(patient))
    body = report_of(of_disclosures(found), "disclosures.pdf")
    who = actor(request).user
    deps.pipeline().store.audit.note(who, "export document", patient=found.patient, what="disclosures")
    return body


def _accounting(request: HttpRequest, known: str) -> Accounting:
    pipeline = deps.pipeline()
    found = pipeline.accounting.disclosures(actor(request).user, known)
    people = pipeline.store.users.all()
    return Accounting(
        patient=known,
        name=names_of({known}, request).get(known, ""),
        practice=pipeline.settings.practice_name,
        since=found.since.isoformat(),
        until=found.until.isoformat(),
        counted=present.left(found.counted, people),
        part2=present.left(found.part2, people),
        left_out=present.left(found.left_out, people),
    )


@needs(Permission.SETTLE, of_patient, methods=METHODS)
def disclose(request: HttpRequest, patient: str) -> HttpResponse:
    """The form for what left by fax, phone or paper."""
    known, given = _known(patient), {name: request.POST.get(name, "") for name in FIELDS}
    problem = at = ""
    if request.method == "POST":
        try:
            deps.pipeline().accounting.disclose(actor(request).user, known, _said(given))
        except InputError as error:
            problem, at = sentence(error.reason), error.where
        else:
            return redirect(f"{reverse('disclose', args=[known])}?done=1")
    context = {
        "patient": known,
        "name": names_of({known}, request).get(known, ""),
        "grounds": WRITTEN,
        "given": {"on": now().date().isoformat()} | {name: value for name, value in given.items() if value},
        "problem": problem,
        "at": at,
        "done": "done" in request.GET,
    }
    return page(request, "web/disclose.html", context, 422 if problem else 200)


FIELDS = ("to", "address", "what", "why", "ground", "on")


def _said(given: dict[str, str]) -> Said:
    try:
        on = date.fromisoformat(given["on"])
    except ValueError:
        raise InputError(gettext("say on which day it left"), where="on") from None
    return Said(given["to"], given["what"], given["why"], given["ground"], on, given["address"])


def _known(patient: str) -> str:
    try:
        return deps.pipeline().find(patient)
    except InputError:
        raise Http404 from None
