"""Whose a waiting document is: taken, given back, given to somebody, taken over; and the page left."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.errors import InputError
from careloom.pipeline import Review
from careloom.web import deps
from careloom.web.present.turns import Turn, turn
from careloom.web.present.words import number
from careloom.web.views.guard import SENT, needs, of_proposal
from careloom.web.views.page import actor, now


def turn_of(who: Reviewer, found: Review) -> Turn | None:
    """Whose it is and who has it open, for the page of a document that waits; that she opened it is known from now on."""
    if found.proposal.status != "draft":
        return None
    pipeline = deps.pipeline()
    held = pipeline.turning.look(who, found.proposal.id)
    return turn(pipeline.turning.about(who, found.proposal, held), held, who, now())


@needs(Permission.SEE, of_proposal, post=Permission.SEE, methods=SENT)
def take(request: HttpRequest, proposal: str) -> HttpResponse:
    """Claim, release, assign, undo, or take over the page; then back to where the form stood."""
    who, turning = actor(request), deps.pipeline().turning
    asked, why = request.POST.get("turn", ""), request.POST.get("why", "")
    if asked == "claim":
        turning.claim(who, proposal, why)
    elif asked == "release":
        turning.release(who, proposal, why)
    elif asked == "assign":
        turning.assign(who, proposal, request.POST.get("user", ""), why)
    elif asked == "undo":
        turning.undo(who, proposal)
    elif asked == "take_over":
        turning.take_over(who, proposal, why)
    else:
        raise InputError(gettext("no such step"))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("review", args=[proposal])
    return redirect(back)


@needs(Permission.SEE, of_proposal)
def here(request: HttpRequest, proposal: str) -> HttpResponse:
    """Somebody is still reading this document: the session and the sign on its door live on."""
    deps.pipeline().turning.still_there(actor(request), proposal)
    return HttpResponse(status=204)


@needs(Permission.SEE, of_proposal, post=Permission.SEE, methods=SENT)
def left(request: HttpRequest, proposal: str) -> HttpResponse:
    """She left the page that has this number."""
    left_page = number(request.POST.get("page", ""), 0)
    if left_page:
        deps.pipeline().turning.leave(actor(request), proposal, left_page)
    return HttpResponse(status=204)
