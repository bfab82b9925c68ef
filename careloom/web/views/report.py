"""Reporting a problem with one line or finding: kept to improve the drafts, while the document stays as it is."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.document import Severity
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present.choice import choose, noun_of, statement_of
from careloom.web.present.result import REASONS
from careloom.web.views.guard import SENT, needs, of_proposal
from careloom.web.views.page import actor, by_htmx, part
from careloom.web.views.review import review_of

LONGEST = 2000


@needs(Permission.WORK, of_proposal, methods=SENT)
def report(request: HttpRequest, proposal: str) -> HttpResponse:
    """Keep a reason and a few words about what was chosen, with the document as it is now."""
    who = actor(request)
    found = review_of(who, proposal)
    key, reason = request.POST.get("key", ""), request.POST.get("reason", "")
    words = " ".join(request.POST.get("words", "").split())[:LONGEST]
    if choose(found, key) is None:
        raise Http404
    if reason not in REASONS or not words:
        raise InputError(gettext("choose a reason and say in a few words what is wrong"))
    line = statement_of(found, key)
    about = {"statement": key} if line else {"rule": found.proposal.findings[int(key[1:])].rule}
    if (severity := request.POST.get("severity", "")) in {one.value for one in Severity}:
        about["severity"] = severity
    pipeline = deps.pipeline()
    pipeline.flag_for_improvement(
        found.proposal, {"code": reason, "words": words, **about, "reviewer": who.user}
    )
    pipeline.store.audit.note(who.user, "flag", patient=found.proposal.document.patient, what=proposal)
    if by_htmx(request):
        return part(request, "web/_reported.html", {"noun": noun_of(found)})
    return redirect(f"{reverse('review', args=[proposal])}?line={key}&reported=1")
