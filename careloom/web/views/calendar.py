"""The calendar of watching: the year at a glance, each period's report, and the reading of the monthly audit's sample."""

import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer, Severity
from careloom.care.programme import ITEMS, Period, Standing, StepKind, parsed
from careloom.errors import CareloomError, InputError, NotApproved
from careloom.programme import Programme
from careloom.programme.auditing import LINE_SAID
from careloom.programme.telling import as_ics
from careloom.web import deps
from careloom.web.present import calendar as present
from careloom.web.present import calendar_reports, site_alarms
from careloom.web.present.kinds import named
from careloom.web.present.refused import refusal
from careloom.web.present.words import moment
from careloom.web.saying import later
from careloom.web.views.alarms import TENDING
from careloom.web.views.guard import SENT, needs, of_proposal
from careloom.web.views.page import actor, now, page, users_by_id

DONE = {
    "done": later("Looked through."),
    "anew": later("Another version of the report was made; the ones before stay."),
    "case": later("It is in the failure registry now."),
    "read": later("Kept. It can't be changed."),
    "named": later("From now on they are told."),
}
SAID = {
    "correct": later("correct"),
    "wrong": later("wrong"),
    "unsupported": later("not in its sources"),
}


def programme() -> Programme:
    """The site's calendar."""
    return Programme(deps.pipeline())


@needs(Permission.WATCH)
def calendar(request: HttpRequest) -> HttpResponse:
    """The year: its picture, what waits for somebody, and everything else."""
    return _calendar(request)


