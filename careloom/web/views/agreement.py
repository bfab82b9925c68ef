"""How far second readers agree with the first: everybody's for leads, auditors and the administrator, her own for whoever reads."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from careloom.care.access import Permission, may
from careloom.care.agreed import Over
from careloom.errors import InputError
from careloom.pipeline.agreeing import Agreed
from careloom.text import sheet
from careloom.web import deps
from careloom.web.present import agreement as present
from careloom.web.present.report import of_agreement
from careloom.web.present.words import sentence
from careloom.web.views.guard import needs
from careloom.web.views.page import actor, now, page
from careloom.web.views.paper import report_of


@needs(Permission.AGREEMENT)
def agreement(request: HttpRequest) -> HttpResponse:
    """The page; the address says from which day to which."""
    problem, status = "", 200
    try:
        found = _found(request)
    except InputError as error:
        problem, status = sentence(error.reason), 422
        found = deps.pipeline().agreeing.over(actor(request), present.over_of({}, now().date()))
    context = {
        "shown": present.page_of(found, now().date()),
        "problem": problem,
        "sees": may(actor(request).role, Permission.SEE),
        "policy": may(actor(request).role, Permission.AUDIT),
    }
    return page(request, "web/agreement.html", context, status)


@needs(Permission.AGREEMENT)
def as_pdf(request: HttpRequest) -> HttpResponse:
    """The same as a PDF."""
    found = _found(request)
    shown = present.page_of(found, now().date())
    return report_of(of_agreement(shown), "agreement.pdf")


@needs(Permission.AGREEMENT)
def as_table(request: HttpRequest) -> HttpResponseBase:
    """The same as CSV, for a spreadsheet: no cell is a formula."""
    found = _found(request)
    rows = present.table(found)
    answer = StreamingHttpResponse(sheet.lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="careloom-agreement.csv"'
    return answer


def _found(request: HttpRequest) -> Agreed:
    over: Over = present.over_of(request.GET.dict(), now().date())
    return deps.pipeline().agreeing.over(actor(request), over)
