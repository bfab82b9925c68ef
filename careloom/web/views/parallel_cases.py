"""The cases of a parallel run: taking somebody in, each side's word that it is finished, and what a judge sees and says."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from careloom.care.access import Permission
from careloom.care.parallel import Case, CaseStage, Judged, Run, Side
from careloom.errors import InputError, Refused, StaleRecord
from careloom.web import deps
from careloom.web.present import parallels as present
from careloom.web.present.banner import banner
from careloom.web.present.kinds import named
from careloom.web.present.refused import refusal
from careloom.web.refilling import refilled
from careloom.web.saying import later
from careloom.web.views.guard import SENT, needs, of_patient
from careloom.web.views.page import actor, page

DONE = {
    "begun": later("Taken in. Both documents have begun, each with somebody who was drawn for it."),
    "finished": later("Finished. What is compared stays as it is now."),
    "dropped": later(
        "Taken out of the comparison. Both documents are open, and the draft is a draft as any other."
    ),
    "kept": later("Kept. You can go on with the rest at any time."),
    "judged": later("Judged. Thank you: both documents are open to you now."),
    "not drawn": later("Not drawn: this patient is written for as usual."),
}


@needs(Permission.DECIDE, of_patient, methods=SENT)
def begin(request: HttpRequest, run: str, patient: str) -> HttpResponse:
    """Take a patient in: the case's page, or why not."""
    who, pipeline = actor(request), deps.pipeline()
    try:
        about, asked = pipeline.find(patient), pipeline.store.parallels.get(run)
    except InputError:
        raise Http404 from None
    try:
        made = pipeline.comparing.begin(who, asked.id, about, request.POST.get("kind", ""))
    except (InputError, Refused, StaleRecord) as error:
        context = {
            "patient": about,
            "problem": refusal(error),
            "banner": banner(pipeline.record(who, about)),
        }
        return page(request, "web/parallel_refused.html", context, error.http_status)
    if made is None:
        return redirect(f"{reverse('draft_patient', args=[about])}?parallel=not+drawn")
    return redirect(f"{reverse('parallel_case', args=[asked.id, made.id])}?done=begun")


@needs(Permission.DECIDE)
def case(request: HttpRequest, run: str, case: str) -> HttpResponse:
    """One case as far as it is this person's: her document, or the two as A and B, or what was said of them."""
    return _shown(request, *_known(request, run, case))


def _known(request: HttpRequest, run: str, case: str) -> tuple[Run, Case]:
    """The case that an address names. Raises Http404 for none, NotInCareTeam."""
    try:
        found = deps.pipeline().store.parallels.get(run)
    except InputError:
        raise Http404 from None
    known = found.case(case)
    if known is None:
        raise Http404
    deps.pipeline().access.must_see(actor(request), known.patient)
    return found, known


def _shown(
    request: HttpRequest, run: Run, case: Case, problem: str = "", status: int = 200, typed: Mapping[str, Judged] = {}
) -> HttpResponse:  # fmt: skip
    who, pipeline = actor(request), deps.pipeline()
    side = next((one for one in Side if case.side(one).who == who.user), None)
    judges = case.stage is CaseStage.COMPARED and who.user in set(case.adjudicators) - case.finished
    sheet = pipeline.comparing.sheet(who, run.id, case.id) if judges else None
    hers = {case.hand.who, case.draft.who, *case.adjudicators}
    open_to_her = case.stage is CaseStage.JUDGED and (who.user in hers or pipeline.paralleling.leads(who))
    compared = pipeline.comparing.compared(case) if open_to_her else None
    kind = named(case.kind)
    context = {
        "run": run,
        "case": case,
        "words": present.case_line(case),
        "patient": case.patient,
        "banner": banner(pipeline.record(who, case.patient)),
        "side": side.value if side else "",
        "document": case.side(side).proposals[-1] if side else "",
        "finished": side is not None and case.side(side).done is not None,
        "opens": case.stage is CaseStage.OPEN,
        "can_leave": case.stage in (CaseStage.OPEN, CaseStage.COMPARED),
        "dropped": case.dropped,
        "judges": judges,
        "rows": present.rows(sheet, typed) if sheet else (),
        "alike": sheet.alike if sheet else (),
        "compared": [
            (kind.section(one.section), one.hand.text if one.hand else "", one.draft.text if one.draft else "")
            for one in compared.differences
        ]
        if compared
        else [],
        "both": compared.both if compared else (),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }  # fmt: skip
    return page(request, "web/parallel_case.html", context, status)


@needs(Permission.DECIDE, methods=SENT)
def finish(request: HttpRequest, run: str, case: str) -> HttpResponse:
    """Her side is finished."""
    found, known = _known(request, run, case)
    try:
        deps.pipeline().comparing.finish(actor(request), found.id, known.id)
    except (InputError, Refused, StaleRecord) as error:
        return _shown(request, found, known, refusal(error), error.http_status)
    return redirect(f"{reverse('parallel_case', args=[found.id, known.id])}?done=finished")


@needs(Permission.DECIDE, methods=SENT)
def drop(request: HttpRequest, run: str, case: str) -> HttpResponse:
    """The case leaves the comparison."""
    found, known = _known(request, run, case)
    try:
        deps.pipeline().comparing.drop(actor(request), found.id, known.id, request.POST.get("why", ""))
    except (InputError, Refused, StaleRecord) as error:
        return refilled(request, _shown(request, found, known, refusal(error), error.http_status), error)
    return redirect(f"{reverse('parallel_case', args=[found.id, known.id])}?done=dropped")


@needs(Permission.DECIDE, methods=SENT)
def judge(request: HttpRequest, run: str, case: str) -> HttpResponse:
    """Keep what she says of some differences, or of all; what can't be kept stands in the form with the reason."""
    found, known = _known(request, run, case)
    who, comparing = actor(request), deps.pipeline().comparing
    typed: Mapping[str, Judged] = {}
    try:
        typed = present.judged_in(request.POST, comparing.sheet(who, found.id, known.id))
        after = comparing.judge(who, found.id, known.id, typed)
    except (InputError, Refused, StaleRecord) as error:
        return _shown(request, found, known, refusal(error), error.http_status, typed)
    done = "judged" if who.user in after.finished else "kept"
    return redirect(f"{reverse('parallel_case', args=[found.id, known.id])}?done={done}")
