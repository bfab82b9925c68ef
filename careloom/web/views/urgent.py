"""What can't wait and who takes it; what patients wrote back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from careloom.errors import InputError
from careloom.web import deps
from careloom.web.present.urgent import page_rows, reply_rows
from careloom.web.views.page import actor, must_be_care_team, names_of, now, page, signed_in, users_by_id


@signed_in
def urgent(request: HttpRequest) -> HttpResponse:
    """The pages that nobody has taken, the oldest first, and those that were taken last."""
    must_be_care_team(request)
    pipeline = deps.pipeline()
    pages = pipeline.store.pages.last()
    waiting = pipeline.store.pages.waiting()
    names = names_of({one.patient for one in (*pages, *waiting)}, request)
    users = users_by_id()
    context = {
        "waiting": page_rows(waiting, names, users, now()),
        "taken": page_rows([one for one in pages if not one.is_open][:10], names, users, now()),
        "chain": [one.name for one in pipeline.paging.chain],
        "minutes": pipeline.paging.minutes,
        "done": request.GET.get("done") == "taken",
    }
    return page(request, "web/urgent.html", context)


@require_POST
@signed_in
def take(request: HttpRequest, page_id: UUID) -> HttpResponse:
    """Acknowledge one."""
    must_be_care_team(request)
    try:
        deps.pipeline().paging.acknowledge(actor(request).user, str(page_id))
    except InputError:
        raise Http404 from None
    return redirect(f"{reverse('urgent')}?done=taken")


@signed_in
def replies(request: HttpRequest) -> HttpResponse:
    """What patients wrote back and nobody has read: what can't wait first."""
    must_be_care_team(request)
    waiting = deps.pipeline().store.replies.waiting()
    names = names_of({one.patient for one in waiting}, request)
    return page(request, "web/replies.html", {"rows": reply_rows(waiting, names, now())})


@require_POST
@signed_in
def read(request: HttpRequest, reply: UUID) -> HttpResponse:
    """Keep that it was read."""
    must_be_care_team(request)
    try:
        deps.pipeline().replying.read(actor(request).user, str(reply))
    except InputError:
        raise Http404 from None
    return redirect("replies")
