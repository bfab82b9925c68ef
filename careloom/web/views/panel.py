"""My panel today: the first page of whoever sees patients."""

from django.http import HttpRequest, HttpResponse

from careloom.care.access import Permission, may
from careloom.web import deps
from careloom.web.present.panel import shown
from careloom.web.views.guard import needs
from careloom.web.views.page import actor, now, page, users_by_id

# A page number has no more digits than that.
DIGITS = 5


@needs(Permission.SEE)
def panel(request: HttpRequest) -> HttpResponse:
    """Her patients, those who must be acted on first."""
    who, number = actor(request), request.GET.get("page", "1")
    asked = int(number) if number.isdecimal() and len(number) <= DIGITS else 1
    found = deps.pipeline().panels.panel(who, asked)
    context = {"panel": shown(found, users_by_id(), now(), works=may(who.role, Permission.WORK))}
    return page(request, "web/panel.html", context)
