"""The review page: the document, the evidence of what is chosen, and folded parts."""

from collections.abc import Collection, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.errors import InputError, NotApproved, StaleRecord
from careloom.pipeline import Review
from careloom.review.undo import taken_back
from careloom.review.vigilance import wording
from careloom.web import deps
from careloom.web.present.banner import banner
from careloom.web.present.choice import (
    BLIND,
    Amending,
    choose,
    may_change,
    may_send_back,
    noun_of,
    reads_blind,
    statement_of,
)
from careloom.web.present.evidence import FRESH_SHOWN, fresh
from careloom.web.present.history import last
from careloom.web.present.lines import line
from careloom.web.present.plan import default_choice, folded_parts, plan, unopened_in
from careloom.web.present.receipt import receipt
from careloom.web.present.refused import UNTRAINED, refused
from careloom.web.present.result import REASONS
from careloom.web.present.rules import said
from careloom.web.present.settling import who_settles
from careloom.web.present.unfiled import Back, back
from careloom.web.present.writing import Offered, offered, writing
from careloom.web.views.charts import charts_of_document
from careloom.web.views.guard import SENT, needs, of_proposal
from careloom.web.views.page import actor, by_htmx, now, page, part, reach_of
from careloom.web.views.turns import turn_of


def must_not_be_blind(user: str, proposal: str) -> None:
    """Raises NotApproved for who reads it a second time: what follows from a decision tells it."""
    if proposal in deps.pipeline().store.seconds.reads(user):
        raise NotApproved(BLIND)


def review_of(who: Reviewer, proposal: str) -> Review:
    """The review of a proposal. Raises Http404 where there is none."""
    try:
        return deps.pipeline().review(who, proposal)
    except InputError:
        raise Http404 from None


def pane(who: Reviewer, review: Review, key: str) -> dict[str, object]:
    """What the evidence pane prints for a line or finding."""
    found = choose(review, key)
    choice, basis = found if found is not None else (None, None)
    line = statement_of(review, key)
    typed = line is not None and line.written_by == "person" and not reads_blind(review)
    return {
        "choice": choice,
        "offered": _offered(who, review, key) if typed else (),
        "basis": basis,
        "receipt": receipt(review.record, review.proposal.document.model),
        "proposal": review.proposal.id,
        "patient": review.proposal.document.patient,
        "works": may(review.role, Permission.WORK),
        "settles": who_settles(lambda: deps.pipeline().settling, who, review.proposal.document.patient),
        "key": key,
        "reasons": REASONS.items(),
        "noun": noun_of(review),
    }


def _offered(who: Reviewer, review: Review, key: str) -> tuple[Offered, ...]:
    return offered(deps.pipeline().handwriting.offered(who, review.proposal, key, review.record))


def desk(who: Reviewer, review: Review, key: str, opened: Collection[str] = frozenset()) -> dict[str, object]:
    """What the whole review page prints; `opened` are the folded parts that stand open on it."""
    return {
        **pane(who, review, key),
        "writing": None if reads_blind(review) else writing(review, who),
        "plan": plan(review, key, now(), reach_of(who), opened),
        "last": last(review, who.user, now()),
        "typed": {
            action: {name: review.progress.typed.get(f"{action}:{name}", "") for name in ("reason", "words")}
            for action in ("return", "reject")
        },
        "banner": banner(review.record),
        "untrained": refused(str(UNTRAINED)) if review.untrained else "",
        "urgent": deps.pipeline().paged.open_about(who, review.record.patient),
        "merges": review.merges,
        "looks": review.looks,
        "restricted": [said((finding,)) for finding in review.restricted],
        "unfiled": _unfiled(review),
        **charts_of_document(who, review),
        "unfounded": review.proposal.status == "active"
        and deps.pipeline().unfiling.unfounded(review.proposal),
        "may_take_back": review.proposal.status == "active"
        and may(who.role, Permission.DECIDE)
        and not reads_blind(review),
        "audits": may(who.role, Permission.AUDIT) and not reads_blind(review),
        "fresh": fresh(review),
        "fresh_more": max(len(review.new_entries) - FRESH_SHOWN, 0),
    }


def _unfiled(review: Review) -> Back | None:
    """What became of a document that was taken back; None for any other."""
    if review.back is None:
        return None
    pipeline, proposal = deps.pipeline(), review.proposal
    return back(
        review.back,
        pipeline.unfiling.reached(proposal),
        pipeline.unfiling.written(proposal),
        pipeline.store.writings.of(proposal.id),
        now(),
    )


