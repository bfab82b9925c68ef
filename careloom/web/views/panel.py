"""My panel today: the first page of whoever sees patients."""

from django.http import HttpRequest, HttpResponse

from careloom.care.access import Permission, may
from careloom.review.tiers import expired
from careloom.web import deps
from careloom.web.present.panel import shown
from careloom.web.present.words import number
from careloom.web.views.guard import needs
from careloom.web.views.page import actor, now, page, users_by_id


@needs(Permission.SEE)
def panel(request: HttpRequest) -> HttpResponse:
    """Her patients, those who must be acted on first."""
    who = actor(request)
    found = deps.pipeline().panels.panel(who, number(request.GET.get("page", "")))
    works = may(who.role, Permission.WORK)
    acts = may(who.role, Permission.ACT) and not expired(who, now().date())
    context = {"panel": shown(found, users_by_id(), now(), works=works, acts=acts)}
    return page(request, "web/panel.html", context)
