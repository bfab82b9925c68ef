"""What moved: by cause, with pictures and tables; and what can't be told yet."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from careloom import jobs
from careloom.care.access import Permission, may
from careloom.monitor import Watched
from careloom.pipeline.watching import DATA
from careloom.text import sheet
from careloom.web import deps
from careloom.web.present import watching as present
from careloom.web.present.site_alarms import owner_words
from careloom.web.present.words import moment
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id

# So many changes of a name are listed.
VERSIONS = 20


@needs(Permission.WATCH)
def watching(request: HttpRequest) -> HttpResponse:
    """Each signal, and each cause with its series."""
    pipeline = deps.pipeline()
    who, part = actor(request), pipeline.watching
    state = part.state(who)
    context: dict[str, object] = {
        "state": state,
        "may_count": may(who.role, Permission.COUNT),
        "asked": "asked" in request.GET,
    }
    if state is not None:
        watched = state.watched
        audited = state.counted.get(DATA)
        context |= {
            "at": moment(state.at, now()),
            "audited": moment(audited, now()) if audited else "",
            "signals": _signals(watched),
            "versions": [present.mark(one) for one in reversed(watched.marks)][:VERSIONS],
            "abreast": [present.side_by_side(one) for one in watched.abreast],
            "others": state.others,
            "groups": present.groups(watched, part.days(watched.rows)),
            "judged": watched.judged,
            "series": len(watched.rows),
            "ready": watched.ready,
            "a_year": f"{watched.a_year:g}",
        }
    return page(request, "web/watching.html", context)


def _signals(watched: Watched) -> list[present.Told]:
    """The newest first, each with who answers for it and its alarm."""
    pipeline = deps.pipeline()
    people = users_by_id()
    owners = {one.duty: owner_words(one, people) for one in pipeline.owning.every()}
    found = []
    for one in reversed(watched.signals):
        kind, alarm = pipeline.watching.alarm_of(one)
        found.append(present.told(one, owners[f"alarm:{kind}"], alarm))
    return found


@needs(Permission.COUNT, methods=SENT)
def count(request: HttpRequest) -> HttpResponse:
    """Have a worker count and judge now; asked twice within a minute it is done once."""
    key = f"watch:{now():%Y-%m-%dT%H:%M}"
    jobs.enqueue(deps.pipeline().settings, "watch", key, {"actor": actor(request).user})
    return redirect(f"{reverse('watching')}?asked=1")


@needs(Permission.WATCH)
def picture(request: HttpRequest) -> HttpResponse:
    """A series by week (`?series=`), the day from which on it moved marked (`?since=`)."""
    series = _series(request)
    svg = present.picture(series, deps.pipeline().watching.days([series])[series], _day(request))
    if not svg:
        raise Http404
    return HttpResponse(svg, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@needs(Permission.WATCH)
def table(request: HttpRequest) -> HttpResponseBase:
    """The same for a spreadsheet."""
    series = _series(request)
    rows = present.table(series, deps.pipeline().watching.days([series])[series])
    answer = StreamingHttpResponse(sheet.lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="careloom-watching.csv"'
    return answer


def _series(request: HttpRequest) -> str:
    """The series that is asked for, where it is watched."""
    series = request.GET.get("series", "")
    state = deps.pipeline().watching.state(actor(request))
    if state is None or series not in state.watched.rows:
        raise Http404
    return series


def _day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return None
