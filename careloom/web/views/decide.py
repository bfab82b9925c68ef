"""Deciding: approve by proving who one is, return or reject with a reason; what came of it; drafting again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from careloom.care.access import Permission, may
from careloom.care.document import Action, Reviewer
from careloom.care.worklist import Sought, Whose
from careloom.errors import ConfigError, InputError, NotApproved, NotTrained, Refused, StaleRecord
from careloom.pipeline import Review
from careloom.review.decisions import waiting
from careloom.web import deps
from careloom.web.entering import not_proved, proved_by_form
from careloom.web.present.banner import banner, name
from careloom.web.present.choice import BLIND, noun_of, reads_blind
from careloom.web.present.evidence import FRESH_SHOWN, fresh
from careloom.web.present.history import last
from careloom.web.present.kinds import named
from careloom.web.present.plan import default_choice, marks_of, stamp
from careloom.web.present.refused import refusal
from careloom.web.present.result import REASONS, result
from careloom.web.present.unfiled import REASONS as BACK_REASONS
from careloom.web.present.unfiled import asking
from careloom.web.present.words import count, sentence
from careloom.web.saying import in_english
from careloom.web.views.guard import SENT, needs, of_proposal
from careloom.web.views.page import actor, now, page
from careloom.web.views.review import review_of, shown
from careloom.web.views.unfiling import follows_of

# What needs a proof of who one is.
SIGNS = ("approve", "cosign")


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def decide(request: HttpRequest, proposal: str) -> HttpResponse:
    """Take a decision on exactly what was seen; anything else is refused with a sentence."""
    who = actor(request)
    found = review_of(who, proposal)
    action = request.POST.get("action", "")
    if action not in ("approve", "cosign", "return", "reject"):
        raise InputError(gettext("no such decision"))
    if request.POST.get("stamp") != stamp(found.proposal):
        return _moved(request, found, _changed(found), again=False)
    if request.POST.get("marks", "") != marks_of(found):
        return _moved(request, found, _changed(found), again=False)
    if action == "approve" and "went_on" not in request.POST and (told := gently_stopped(who, found)):
        more = {"acting": action, "hasty": told}
        return shown(request, found, default_choice(found), more, 409)
    problem = _missing(request, action)
    if problem:
        return _refused(request, found, action, problem, 403 if action in SIGNS else 422)
    try:
        _take(request, who, found, Action(action))
    except StaleRecord as error:
        moved = review_of(who, proposal)
        if stamp(moved.proposal) != stamp(found.proposal):
            return _moved(request, moved, _changed(moved), again=False)
        return _moved(request, moved, gettext("The record moved while you were reading"), detail=str(error))
    except NotTrained as error:
        return _refused(request, found, action, refusal(error), error.http_status)
    except (Refused, ConfigError) as error:
        return _refused(request, found, action, sentence(str(error)), error.http_status)
    return redirect("result", proposal)


def _missing(request: HttpRequest, action: str) -> str:
    """What is missing or wrong in the form, as a sentence; "" for nothing."""
    if action in SIGNS:
        return (
            ""
            if proved_by_form(request)
            else gettext("{not_proved} Nothing was signed.").format(not_proved=not_proved(request))
        )
    if request.POST.get("reason") not in REASONS or not request.POST.get("words", "").strip():
        return gettext("Choose a reason and say in a few words what is wrong.")
    return ""


def gently_stopped(who: Reviewer, found: Review) -> str:
    """What she is told once before she signs, and may go on: that words of hers are in no line, and that she was fast; "" for nothing."""
    return " ".join(filter(None, (left_typed(found), too_fast(who, found))))


def left_typed(found: Review) -> str:
    """That she typed other words for lines that wait, and never put them in, as a sentence; "" where that isn't so."""
    typed = found.progress.typed
    lines = [
        one.text
        for one in waiting(found.proposal)
        if (words := typed.get(f"amend:{one.id}", "").split()) and words != one.text.split()
    ]
    if not lines:
        return ""
    return ngettext(
        "You typed words for {number} line that are not in it, and it would be signed as it stands: {lines}.",
        "You typed words for {number} lines that are not in them, and they would be signed as they stand: {lines}.",
        len(lines),
    ).format(number=len(lines), lines=" · ".join(lines))


def too_fast(who: Reviewer, found: Review) -> str:
    """That she had it for less time than reading it takes, as a sentence; "" where that isn't so."""
    pace = deps.pipeline().attention.pace(who, found)
    if not pace.hasty:
        return ""
    return gettext(
        "You have had this {noun} before you for {time}. Reading its {words} words takes about {time2}."
    ).format(noun=noun_of(found), time=in_words(pace.seconds), words=pace.words, time2=in_words(pace.least))


