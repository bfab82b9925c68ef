"""Failure modes: what was wrong with drafts, how severe, from what, and what prevents it now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission, may
from careloom.errors import InputError
from careloom.pipeline.failing import rules
from careloom.web import deps
from careloom.web.present import failures as present
from careloom.web.present.words import sentence
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, page


@needs(Permission.AUDIT)
def failures(request: HttpRequest) -> HttpResponse:
    """The list, the newest first."""
    return _list(request)


def _list(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    found = deps.pipeline().failing.every(actor(request))
    context = {
        "rows": [present.row_of(one) for one in found],
        "counts": present.counts(found),
        "severities": [(one.value, words) for one, words in present.SEVERITIES.items()],
        "causes": present.CAUSES.items(),
        "rules": sorted(rules()),
        "leads": may(actor(request).role, Permission.LEAD),
        "problem": problem,
        "done": request.GET.get("done") == "1",
    }
    return page(request, "web/failures.html", context, status)


@needs(Permission.LEAD, methods=SENT)
def judge(request: HttpRequest) -> HttpResponse:
    """Say how severe one was, from what it came, and what prevents it now."""
    asked = request.POST
    given = {name: asked.get(name, "") for name in ("severity", "cause", "prevents", "why")}
    try:
        deps.pipeline().failing.judge(actor(request), asked.get("failure", ""), **given)
    except InputError as error:
        return _list(request, sentence(error.reason), error.http_status)
    return redirect(f"{reverse('failures')}?done=1")
