"""Safety events: reporting one from anywhere, the list, one event with everything that was said of it, and an export without identifiers."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.safety_event import SafetyStepKind
from careloom.errors import CareloomError, InputError, NotInCareTeam
from careloom.text import sheet
from careloom.web import deps
from careloom.web.present import safety as present
from careloom.web.present.refused import refusal
from careloom.web.present.stops import choices
from careloom.web.saying import later
from careloom.web.views.guard import READ, SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id

FIELDS = (
    "report",
    "category",
    "harm",
    "words",
    "happened",
    "place",
    "kind",
    "document",
    "statement",
    "model",
    "rule",
)
DONE = {
    "reported": later("Reported. The safety lead is told now; what becomes of it stands here."),
    "said": later("Noted. What was said before stays."),
}
Saying = Callable[[Reviewer, str, Mapping[str, str], int], None]


@needs(Permission.REPORT, methods=READ)
def safety(request: HttpRequest) -> HttpResponse:
    """The events that she may read, the newest first, and what is stopped."""
    who = actor(request)
    every = deps.pipeline().safety.registry(who)
    context = {
        "rows": [present.row_of(one, now()) for one in every],
        "categories": present.by_category(every),
        "everybodys": may(who.role, Permission.EVENTS),
    }
    return page(request, "web/safety.html", context)


@needs(Permission.REPORT, methods=READ)
def report(request: HttpRequest) -> HttpResponse:
    """The empty form; the address may name what it is about."""
    said = {name: request.GET.get(name, "") for name in FIELDS}
    return _form(request, {**said, "happened": said["happened"] or now().date().isoformat()})


@needs(Permission.REPORT, methods=SENT)
def reported(request: HttpRequest) -> HttpResponse:
    """Keep what was reported."""
    said = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        made = deps.pipeline().safety.report(actor(request), said)
    except NotInCareTeam:
        raise
    except CareloomError as error:
        where = error.where if isinstance(error, InputError) else ""
        return _form(request, said, refusal(error), where, error.http_status)
    return redirect(f"{reverse('safety_event', args=[made])}?done=reported")


@needs(Permission.REPORT, methods=READ)
def event(request: HttpRequest, event: str) -> HttpResponse:
    """One event."""
    return _one(request, event)


@needs(Permission.SAFETY, methods=SENT)
def say(request: HttpRequest, event: str, what: str) -> HttpResponse:
    """Say something of an event: how severe, why, an action, whether it worked, a link, that it is over or isn't."""
    pipeline = deps.pipeline().safety
    ways: Mapping[str, Saying] = {
        "judge": pipeline.judge,
        "cause": pipeline.cause,
        "act": pipeline.act,
        "worked": pipeline.worked,
        "link": pipeline.link,
        "close": pipeline.close,
        "reopen": pipeline.reopen,
    }
    if what not in ways:
        raise Http404
    sent = request.POST
    said = {name: ",".join(sent.getlist(name)) if name == "factors" else sent.get(name, "") for name in sent}
    read = sent.get("read", "")
    try:
        ways[what](actor(request), event, said, int(read) if read.isdecimal() else 0)
    except InputError as error:
        if error.where == "event":
            raise Http404 from None
        return _one(request, event, refusal(error), error.http_status)
    except CareloomError as error:
        return _one(request, event, refusal(error), error.http_status)
    return redirect(f"{reverse('safety_event', args=[event])}?done=said")


@needs(Permission.EVENTS, methods=READ)
def export(request: HttpRequest) -> HttpResponseBase:
    """Every event without identifiers, as CSV or, with `as=json`, as JSON."""
    rows = deps.pipeline().safety.rows(actor(request))
    if request.GET.get("as") == "json":
        return JsonResponse({"events": rows})
    head = list(rows[0]) if rows else ["event"]
    lines = sheet.lines([head, *([one[name] for name in head] for one in rows)])
    answer = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="careloom-safety-events.csv"'
    return answer


def _form(
    request: HttpRequest, said: Mapping[str, str], problem: str = "", wrong: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "said": said,
        "reports": present.REPORTS.items(),
        "categories": present.CATEGORIES.items(),
        "harms": present.HARMS.items(),
        "kinds": [
            (value.partition(":")[2], words)
            for value, words in choices(deps.pipeline().stop_switch.kinds)
            if value.startswith("kind:")
        ],
        "problem": problem,
        "wrong": wrong,
    }
    return page(request, "web/safety_report.html", context, status)


def _one(request: HttpRequest, name: str, problem: str = "", status: int = 200) -> HttpResponse:
    who, people, pipeline = actor(request), users_by_id(), deps.pipeline()
    try:
        found = pipeline.safety.get(who, name)
    except InputError:
        raise Http404 from None
    one = found.event
    cause = one.newest(SafetyStepKind.CAUSE)
    context = {
        "event": one,
        "row": present.row_of(one, now()),
        "found": found,
        "harm": present.HARMS[one.harm],
        "factors": [present.FACTORS[two] for two in cause.said["factors"].split(",")] if cause else (),
        "cause": cause.said["why"] if cause else "",
        "actions": present.actions(one.actions, people, now().date()),
        "links": present.links(one),
        "history": present.history(one, people, now()),
        "read": len(one.steps),
        "writes": may(who.role, Permission.SAFETY),
        "may_stop": may(who.role, Permission.STOP),
        "wrote": who.user in one.authors,
        "people": sorted(people.items(), key=lambda pair: pair[1]),
        "categories": present.CATEGORIES.items(),
        "harms": present.HARMS.items(),
        "all_factors": present.FACTORS.items(),
        "strengths": present.STRENGTHS.items(),
        "linked": [(value, words) for value, (words, _) in present.LINKS.items()],
        "today": now().date().isoformat(),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/safety_event.html", context, status)
