"""Where sources disagree on a dose, an allergy or a diagnosis: a physician settles it here, and everybody else asks her to."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.care.ruling import SILENT
from careloom.errors import ConfigError, InputError, Refused, StaleRecord
from careloom.pipeline.settling import Follows, Matter, Said
from careloom.web import deps
from careloom.web.entering import not_proved, proved_by_form
from careloom.web.present import settling as present
from careloom.web.present.banner import banner
from careloom.web.present.evidence import basis_of_entries
from careloom.web.present.words import sentence
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs, of_patient
from careloom.web.views.page import actor, now, page, users_by_id

DONE = {
    "settled": later(
        "Settled. The sources stay; what of them no longer speaks is below. Undo is offered until a signed line rests on it."
    ),
    "undone": later("Taken back: it is open again. That it was settled and taken back stays on record."),
    "asked": later("Asked: it stands on the list, and she is told now and each working day."),
    "answered": later("The question is closed."),
}
FIELDS = ("choice", "other", "reason")


@needs(Permission.SEE, of_patient, post=Permission.DECIDE)
def settle(request: HttpRequest, patient: str, entry: str) -> HttpResponse:
    """The dispute that an entry belongs to, the choices, and what was settled; by POST what would follow, then settling it."""
    if request.method != "POST":
        return _shown(request, patient, entry)
    given = {name: request.POST.get(name, "") for name in FIELDS}
    said = Said(given["choice"], given["reason"], given["other"])
    who, settling = actor(request), deps.pipeline().settling
    try:
        follows = settling.preview(who, patient, entry, said)
        if request.POST.get("step") != "settle":
            return _shown(request, patient, entry, given=given, follows=follows)
        read = request.POST.getlist("read")
        if set(follows.to_read) - set(read):
            problem = gettext("Say of each high finding that you have read it. Nothing was settled.")
            return _shown(request, patient, entry, given=given, follows=follows, problem=problem, status=422)
        if not proved_by_form(request):
            problem = gettext("{not_proved} Nothing was settled.").format(not_proved=not_proved(request))
            return _shown(request, patient, entry, given=given, follows=follows, problem=problem, status=403)
        settling.settle(who, patient, entry, said, read)
    except InputError as error:
        return _shown(request, patient, entry, given=given, problem=sentence(error.reason), status=422)
    except (Refused, ConfigError) as error:
        problem = gettext("{said} Nothing was settled.").format(said=sentence(str(error)))
        return _shown(request, patient, entry, problem=problem, status=error.http_status)
    return redirect(f"{reverse('settle', args=[patient, entry])}?done=settled")


@needs(Permission.DECIDE, of_patient, methods=SENT)
def undo(request: HttpRequest, patient: str, entry: str) -> HttpResponse:
    """Take back what was settled."""
    who, settling = actor(request), deps.pipeline().settling
    try:
        settling.undo(who, patient, request.POST.get("ruling", ""))
    except InputError as error:
        return _shown(request, patient, entry, problem=sentence(error.reason), status=422)
    except Refused as error:
        return _shown(request, patient, entry, problem=sentence(str(error)), status=error.http_status)
    back = request.POST.get("back", "")
    known = back if back and back.isalnum() else entry
    return redirect(f"{reverse('settle', args=[patient, known])}?done=undone")


@needs(Permission.WORK, of_patient, methods=SENT)
def ask(request: HttpRequest, patient: str, entry: str) -> HttpResponse:
    """Put it on a physician's list."""
    whom, words = request.POST.get("whom", ""), request.POST.get("words", "")
    try:
        deps.pipeline().settling.ask(actor(request), patient, entry, whom, words)
    except InputError as error:
        return _shown(request, patient, entry, problem=sentence(error.reason), status=422)
    except StaleRecord as error:
        return _shown(request, patient, entry, problem=sentence(str(error)), status=error.http_status)
    return redirect(f"{reverse('settle', args=[patient, entry])}?done=asked")


@needs(Permission.WORK, of_patient, methods=SENT)
def answered(request: HttpRequest, patient: str, entry: str) -> HttpResponse:
    """Close a question."""
    try:
        deps.pipeline().settling.answered(actor(request), patient, request.POST.get("question", ""))
    except InputError:
        raise Http404 from None
    return redirect(f"{reverse('settle', args=[patient, entry])}?done=answered")


def _shown(
    request: HttpRequest,
    patient: str,
    entry: str,
    *,
    given: Mapping[str, str] | None = None,
    follows: Follows | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    who, pipeline = actor(request), deps.pipeline()
    try:
        known = pipeline.find(patient)
        matter = pipeline.settling.look(who, known, entry)
    except InputError:
        raise Http404 from None
    pipeline.store.audit.note(who.user, "read", patient=known, what="dispute")
    context = {
        **_context(matter),
        "patient": known,
        "key": entry,
        "works": may(who.role, Permission.WORK),
        "given": given or {},
        "follows": follows,
        "found": present.found(follows) if follows else (),
        "reads": request.POST.getlist("read"),
        "questions": present.questions(matter, users_by_id(), now()),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/settle.html", context, status)


def _context(matter: Matter) -> dict[str, object]:
    dispute, settled = matter.dispute, matter.settled
    told = dispute.entries if dispute else (*settled.own, *settled.entries) if settled else ()
    about = dispute.about if dispute else settled.about if settled else ""
    return {
        "banner": banner(matter.record),
        "about": about,
        "silent": dispute is not None and all(one.kind in SILENT for one in dispute.conflicts),
        "dispute": dispute,
        "conflicts": present.disagreements(dispute.conflicts, matter.record) if dispute else (),
        "options": present.options(dispute, matter.record) if dispute else (),
        "chooses": present.DOES[dispute.family] if dispute else "",
        "stands": present.stands(settled.own, matter.record) if settled else (),
        "settled": settled,
        "matter": matter,
        "names": present.named(matter.who),
        "basis": basis_of_entries(told, matter.record),
        "first": settled.entries[0] if settled and settled.entries else "",
    }
