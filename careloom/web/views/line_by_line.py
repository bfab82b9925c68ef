"""Deciding line by line: a mark for one's signature, a yes or no to an uncertain line, one line sent back; and what is typed, kept."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.document import Action
from careloom.errors import InputError, NotLicensed, StaleRecord
from careloom.review.vigilance import YES
from careloom.web import deps
from careloom.web.present.choice import may_send_back, statement_of, why_not
from careloom.web.present.lines import line
from careloom.web.present.result import REASONS
from careloom.web.views.guard import METHODS, SENT, needs, of_proposal
from careloom.web.views.lines import after, said_in, slot, unmoved, why, wrong_with
from careloom.web.views.page import actor
from careloom.web.views.review import doing, review_of


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def mark(request: HttpRequest, proposal: str, line_id: str) -> HttpResponse:
    """Mark a line for one's signature, or take the mark off."""
    who = actor(request)
    found = review_of(who, proposal)
    on = request.POST.get("on") == "1"
    deps.pipeline().attention.mark(who, found, line_id, on=on)
    return after(request, who, proposal, line_id, "")


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def answer(request: HttpRequest, proposal: str, line_id: str) -> HttpResponse:
    """A yes or no to an uncertain line, of the words that were read."""
    who = actor(request)
    found = review_of(who, proposal)
    statement = statement_of(found, line_id)
    if statement is None:
        raise Http404
    unmoved(request, statement)
    said = request.POST.get("said", "")
    deps.pipeline().attention.answer(who, found, line_id, said)
    words = "" if said == YES else gettext("You said no: amend this line, strike it or send it back.")
    return after(request, who, proposal, line_id, words)


@needs(Permission.DECIDE, of_proposal, methods=METHODS)
def back(request: HttpRequest, proposal: str, line_id: str) -> HttpResponse:
    """The form to send one line back; posted to, it keeps what is wrong and what should stand there for whoever improves the drafts."""
    who = actor(request)
    found = review_of(who, proposal)
    statement = statement_of(found, line_id)
    if statement is None:
        raise Http404
    row = line(found, line_id)
    if not may_send_back(found, row):
        raise NotLicensed(why_not(found, row) if found.proposal.status != "draft" or row.state else row.who)
    if request.method != "POST":
        form = {**doing(found, line_id, "back"), "reasons": REASONS.items()}
        return slot(request, found, "web/_back.html", line_id, form)
    unmoved(request, statement)
    reason, words, should = (said_in(request, one) for one in ("reason", "words", "should"))
    if reason not in REASONS or not words:
        raise InputError(gettext("choose a reason and say in a few words what is wrong"))
    wrong = wrong_with((statement,), reason, words)
    deps.pipeline().decide(
        who,
        proposal,
        Action.SEND_BACK,
        statements=(line_id,),
        reason=why(reason, words),
        feedback={**wrong, **({"should": should} if should else {})},
    )
    return after(
        request,
        who,
        proposal,
        line_id,
        gettext("Sent back. The line waits; what you wrote is kept to improve the drafts."),
    )


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def keep(request: HttpRequest, proposal: str) -> HttpResponse:
    """Keep what somebody types while she types it; 409 with the words of her other window where those would be lost."""
    who = actor(request)
    field, text, was = (request.POST.get(name, "") for name in ("field", "text", "was"))
    pipeline = deps.pipeline()
    try:
        pipeline.attention.keep(who, proposal, field, text, was)
    except StaleRecord:
        stands = pipeline.attention.kept(who, proposal, field)
        return JsonResponse({"stands": stands}, status=409)
    return HttpResponse(status=204)
