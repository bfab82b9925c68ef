"""One printable answer about a draft, for whoever audits: who signed, on what, with which versions, and whether the log is whole."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from careloom.care.access import Permission
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present import draft_account as present
from careloom.web.views.guard import needs, of_proposal
from careloom.web.views.page import actor, names_of, now, page, users_by_id


@needs(Permission.AUDIT)
def draft_accounts(request: HttpRequest) -> HttpResponse:
    """From a draft's id, or the first characters of it, to its page. Raises Http404 where there is no such draft."""
    try:
        return redirect("draft_account", deps.pipeline().store.proposals.find(request.GET.get("draft", "")))
    except InputError:
        raise Http404 from None


@needs(Permission.AUDIT, of_proposal)
def draft_account(request: HttpRequest, proposal: str) -> HttpResponse:
    """The answer; nothing that the draft says stands in it."""
    try:
        told = deps.pipeline().testifying.of(actor(request).user, proposal)
    except InputError:
        raise Http404 from None
    patient = told.proposal.document.patient
    name = names_of({patient}, request).get(patient, "")
    return page(request, "web/draft_account.html", present.account(told, name, users_by_id(), now()))
