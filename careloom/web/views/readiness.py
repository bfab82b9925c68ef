"""The data audit: the last run as a matrix, one field in sentences, and on paper."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom import jobs
from careloom.care.access import Permission
from careloom.pipeline.auditing import Audited
from careloom.web import deps
from careloom.web.present.other_charts import SystemRow, system_rows
from careloom.web.present.rates import Rates, told
from careloom.web.present.readiness import VERDICTS, audit, detail
from careloom.web.present.report import of_audit
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page
from careloom.web.views.paper import report_of

# Plans whose findings are counted for the page; the command line counts more.
NEWEST = 200


@needs(Permission.DATA)
def readiness(request: HttpRequest) -> HttpResponse:
    """The last run; `?field=` chooses the field that is told in sentences."""
    found = _last(request)
    if found is None:
        empty = {"asked_for": "asked" in request.GET, "rates": _rates(), "systems": _systems()}
        return page(request, "web/readiness_empty.html", empty)
    fields = deps.pipeline().data_audit.fields
    shown = audit(found, fields, now())
    lacking = shown.lacking[0].name if shown.lacking else fields[0].name
    name = request.GET.get("field", lacking)
    field = next((one for one in found.report.fields if one.name == name), None)
    definition = next((one for one in fields if one.name == name), None)
    if field is None or definition is None:
        raise Http404
    context = {
        "audit": shown,
        "chosen": detail(field, definition, found),
        "legend": tuple(VERDICTS.values()),
        "asked": "field" in request.GET,
        "asked_for": "asked" in request.GET,
        "rates": _rates(),
        "systems": _systems(),
    }
    return page(request, "web/readiness.html", context)


def _systems() -> tuple[SystemRow, ...]:
    return system_rows(deps.pipeline().destinations.all(), now())


def _rates() -> Rates | None:
    return told(*deps.pipeline().data_audit.rates(NEWEST))


@needs(Permission.DATA)
def printed(request: HttpRequest) -> HttpResponse:
    """The last run as a report of two sheets."""
    found = _last(request)
    if found is None:
        raise Http404
    context = {
        "audit": audit(found, deps.pipeline().data_audit.fields, now()),
        "legend": tuple(VERDICTS.values()),
    }
    return page(request, "web/readiness_printed.html", context)


@needs(Permission.DATA)
def as_pdf(request: HttpRequest) -> HttpResponse:
    """The same as a PDF."""
    found = _last(request)
    if found is None:
        raise Http404
    return report_of(of_audit(audit(found, deps.pipeline().data_audit.fields, now())), "data-audit.pdf")


@needs(Permission.COUNT, methods=SENT)
def count(request: HttpRequest) -> HttpResponse:
    """Have a worker count again; asked twice within a minute it is done once."""
    who = actor(request)
    key = f"readiness:{now():%Y-%m-%dT%H:%M}"
    jobs.enqueue(deps.pipeline().settings, "readiness", key, {"actor": who.user})
    return redirect(f"{reverse('readiness')}?asked=1")


def _last(request: HttpRequest) -> Audited | None:
    who = actor(request)
    pipeline = deps.pipeline()
    pipeline.store.audit.note(who.user, "read", what="readiness")
    return pipeline.data_audit.last()
