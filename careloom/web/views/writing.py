"""Writing by hand: the same page without a draft; a person types each line and says what it rests on."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom import draft as kinds
from careloom.care.access import Permission
from careloom.care.document import Statement
from careloom.errors import InputError, StaleRecord
from careloom.web import deps
from careloom.web.present.plan import default_choice
from careloom.web.present.words import sentence
from careloom.web.present.writing import KEPT, writing
from careloom.web.views.guard import SENT, needs, of_patient, of_proposal
from careloom.web.views.lines import after
from careloom.web.views.page import actor
from careloom.web.views.review import review_of, shown


@needs(Permission.DECIDE, of_patient, methods=SENT)
def begin(request: HttpRequest, patient: str, kind: str) -> HttpResponse:
    """Begin a document without a draft; its page is shown."""
    if kind not in kinds.KINDS:
        raise Http404
    try:
        known = deps.pipeline().find(patient)
    except InputError:
        raise Http404 from None
    return redirect("review", deps.pipeline().by_hand(actor(request), known, kind).id)


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def add(request: HttpRequest, proposal: str) -> HttpResponse:
    """Add a line as it was typed; where it can't be, the page says why and keeps what was typed."""
    who = actor(request)
    found = review_of(who, proposal)
    section, text = request.POST.get("section", ""), request.POST.get("text", "")
    kind, cites = request.POST.get("kind", "fact"), request.POST.getlist("cites")
    typed = Statement(id="", section=section, kind=kind, text=text, citations=tuple(cites))
    try:
        line = deps.pipeline().handwriting.add(who, proposal, typed)
        deps.pipeline().attention.forget(who, proposal, KEPT)
    except (InputError, StaleRecord) as error:
        problem = sentence(error.reason if isinstance(error, InputError) else str(error))
        form = writing(found, who, section=section, kind=kind, text=text, cites=cites, problem=problem)
        return shown(request, found, default_choice(found), {"writing": form}, error.http_status)
    return redirect(f"{reverse('review', args=[proposal])}?line={line}#line-{line}")


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def move(request: HttpRequest, proposal: str, line_id: str) -> HttpResponse:
    """Put a line right before another one of its part, or last in it; sent twice it stands there once."""
    who = actor(request)
    review_of(who, proposal)
    deps.pipeline().handwriting.move(who, proposal, line_id, request.POST.get("before", ""))
    return after(request, who, proposal, line_id, gettext("Line moved. No word was changed."))


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def cite(request: HttpRequest, proposal: str, line_id: str) -> HttpResponse:
    """Cite the entry that she chose among those that the line's words fit best; the line is checked again."""
    who = actor(request)
    review_of(who, proposal)
    deps.pipeline().handwriting.cite(who, proposal, line_id, request.POST.get("entry", ""))
    return after(request, who, proposal, line_id, gettext("Cited. The line was checked and classed again."))


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def take_out(request: HttpRequest, proposal: str, line_id: str) -> HttpResponse:
    """Take out a line of her own that nobody signed."""
    who = actor(request)
    found = review_of(who, proposal)
    try:
        deps.pipeline().handwriting.take_out(who, proposal, line_id)
    except StaleRecord as error:
        form = writing(found, who, problem=sentence(str(error)))
        return shown(request, found, default_choice(found), {"writing": form}, error.http_status)
    return redirect(f"{reverse('review', args=[proposal])}#write")
