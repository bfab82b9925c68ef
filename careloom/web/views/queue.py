"""The work list and the page of keys."""

from django.http import HttpRequest, HttpResponse

from careloom.care.access import Permission, may
from careloom.web import deps
from careloom.web.present.queue import sought, work_list
from careloom.web.views.guard import needs
from careloom.web.views.page import actor, now, page, reach_of


@needs(Permission.SEE)
def queue(request: HttpRequest) -> HttpResponse:
    """A page of what waits; the address says what of it."""
    who, asked = actor(request), sought(request.GET.dict())
    found = deps.pipeline().work(who, asked)
    return page(
        request,
        "web/queue.html",
        {
            "work": work_list(found, asked, now(), reach_of(who)),
            "leads": may(who.role, Permission.LEAD),
            "seconds": deps.pipeline().seconding.number(who),
        },
    )


@needs(Permission.OWN)
def keys(request: HttpRequest) -> HttpResponse:
    """The keys, as a page of its own where there is no JavaScript."""
    return page(request, "web/keys.html", {})
