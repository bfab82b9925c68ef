"""Training: the course, drills on invented people, one's own score, and for whoever runs the site of whom a certificate is asked."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.care.drill import FaultKind
from careloom.errors import InputError
from careloom.pipeline.training import Practice
from careloom.web import deps
from careloom.web.present import training as present
from careloom.web.present.refused import refusal
from careloom.web.present.words import CLASSES, SEVERITIES, VERDICTS, WRITERS
from careloom.web.saying import later
from careloom.web.views.guard import READ, SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id

DONE = {
    "asked": later("Noted: the certificate is asked for from that day on."),
    "excused": later("Noted: excused up to that day."),
}


@needs(Permission.OWN, methods=READ)
def training(request: HttpRequest) -> HttpResponse:
    """How it stands with her: what is asked, her score, what is missing; for leads everybody's standing and the score of five or more together."""
    return _training(request)


@needs(Permission.OWN, methods=READ)
def course(request: HttpRequest) -> HttpResponse:
    """How to read the page of a draft, with its real marks and keys."""
    context = {
        "verdicts": VERDICTS.values(),
        "severities": SEVERITIES.values(),
        "classes": CLASSES.values(),
        "writers": WRITERS.values(),
        "kinds": present.kinds(),
    }
    return page(request, "web/training_course.html", context)


@needs(Permission.OWN, methods=SENT)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a drill, or go on with the one that isn't finished."""
    made = deps.pipeline().training.begin(actor(request))
    return redirect("training_drill", made.id)


@needs(Permission.OWN, methods=READ)
def drill(request: HttpRequest, drill: UUID) -> HttpResponse:
    """One of her drills: its lines, and the explanation of those that she answered."""
    return _drill(request, _hers(request, drill))


@needs(Permission.OWN, methods=SENT)
def answer(request: HttpRequest, drill: UUID) -> HttpResponse:
    """What she says of a line: fine, or faulty and of what kind."""
    found, line = _hers(request, drill), request.POST.get("line", "")
    said, kind = request.POST.get("said", ""), request.POST.get("kind", "")
    if said == "faulty" and kind not in set(FaultKind):
        return _drill(request, found, line, gettext("Say what is wrong with it."))
    if said not in ("fine", "faulty"):
        return _drill(request, found, line, gettext("Say whether the line is fine or faulty."))
    try:
        deps.pipeline().training.answer(
            actor(request), found.drill.id, line, FaultKind(kind) if said == "faulty" else None
        )
    except InputError:
        raise Http404 from None
    return redirect(f"{reverse('training_drill', args=[drill])}#{line}")


@needs(Permission.ADMINISTER, methods=SENT)
def ask(request: HttpRequest) -> HttpResponse:
    """From a day on somebody needs the certificate, or is excused up to a day with a reason."""
    who, user, excused = actor(request), request.POST.get("user", ""), request.POST.get("what") == "excuse"
    desk = deps.pipeline().training
    try:
        if user not in desk.standings(who):
            raise InputError(gettext("choose somebody who decides on drafts"))
        day = date.fromisoformat(request.POST.get("day", ""))
        if excused:
            desk.excuse(who, user, day, request.POST.get("why", ""))
        else:
            desk.require(who, user, day)
    except InputError as error:
        return _training(request, refusal(error))
    except ValueError:
        return _training(request, gettext("Give the day as a date."))
    return redirect(f"{reverse('training')}?done={'excused' if excused else 'asked'}#everybody")


def _hers(request: HttpRequest, drill: UUID) -> Practice:
    try:
        return deps.pipeline().training.practice(actor(request), str(drill))
    except InputError:
        raise Http404 from None


def _drill(request: HttpRequest, found: Practice, at: str = "", problem: str = "") -> HttpResponse:
    lines = present.lines(found)
    right = sum(one.answer.right for one in lines if one.answer)
    context = {
        "drill": found.drill.id,
        "who": present.who(found),
        "lines": lines,
        "sources": present.sources(found),
        "kinds": present.kinds(),
        "answered": len(found.answers),
        "right": right,
        "over": found.over,
        "at": at,
        "problem": problem,
    }
    return page(request, "web/training_drill.html", context, 422 if problem else 200)


def _training(request: HttpRequest, problem: str = "") -> HttpResponse:
    desk, who, today = deps.pipeline().training, actor(request), now().date()
    mine = desk.mine(who)
    leads = may(who.role, Permission.LEAD) or may(who.role, Permission.ADMINISTER)
    names = users_by_id() if leads else {}
    everybody = [
        (user, names.get(user, user), present.state_word(state), state.may)
        for user, state in (desk.standings(who) if leads else {}).items()
    ]
    together = desk.together(who) if leads else None
    context = {
        "mine": mine,
        "stands": present.stands(mine.state),
        "judges": present.judges(mine.score) if mine.score.lines else (),
        "numbers": present.numbers(mine.score),
        "kinds": present.by_kind(mine.score),
        "levels": present.by_level(mine.score),
        "lacking": present.lacking(mine),
        "slipping": present.slipping(mine),
        "leads": leads,
        "administers": may(who.role, Permission.ADMINISTER),
        "everybody": sorted(everybody, key=lambda row: row[1].casefold()),
        "together": present.numbers(together) if together else (),
        "today": today.isoformat(),
        "problem": problem,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/training.html", context, 422 if problem else 200)