def shown(
    request: HttpRequest,
    review: Review,
    key: str,
    more: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The review page with a line or finding chosen."""
    who = actor(request)
    turn = None if reads_blind(review) else turn_of(who, review)
    context = {**desk(who, review, key, open_parts(request)), "turn": turn, **(more or {})}
    return page(request, "web/review.html", context, status)


@needs(Permission.SEE, of_proposal)
def review(request: HttpRequest, proposal: str) -> HttpResponse:
    """The page. `?line=` chooses a line or finding, and a folded part that it opens counts as opened; `?open=` unfolds a part."""
    who = actor(request)
    found = review_of(who, proposal)
    key = request.GET.get("line", "")
    if key and choose(found, key) is None:
        raise Http404
    attention = deps.pipeline().attention
    found = attention.begin(who, found)
    if key:
        found = attention.look(who, found, key)
    if lines := unopened_in(found, (), key):
        found = _open(who, proposal, lines)
    more = doing(found, key, request.GET.get("do", ""))
    if "undone" in request.GET and taken_back(found.decisions) is not None:
        more["notice"] = gettext(
            "Taken back: the {noun} is as it was before. The decision and the undo stay on record."
        ).format(noun=noun_of(found))
    if request.GET.get("drafted") == "before":
        more["notice"] = gettext(
            "Nothing was drafted anew: the record and what was given are as they were for this draft."
        )
    if "reported" in request.GET:
        more["notice"] = gettext(
            "Reported. It is kept to improve the drafts; this {noun} stays as it is."
        ).format(noun=noun_of(found))
    return shown(request, found, key or default_choice(found), {**more, "chosen": bool(key)})


def typed_back(found: Review, key: str) -> dict[str, object]:
    """What she typed into the form that sends a line back, and didn't send."""
    names = ("reason", "words", "should")
    return {"given_back": {name: found.progress.typed.get(f"back:{key}:{name}", "") for name in names}}


def doing(found: Review, key: str, what: str) -> dict[str, object]:
    """The form that stands open under a line, where the line is this person's to change."""
    statement = statement_of(found, key)
    if statement is not None and what == "back" and may_send_back(found, line(found, key)):
        return {**typed_back(found, key), "sending_back": key, "noun": noun_of(found)}
    if statement is None or not may_change(found, line(found, key)):
        return {}
    if what == "amend":
        kept = found.progress.typed.get(f"amend:{key}", "")
        return {"editing": key, "amending": Amending(key, kept or statement.text), "kept": kept}
    if what == "strike":
        return {
            "striking": key,
            "was": wording(statement),
            "noun": noun_of(found),
            "asks_why": statement.written_by != "person",
            "typed_why": found.progress.typed.get(f"strike:{key}", ""),
        }
    return {}


@needs(Permission.SEE, of_proposal)
def evidence(request: HttpRequest, proposal: str, key: str) -> HttpResponse:
    """The evidence pane for a line or finding."""
    who = actor(request)
    found = review_of(who, proposal)
    if choose(found, key) is None:
        raise Http404
    if not by_htmx(request):
        return redirect(f"/review/{proposal}?line={key}#evidence")
    looked = deps.pipeline().attention.look(who, found, key)
    if looked.progress == found.progress:
        return part(request, "web/_evidence.html", pane(who, found, key))
    return part(request, "web/_looked.html", {**desk(who, looked, key), "swap": True})


def open_parts(request: HttpRequest) -> frozenset[str]:
    """The folded parts that stand open on the page that asks, or that its address unfolds."""
    return frozenset((*request.GET.getlist("open"), *request.POST.getlist("open")))


@needs(Permission.SEE, of_proposal)
def folded(request: HttpRequest, proposal: str) -> HttpResponse:
    """The lines of folded parts, for a page that shows them now; that somebody read them `opened` says."""
    asked = request.GET.getlist("section")
    if not by_htmx(request):
        return redirect(f"/review/{proposal}?{urlencode([('open', one) for one in asked])}")
    who = actor(request)
    found = review_of(who, proposal)
    parts = [one for one in folded_parts(found, "", asked) if one.is_open]
    return part(request, "web/_folded.html", {"parts": parts, "plan": {"proposal": proposal}})


@needs(Permission.DECIDE, of_proposal, methods=SENT)
def opened(request: HttpRequest, proposal: str) -> HttpResponse:
    """Folded parts were opened: their lines may now be signed. Answers with the action bar."""
    who = actor(request)
    found = review_of(who, proposal)
    lines = unopened_in(found, request.POST.getlist("section"))
    if lines:
        found = _open(who, proposal, lines)
    if not by_htmx(request):
        return redirect(f"/review/{proposal}?line={lines[0] if lines else ''}")
    return part(request, "web/_opened.html", desk(who, found, ""))


def _open(who: Reviewer, proposal: str, lines: tuple[str, ...]) -> Review:
    """Two people may open parts at the same moment; the second tries once more on what the first left."""
    try:
        deps.pipeline().open_lines(who, proposal, lines)
    except StaleRecord:
        deps.pipeline().open_lines(who, proposal, lines)
    return review_of(who, proposal)
