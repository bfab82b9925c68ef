"""Which work is worth drafting first: the ranking with its weights in the address, and one activity's case on paper."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import urlencode

from careloom.care.access import Permission
from careloom.errors import InputError
from careloom.pipeline.ranking import SEED, Found, UseCase
from careloom.web import deps
from careloom.web.present import ranking as present
from careloom.web.present.refused import refusal
from careloom.web.present.report import of_case
from careloom.web.present.words import moment
from careloom.web.refilling import refilled
from careloom.web.views.guard import needs
from careloom.web.views.page import actor, now, page
from careloom.web.views.paper import report_of


@needs(Permission.LEAD)
def rank(request: HttpRequest) -> HttpResponse:
    """The ranking; the address says by which study and weights."""
    problem, status, wrong = "", 200, None
    try:
        found = _found(request)
    except InputError as error:
        problem, status, wrong = refusal(error), 422, error
        found = deps.pipeline().ranking.rank(actor(request))
    weights = found.ranking.weights
    asked = {"study": found.study.id if found.study else "", "seed": found.ranking.seed}
    context = {
        "studies": deps.pipeline().observing.studies(actor(request)),
        "study": found.study,
        "measured": found.measured,
        "closed": moment(found.study.closed, now()) if found.study else "",
        "version": found.activities.version,
        "weights": present.form(weights),
        "seed": found.ranking.seed,
        "draws": found.ranking.draws,
        "rows": present.rows(found),
        "unranked": present.unranked(found),
        "drawing": present.drawing(found),
        "query": urlencode(asked | {name: value for name, _, value in present.form(weights)}),
        "problem": problem,
    }
    shown = page(request, "web/ranking.html", context, status)
    return refilled(request, shown, wrong) if wrong else shown


def _found(request: HttpRequest) -> Found:
    asked = request.GET
    weights = present.weights_of(asked.dict())
    seed = asked.get("seed", "").strip() or SEED
    return deps.pipeline().ranking.rank(actor(request), asked.get("study", ""), weights, seed)


@needs(Permission.LEAD)
def case(request: HttpRequest, activity: str) -> HttpResponse:
    """One activity's case, to be printed."""
    context = {
        "shown": present.paper(_case(request, activity)),
        "query": request.GET.urlencode(),
        "name": activity,
    }
    return page(request, "web/ranking_case.html", context)


@needs(Permission.LEAD)
def as_pdf(request: HttpRequest, activity: str) -> HttpResponse:
    """The same as a PDF of one page."""
    shown = present.paper(_case(request, activity))
    return report_of(of_case(shown.title, shown.lead, shown.parts), "use-case.pdf")


def _case(request: HttpRequest, activity: str) -> UseCase:
    try:
        return deps.pipeline().ranking.case(_found(request), activity)
    except InputError:
        raise Http404 from None
