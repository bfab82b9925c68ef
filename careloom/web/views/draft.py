"""Draft: find a patient, choose a kind of document, say what it must be told, and have it drafted."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom import draft as kinds
from careloom.care.access import Permission, may
from careloom.draft.kind import Kind
from careloom.errors import InputError, Refused
from careloom.web import deps
from careloom.web.present import asking as present
from careloom.web.present.banner import banner
from careloom.web.present.words import sentence
from careloom.web.views.guard import METHODS, needs, of_patient, of_proposal
from careloom.web.views.page import actor, now, page

# Before the id of a field, so that none is taken for something else of the form.
FIELD = "f-"


@needs(Permission.WORK, methods=METHODS)
def draft(request: HttpRequest) -> HttpResponse:
    """Patients to choose from; by POST those who are called so (what is typed stands in no address)."""
    asking, who = deps.pipeline().asking, actor(request)
    words, problem, found = request.POST.get("words", ""), "", None
    if request.method == "POST":
        try:
            found = present.matches(deps.pipeline().assigning.search(who, words))
        except InputError as error:
            problem = sentence(error.reason)
    context = {
        "words": words,
        "problem": problem,
        "found": found,
        "offered": present.offered(asking.offered(who), now()) if found is None else (),
    }
    return page(request, "web/draft.html", context, status=422 if problem else 200)


@needs(Permission.SEE, of_patient)
def patient(request: HttpRequest, patient: str) -> HttpResponse:
    """One patient: what there is already, and the kinds that can be asked for."""
    return _patient(request, _known(patient))


@needs(Permission.SEE, of_proposal)
def documents(request: HttpRequest, proposal: str) -> HttpResponse:
    """The same of the patient whom a document is about."""
    try:
        about = deps.pipeline().store.proposals.get(proposal).document.patient
    except InputError:
        raise Http404 from None
    return _patient(request, _known(about))


def _patient(request: HttpRequest, known: str) -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    documents = pipeline.asking.documents(who, known)
    record = pipeline.record(who, known)
    context = {
        "patient": known,
        "banner": banner(record),
        "groups": present.written(documents, now()),
        "offers": present.offers(present.has_signed_plan(documents), pipeline.enrolling.allocated(known)),
        "dead": bool(record.demographics.deceased),
        "pilots": pipeline.enrolling.open_to(who) if may(who.role, Permission.DECIDE) else (),
        "parallel": pipeline.paralleling.of_patient(who, known),
        "not_drawn": request.GET.get("parallel") == "not drawn",
        "may_disclose": may(who.role, Permission.SETTLE),
    }
    return page(request, "web/draft_patient.html", context)


@needs(Permission.WORK, of_patient, methods=METHODS)
def kind(request: HttpRequest, patient: str, kind: str) -> HttpResponse:
    """The form of a kind; by POST the document is drafted and its review shown."""
    if kind not in kinds.KINDS:
        raise Http404
    known, wanted = _known(patient), kinds.kind_of(kind)
    if request.method != "POST":
        return _form(request, known, wanted, {}, {})
    typed = {one.id: "\n".join(request.POST.getlist(FIELD + one.id)) for one in wanted.fields}
    problems = present.wrong(wanted, typed)
    if problems:
        return _form(request, known, wanted, typed, problems)
    return _drafted(request, known, wanted, typed)


def _drafted(request: HttpRequest, patient: str, kind: Kind, typed: dict[str, str]) -> HttpResponse:
    pipeline = deps.pipeline()
    model = None if request.POST.get("model") else "none"
    began = pipeline.clock()
    try:
        made = pipeline.propose(actor(request), patient, kind=kind.id, model=model, given=typed)
    except InputError as error:
        if error.where in typed:
            return _form(request, patient, kind, typed, {error.where: present.told(error)})
        return _form(request, patient, kind, typed, {}, present.whole(str(error)))
    except Refused as error:
        return _form(request, patient, kind, typed, {}, present.whole(str(error)), error.http_status)
    again = "?drafted=before" if made.created < began else ""
    return redirect(f"{reverse('review', args=[made.id])}{again}")


def _form(
    request: HttpRequest,
    patient: str,
    kind: Kind,
    typed: dict[str, str],
    problems: dict[str, str],
    problem: str = "",
    status: int = 422,
) -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    signed = not kind.plan or present.has_signed_plan(pipeline.asking.documents(who, patient))
    context = {
        "patient": patient,
        "kind": kind,
        "offer": present.offer(kind, signed),
        "banner": banner(pipeline.record(who, patient)),
        "fields": present.asked(kind, typed, problems),
        "problem": problem,
        "wrong": len(problems),
        "model": bool(pipeline.evaluating.earned(kind)),
        "with_model": bool(request.POST.get("model")),
        "prefix": FIELD,
    }
    return page(request, "web/draft_kind.html", context, status=status if problem or problems else 200)


def _known(patient: str) -> str:
    """The id under which this patient is read now. Raises Http404 for nobody."""
    try:
        return deps.pipeline().find(patient)
    except InputError:
        raise Http404 from None