def in_words(seconds: int) -> str:
    """ "40 seconds", "1 min 30 s"."""
    minutes, rest = divmod(seconds, 60)
    return (
        gettext("{minutes} min {rest} s").format(minutes=minutes, rest=rest)
        if minutes
        else count(rest, "second")
    )


def _take(request: HttpRequest, who: Reviewer, found: Review, action: Action) -> None:
    proposal = found.proposal.id
    if action is Action.APPROVE:
        deps.pipeline().attention.sign(who, found)
        return
    if action is Action.COSIGN:
        deps.pipeline().attention.cosign(who, found)
        return
    reason, words = request.POST["reason"], " ".join(request.POST["words"].split())[:2000]
    deps.pipeline().decide(
        who,
        proposal,
        action,
        reason=f"{in_english(REASONS[reason])}: {words}",
        feedback={"code": reason, "words": words},
    )


def _refused(request: HttpRequest, found: Review, action: str, problem: str, status: int) -> HttpResponse:
    given = {"reason": request.POST.get("reason", ""), "words": request.POST.get("words", "")}
    more = {"acting": action, "problem": problem, "given": given}
    return shown(request, found, default_choice(found), more, status)


def _changed(found: Review) -> str:
    return gettext("The {noun} changed since you opened it").format(noun=noun_of(found))


def _moved(
    request: HttpRequest, found: Review, title: str, *, detail: str = "", again: bool = True
) -> HttpResponse:
    """What is new since the draft, in the sources' words, and the step that takes it in."""
    said = (
        gettext("What this {noun} rests on has changed, so nothing was signed.").format(noun=noun_of(found))
        if again
        else gettext(
            "Lines were amended, struck, opened or signed since then, so this decision was not taken."
        )
    )
    context = {
        "banner": banner(found.record),
        "title": title,
        "said": said,
        "detail": sentence(detail),
        "again": again,
        "entries": fresh(found),
        "more": max(len(found.new_entries) - FRESH_SHOWN, 0),
        "last": last(found, actor(request).user, now()),
        "noun": noun_of(found),
        "proposal": found.proposal.id,
    }
    return page(request, "web/stale.html", context, 409)


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def undo(request: HttpRequest, proposal: str) -> HttpResponse:
    """Take back one's own last decision: the one that the page named, and no other."""
    who = actor(request)
    found = review_of(who, proposal)
    if found.undo is not None and request.POST.get("revision") != str(found.undo.revision):
        return _moved(request, found, _changed(found), again=False)
    deps.pipeline().undo(who, proposal)
    return redirect(f"{reverse('review', args=[proposal])}?undone=1")


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def again(request: HttpRequest, proposal: str) -> HttpResponse:
    """Draft anew from the record as it is now, without the slow model; the old draft is returned."""
    who = actor(request)
    found = review_of(who, proposal)
    if reads_blind(found):
        raise NotApproved(BLIND)
    old = found.proposal
    drafted_for = old.document.as_of
    as_of = drafted_for if drafted_for < old.created.date() else None
    if old.document.by_hand:
        return redirect("review", deps.pipeline().check_again(who, old).id)
    new = deps.pipeline().propose(
        who,
        old.document.patient,
        kind=old.document.kind,
        as_of=as_of,
        model="none",
        given=old.document.given,
    )
    if new.id != old.id and old.status == "draft":
        deps.pipeline().decide(who, old.id, Action.RETURN, reason="Newer entries: drafted again")
    return redirect("review", new.id)


def _taking_back(request: HttpRequest, found: Review) -> dict[str, object]:
    """The form that takes it back, offered at once to whoever signs, where it was filed."""
    if found.proposal.status != "active" or reads_blind(found) or not may(found.role, Permission.DECIDE):
        return {}
    follows = follows_of(request, found.proposal.id)
    if follows is None:
        return {}
    return {"asking": asking(follows, now()), "reasons": BACK_REASONS.items(), "given": {}}


@needs(Permission.SEE, of_proposal)
def done(request: HttpRequest, proposal: str) -> HttpResponse:
    """What the reader's decision did, and what waits for her next."""
    who = actor(request)
    found = review_of(who, proposal)
    hers = (row.waiting for row in deps.pipeline().work(who, Sought(whose=Whose.MINE)).rows)
    later = next((one for one in hers if one.proposal != proposal), None)
    context = {
        "result": result(found, who.user),
        "last": last(found, who.user, now()),
        "kind": named(found.proposal.document.kind),
        "patient": name(found.record.demographics),
        "next_row": {"proposal": later.proposal, "patient": later.name} if later else None,
        "proposal": proposal,
        **_taking_back(request, found),
    }
    return page(request, "web/result.html", context)
