"""Amending and striking one line: seen before it is kept, kept before it can be signed."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from careloom.care.access import Permission
from careloom.care.document import Action, Reviewer, Statement
from careloom.errors import InputError, NotLicensed, StaleRecord
from careloom.pipeline import Review
from careloom.review.vigilance import wording
from careloom.web import deps
from careloom.web.present import choice
from careloom.web.present.choice import Amending, may_change, statement_of, why_not
from careloom.web.present.lines import line
from careloom.web.present.result import REASONS
from careloom.web.saying import in_english
from careloom.web.views.guard import METHODS, SENT, needs, of_proposal
from careloom.web.views.page import actor, by_htmx, part
from careloom.web.views.review import desk, doing, open_parts, review_of, shown

LONGEST, LONGEST_WHY = 600, 2000


@needs(Permission.DECIDE, of_proposal, methods=METHODS)
def amend(request: HttpRequest, proposal: str, line_id: str) -> HttpResponse:
    """The form to change a line; posted to, it keeps the words that were previewed."""
    who = actor(request)
    found, statement = _mine(who, proposal, line_id)
    if request.method != "POST":
        return slot(request, found, "web/_amend.html", line_id, doing(found, line_id, "amend"))
    unmoved(request, statement)
    text = _text(request)
    if text.split() == statement.text.split():
        return after(
            request, who, proposal, line_id, gettext("The words are as they were: nothing was changed.")
        )
    deps.pipeline().decide(who, proposal, Action.AMEND, edits={line_id: text})
    return after(request, who, proposal, line_id, gettext("Line amended. It was checked and classed again."))


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def preview(request: HttpRequest, proposal: str, line_id: str) -> HttpResponse:
    """What the words would become: verdict, class, who signs, findings, and the change itself."""
    who = actor(request)
    found, statement = _mine(who, proposal, line_id)
    text = _text(request)
    changed = choice.preview(
        statement, text, deps.pipeline().preview(who, proposal, line_id, text), choice.noun_of(found)
    )
    if by_htmx(request):
        return part(request, "web/_preview.html", {"preview": changed, "proposal": proposal})
    amending = Amending(line_id, text, changed)
    return shown(request, found, line_id, {"amending": amending, "editing": line_id, "chosen": True})


@needs(Permission.DECIDE, of_proposal, methods=METHODS)
def strike(request: HttpRequest, proposal: str, line_id: str) -> HttpResponse:
    """What striking does, in words; posted to, it takes the line out. Why a drafted line is struck is kept for whoever improves the drafts;
    what a person wrote is struck without a reason."""
    who = actor(request)
    found, statement = _mine(who, proposal, line_id)
    if request.method != "POST":
        form = {**doing(found, line_id, "strike"), "reasons": REASONS.items()}
        return slot(request, found, "web/_strike.html", line_id, form)
    unmoved(request, statement)
    reason, words = said_in(request, "reason"), said_in(request, "words")
    drafted = statement.written_by != "person"
    if drafted and reason not in REASONS:
        raise InputError(gettext("choose why this line is struck"))
    deps.pipeline().decide(
        who,
        proposal,
        Action.AMEND,
        struck=(line_id,),
        reason=why(reason, words) if drafted else "",
        feedback=wrong_with((statement,), reason, words) if drafted else {},
    )
    return after(request, who, proposal, line_id, gettext("Line struck. It is neither signed nor filed."))


def why(code: str, words: str) -> str:
    """A reason of the short list and the words with it, as a decision keeps it."""
    return ": ".join(filter(None, (in_english(REASONS[code]), words)))


def wrong_with(lines: Iterable[Statement], code: str, words: str) -> dict[str, str]:
    """What is kept to improve the drafts of lines that somebody struck or sent back: the reason, her words, which lines and what they said."""
    lines = tuple(lines)
    return {
        "code": code,
        "words": words,
        "statement": ", ".join(one.id for one in lines),
        "section": ", ".join(dict.fromkeys(one.section for one in lines)),
        "text": "\n".join(one.text for one in lines),
    }


def said_in(request: HttpRequest, name: str) -> str:
    """What a form's field says, on one line."""
    return " ".join(request.POST.get(name, "").split())[:LONGEST_WHY]


def _mine(who: Reviewer, proposal: str, line_id: str) -> tuple[Review, Statement]:
    """The review and the line. Raises Http404 for no such line, NotLicensed for one that is not this person's."""
    found = review_of(who, proposal)
    statement = statement_of(found, line_id)
    if statement is None:
        raise Http404
    must_be_hers(found, (line_id,))
    return found, statement


def must_be_hers(found: Review, lines: Iterable[str]) -> None:
    """Raises NotLicensed for lines that this person may not amend or strike now: nothing lowers a tier."""
    rows = (line(found, one) for one in lines if statement_of(found, one))
    theirs = [why_not(found, row) for row in rows if not may_change(found, row)]
    if theirs:
        raise NotLicensed(" ".join(dict.fromkeys(map(str, theirs))))


def unmoved(request: HttpRequest, statement: Statement) -> None:
    """Raises StaleRecord where the form was made for other words than the line has now."""
    if request.POST.get("was", wording(statement)) != wording(statement):
        raise StaleRecord(
            gettext("somebody changed this line meanwhile; look at it again before you change it")
        )


def _text(request: HttpRequest) -> str:
    """The words of the form on one line, at most LONGEST characters."""
    return " ".join(request.POST.get("text", "").split())[:LONGEST]


def slot(
    request: HttpRequest, found: Review, template: str, line_id: str, form: dict[str, object]
) -> HttpResponse:
    """The form in the line's own slot, or the page with the form open."""
    if by_htmx(request):
        return part(request, template, {**form, "proposal": found.proposal.id})
    return shown(request, found, line_id, {**form, "chosen": True})


def after(request: HttpRequest, who: Reviewer, proposal: str, line_id: str, notice: str) -> HttpResponse:
    """The page as it is now."""
    if not by_htmx(request):
        return redirect(f"/review/{proposal}?line={line_id}#line-{line_id}")
    found = review_of(who, proposal)
    context = {**desk(who, found, line_id, open_parts(request)), "notice": notice}
    return part(request, "web/_changed.html", context)
