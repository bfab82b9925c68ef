"""What a pilot came to: the report as a page and a PDF, its charts, the table for whoever reckons again, and looks in between."""

from collections.abc import Iterable, Sequence

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission
from careloom.pipeline.trials import Found
from careloom.study.pilot.data import dictionary as columns
from careloom.text import sheet
from careloom.web import deps
from careloom.web.present import pilot_report as present
from careloom.web.present.pilots import line_of
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, page, users_by_id
from careloom.web.views.paper import report_of
from careloom.web.views.pilots import known


@needs(Permission.STUDIES)
def report(request: HttpRequest, pilot: str) -> HttpResponse:
    """The report as it stands now."""
    found = _found(request, pilot)
    context = {
        "pilot": found.pilot,
        "line": line_of(found.pilot),
        "few": present.few(found),
        "parts": present.parts(found, users_by_id(), present.drawn(found)),
    }
    return page(request, "web/pilot_report.html", context)


@needs(Permission.STUDIES)
def as_pdf(request: HttpRequest, pilot: str) -> HttpResponse:
    """The same as a PDF."""
    return report_of(present.of_pilot(_found(request, pilot), users_by_id()), "pilot.pdf")


@needs(Permission.STUDIES)
def chart(request: HttpRequest, pilot: str, chart: str) -> HttpResponse:
    """One of its charts."""
    for one in present.drawn(_found(request, pilot)):
        if one.name == chart:
            return HttpResponse(one.svg, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
    raise Http404


@needs(Permission.PROTOCOL)
def data(request: HttpRequest, pilot: str) -> HttpResponseBase:
    """The cases without names, as CSV: no cell is a formula."""
    found = known(request, pilot)
    return _csv(deps.pipeline().trials.table(actor(request), found.id), "careloom-pilot-cases.csv")


@needs(Permission.PROTOCOL)
def dictionary(request: HttpRequest, pilot: str) -> HttpResponseBase:
    """What the columns of that table hold, as CSV."""
    known(request, pilot)
    return _csv(columns(), "careloom-pilot-dictionary.csv")


@needs(Permission.STUDIES, methods=SENT)
def look(request: HttpRequest, pilot: str) -> HttpResponse:
    """Ask the stop rules now."""
    found = known(request, pilot)
    deps.pipeline().trials.look(actor(request), found.id)
    return redirect(f"{reverse('pilot', args=[found.id])}?done=looked")


def _found(request: HttpRequest, pilot: str) -> Found:
    return deps.pipeline().trials.found(actor(request), known(request, pilot).id)


def _csv(rows: Iterable[Sequence[str]], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(sheet.lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
