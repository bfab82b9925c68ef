"""The failure registry: what was wrong with drafts, without identifiers, how severe, from what, and what prevents it now."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission, may
from careloom.errors import InputError
from careloom.pipeline.failing import BY, rules
from careloom.web import deps
from careloom.web.present import failures as present
from careloom.web.present import protocol_changes as protocols
from careloom.web.present.words import sentence
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id


@needs(Permission.FAILURES)
def failures(request: HttpRequest) -> HttpResponse:
    """The list, the newest first, or what of it was asked for."""
    asked = {name: request.GET.get(name, "") for name in BY}
    number = request.GET.get("page", "1")
    who = actor(request)
    found = deps.pipeline().failing.registry(who, asked, int(number) if number.isdecimal() else 1)
    context = {
        "rows": [present.row_of(one, one.proposal in found.seen, now()) for one in found.rows],
        "found": found,
        "causes": present.by_cause(found.causes),
        "filters": present.filters(asked, found.kinds),
        "asked": asked,
        "more": present.more(asked, found.page + 1) if found.page < found.pages else "",
        "less": present.more(asked, found.page - 1) if found.page > 1 else "",
    }
    return page(request, "web/failures.html", context)


@needs(Permission.FAILURES)
def failure(request: HttpRequest, failure: str) -> HttpResponse:
    """One of them: its case, what the draft's drugs and results were, every judgement, and the rules that were drafted from it."""
    return _one(request, failure)


def _one(request: HttpRequest, failure: str, problem: str = "", status: int = 200) -> HttpResponse:
    who, pipeline = actor(request), deps.pipeline()
    try:
        found, seen = pipeline.failing.get(who, failure)
    except InputError:
        raise Http404 from None
    roles = {one.user: one.role for one in pipeline.store.users.all()}
    leads = may(who.role, Permission.LEAD)
    inputs = pipeline.store.site_rules.frozen_of(found.proposal)
    context = {
        "row": present.row_of(found, seen, now(), roles),
        "inputs": present.inputs_of(inputs, pipeline.knowledge),
        "history": present.history(found, users_by_id(), now()) if leads else (),
        "spoke": [(one, protocols.forms_of(one)) for one in protocols.spoke(inputs, pipeline.knowledge)],
        "made": [
            present.made_of(pipeline.store.site_rules.get(one), pipeline.knowledge) for one in found.rules
        ],
        "severities": [(one.value, words) for one, words in present.SEVERITIES.items()],
        "causes": present.CAUSES.items(),
        "rules": sorted(rules()),
        "leads": leads,
        "may_draft": may(who.role, Permission.RULES),
        "problem": problem,
        "done": request.GET.get("done") == "1",
    }
    return page(request, "web/failure.html", context, status)


@needs(Permission.LEAD, methods=SENT)
def judge(request: HttpRequest) -> HttpResponse:
    """Say how severe one was, from what it came, and what prevents it now."""
    asked = request.POST
    given = {name: asked.get(name, "") for name in ("severity", "cause", "prevents", "why")}
    failure = asked.get("failure", "")
    try:
        deps.pipeline().failing.judge(actor(request), failure, **given)
    except InputError as error:
        if error.where == "failure":
            raise Http404 from None
        return _one(request, failure, sentence(error.reason), error.http_status)
    return redirect(f"{reverse('failure', args=[failure])}?done=1")
