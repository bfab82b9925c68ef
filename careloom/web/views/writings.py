"""Other systems' charts: what is there of ours, what waits, and what a person must look at."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.writing import Writing
from careloom.errors import CareloomError, InputError, NotApproved
from careloom.web import deps
from careloom.web.present.banner import banner
from careloom.web.present.choice import BLIND, reads_blind
from careloom.web.present.other_charts import writing_rows
from careloom.web.present.words import sentence
from careloom.web.views.charts import allowed, readable, titles
from careloom.web.views.guard import SENT, mine, needs, of_proposal, of_writing
from careloom.web.views.page import actor, names_of, now, page
from careloom.web.views.review import review_of


@needs(Permission.SEE)
def writings(request: HttpRequest) -> HttpResponse:
    """What didn't arrive first, however old it is, then the newest."""
    who, store = actor(request), deps.pipeline().store
    every = {one.id: one for one in (*deps.pipeline().writing_back.stuck(), *store.writings.last())}
    found = readable(who, mine(who, [*every.values()], lambda one: one.patient))
    names = names_of({one.patient for one in found}, request)
    store.audit.note(who.user, "read", what="writings")
    rows = writing_rows(found, now(), names=names, titles=titles(found))
    return page(request, "web/writings.html", {"rows": rows, "at": request.path, **allowed(who)})


@needs(Permission.SEE, of_proposal)
def written(request: HttpRequest, proposal: str) -> HttpResponse:
    """In which charts a document is, since when, in which version, or why not."""
    return _written(request, proposal)


def _written(request: HttpRequest, proposal: str, error: str = "") -> HttpResponse:
    found = review_of(actor(request), proposal)
    if reads_blind(found):
        raise NotApproved(BLIND)
    rows = writing_rows(deps.pipeline().store.writings.of(found.proposal.id), now())
    context = {
        **allowed(actor(request)),
        "rows": rows,
        "proposal": found.proposal.id,
        "draft": found.proposal.status == "draft",
        "banner": banner(found.record),
        "error": error,
    }
    return page(request, "web/written.html", context, 422 if error else 200)


@needs(Permission.WORK, of_writing, methods=SENT)
def again(request: HttpRequest, writing: UUID) -> HttpResponse:
    """Have it tried once more, now."""
    writing_back = deps.pipeline().writing_back
    return _asked(request, writing, lambda: writing_back.again(actor(request).user, str(writing)))


@needs(Permission.DECIDE, of_writing, methods=SENT)
def give_up(request: HttpRequest, writing: UUID) -> HttpResponse:
    """Give up what isn't in the other chart and waits, with a reason."""
    writing_back, why = deps.pipeline().writing_back, request.POST.get("why", "").strip()
    if not why:
        return _written(request, _known(writing).proposal, gettext("Say in a few words why it is given up."))
    return _asked(request, writing, lambda: writing_back.cancel(actor(request).user, str(writing), why=why))


@needs(Permission.DECIDE, of_writing, methods=SENT)
def undo(request: HttpRequest, writing: UUID) -> HttpResponse:
    """Have it taken back out of the other chart, with a reason."""
    why = request.POST.get("why", "").strip()
    if not why:
        proposal = _known(writing).proposal
        return _written(request, proposal, gettext("Say in a few words why it is taken back."))
    writing_back = deps.pipeline().writing_back
    return _asked(request, writing, lambda: writing_back.undo(actor(request).user, str(writing), why=why))


def _asked(request: HttpRequest, asked: UUID, act: Callable[[], object]) -> HttpResponse:
    """Do it, and back to the page on which it was asked for; where it can't be done the document's says why."""
    writing = _known(asked)
    proposal = writing.proposal
    try:
        act()
    except CareloomError as refused:
        return _written(request, proposal, sentence(str(refused)))
    pages = (
        reverse("review", args=[proposal]),
        reverse("patient", args=[writing.patient]),
        reverse("writings"),
    )
    at = request.POST.get("at", "")
    return redirect(f"{at if at in pages else reverse('written', args=[proposal])}#chart-{writing.id}")


def _known(writing: UUID) -> Writing:
    try:
        return deps.pipeline().store.writings.get(str(writing))
    except InputError:
        raise Http404 from None
