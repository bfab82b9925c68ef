"""De-identification: what is left of the risk, the expert's statement, and samples that a person looks through."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom import jobs
from careloom.care.access import Permission, may
from careloom.errors import CareloomError, InputError
from careloom.pipeline.residue import MOST_PIECES, NOTHING
from careloom.privacy.modes import Mode, Statement
from careloom.privacy.risk import DEFAULT_K
from careloom.privacy.spotting import installed
from careloom.web import deps
from careloom.web.present import deidentification as present
from careloom.web.present.refused import refusal
from careloom.web.present.words import number
from careloom.web.saying import later
from careloom.web.views.guard import READ, SENT, needs
from careloom.web.views.page import actor, now, page, users_by_id

DONE = {
    "counting": later("A worker counts as soon as it can; load this page again in a while."),
    "drawing": later("A worker draws the sample as soon as it can; load this page again in a while."),
    "stated": later("The statement is recorded, with your name and the day."),
    "judged": later("Noted. The rate with its interval stands below."),
}
PARTS = ("expert", "qualification", "covers", "methods", "result", "document")


@needs(Permission.COMPLY, methods=READ)
def deidentification(request: HttpRequest) -> HttpResponse:
    """The classes, the statement, the sample that waits, and what was found before."""
    return _shown(request)


@needs(Permission.COMPLY, methods=SENT)
def count(request: HttpRequest) -> HttpResponse:
    """Have a worker count the classes; asked twice within a minute it is done once."""
    k = number(request.POST.get("k", ""), 0)
    if not 2 <= k <= 1000:
        return _shown(request, problem=gettext("k is a whole number from 2 to 1,000."))
    return _asked(request, "counting", {"k": str(k)})


@needs(Permission.AUDIT, methods=SENT)
def draw(request: HttpRequest) -> HttpResponse:
    """Have a worker draw a sample."""
    wanted, mode = number(request.POST.get("number", ""), 0), request.POST.get("mode", "")
    if not 1 <= wanted <= MOST_PIECES or mode not in [one.value for one in Mode]:
        words = gettext("A sample has 1 to {most} pieces.").format(most=MOST_PIECES)
        return _shown(request, problem=words)
    if (
        mode == Mode.EXPERT
        and not present.statement(deps.pipeline().deidentifying.statement(), now().date()).holds
    ):
        return _shown(request, problem=gettext("Expert Determination needs an expert's statement in force."))
    return _asked(request, "drawing", {"number": str(wanted), "mode": mode})


@needs(Permission.COMPLY, methods=SENT)
def state(request: HttpRequest) -> HttpResponse:
    """Record an expert's statement."""
    said = {part: request.POST.get(part, "").strip() for part in PARTS}
    try:
        on, until = (date.fromisoformat(request.POST.get(one, "")) for one in ("on", "until"))
        deps.pipeline().residue.state(actor(request), Statement(on=on, until=until, **said))
    except ValueError:
        return _shown(
            request, problem=gettext("Say the day of the determination and the last day on which it holds.")
        )
    except InputError as error:
        return _shown(request, problem=present.unstated(error))
    return redirect(f"{reverse('deidentification')}?done=stated")


@needs(Permission.AUDIT, methods=SENT)
def judge(request: HttpRequest) -> HttpResponse:
    """Note what somebody found in each piece of the sample."""
    answers = {
        int(name[1:]): said if said == NOTHING else request.POST.get(f"k{name[1:]}", "")
        for name, said in request.POST.items()
        if name[:1] == "p" and name[1:].isdecimal() and len(name) < 5
    }
    try:
        deps.pipeline().residue.judge(actor(request), request.POST.get("sample", ""), answers)
    except InputError as error:
        return _shown(request, problem=present.unjudged(error), typed=answers)
    return redirect(f"{reverse('deidentification')}?done=judged#found")


@needs(Permission.COMPLY, methods=READ)
def picture(request: HttpRequest) -> HttpResponse:
    """How many people stand in classes of which size, as SVG."""
    counted = deps.pipeline().residue.counted(actor(request))
    svg = present.picture(counted[0].risk) if counted else "<svg xmlns='http://www.w3.org/2000/svg'/>"
    return HttpResponse(svg, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


def _asked(request: HttpRequest, done: str, args: dict[str, str]) -> HttpResponse:
    who, built = actor(request), deps.pipeline()
    dead = any(one.what == done and one.state == "dead" for one in built.residue.in_hand(who))
    # What was given up within the minute is asked for anew.
    key = f"residue:{done}:{now():%Y-%m-%dT%H:%M}{f':{now():%S}' if dead else ''}"
    jobs.enqueue(built.settings, "residue", key, {"actor": who.user, **args})
    return redirect(f"{reverse('deidentification')}?done={done}")


def _shown(request: HttpRequest, problem: str = "", typed: dict[int, str] | None = None) -> HttpResponse:
    who, part = actor(request), deps.pipeline().residue
    people = users_by_id()
    reads = may(who.role, Permission.AUDIT)
    counted, judged = part.counted(who), part.judged(who)
    drawn, broken = None, ""
    if reads:
        try:
            drawn = part.drawn(who)
        except CareloomError as error:
            broken = refusal(error)
    statement = deps.pipeline().deidentifying.statement()
    context = {
        "asked": [present.asked(one, now()) for one in part.in_hand(who)],
        "newest": present.counted(counted[0], people, now()) if counted else None,
        "before": [present.counted(one, people, now()) for one in counted[1:]],
        "statement": present.statement(statement, now().date()),
        "said": {part: request.POST.get(part, "") for part in (*PARTS, "on", "until")},
        "open": bool(problem) and "expert" in request.POST,
        "drawn": present.drawn(drawn, typed or {}, now()) if drawn and not drawn.judged else None,
        "kinds": present.KINDS.items(),
        "found": [present.found(one, people, now()) for one in judged],
        "reads": reads,
        "third": installed(),
        "k": DEFAULT_K,
        "most": MOST_PIECES,
        "problem": problem or broken,
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/deidentification.html", context, 422 if problem else 200)
