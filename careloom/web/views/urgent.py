"""What can't wait and who takes it; what patients wrote back."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.urgent import Page
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present.banner import banner
from careloom.web.present.evidence import show
from careloom.web.present.urgent import PageReader, page_rows, reply_rows
from careloom.web.saying import later
from careloom.web.views.consents import may_read
from careloom.web.views.guard import SENT, mine, needs, of_page, of_reply
from careloom.web.views.page import actor, names_of, now, page, users_by_id

DONE = {
    "taken": later(
        "It is yours now: write below what was done. Until then it stays on every panel with your name."
    ),
    "back": later("It is nobody's again; the next person is told."),
    "written": later("What was done is written, and the page is over."),
    "called": later(
        "The call is ticked, with your name and the time; the page stays until you write what was done."
    ),
    "uncalled": later("The tick is taken back; that it was there, and was taken back, stays below it."),
    "undone": later(
        "It is taken back: the page waits again, and the next person is told. What was written stays below it."
    ),
}


@needs(Permission.SEE)
def urgent(request: HttpRequest) -> HttpResponse:
    """The pages that nobody has taken, those of which nobody wrote what was done, the oldest first, and those that were done last."""
    return _list(request)


def _list(request: HttpRequest, problem: str = "", of: str = "") -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    last = pipeline.paged.read(who, pipeline.store.pages.last())
    unfinished = pipeline.paged.read(who, pipeline.store.pages.unfinished())
    patients = {one.patient for one in (*last, *unfinished)}
    seen = pipeline.access.seen(who, filter(None, patients))
    reader = PageReader(who, names_of(patients, request), users_by_id(), seen, reads=may_read(who))
    paging = pipeline.paging
    context = {
        "waiting": page_rows([one for one in unfinished if one.is_open], reader, now()),
        "taken": page_rows([one for one in unfinished if not one.is_open], reader, now()),
        "over": page_rows([one for one in last if one.is_done][:10], reader, now()),
        "acts": may(who.role, Permission.ACT),
        "chain": [one.name for one in paging.chain],
        "reach": paging.chain,
        "minutes": paging.minutes,
        "outcome_minutes": paging.outcome_minutes,
        "done": DONE.get(request.GET.get("done", "")),
        "problem": problem,
        "typed": {**request.POST.dict(), "page": of},
    }
    return page(request, "web/urgent.html", context, status=422 if problem else 200)


@needs(Permission.PART2, of_page, methods=SENT)
def emergency(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """What a restricted page is about, with what else is restricted of its patient: shown once, in the answer alone."""
    pipeline, who = deps.pipeline(), actor(request)
    about = known_page(who, str(page_id))
    said = {name: request.POST.get(name, "") for name in ("to", "affiliation", "nature")}
    try:
        found = pipeline.consenting.emergency.read(who, about.patient, **said)
    except InputError as error:
        return _list(request, error.reason, about.id)
    context = {
        "back": reverse("urgent"),
        "back_words": gettext("Back to what can't wait"),
        "banner": banner(pipeline.record(who, about.patient)),
        # What the page is about comes first.
        "entries": [show(entry, ()) for entry in sorted(found, key=lambda one: one.id != about.reference)],
        **said,
    }
    return page(request, "web/emergency.html", context)


def known_page(who: Reviewer, page_id: str) -> Page:
    """A page that she may know of. Raises Http404."""
    try:
        found = deps.pipeline().paged.read(who, (deps.pipeline().store.pages.get(page_id),))
    except InputError:
        raise Http404 from None
    if not found:
        raise Http404
    return found[0]


@needs(Permission.ACT, methods=SENT)
def take(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Acknowledge one."""
    about = known_page(actor(request), str(page_id))
    deps.pipeline().paging.acknowledge(actor(request), about.id)
    return redirect(f"{reverse('urgent')}?done=taken")


@needs(Permission.ACT, methods=SENT)
def give_back(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Somebody else takes it."""
    return _stepped(request, page_id, "back", deps.pipeline().paging.give_back)


@needs(Permission.ACT, methods=SENT)
def finish(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Write what was done."""
    words = request.POST.get("words", "")
    return _stepped(
        request, page_id, "written", lambda who, id: deps.pipeline().paging.finish(who, id, words)
    )


@needs(Permission.ACT, methods=SENT)
def called(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Tick that the call was made."""
    reached = request.POST.get("reached") == "yes"
    return _stepped(
        request, page_id, "called", lambda who, id: deps.pipeline().paging.called(who, id, reached=reached)
    )


@needs(Permission.ACT, methods=SENT)
def uncalled(request: HttpRequest, page_id: UUID, number: int) -> HttpResponse:
    """Take back one's own tick."""
    return _stepped(
        request, page_id, "uncalled", lambda who, id: deps.pipeline().paging.uncall(who, id, number)
    )


@needs(Permission.ACT, methods=SENT)
def undo(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Take back what was written as done."""
    why = request.POST.get("why", "")
    return _stepped(request, page_id, "undone", lambda who, id: deps.pipeline().paging.undo(who, id, why))


def _stepped(
    request: HttpRequest, page_id: UUID, done: str, step: Callable[[Reviewer, str], object]
) -> HttpResponse:
    """The list after a step with a page; with why not beside it, where it wasn't taken."""
    about = known_page(actor(request), str(page_id))
    try:
        step(actor(request), about.id)
    except InputError as error:
        return _list(request, error.reason, about.id)
    return redirect(f"{reverse('urgent')}?done={done}")


@needs(Permission.SEE)
def replies(request: HttpRequest) -> HttpResponse:
    """What patients wrote back and nobody has read: what can't wait first."""
    waiting = mine(actor(request), deps.pipeline().store.replies.waiting(), lambda one: one.patient)
    names = names_of({one.patient for one in waiting}, request)
    return page(request, "web/replies.html", {"rows": reply_rows(waiting, names, now())})


@needs(Permission.WORK, of_reply, methods=SENT)
def read(request: HttpRequest, reply: UUID) -> HttpResponse:
    """Keep that it was read."""
    try:
        deps.pipeline().replying.read(actor(request).user, str(reply))
    except InputError:
        raise Http404 from None
    return redirect("replies")
