"""What a decision did, in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from careloom.care.document import Action, Decision, Tier
from careloom.pipeline import Review
from careloom.review.decisions import asks_whole, seen, waiting
from careloom.review.undo import taken_back
from careloom.web.present.choice import noun_of
from careloom.web.present.history import noun, signed, verb
from careloom.web.present.words import count
from careloom.web.saying import later

# So many lines that were not filed are named.
MOST_NAMED = 5
# Why a document is returned or rejected: the short list from which drafts are improved.
REASONS: Mapping[str, str] = {
    "wrong": later("Something in it is wrong"),
    "missing": later("Something important is missing"),
    "outdated": later("The record behind it is out of date"),
    "not_for_this_patient": later("It does not suit this patient"),
    "unclear": later("It is unclear or too long"),
    "other": later("Another reason"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """The page after a decision."""

    title: str
    sentences: tuple[str, ...]


def result(review: Review, user: str) -> Result:
    """What this person's newest decision did and what happens next."""
    what = noun_of(review)
    mine = [one for one in review.decisions if one.reviewer == user]
    if not mine:
        return Result(
            gettext("Nothing was decided"),
            (gettext("You have not decided anything about this {what} yet.").format(what=what),),
        )
    newest = mine[-1]
    back = taken_back(mine) if newest.action is Action.UNDO else None
    if newest.action is Action.UNDO:
        gone = (
            gettext(" {noun} no longer stands.").format(noun=noun(back, hers=True).capitalize())
            if back
            else ""
        )
        return Result(
            gettext("Taken back"),
            (gettext("The {what} is as it was before.{gone}").format(what=what, gone=gone),),
        )
    if newest.action in (Action.AMEND, Action.SEND_BACK, Action.COSIGN):
        return Result(f"{verb(newest, what).capitalize()}", _next(review, newest))
    if newest.action is Action.RETURN:
        return Result(
            gettext("Returned"),
            (
                gettext(
                    "The {what} went back for rework with your reason. Nothing was signed or filed."
                ).format(what=what),
            ),
        )
    if newest.action is Action.REJECT:
        return Result(
            gettext("Rejected"),
            (
                gettext("The {what} left the queue. Your reason is kept to improve the drafts.").format(
                    what=what
                ),
            ),
        )
    if review.back is not None:
        return Result(
            gettext("Taken back"),
            (
                gettext(
                    "The {what} was filed and taken back out of the chart; its page says by whom and why."
                ).format(what=what),
            ),
        )
    return Result(gettext("Signed {signed}").format(signed=signed(newest)), _next(review, newest))


def _next(review: Review, decision: Decision) -> tuple[str, ...]:
    left = waiting(review.proposal)
    said = []
    if review.proposal.status == "active":
        said.append(
            gettext("Every line that was read is signed. The {noun} is filed in the chart.").format(
                noun=noun_of(review)
            )
        )
        return (*said, *_unfiled(review), *_struck(decision))
    physician = sum(one.tier is Tier.PHYSICIAN for one in left)
    if physician:
        said.append(
            ngettext(
                "{number} line waits for a physician; then it is filed.",
                "{number} lines wait for a physician; then it is filed.",
                physician,
            ).format(number=physician)
        )
    if len(left) > physician:
        said.append(gettext("{many} still to sign.").format(many=count(len(left) - physician, "line")))
    if review.proposal.status == "draft" and asks_whole(review.proposal):
        said.append(gettext("A physician also signs the whole, for the high finding that no line tells."))
    if review.second is not None and review.second.held:
        whom = (
            gettext("{reader}, second reader,").format(reader=review.second.reader)
            if review.second.reader
            else gettext("A second reader")
        )
        said.append(gettext("{whom} must agree before it is filed.").format(whom=whom))
    return (*said, *_struck(decision))


def _unfiled(review: Review) -> tuple[str, ...]:
    """How many lines nobody opened, so that they are not in the chart, and those of them that had a day or are a physician's, by their words."""
    decided = {*review.proposal.struck, *(line.id for line in seen(review.proposal))}
    left = [one for one in review.proposal.document.statements if one.id not in decided]
    if not left:
        return ()
    said = ngettext(
        "{number} line was not opened and is not filed: nobody follows it.",
        "{number} lines were not opened and are not filed: nobody follows them.",
        len(left),
    ).format(number=len(left))
    dated = [one for one in left if one.activity is not None]
    if not dated:
        return (said,)
    day = gettext("Of these a day was set for: {lines}").format(
        lines=" · ".join(one.text for one in dated[:MOST_NAMED])
    )
    more = gettext("And {more} more.").format(more=len(dated) - MOST_NAMED) if len(dated) > MOST_NAMED else ""
    return (said, " ".join(filter(None, (day, more))))


def _struck(decision: Decision) -> tuple[str, ...]:
    return (
        (gettext("{many} struck.").format(many=count(len(decision.struck), "line")),)
        if decision.struck
        else ()
    )
