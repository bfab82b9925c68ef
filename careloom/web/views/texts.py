"""Texts for patients: what they say, and who of this site approved them; a nurse or physician approves one by
proving who she is."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.document import Tier
from careloom.errors import CareloomError, InputError
from careloom.web import deps
from careloom.web.entering import not_proved, proved_by_form
from careloom.web.present.texts import text_rows
from careloom.web.present.words import sentence
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import (
    actor,
    now,
    page,
    reach_of,
    users_by_id,
)

DONE = {
    "approved": later("Approved. What is filled from it may go out by itself."),
    "back": later("Taken back."),
}


@needs(Permission.SEE)
def texts(request: HttpRequest) -> HttpResponse:
    """Every version of every text."""
    return _texts(request)


@needs(Permission.DECIDE, methods=SENT)
def say(request: HttpRequest, text: str) -> HttpResponse:
    """Approve a text as it was read, or take that back."""
    vouching, who = deps.pipeline().vouching, actor(request)
    try:
        found, _ = vouching.find(text)
    except InputError:
        raise Http404 from None
    if not proved_by_form(request):
        return _texts(
            request,
            text,
            gettext("{not_proved} Nothing was approved or taken back.").format(
                not_proved=not_proved(request)
            ),
            403,
        )
    if request.POST.get("digest") != found.digest:
        return _texts(request, text, gettext("The words are not those that you read. Read them again."), 409)
    approves = request.POST.get("said") == "approve"
    try:
        (vouching.approve if approves else vouching.withdraw)(who, text, now().date())
    except CareloomError as error:
        return _texts(request, text, sentence(str(error)), error.http_status)
    return redirect(f"{reverse('texts')}?done={'approved' if approves else 'back'}")


def _texts(request: HttpRequest, wrong: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        "rows": text_rows(deps.pipeline().vouching.all(), users_by_id(), now()),
        "may": reach_of(actor(request)) is not Tier.AUTO,
        "wrong": wrong,
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/texts.html", context, status)
