"""Feedback: the box of each page, what became of it, what is put to the vote, and what went well and may be told."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.care.voice import About, Became, Said
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present import feedback as present
from careloom.web.present.refused import refusal
from careloom.web.refilling import refilled
from careloom.web.saying import later
from careloom.web.views.guard import READ, SENT, needs, of_patient, of_proposal
from careloom.web.views.page import actor, now, page, users_by_id

DONE = {
    "given": later("Sent. What becomes of it stands here."),
    "answered": later("Noted; its author reads it here."),
    "voted": later("Your vote counts, once; you can take it back."),
    "unvoted": later("Your vote is taken back."),
    "shared": later("Others see it now, with its numbers and without your name. You can take it back."),
    "unshared": later("Nobody sees it any more."),
}


@needs(Permission.OWN, methods=READ)
def feedback(request: HttpRequest) -> HttpResponse:
    """Her own feedback with its answers, what is put to the vote, what went well; for a lead everybody's."""
    return _feedback(request)


@needs(Permission.OWN, methods=SENT)
def give(request: HttpRequest) -> HttpResponse:
    """Take what somebody says of a page. No patient goes along but where she said so."""
    asked = request.POST
    try:
        about = About(asked.get("about", ""))
    except ValueError:
        return refilled(request, _feedback(request, gettext("Say what it is.")))
    try:
        patient = ""
        if asked.get("with_patient") == "yes":
            named = {"patient": asked.get("patient", "")} if asked.get("patient") else {}
            found = of_patient(named) if named else of_proposal({"proposal": asked.get("proposal", "")})
            patient = next(iter(found), "")
        deps.pipeline().hearing.add(
            actor(request), asked.get("page", "")[:64], about, asked.get("words", ""), patient
        )
    except InputError as error:
        return refilled(request, _feedback(request, refusal(error)), error)
    return _back("given")


@needs(Permission.OWN, methods=SENT)
def vote(request: HttpRequest, voice: UUID) -> HttpResponse:
    """Vote for what is put to the vote, or take the vote back."""
    on = request.POST.get("on") == "yes"
    try:
        deps.pipeline().hearing.vote(actor(request), str(voice), on=on)
    except InputError:
        raise Http404 from None
    return _back("voted" if on else "unvoted")


@needs(Permission.OWN, methods=SENT)
def share(request: HttpRequest) -> HttpResponse:
    """Let others know of a success of hers, or take that back."""
    on = request.POST.get("on") == "yes"
    try:
        deps.pipeline().hearing.share(actor(request), request.POST.get("key", ""), on=on)
    except InputError:
        raise Http404 from None
    return _back("shared" if on else "unshared")


@needs(Permission.LEAD, methods=SENT)
def answer(request: HttpRequest, voice: UUID) -> HttpResponse:
    """A lead says what became of it, and may put it to the vote in words of her own."""
    asked, who = request.POST, actor(request)
    try:
        became = Became(asked.get("became", ""))
    except ValueError:
        return refilled(request, _feedback(request, gettext("Say what becomes of it.")))
    said = Said(became, asked.get("words", "").strip(), asked.get("offered", "").strip(), who.user, now())
    try:
        deps.pipeline().hearing.answer(who, str(voice), said)
    except InputError as error:
        if error.reason == "unknown feedback":
            raise Http404 from None
        return refilled(request, _feedback(request, refusal(error)), error)
    return _back("answered")


def _back(done: str) -> HttpResponse:
    return redirect(f"{reverse('feedback')}?done={done}")


def _feedback(request: HttpRequest, problem: str = "") -> HttpResponse:
    hearing, who, at = deps.pipeline().hearing, actor(request), now()
    leads = may(who.role, Permission.LEAD)
    every = hearing.every(who) if leads else ()
    seen = deps.pipeline().access.seen(who, {one.patient for one in every if one.patient})
    voted = deps.pipeline().store.voices.voted(who.user)
    context = {
        "mine": present.rows(hearing.mine(who), at),
        "every": present.rows(every, at, users_by_id(), seen) if leads else (),
        "offered": [(one.id, one.offered, one.votes, one.id in voted) for one in hearing.offered()],
        "wins": [(one.key, present.win_words(one.key, one.numbers), one.shared) for one in hearing.wins(who)],
        "shared": [present.win_words(one.key, one.numbers) for one in hearing.shared()],
        "choices": present.choices(),
        "leads": leads,
        "problem": problem,
        "refused": request.POST if problem else {},
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/feedback.html", context, 422 if problem else 200)
