"""Compliance: the pack made from the running system, what a person must say, and legal holds."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom import comply, jobs
from careloom.care.access import Permission
from careloom.comply.chai import as_xml
from careloom.comply.page import as_html
from careloom.comply.paper import as_pdf
from careloom.errors import CareloomError, InputError
from careloom.web import deps
from careloom.web.present import compliance as present
from careloom.web.present.refused import refusal
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page

DONE = {
    "said": later("Noted, with your name and the day. The next pack tells it."),
    "placed": later("The hold is in force."),
    "lifted": later("The hold is lifted; that it was in force stays to be seen."),
}
TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "json": "application/json",
    "chai.xml": "application/xml",
    "schema.json": "application/schema+json",
}


@needs(Permission.COMPLY)
def compliance(request: HttpRequest) -> HttpResponse:
    """The newest pack's summary, what isn't met, the packs before it, and what a person must say."""
    return _compliance(request)


@needs(Permission.COMPLY, methods=SENT)
def make(request: HttpRequest) -> HttpResponse:
    """Have a worker make a pack; asked twice within a minute it is made once."""
    key = f"comply:{now():%Y-%m-%dT%H:%M}"
    jobs.enqueue(deps.pipeline().settings, "comply", key, {"actor": actor(request).user})
    return redirect(f"{reverse('compliance')}?asked={int(now().timestamp())}")


@needs(Permission.COMPLY, methods=SENT)
def say(request: HttpRequest) -> HttpResponse:
    """Note what a person says of a requirement."""
    key, answer, words = (request.POST.get(name, "") for name in ("key", "answer", "words"))
    try:
        deps.pipeline().complying.say(actor(request), key, answer, words)
    except InputError as error:
        return _compliance(request, problem=refusal(error), key=key, words=words)
    return redirect(f"{reverse('compliance')}?done=said#asked")


@needs(Permission.COMPLY)
def download(request: HttpRequest, pack: str, form: str) -> HttpResponse:
    """A pack as HTML, PDF or JSON, or its schema, to keep."""
    complying, who = deps.pipeline().complying, actor(request)
    if form not in TYPES:
        raise Http404
    try:
        found, told = complying.get(who, pack)
        _, changes = complying.since(who, pack)
        body = {
            "json": lambda: told,
            "schema.json": lambda: json.dumps(comply.schema(), indent=1).encode(),
            "chai.xml": lambda: as_xml(found),
            "html": lambda: as_html(found, comply.digest(told), changes).encode(),
            "pdf": lambda: as_pdf(found, comply.digest(told), changes, deps.pipeline().settings.fonts),
        }[form]()
    except InputError:
        raise Http404 from None
    name = f"compliance-{found.made:%Y-%m-%d}-{found.id[:8]}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=TYPES[form], headers=headers)


@needs(Permission.COMPLY)
def holds(request: HttpRequest) -> HttpResponse:
    """Every legal hold, and the form to place one."""
    return _holds(request)


@needs(Permission.COMPLY, methods=SENT)
def hold(request: HttpRequest) -> HttpResponse:
    """Place a hold on one patient's records, or on everybody's."""
    patient, why = request.POST.get("patient", "").strip(), request.POST.get("why", "")
    everybody = request.POST.get("everybody") == "yes"
    try:
        if everybody == bool(patient):
            raise InputError("name one patient by the id of the record, or choose everybody", where="patient")
        deps.pipeline().complying.hold(actor(request), patient, why)
    except InputError as error:
        return _holds(request, refusal(error), patient=patient, why=why)
    return redirect(f"{reverse('compliance_holds')}?done=placed")


@needs(Permission.COMPLY, methods=SENT)
def lift(request: HttpRequest, hold: str) -> HttpResponse:
    """End a hold."""
    try:
        deps.pipeline().complying.lift(actor(request), hold, request.POST.get("why", ""))
    except CareloomError as error:
        return _holds(request, refusal(error))
    return redirect(f"{reverse('compliance_holds')}?done=lifted")


def _compliance(request: HttpRequest, *, problem: str = "", key: str = "", words: str = "") -> HttpResponse:
    complying, who = deps.pipeline().complying, actor(request)
    packs = complying.packs(who)
    newest = complying.get(who, packs[0].id)[0] if packs else None
    before, changes = complying.since(who, packs[0].id) if packs else (None, ())
    asked = request.GET.get("asked", "")
    context = {
        "rows": [present.row(one, now()) for one in packs],
        "newest": newest,
        "counts": present.counts(newest) if newest else (),
        "parts": present.parts(newest) if newest else (),
        "before": before is not None,
        "changes": [present.change(one) for one in changes],
        "questions": present.questions(complying.questions(), complying.store.compliance.answers(), now()),
        "asked_for": asked.isdigit() and not (packs and packs[0].made.timestamp() >= int(asked)),
        "problem": problem,
        "key": key,
        "words": words,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/compliance.html", context, 422 if problem else 200)


def _holds(request: HttpRequest, problem: str = "", *, patient: str = "", why: str = "") -> HttpResponse:
    found = deps.pipeline().complying.holds(actor(request))
    context = {
        "rows": [present.hold(one, now()) for one in found],
        "problem": problem,
        "patient": patient,
        "why": why,
        "done": DONE.get(request.GET.get("done", ""), ""),
        "nobody": gettext("everybody"),
    }
    return page(request, "web/compliance_holds.html", context, 422 if problem else 200)
