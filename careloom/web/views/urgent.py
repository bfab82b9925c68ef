"""What can't wait and who takes it; what patients wrote back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present.urgent import page_rows, reply_rows
from careloom.web.views.guard import SENT, mine, needs, of_reply
from careloom.web.views.page import actor, names_of, now, page, users_by_id


@needs(Permission.SEE)
def urgent(request: HttpRequest) -> HttpResponse:
    """The pages that nobody has taken, the oldest first, and those that were taken last."""
    pipeline = deps.pipeline()
    pages = pipeline.store.pages.last()
    waiting = pipeline.store.pages.waiting()
    names = names_of({one.patient for one in (*pages, *waiting)}, request)
    users = users_by_id()
    seen = pipeline.access.seen(actor(request), {one.patient for one in (*pages, *waiting) if one.patient})
    taken = [one for one in pages if not one.is_open][:10]
    context = {
        "waiting": page_rows(waiting, names, users, now(), seen),
        "taken": page_rows(taken, names, users, now(), seen),
        "chain": [one.name for one in pipeline.paging.chain],
        "minutes": pipeline.paging.minutes,
        "done": request.GET.get("done") == "taken",
    }
    return page(request, "web/urgent.html", context)


@needs(Permission.WORK, methods=SENT)
def take(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Acknowledge one."""
    try:
        deps.pipeline().paging.acknowledge(actor(request).user, str(page_id))
    except InputError:
        raise Http404 from None
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
