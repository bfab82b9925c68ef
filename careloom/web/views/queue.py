"""The work list and the page of keys."""

from django.http import HttpRequest, HttpResponse

from careloom.care.access import Permission
from careloom.web import deps
from careloom.web.present.queue import work_list
from careloom.web.views.guard import needs
from careloom.web.views.page import actor, now, page, reach_of


@needs(Permission.SEE)
def queue(request: HttpRequest) -> HttpResponse:
    """What waits: the reader's plans first."""
    who = actor(request)
    work = work_list(deps.pipeline().queue(who), now(), reach_of(who))
    return page(request, "web/queue.html", {"work": work})


@needs(Permission.OWN)
def keys(request: HttpRequest) -> HttpResponse:
    """The keys, as a page of its own where there is no JavaScript."""
    return page(request, "web/keys.html", {})
