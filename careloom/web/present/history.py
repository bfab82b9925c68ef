"""The last thing that somebody decided about a document, and whether the reader may take it back."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.document import Action, Decision
from careloom.pipeline import Review
from careloom.review.tiers import WHOLE
from careloom.review.undo import taken_back
from careloom.web.present.kinds import named
from careloom.web.present.words import ROLES, count, moment


@dataclass(frozen=True, slots=True)
class Last:
    """The newest decision in a sentence; `undo` is the revision that the reader may take back, 0 for none."""

    words: str
    undo: int
    button: str


def last(review: Review, user: str, now: datetime) -> Last | None:
    """What was decided last, by whom and when; None where nobody decided anything yet."""
    if not review.decisions:
        return None
    newest = review.decisions[-1]
    role = ROLES.get(newest.role, gettext("reviewer"))
    name = newest.name if newest.name != role else ""
    who = gettext("You") if newest.reviewer == user else name or gettext("A {role}").format(role=role)
    back = taken_back(review.decisions)
    did = (
        gettext("took back {noun}").format(noun=noun(back, newest.reviewer == user))
        if back is not None
        else verb(newest, named(review.proposal.document.kind).noun)
    )
    mine = review.undo
    return Last(
        words=f"{who} {did}, {moment(newest.at, now)}.",
        undo=mine.revision if mine is not None else 0,
        button=gettext("Undo {noun}").format(noun=noun(mine)) if mine is not None else "",
    )


def verb(decision: Decision, what: str) -> str:
    """What a decision did to `what`: "signed 14 lines", "amended 1 line", "returned the plan"."""
    if decision.action is Action.RETURN:
        return gettext("returned the {what}").format(what=what)
    if decision.action is Action.REJECT:
        return gettext("rejected the {what}").format(what=what)
    if decision.action is Action.APPROVE:
        return gettext("signed {signed}").format(signed=signed(decision))
    if decision.action is Action.COSIGN:
        return gettext("co-signed {many}").format(many=count(len(decision.statements), "line"))
    if decision.action is Action.SEND_BACK:
        return gettext("sent back {many}").format(many=count(len(decision.statements), "line"))
    did = []
    if decision.edits:
        did.append(gettext("amended {many}").format(many=count(len(decision.edits), "line")))
    if decision.struck:
        did.append(gettext("struck {many}").format(many=count(len(decision.struck), "line")))
    # An amendment without words is a line that was put elsewhere.
    return gettext(" and ").join(did) or gettext("moved a line")


def noun(decision: Decision, hers: bool = False) -> str:
    """A decision as a thing to take back: "the signature of 14 lines"; with `hers`, "your signature …"."""
    the = gettext("your") if hers else gettext("the")
    if decision.action is Action.APPROVE:
        return gettext("{the} signature of {signed}").format(the=the, signed=signed(decision))
    if decision.action is Action.AMEND:
        what = gettext("strike") if decision.struck else gettext("move of a line")
        what = gettext("amendment") if decision.edits else what
        return f"{the} {what}"
    if decision.action is Action.COSIGN:
        return gettext("{the} co-signature of {many}").format(
            the=the, many=count(len(decision.statements), "line")
        )
    if decision.action is Action.SEND_BACK:
        return gettext("{the} sending back of {many}").format(
            the=the, many=count(len(decision.statements), "line")
        )
    what = gettext("return") if decision.action is Action.RETURN else gettext("rejection")
    return f"{the} {what}"


def signed(decision: Decision) -> str:
    """ "14 lines", "14 lines and the whole" or "the whole": what an approval signed."""
    lines = len([one for one in decision.statements if one != WHOLE])
    said = [count(lines, "line")] if lines or WHOLE not in decision.statements else []
    return gettext(" and ").join([*said, *([gettext("the whole")] if WHOLE in decision.statements else [])])
