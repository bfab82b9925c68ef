"""Messages to patients: what became of each, and a filed document sent by whoever looks at it."""

from contextlib import suppress
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.sending import CHANNELS, State
from careloom.errors import CareloomError, InputError, NotApproved, StaleRecord
from careloom.pipeline import Review
from careloom.web import deps
from careloom.web.present.banner import banner
from careloom.web.present.choice import BLIND, noun_of, reads_blind
from careloom.web.present.sending import MARKS, offer_rows, sending_rows
from careloom.web.present.words import sentence
from careloom.web.views.guard import METHODS, SENT, mine, needs, of_proposal, of_sending
from careloom.web.views.page import actor, names_of, now, page
from careloom.web.views.review import review_of


@needs(Permission.SEE)
def messages(request: HttpRequest) -> HttpResponse:
    """What was sent to patients, what waits, and what a person must look at."""
    sendings = mine(actor(request), deps.pipeline().store.sendings.last(), lambda one: one.patient)
    names = names_of({one.patient for one in sendings}, request)
    return page(request, "web/messages.html", {"rows": sending_rows(sendings, names, now())})


@needs(Permission.SEE, of_proposal, methods=METHODS)
def send(request: HttpRequest, proposal: str) -> HttpResponse:
    """The message as it would go out, by each channel; by POST it is queued by one."""
    found = review_of(actor(request), proposal)
    if reads_blind(found):
        raise NotApproved(BLIND)
    if request.method != "POST":
        return _send(request, found)
    channel, to = request.POST.get("channel", ""), request.POST.get("to", "").strip()
    if channel not in CHANNELS:
        return _send(request, found, gettext("Choose by which channel."))
    try:
        sending = deps.pipeline().delivering.queue(actor(request).user, proposal, channel, to)
    except CareloomError as error:
        told = error.reason if isinstance(error, InputError) else str(error)
        return _send(request, found, sentence(told), channel, to)
    if sending.state is not State.QUEUED:
        word = MARKS[sending.state].word
        return _send(
            request,
            found,
            gettext("It was asked for by this way before: {word}.").format(word=word),
            channel,
            to,
        )
    return redirect(f"{reverse('message_send', args=[proposal])}?queued=1")


def _send(
    request: HttpRequest, found: Review, problem: str = "", channel: str = "", to: str = ""
) -> HttpResponse:
    pipeline, proposal = deps.pipeline(), found.proposal.id
    try:
        offers, barred = pipeline.delivering.offers(proposal), ""
    except NotApproved as error:
        offers, barred = (), sentence(str(error))
    context = {
        "banner": banner(found.record),
        "noun": noun_of(found),
        "proposal": proposal,
        "offers": offer_rows(offers, channel),
        "barred": barred,
        "problem": problem,
        "to": to,
        "rows": sending_rows(pipeline.store.sendings.of(proposal), {}, now()),
        "queued": "queued" in request.GET,
    }
    return page(request, "web/send.html", context, 422 if problem else 200)


@needs(Permission.WORK, of_sending, methods=SENT)
def cancel(request: HttpRequest, sending: UUID) -> HttpResponse:
    """Take back what waits; what is gone meanwhile stays, and the list tells."""
    delivering = deps.pipeline().delivering
    try:
        proposal = delivering.store.sendings.get(str(sending)).proposal
    except InputError:
        raise Http404 from None
    with suppress(NotApproved, StaleRecord):
        delivering.cancel(actor(request).user, str(sending), why="taken back on the page")
    return redirect("message_send", proposal)


@needs(Permission.WORK, of_sending, methods=SENT)
def settle(request: HttpRequest, sending: UUID) -> HttpResponse:
    """A person's word on a message whose outcome is unknown."""
    said = request.POST.get("said")
    if said not in ("arrived", "again"):
        raise InputError(gettext("say whether it arrived"), where="said")
    try:
        with suppress(NotApproved, StaleRecord):  # somebody else said so meanwhile; the list tells
            deps.pipeline().delivering.settle(actor(request).user, str(sending), arrived=said == "arrived")
    except InputError:
        raise Http404 from None
    return redirect("messages")
