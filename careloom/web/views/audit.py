"""The audit log: who did what with whose record, who looked at a patient, and as a table."""

from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.audited import Asked
from careloom.errors import InputError
from careloom.text import sheet
from careloom.web import deps
from careloom.web.present import asking
from careloom.web.present import audit as present
from careloom.web.present.words import sentence
from careloom.web.views.guard import METHODS, needs
from careloom.web.views.page import actor, names_of, now, page

SHOWN = 100
# What an address may say; a patient in it is an id of ours.
ASKED = ("patient", "person", "action", "since", "until")


@needs(Permission.AUDIT, methods=METHODS)
def audit(request: HttpRequest) -> HttpResponse:
    """The newest events, or those that are asked for; by POST a patient is looked for, whose name stands in no address."""
    if request.method != "POST":
        return _audit(request, request.GET)
    words, who = request.POST.get("words", "").strip(), actor(request).user
    if not words:
        return redirect(_address(request.POST))
    try:
        found = deps.pipeline().accounting.search(who, words)
    except InputError as error:
        return _audit(request, request.POST, words=words, problem=sentence(error.reason))
    if len(found) == 1:
        return redirect(_address(request.POST, found[0].patient))
    choices = [(_address(request.POST, one.patient), one) for one in asking.matches(found)]
    return _audit(request, request.POST, words=words, choices=choices)


def _audit(
    request: HttpRequest,
    said: QueryDict,
    words: str = "",
    problem: str = "",
    choices: list[tuple[str, asking.Row]] | None = None,
) -> HttpResponse:
    pipeline, reader = deps.pipeline(), actor(request).user
    try:
        asked = _asked(said)
    except InputError as error:
        asked, problem = Asked(), sentence(error.reason)
    events = pipeline.accounting.page(reader, asked, SHOWN + 1, said.get("before", ""))
    shown, people = events[:SHOWN], pipeline.store.users.all()
    about = asked.patients[0] if asked.patients else ""
    names = names_of(present.alone(shown) | ({about} - {""}), request)
    kept = {name: said.get(name, "") for name in ASKED}
    context = {
        "rows": present.rows(shown, names, people, now()),
        "lookers": present.lookers(pipeline.accounting.lookers(asked), people, now()) if about else (),
        "about": about,
        "name": names.get(about, ""),
        "people": sorted((one.name, one.user) for one in people),
        "actions": pipeline.store.audit.actions(),
        "asked": kept,
        "query": urlencode({name: value for name, value in kept.items() if value}),
        "older": shown[-1].id if len(events) > SHOWN else "",
        "newest": not said.get("before"),
        "words": words,
        "problem": problem,
        "choices": choices,
    }
    return page(request, "web/audit.html", context, 422 if problem else 200)


@needs(Permission.AUDIT)
def as_table(request: HttpRequest) -> HttpResponseBase:
    """The same events as CSV, for a spreadsheet: ids of patients, no names, no cell that is a formula."""
    pipeline = deps.pipeline()
    found = pipeline.accounting.every(actor(request).user, _asked(request.GET))
    rows = present.table(found, pipeline.store.users.all(), now())
    answer = StreamingHttpResponse(sheet.lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="careloom-audit.csv"'
    return answer


def _asked(said: QueryDict) -> Asked:
    """What an address or a form asks for. Raises InputError for a day that is none, or a patient whom nobody knows."""
    patient = said.get("patient", "")
    until = _day(said.get("until", ""), days=1)
    return Asked(
        patients=deps.pipeline().accounting.about(patient) if patient else (),
        actor=said.get("person", ""),
        action=said.get("action", ""),
        since=_day(said.get("since", "")),
        until=until,
    )


def _day(text: str, days: int = 0) -> datetime | None:
    """The midnight with which a day begins, or so many days after it."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        # A day whose midnight can't be counted from another zone is none that stands in a log.
        return datetime.combine(day, time.min, timezone.get_current_timezone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(gettext("a day looks like 2026-11-23")) from None


def _address(said: QueryDict, patient: str = "") -> str:
    told = {name: said.get(name, "") for name in ASKED} | ({"patient": patient} if patient else {})
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{reverse('audit')}?{query}" if query else reverse("audit")