def _calendar(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    who, made, pipeline = actor(request), programme(), deps.pipeline()
    this = now().year
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and 2000 <= int(asked) <= this + 1 else this
    every = made.year(year)
    people = users_by_id()
    administers = may(who.role, Permission.ADMINISTER)
    owners = {one.duty: one for one in pipeline.owning.every()}
    can = [(one.user, one.name) for one in pipeline.owning.who_can()] if administers else []
    rows = [present.row_of(one) for one in reversed(every)]
    context = {
        "year": year,
        "before": year - 1,
        "after": year + 1 if year < this else 0,
        "picture": present.picture(year, every),
        "waiting": [one for one in rows if one["tone"] in ("act", "look")],
        "rows": rows,
        "set_back": moment(back, now()) if (back := made.set_back()) else "",
        "owners": [
            {
                "duty": f"programme:{item}",
                "title": title,
                "note": note,
                "owner": site_alarms.owner_words(owners[f"programme:{item}"], people),
                "left": owners[f"programme:{item}"].left,
                "choices": site_alarms.choices(owners[f"programme:{item}"], can, TENDING),
            }
            for item, (title, note) in present.ITEMS.items()
        ],
        "administers": administers,
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/calendar.html", context, status)


@needs(Permission.ADMINISTER, methods=SENT)
def own(request: HttpRequest) -> HttpResponse:
    """An administrator says who answers for an item."""
    duty = request.POST.get("duty", "")
    if duty not in {f"programme:{one}" for one in ITEMS}:
        raise Http404
    try:
        deps.pipeline().owning.name(actor(request), duty, request.POST.get("owner", ""))
    except InputError as error:
        return _calendar(request, refusal(error), error.http_status)
    return redirect(f"{reverse('calendar')}?done=named#owners")


@needs(Permission.WATCH)
def period(request: HttpRequest, item: str, period: str) -> HttpResponse:
    """One period: how it stands, its report, and what its owner does about it."""
    return _period(request, item, period)


def _period(request: HttpRequest, item: str, name: str, problem: str = "", status: int = 200) -> HttpResponse:
    who, made = actor(request), programme()
    found = _get(made, who, item, name)
    people, at = users_by_id(), now()
    version = request.GET.get("version", "")
    reports = found.reports
    chosen = next((one for one in reports if str(one.body["version"]) == version), None) or (
        reports[-1] if reports else None
    )
    ended = found.newest(StepKind.DONE)
    committed = found.newest(StepKind.COMMITTED)
    context = {
        "row": present.row_of(found),
        "report": chosen,
        "made": moment(chosen.at, at) if chosen else "",
        "sections": calendar_reports.sections(item, chosen.body, people) if chosen else [],
        "cases": calendar_reports.cases(chosen.body) if chosen and item == "weekly" else [],
        "pack": (chosen.body.get("pack") or {}).get("id", "")
        if chosen and may(who.role, Permission.COMPLY)
        else "",
        "versions": [one.body["version"] for one in reports],
        "ended": ended and {**ended.body, "who": people.get(ended.who, ""), "when": moment(ended.at, at)},
        "decided": present.DECISIONS.get(str(ended.body["decision"]), "") if ended else "",
        "hash": committed.body["hash"] if committed else "",
        "owner": _owner(item, people),
        "decisions": present.DECISIONS.items() if item == "quarterly" else (),
        "suggested": chosen.body["suggested"] if chosen and item == "quarterly" else "",
        "may_tend": may(who.role, Permission.TEND) and bool(chosen),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/calendar_period.html", context, status)


def _owner(item: str, people: dict[str, str]) -> str:
    return site_alarms.owner_words(deps.pipeline().owning.of(f"programme:{item}"), people)


@needs(Permission.WATCH)
def download(request: HttpRequest, item: str, period: str) -> HttpResponse:
    """Every version of a report as JSON."""
    found = _get(programme(), actor(request), item, period)
    body = {
        "item": item,
        "period": period,
        "first": found.period.first.isoformat(),
        "last": found.period.last.isoformat(),
        "due": found.period.due.isoformat(),
        "reports": [{"made": one.at.isoformat(), "report": one.body} for one in found.reports],
    }
    answer = HttpResponse(json.dumps(body, indent=1, sort_keys=True), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="careloom-{item}-{period}.json"'
    return answer


@needs(Permission.WATCH)
def days(request: HttpRequest, year: int) -> HttpResponse:
    """The due days of a year as an iCalendar file."""
    made = programme()
    try:
        every = made.listed(actor(request), year)
    except InputError:
        raise Http404 from None
    body = as_ics(every, made.owners(users_by_id()), deps.pipeline().clock())
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="careloom-{year}.ics"'
    return answer


@needs(Permission.TEND, methods=SENT)
def finish(request: HttpRequest, item: str, period: str) -> HttpResponse:
    """Its owner has looked it through."""
    note, decision = request.POST.get("note", ""), request.POST.get("decision", "")
    return _do(
        request, item, period, "done", lambda who: programme().finish(who, item, period, note, decision)
    )


@needs(Permission.TEND, methods=SENT)
def anew(request: HttpRequest, item: str, period: str) -> HttpResponse:
    """Another version of its report."""
    return _do(request, item, period, "anew", lambda who: programme().anew(who, item, period))


@needs(Permission.RULES, methods=SENT)
def case(request: HttpRequest, period: str) -> HttpResponse:
    """A revised draft becomes an item of the failure registry."""
    proposal = request.POST.get("draft", "")
    return _do(request, "weekly", period, "case", lambda who: programme().make_case(who, period, proposal))


def _do(
    request: HttpRequest, item: str, name: str, done: str, act: Callable[[Reviewer], object]
) -> HttpResponse:
    _get(programme(), actor(request), item, name)
    try:
        act(actor(request))
    except CareloomError as error:
        return _period(request, item, name, refusal(error), error.http_status)
    return redirect(f"{reverse('calendar_period', args=[item, name])}?done={done}")


def _get(made: Programme, who: Reviewer, item: str, name: str) -> Standing:
    try:
        return made.get(who, item, name)
    except InputError:
        raise Http404 from None


# ── the monthly audit's readers ─────────────────────────────────────────────────────────────────────


@needs(Permission.DECIDE)
def readings(request: HttpRequest, period: str) -> HttpResponse:
    """The documents of a sample that wait for this reader."""
    waiting = programme().auditing.waiting(actor(request), _month(period))
    kinds = deps.pipeline().store.proposals.about(waiting)
    context = {
        "period": period,
        "rows": [(one, named(kinds[one][1]).title) for one in waiting],
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/audit_readings.html", context)


@needs(Permission.DECIDE, of_proposal)
def reading(request: HttpRequest, period: str, proposal: str) -> HttpResponse:
    """One document of it, line by line."""
    return _reading(request, period, proposal, {})


def _reading(
    request: HttpRequest, period: str, proposal: str, said: Any, problem: str = "", status: int = 200
) -> HttpResponse:
    try:
        found = programme().auditing.document(actor(request), _month(period), proposal)
    except NotApproved as error:
        return page(
            request,
            "web/audit_readings.html",
            {"period": period, "rows": [], "problem": refusal(error)},
            error.http_status,
        )
    context = {
        "period": period,
        "proposal": proposal,
        "title": named(found.document.kind).title,
        "lines": [
            (
                one.id,
                one.text,
                len(one.citations),
                said.get(f"said-{one.id}", ""),
                said.get(f"severe-{one.id}", ""),
            )
            for one in found.document.statements
        ],
        "words": SAID.items(),
        "severities": [(one.value, words) for one, words in site_alarms.SEVERITIES.items()],
        "omitted": [
            (one.value, words, said.get(f"omitted-{one.value}", "0"))
            for one, words in site_alarms.SEVERITIES.items()
        ],
        "problem": problem,
    }
    return page(request, "web/audit_reading.html", context, status)


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def read(request: HttpRequest, period: str, proposal: str) -> HttpResponse:
    """What she found of it."""
    said = {name: str(value) for name, value in request.POST.items()}
    lines = {
        name.removeprefix("said-"): (
            value,
            said.get(f"severe-{name.removeprefix('said-')}", "") if value != LINE_SAID[0] else "",
        )
        for name, value in said.items()
        if name.startswith("said-")
    }
    counts = {one.value: said.get(f"omitted-{one.value}", "0") or "0" for one in Severity}
    omitted = {name: int(value) if value.isdecimal() else -1 for name, value in counts.items()}
    try:
        programme().auditing.read(actor(request), _month(period), proposal, lines, omitted)
    except InputError as error:
        return _reading(request, period, proposal, said, refusal(error), error.http_status)
    return redirect(f"{reverse('calendar_readings', args=[period])}?done=read")


def _month(name: str) -> Period:
    found = parsed("monthly", name)
    if found is None:
        raise Http404
    return found
