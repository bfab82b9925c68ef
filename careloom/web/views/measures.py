"""Quality measures: their rates, one measure with its charts, and who is counted."""

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from careloom import jobs
from careloom.care.access import Permission, may
from careloom.care.quality import GAP, QualityCount, QualityLine
from careloom.errors import InputError
from careloom.measure.quality import MEASURES
from careloom.measure.quality.noun import Measure
from careloom.pipeline.measuring import named
from careloom.text import sheet
from careloom.web import deps
from careloom.web.present import quality as present
from careloom.web.present import quality_people
from careloom.web.present.words import moment
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, by_htmx, page, users_by_id

# People on one page of a list.
MOST = 50


@needs(Permission.MEASURES)
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure of a period (`?period=`) as it was counted last."""
    who = actor(request)
    count = deps.pipeline().quality.last(who)
    period = _period(request, count)
    context = {
        **_counting(request, "measures"),
        "count": count,
        "at": moment(count.at, _now()) if count else "",
        "period": period,
        "periods": _periods(count),
        "rows": present.rows_of(count, period) if count else (),
        "missing": present.missing(count, period) if count else (),
        "may_count": may(who.role, Permission.COUNT),
    }
    return page(request, "web/measures.html", context)


@needs(Permission.MEASURES)
def table(request: HttpRequest) -> HttpResponseBase:
    """The same for a spreadsheet."""
    count = _last(request)
    period = _period(request, count)
    rows = present.as_table(count, present.rows_of(count, period), period)
    return _csv(rows, f"careloom-measures-{period}.csv")


@needs(Permission.COUNT, methods=SENT)
def count(request: HttpRequest) -> HttpResponse:
    """Have a worker count again; asked twice within a minute it is done once."""
    who = actor(request)
    key = f"measures:{_now():%Y-%m-%dT%H:%M}"
    jobs.enqueue(deps.pipeline().settings, "measures", key, {"actor": who.user})
    back = "measures" if may(who.role, Permission.MEASURES) else "gaps"
    return redirect(f"{reverse(back)}?asked={int(_now().timestamp())}")


@needs(Permission.GAPS)
def counting(request: HttpRequest) -> HttpResponse:
    """How far the count is, which the page asks every few seconds until it is done; opened by itself, the page."""
    back = "measures" if request.GET.get("from") == "measures" else "gaps"
    if not by_htmx(request):
        return redirect(back if may(actor(request).role, Permission.MEASURES) else "gaps")
    return page(request, "web/_measures_counting.html", {**_counting(request, back), "watched": True})


@needs(Permission.MEASURES)
def measure(request: HttpRequest, measure: str) -> HttpResponse:
    """One measure: its rates, what each word of it means, and its charts."""
    known, count = _known(measure), _last(request)
    period = _period(request, count)
    counted = count.of(known.name, period)
    if counted is None:
        raise Http404
    line = _line(request, counted.lines)
    query = {"period": period, "line": line.key if line else ""}
    context = {
        "measure": known,
        "rows": [present.row_of(known, counted, one) for one in counted.lines or (None,)],
        "row": present.row_of(known, counted, line),
        "counted": counted,
        "edition": known.editions.get(counted.edition, ""),  # type: ignore[call-overload]
        "defined": [(words, said) for words, name in present.DEFINED if (said := getattr(known, name))],
        "at": moment(count.at, _now()),
        "period": period,
        "period_words": present.period_words(period, _now()),
        "query": urlencode(query),
        "charts": _shown(request, known, line) if line and line.met.number else (),
        "line": line,
    }
    return page(request, "web/measure.html", context)


@needs(Permission.MEASURES)
def chart(request: HttpRequest, measure: str, chart: str) -> HttpResponse:
    """One of its charts."""
    for one in _asked(request, measure):
        if one.name == chart and one.svg:
            return HttpResponse(one.svg, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
    raise Http404


@needs(Permission.MEASURES)
def chart_table(request: HttpRequest, measure: str, chart: str) -> HttpResponseBase:
    """What a chart shows, for a spreadsheet."""
    for one in _asked(request, measure):
        if one.name == chart:
            rows = [
                one.table.head,
                *([cell.replace("\u00a0", " ") for cell in row] for row in one.table.rows),
            ]
            return _csv(rows, f"careloom-{_known(measure).name}-{one.name}.csv")
    raise Http404


@needs(Permission.GAPS)
def cases(request: HttpRequest, measure: str, population: str) -> HttpResponse:
    """Who is in a population of a measure, each with why; of whom she may not see, the number alone."""
    known, who = _known(measure), actor(request)
    if population not in present.POPULATIONS:
        raise Http404
    wide = may(who.role, Permission.MEASURES)
    period, line = request.GET.get("period", str(_now().year)), request.GET.get("line", "1")
    place = _number(request.GET.get("page", "1"))
    found = deps.pipeline().quality.listed(
        who, known.name, population, period=period, line=line, start=(place - 1) * MOST, most=MOST
    )
    query = {"period": period, "line": line}
    context = {
        "measure": known,
        "population": present.POPULATIONS[population],
        "due": population == GAP,
        "found": found,
        "hidden": found.number - found.seen if found.number is not None else 0,
        "people": quality_people.people(known, line, found),
        "closes": quality_people.closes(known) if population == GAP else (),
        "period_words": present.period_words(period, _now()),
        "better": present.BETTER[known.improvement],
        "query": urlencode(query),
        "wide": wide,
        "may_draft": may(who.role, Permission.WORK),
        "earlier": place - 1,
        "later": place + 1 if found.seen > place * MOST else 0,
    }
    return page(request, "web/measure_cases.html", context)


@needs(Permission.WORK)
def gaps(request: HttpRequest) -> HttpResponse:
    """By measure how many of the patients whom she may see are due this year."""
    who, pipeline = actor(request), deps.pipeline()
    period = str(_now().year)
    found = pipeline.quality.gaps(who, period)
    rows = [
        (one, line, number)
        for one in MEASURES
        for (name, line), number in found.items()
        if name == one.name and number and (line == "all" or not one.combined)
    ]
    context = {**_counting(request, "gaps"), "rows": rows, "period": period, "counted": bool(found)}
    return page(request, "web/gaps.html", context)


def _now() -> datetime:
    return deps.pipeline().quality.here()


def _counting(request: HttpRequest, back: str) -> dict[str, object]:
    """How far a count is; `back` is the page on which that stands."""
    found = deps.pipeline().store.quality.counting()
    return {
        "back": back,
        "counting": found,
        "counting_words": present.counting_words(found, _now()) if found else "",
        "too_many": "" if found else deps.pipeline().quality.too_many(),
        "asked_for": "asked" in request.GET and not _answered(request),
    }


def _answered(request: HttpRequest) -> bool:
    """Whether a count was made since the page that asks was told that a worker will count."""
    asked = request.GET.get("asked", "")
    last = deps.pipeline().store.quality.last_at()
    return asked.isdigit() and last is not None and last.timestamp() >= int(asked)


def _known(name: str) -> Measure:
    try:
        return named((name,))[0]
    except InputError:
        raise Http404 from None


def _last(request: HttpRequest) -> QualityCount:
    count = deps.pipeline().quality.last(actor(request))
    if count is None:
        raise Http404
    return count


def _period(request: HttpRequest, count: QualityCount | None) -> str:
    known = count.periods if count else ()
    asked = request.GET.get("period", "")
    return asked if asked in known else (known[0] if known else "")


def _periods(count: QualityCount | None) -> list[tuple[str, str]]:
    return [(one, present.period_words(one, _now())) for one in (count.periods if count else ())]


def _line(request: HttpRequest, lines: Sequence[QualityLine]) -> QualityLine | None:
    """The line that is asked for; else all groups together, or the first."""
    whole = next((one for one in lines if one.key == "all"), lines[0] if lines else None)
    return next((one for one in lines if one.key == request.GET.get("line", "")), whole)


def _asked(request: HttpRequest, measure: str) -> tuple[present.Shown, ...]:
    known, count = _known(measure), _last(request)
    counted = count.of(known.name, _period(request, count))
    line = _line(request, counted.lines) if counted else None
    return _shown(request, known, line) if line and line.met.number else ()


def _shown(request: HttpRequest, measure: Measure, line: QualityLine) -> tuple[present.Shown, ...]:
    trend = deps.pipeline().quality.trend(actor(request))
    return present.shown(measure, line, trend, users_by_id())


def _number(text: str) -> int:
    return int(text) if text.isdigit() and 0 < int(text) < 100_000 else 1


def _csv(rows: Sequence[Sequence[str]], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(sheet.lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
