"""Second readings: what waits of them, whose each is, what a second reader says, and what a third one settles."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.errors import ConfigError, InputError, NotApproved, NotTrained, Refused
from careloom.pipeline.seconding import reading_of
from careloom.web import deps
from careloom.web.entering import not_proved, proved_by_form
from careloom.web.present.leaves import leaf_of
from careloom.web.present.plan import default_choice
from careloom.web.present.refused import refusal
from careloom.web.present.result import REASONS
from careloom.web.present.second import rows
from careloom.web.present.words import sentence
from careloom.web.saying import in_english, later
from careloom.web.views.guard import SENT, needs, of_proposal
from careloom.web.views.lines import after
from careloom.web.views.page import actor, names_of, now, page, users_by_id
from careloom.web.views.review import review_of, shown

# What a form of a second reading may have typed into it at most.
LONGEST = 2000


@needs(Permission.SEE)
def second(request: HttpRequest) -> HttpResponse:
    """What waits of second readings and concerns this person; a lead sees all."""
    who, pipeline = actor(request), deps.pipeline()
    every = pipeline.seconding.waiting(who)
    found, where = leaf_of(every, request.GET.get("page", ""))
    about = pipeline.store.proposals.about(one.proposal for one, _ in found)
    names = names_of({patient for patient, _ in about.values()}, request)
    named = {proposal: (names.get(patient, ""), kind) for proposal, (patient, kind) in about.items()}
    context = {
        "rows": rows(found, named, users_by_id(), who.user, now()),
        "number": len(every),
        "pages": where,
        "leads": may(who.role, Permission.LEAD),
        "agreement": may(who.role, Permission.AGREEMENT),
        "done": DONE.get(request.GET.get("done", ""), ""),
    }
    return page(request, "web/second_readings.html", context)


DONE = {
    "released": later("Given back: whoever may read it can take it."),
    "corrected": later("Noted: it was put right."),
}


@needs(Permission.SEE, of_proposal, post=Permission.SEE, methods=SENT)
def turn(request: HttpRequest, proposal: str) -> HttpResponse:
    """Claim a second reading, give it back, give it to somebody, choose who settles, or say how it was put right."""
    who, seconding, asked = actor(request), deps.pipeline().seconding, request.POST
    step = asked.get("step", "")
    if step == "claim":
        seconding.claim(who, proposal)
    elif step == "release":
        seconding.release(who, proposal)
        return redirect(f"{reverse('second_readings')}?done=released")
    elif step == "assign":
        seconding.assign(who, proposal, asked.get("user", ""))
    elif step == "third":
        seconding.choose_third(who, proposal, asked.get("user", ""))
    elif step == "correct":
        seconding.correct(who, proposal, asked.get("why", ""))
        return redirect(f"{reverse('second_readings')}?done=corrected")
    else:
        raise InputError(gettext("no such step"))
    return redirect("review", proposal)


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def say(request: HttpRequest, proposal: str, line_id: str) -> HttpResponse:
    """What a second reader would do with a line; nothing takes it back."""
    who = actor(request)
    deps.pipeline().seconding.rate(who, proposal, line_id, request.POST.get("said", ""))
    return after(request, who, proposal, line_id, "")


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def read(request: HttpRequest, proposal: str) -> HttpResponse:
    """Her reading of the whole, with what she said of lines."""
    who, asked = actor(request), request.POST
    whole, words, high = (
        " ".join(asked.get(one, "").split())[:LONGEST] for one in ("whole", "words", "high")
    )
    given = asked.get("reason", "")
    reason = f"{in_english(REASONS[given])}: {words}" if given in REASONS else words

    def give() -> None:
        if whole != "approve" and (given not in REASONS or not words):
            raise InputError(gettext("choose a reason and say in a few words what is wrong"))
        lines = dict(deps.pipeline().store.unfinished.of(proposal, who.user).rated)
        deps.pipeline().seconding.read(who, proposal, reading_of(whole, lines, reason, high))

    return _proved(request, proposal, whole, give)


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def settle(request: HttpRequest, proposal: str) -> HttpResponse:
    """The second reader's word on what was signed, or the third's on whose reading stands."""
    who, seconding, asked = actor(request), deps.pipeline().seconding, request.POST
    said, why = asked.get("said", ""), asked.get("why", "")

    def word() -> None:
        if said in ("agree", "differ"):
            seconding.look(who, proposal, agrees=said == "agree", why=why)
        elif said in ("first", "second"):
            seconding.settle(who, proposal, said, why)
        else:
            raise InputError(gettext("no such word"))

    return _proved(request, proposal, "settle", word)


def _proved(request: HttpRequest, proposal: str, acting: str, do: Callable[[], None]) -> HttpResponse:
    """Do it for whoever proves who she is; else the page with the reason why not."""
    who = actor(request)
    found = review_of(who, proposal)
    given = {name: request.POST.get(name, "") for name in ("reason", "words", "high", "why")}
    if found.second is None:
        raise NotApproved(gettext("this document is not read a second time, or not by you"))
    try:
        if not proved_by_form(request):
            problem, status = (
                gettext("{not_proved} Nothing was done.").format(not_proved=not_proved(request)),
                403,
            )
        else:
            do()
            return redirect("review", proposal)
    except NotTrained as error:
        problem, status = refusal(error), error.http_status
    except (Refused, InputError, ConfigError) as error:
        problem, status = sentence(str(error)), error.http_status
    more = {"acting": acting, "problem": problem, "given": given}
    return shown(request, review_of(who, proposal), default_choice(found), more, status)
