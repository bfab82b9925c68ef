"""Who may be one person: the work list, two records side by side, a person's word, and the undoing of a merge."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission
from careloom.errors import InputError
from careloom.pipeline.people import MAY, People, patients_of
from careloom.store.sameness import Look, Word
from careloom.web import deps
from careloom.web.present import people as present
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id

DONE = {
    "same": later("They are one record now, under the older of the two. It can be undone below."),
    "different": later(
        "They stay two records. Nobody is asked again, unless a sender says that they are one."
    ),
    "kept": later(
        "Nothing was taken back: it was already, or more has come for them since. Then say who is one person."
    ),
    "undone": later(
        "They are two records again, each with what came under it. Drafts made of the whole are stale."
    ),
}


@needs(Permission.MATCH)
def people(request: HttpRequest) -> HttpResponse:
    """The pairs that wait, and the merges in force."""
    desk = deps.pipeline().people
    waiting, merges = desk.waiting(), desk.merges()
    deps.pipeline().store.audit.note(actor(request).user, "read", what="people")
    identified = deps.pipeline().refusals.identified()
    known = {patient for said in identified for patient in (said.patient, said.same_as) if patient}
    labels = _labels(patients_of(waiting, merges) | known)
    users = users_by_id()
    context = {
        "rows": present.rows(waiting, labels, now()),
        "merged": present.merged(merges, labels, users, now()),
        "identified": present.told_of(identified, labels, users, now()),
        "done": DONE.get(request.GET.get("done", "")),
        "may": actor(request).role in MAY,
    }
    return page(request, "web/people.html", context)


@needs(Permission.MATCH)
def pair(request: HttpRequest, look: UUID) -> HttpResponse:
    """Two records side by side."""
    return _pair(request, _waiting(look))


@needs(Permission.SETTLE, methods=SENT)
def same(request: HttpRequest, look: UUID) -> HttpResponse:
    """Take a person's word that they are one."""
    return _decide(request, look, "same", lambda desk: desk.same)


@needs(Permission.SETTLE, methods=SENT)
def different(request: HttpRequest, look: UUID) -> HttpResponse:
    """Take a person's word that they are two."""
    return _decide(request, look, "different", lambda desk: desk.different)


@needs(Permission.MATCH)
def merge(request: HttpRequest, word: UUID) -> HttpResponse:
    """A merge in force: who was merged, and what came since of neither."""
    return _merge(request, _in_force(word))


@needs(Permission.SETTLE, methods=SENT)
def undo(request: HttpRequest, word: UUID) -> HttpResponse:
    """Undo it."""
    found = _in_force(word)
    whose = {key: request.POST[key] for key in request.POST if _is_id(key) and request.POST[key]}
    try:
        deps.pipeline().people.unmerge(
            actor(request), found.one, found.other, why=request.POST.get("why", ""), whose=whose
        )
    except InputError as error:
        return _merge(request, found, error.reason)
    return redirect(f"{reverse('people')}?done=undone")


def _decide(
    request: HttpRequest, look: UUID, done: str, act: Callable[[People], Callable[..., object]]
) -> HttpResponse:
    found = _waiting(look)
    try:
        act(deps.pipeline().people)(actor(request), found.one, found.other, why=request.POST.get("why", ""))
    except InputError as error:
        return _pair(request, found, error.reason)
    return redirect(f"{reverse('people')}?done={done}")


def _pair(request: HttpRequest, look: Look, problem: str = "") -> HttpResponse:
    desk, who = deps.pipeline().people, actor(request)
    waiting = [one.id for one in desk.waiting()]
    place = waiting.index(look.id)
    labels = _labels((look.one, look.other))
    context = {
        "row": present.rows([look], labels, now())[0],
        "lines": present.lines(*desk.told(who, (look.one, look.other))),
        "place": place + 1,
        "number": len(waiting),
        "next": waiting[place + 1] if place + 1 < len(waiting) else "",
        "problem": problem,
        "why": request.POST.get("why", ""),
        "may": who.role in MAY,
    }
    return page(request, "web/pair.html", context, status=422 if problem else 200)


def _merge(request: HttpRequest, word: Word, problem: str = "") -> HttpResponse:
    desk, who = deps.pipeline().people, actor(request)
    users = users_by_id()
    told = desk.told(who, (word.one, word.other), alone=True)
    context = {
        "merge": present.merged([word], _labels((word.one, word.other)), users, now())[0],
        "lines": present.lines(*told),
        "since": present.since(desk.unnamed(word.one, word.other), now()),
        "sides": [(side.patient, present.numbers(side)) for side in told],
        "problem": problem,
        "why": request.POST.get("why", ""),
        "may": who.role in MAY,
    }
    return page(request, "web/merge.html", context, status=422 if problem else 200)


def _waiting(look: UUID) -> Look:
    try:
        return deps.pipeline().people.find(str(look))
    except InputError:
        raise Http404 from None


def _in_force(word: UUID) -> Word:
    try:
        return deps.pipeline().people.merge(str(word))
    except InputError:
        raise Http404 from None


def _labels(patients: Iterable[str]) -> dict[str, str]:
    return present.described(deps.pipeline().store.patients.labels(patients))


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
