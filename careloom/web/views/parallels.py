"""Parallel runs: the plan from its first word to its lock, amendments, what becomes of a run, and what it comes to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission, may
from careloom.care.parallel import CaseStage, Run, RunPlan, RunStage
from careloom.errors import ConfigError, InputError, Refused, StaleRecord
from careloom.study.parallel.written import warnings
from careloom.web import deps
from careloom.web.present import parallel_report as reported
from careloom.web.present import parallels as present
from careloom.web.present.refused import refusal, refused
from careloom.web.refilling import refilled
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs
from careloom.web.views.page import actor, names_of, page, users_by_id
from careloom.web.views.paper import report_of

DONE = {
    "written": later("Kept. Nothing has started: it can be changed until it is locked."),
    "locked": later("Locked and started. From now on it changes by dated amendments alone."),
    "amended": later("Amended. The amendment, its reason and its hash stand below."),
    "leave": later("Noted. What became of the cases stands below."),
    "end": later("Ended. No case begins any more, and nothing is closed to anybody."),
}


@needs(Permission.STUDIES)
def parallels(request: HttpRequest) -> HttpResponse:
    """The runs that she may open, and the cases that wait for her."""
    who, pipeline = actor(request), deps.pipeline()
    mine = [
        (run, case)
        for run in pipeline.store.parallels.all()
        for case in run.cases
        if case.stage is CaseStage.OPEN
        and any(who.user == one.who and one.done is None for one in (case.hand, case.draft))
    ]
    judge = pipeline.comparing.to_judge(who) if may(who.role, Permission.DECIDE) else ()
    seen = pipeline.access.seen(who, {case.patient for _, case in (*mine, *judge)})
    names = names_of(set(seen), request)
    context = {
        "rows": [present.line_of(one) for one in pipeline.paralleling.seen(who)],
        "mine": [
            (run.id, case.id, names.get(case.patient, ""), present.case_line(case), case.hand.who == who.user)
            for run, case in mine
            if case.patient in seen
        ],
        "judge": [
            (run.id, case.id, names.get(case.patient, ""), present.case_line(case))
            for run, case in judge
            if case.patient in seen
        ],
        "writes": may(who.role, Permission.PROTOCOL),
    }
    return page(request, "web/parallels.html", context)


@needs(Permission.STUDIES)
def run(request: HttpRequest, run: str) -> HttpResponse:
    """One run: how it stands, its plan as it holds, and everything that happened to it."""
    found, who = known(request, run), actor(request)
    if not request.GET.get("seed"):
        return _shown(request, found)
    try:
        return _shown(request, found, seed=deps.pipeline().paralleling.seed(who, found.id))
    except Refused as error:
        return _shown(request, found, refusal(error), error.http_status)


def known(request: HttpRequest, run: str) -> Run:
    """The run that an address names, where she may open it. Raises Http404 for none, NotLicensed."""
    try:
        found = deps.pipeline().store.parallels.get(run)
    except InputError:
        raise Http404 from None
    return deps.pipeline().paralleling.get(actor(request), found.id)


def _shown(
    request: HttpRequest, found: Run, problem: str = "", status: int = 200, seed: str = ""
) -> HttpResponse:
    who, paralleling, people = actor(request), deps.pipeline().paralleling, users_by_id()
    counted = [
        (str(words), sum(one.stage is stage for one in found.cases)) for stage, words in present.CASES.items()
    ]
    context = {
        "run": found,
        "line": present.line_of(found),
        "days": present.days(found),
        "parts": present.told(found.plan, people),
        "events": present.events(found, people),
        "counted": counted,
        "lacks": [refused(one.words) for one in paralleling.lacks(found.plan)] if found.began is None else [],
        "warnings": [refused(one) for one in warnings(found.plan)],
        "runs": found.stage is RunStage.RUNNING,
        "sound": found.began is None or paralleling.holds(found),
        "commitment": paralleling.commitment(found.id),
        "results": found.began is not None and paralleling.may_see_results(who, found),
        "takes_part": who.user in set(found.plan.participants) - found.left,
        "leaves": who.user in {*found.plan.participants, *found.plan.adjudicators} - found.left,
        "leavers": [
            (one, people.get(one, ""))
            for one in (*found.plan.participants, *found.plan.adjudicators)
            if one not in found.left
        ],
        "over": found.stage is RunStage.ENDED,
        "seed": seed,
        "writes": may(who.role, Permission.PROTOCOL),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/parallel.html", context, status)


@needs(Permission.PROTOCOL)
def new(request: HttpRequest) -> HttpResponse:
    """The form of a plan that nobody wrote yet."""
    return _form(request, RunPlan(), None)


@needs(Permission.PROTOCOL)
def plan(request: HttpRequest, run: str) -> HttpResponse:
    """The form of one that there is: to be written on, or amended where it is locked."""
    found = known(request, run)
    if found.stage is RunStage.ENDED:
        return redirect("parallel", found.id)
    return _form(request, found.plan, found)


@needs(Permission.PROTOCOL, methods=SENT)
def write(request: HttpRequest) -> HttpResponse:
    """Keep a new plan; what it lacks still is told on its page."""
    return _written(request, None)


@needs(Permission.PROTOCOL, methods=SENT)
def rewrite(request: HttpRequest, run: str) -> HttpResponse:
    """Keep the next wording of one, or amend it where it is locked."""
    return _written(request, known(request, run))


def _written(request: HttpRequest, found: Run | None) -> HttpResponse:
    who, paralleling, asked = actor(request), deps.pipeline().paralleling, request.POST
    said = found.plan if found else RunPlan()
    try:
        said = present.plan_of(asked)
        if found is not None and found.began is not None:
            paralleling.amend(who, found.id, said, asked.get("why", ""), was=asked.get("was", ""))
            return redirect(f"{reverse('parallel', args=[found.id])}?done=amended")
        made = paralleling.write(who, said, found.id if found else "")
    except (InputError, StaleRecord, Refused) as error:
        return refilled(request, _form(request, said, found, refusal(error), error.http_status), error)
    return redirect(f"{reverse('parallel', args=[made.id])}?done=written")


def _form(
    request: HttpRequest, said: RunPlan, found: Run | None, problem: str = "", status: int = 200
) -> HttpResponse:
    pipeline = deps.pipeline()
    able = pipeline.paralleling.able()
    people = [(one.user, one.name) for one in pipeline.store.users.all() if one.user in able]
    context = {
        **present.form_of(said, people, pipeline.paralleling.kinds()),
        "run": found,
        "locked": found is not None and found.began is not None,
        "why": request.POST.get("why", ""),
        "problem": problem,
    }
    return page(request, "web/parallel_plan.html", context, status)


@needs(Permission.PROTOCOL, methods=SENT)
def lock(request: HttpRequest, run: str) -> HttpResponse:
    """Lock it and start it; where it lacks something the page says what."""
    found = known(request, run)
    try:
        deps.pipeline().paralleling.lock(actor(request), found.id)
    except (InputError, Refused, ConfigError) as error:
        return _shown(request, found, refusal(error), error.http_status)
    return redirect(f"{reverse('parallel', args=[found.id])}?done=locked")


@needs(Permission.PROTOCOL, methods=SENT)
def end(request: HttpRequest, run: str) -> HttpResponse:
    """It is over."""
    found = known(request, run)
    try:
        deps.pipeline().paralleling.end(actor(request), found.id, request.POST.get("why", ""))
    except (InputError, Refused) as error:
        return refilled(request, _shown(request, found, refusal(error), error.http_status), error)
    return redirect(f"{reverse('parallel', args=[found.id])}?done=end")


@needs(Permission.STUDIES, methods=SENT)
def leave(request: HttpRequest, run: str) -> HttpResponse:
    """Somebody does no more of it: herself, or whom a lead names."""
    found, who, asked = known(request, run), actor(request), request.POST
    try:
        user = asked.get("user", "") or who.user
        deps.pipeline().paralleling.leave(who, found.id, user, asked.get("why", ""))
    except (InputError, Refused) as error:
        return refilled(request, _shown(request, found, refusal(error), error.http_status), error)
    return redirect(f"{reverse('parallel', args=[found.id])}?done=leave")


@needs(Permission.STUDIES)
def report(request: HttpRequest, run: str) -> HttpResponse:
    """What it comes to as it stands now."""
    found = known(request, run)
    results = deps.pipeline().paralleled.results(actor(request), found.id)
    context = {
        "run": found,
        "line": present.line_of(found),
        "days": present.days(found),
        "parts": reported.parts(found, results),
    }
    return page(request, "web/parallel_report.html", context)


@needs(Permission.STUDIES)
def weeks(request: HttpRequest, run: str) -> HttpResponse:
    """Its drawing by week."""
    found = known(request, run)
    drawn = reported.by_week(deps.pipeline().paralleled.results(actor(request), found.id))
    if not drawn.svg:
        raise Http404
    return HttpResponse(drawn.svg, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@needs(Permission.STUDIES)
def as_pdf(request: HttpRequest, run: str) -> HttpResponse:
    """The same as a PDF."""
    found = known(request, run)
    results = deps.pipeline().paralleled.results(actor(request), found.id)
    return report_of(reported.of_run(found, results), "parallel-run.pdf")
