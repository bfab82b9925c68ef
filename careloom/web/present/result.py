"""What a decision did, in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

from careloom.care.document import Action, Decision, Tier
from careloom.pipeline import Review
from careloom.review.decisions import waiting
from careloom.review.tiers import WHOLE, needs_whole
from careloom.review.undo import taken_back
from careloom.web.present.choice import noun_of
from careloom.web.present.history import noun, signed, verb
from careloom.web.present.words import count

# Why a document is returned or rejected: the short list from which drafts are improved.
REASONS: Mapping[str, str] = {
    "wrong": "Something in it is wrong",
    "missing": "Something important is missing",
    "outdated": "The record behind it is out of date",
    "not_for_this_patient": "It does not suit this patient",
    "unclear": "It is unclear or too long",
    "other": "Another reason",
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
        return Result("Nothing was decided", (f"You have not decided anything about this {what} yet.",))
    newest = mine[-1]
    back = taken_back(mine) if newest.action is Action.UNDO else None
    if newest.action is Action.UNDO:
        gone = f" {noun(back, hers=True).capitalize()} no longer stands." if back else ""
        return Result("Taken back", (f"The {what} is as it was before.{gone}",))
    if newest.action in (Action.AMEND, Action.SEND_BACK, Action.COSIGN):
        return Result(f"{verb(newest, what).capitalize()}", _next(review, newest))
    if newest.action is Action.RETURN:
        return Result(
            "Returned", (f"The {what} went back for rework with your reason. Nothing was signed or filed.",)
        )
    if newest.action is Action.REJECT:
        return Result("Rejected", (f"The {what} left the queue. Your reason is kept to improve the drafts.",))
    return Result(f"Signed {signed(newest)}", _next(review, newest))


def _next(review: Review, decision: Decision) -> tuple[str, ...]:
    left = waiting(review.proposal)
    said = []
    if review.proposal.status == "active":
        said.append(f"Every line that was read is signed. The {noun_of(review)} is filed in the chart.")
        said.append("It can't be undone from here: a change is a new draft.")
        return (*said, *_struck(decision))
    physician = sum(one.tier is Tier.PHYSICIAN for one in left)
    if physician:
        said.append(
            f"{count(physician, 'line')} {'waits' if physician == 1 else 'wait'} for a physician; then it is filed."
        )
    if len(left) > physician:
        said.append(f"{count(len(left) - physician, 'line')} still to sign.")
    if (
        review.proposal.status == "draft"
        and needs_whole(review.proposal)
        and WHOLE not in review.proposal.released
    ):
        said.append("A physician also signs the whole, for the high finding that no line tells.")
    if review.second is not None and review.second.held:
        whom = f"{review.second.reader}, second reader," if review.second.reader else "A second reader"
        said.append(f"{whom} must agree before it is filed.")
    return (*said, *_struck(decision))


def _struck(decision: Decision) -> tuple[str, ...]:
    return (f"{count(len(decision.struck), 'line')} struck.",) if decision.struck else ()
