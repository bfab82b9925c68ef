"""What can't wait and who takes it; what patients wrote back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.urgent import Page
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present.banner import banner
from careloom.web.present.evidence import show
from careloom.web.present.urgent import page_rows, reply_rows
from careloom.web.views.consents import may_read
from careloom.web.views.guard import SENT, mine, needs, of_page, of_reply
from careloom.web.views.page import actor, names_of, now, page, users_by_id


@needs(Permission.SEE)
def urgent(request: HttpRequest) -> HttpResponse:
    """The pages that nobody has taken, the oldest first, and those that were taken last."""
    return _list(request)


def _list(request: HttpRequest, problem: str = "", of: str = "") -> HttpResponse:
    pipeline, who = deps.pipeline(), actor(request)
    pages = pipeline.paged.read(who, pipeline.store.pages.last())
    waiting = pipeline.paged.read(who, pipeline.store.pages.waiting())
    names = names_of({one.patient for one in (*pages, *waiting)}, request)
    users = users_by_id()
    seen = pipeline.access.seen(who, {one.patient for one in (*pages, *waiting) if one.patient})
    taken = [one for one in pages if not one.is_open][:10]
    context = {
        "waiting": page_rows(waiting, names, users, now(), seen, reads=may_read(who)),
        "taken": page_rows(taken, names, users, now(), seen),
        "chain": [one.name for one in pipeline.paging.chain],
        "minutes": pipeline.paging.minutes,
        "done": request.GET.get("done") == "taken",
        "problem": problem,
        "typed": {**request.POST.dict(), "page": of},
    }
    return page(request, "web/urgent.html", context, status=422 if problem else 200)


@needs(Permission.PART2, of_page, methods=SENT)
def emergency(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """What a restricted page is about, with what else is restricted of its patient: shown once, in the answer alone."""
    pipeline, who = deps.pipeline(), actor(request)
    about = _page(who, str(page_id))
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


def _page(who: Reviewer, page_id: str) -> Page:
    """A page that she may know of. Raises Http404."""
    try:
        found = deps.pipeline().paged.read(who, (deps.pipeline().store.pages.get(page_id),))
    except InputError:
        raise Http404 from None
    if not found:
        raise Http404
    return found[0]


@needs(Permission.WORK, methods=SENT)
def take(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Acknowledge one."""
    about = _page(actor(request), str(page_id))
    deps.pipeline().paging.acknowledge(actor(request).user, about.id)
    return redirect(f"{reverse('urgent')}?done=taken")


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
