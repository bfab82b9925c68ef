"""A patient's consents: what each opens and why not, entering one on paper, and taking one back."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.document import Reviewer, Tier
from careloom.errors import InputError
from careloom.pipeline.consenting import Paper
from careloom.pipeline.emergency import MAY_READ
from careloom.pipeline.people import MAY
from careloom.web import deps
from careloom.web.present.banner import banner
from careloom.web.present.consents import rows
from careloom.web.present.evidence import show
from careloom.web.present.words import moment
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs, of_proposal
from careloom.web.views.page import actor, now, page, reach_of, users_by_id

DONE = {
    "entered": later("It is in the record, with your name beside it."),
    "taken-back": later("It was taken back: from now on it opens nothing."),
}


@needs(Permission.SEE, of_proposal, post=Permission.SETTLE)
def shown(request: HttpRequest, proposal: str) -> HttpResponse:
    """The list and the form; by POST a consent is entered."""
    if request.method != "POST":
        return _page(request, proposal)
    try:
        deps.pipeline().consenting.add(actor(request), _patient(proposal), _paper(request))
    except InputError as error:
        return _page(request, proposal, error.reason)
    return redirect(f"{reverse('consents', args=[proposal])}?done=entered")


@needs(Permission.SETTLE, of_proposal, methods=SENT)
def revoke(request: HttpRequest, proposal: str) -> HttpResponse:
    """Take one back."""
    consent, why = request.POST.get("consent", ""), request.POST.get("why", "")
    try:
        deps.pipeline().consenting.revoke(actor(request), _patient(proposal), consent, why=why)
    except InputError as error:
        return _page(request, proposal, error.reason)
    return redirect(f"{reverse('consents', args=[proposal])}?done=taken-back")


@needs(Permission.WORK, of_proposal, methods=SENT)
def emergency(request: HttpRequest, proposal: str) -> HttpResponse:
    """What is restricted, shown once, in the answer alone; no address leads to it again."""
    pipeline, who, patient = deps.pipeline(), actor(request), _patient(proposal)
    said = {name: request.POST.get(name, "") for name in ("to", "affiliation", "nature")}
    try:
        found = pipeline.consenting.emergency.read(who, patient, **said)
    except InputError as error:
        return _page(request, proposal, error.reason)
    context = {
        "back": reverse("consents", args=[proposal]),
        "back_words": gettext("Back to the consents"),
        "banner": banner(pipeline.record(who, patient)),
        "entries": [show(entry, ()) for entry in found],
        **said,
    }
    return page(request, "web/emergency.html", context)


def _page(request: HttpRequest, proposal: str, problem: str = "") -> HttpResponse:
    pipeline, who, patient = deps.pipeline(), actor(request), _patient(proposal)
    may = who.role in MAY
    programmes = pipeline.consenting.programmes
    context = {
        "proposal": proposal,
        "banner": banner(pipeline.record(who, patient)),
        "rows": rows(pipeline.consenting.all(who, patient)) if may else (),
        "programmes": sorted(set(programmes.by_system.values())),
        "names": "; ".join(programmes.recipients),
        "today": pipeline.today.isoformat(),
        "typed": request.POST,
        "problem": problem,
        "done": DONE.get(request.GET.get("done", "")),
        "may": may,
        "may_read": may_read(who) and bool(programmes.by_system),
        "told": _told(who, patient),
    }
    return page(request, "web/consents.html", context, status=422 if problem else 200)


def _told(who: Reviewer, patient: str) -> list[tuple[str, str, str]]:
    """Readings in an emergency: when, by whom, to whom and why."""
    pipeline = deps.pipeline()
    if not may_read(who):
        return []
    users = users_by_id()
    return [
        (moment(one.at, now()), users.get(one.by, one.by), one.words)
        for one in pipeline.consenting.emergency.told(who, patient)
    ]


def may_read(who: Reviewer) -> bool:
    """Whether somebody may read what is restricted in a medical emergency."""
    return who.role in MAY_READ and reach_of(who) >= Tier.NURSE


def _patient(proposal: str) -> str:
    try:
        return deps.pipeline().store.proposals.get(proposal).document.patient
    except InputError:
        raise Http404 from None


def _paper(request: HttpRequest) -> Paper:
    """What was typed. Raises InputError for a day that is none."""
    said = {name: request.POST.get(name, "").strip() for name in request.POST}
    signed = _day(said.get("signed", ""))
    if signed is None:
        raise InputError(gettext("say on which day it was signed (42 CFR 2.31(a)(9))"))
    return Paper(
        what=said.get("what", ""),
        programme=said.get("programme", ""),
        recipients=tuple(filter(None, map(str.strip, said.get("recipients", "").split(";")))),
        purpose=said.get("purpose", ""),
        signed=signed,
        signer=said.get("signer", ""),
        start=_day(said.get("start", "")),
        until=_day(said.get("until", "")),
        ends_with=said.get("ends_with", ""),
        counselling=said.get("counselling") == "1",
        document=said.get("document", ""),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(gettext("a day is written as 2026-11-28")) from None
