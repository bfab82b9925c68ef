"""The last thing that somebody decided about a document, and whether the reader may take it back."""

from dataclasses import dataclass
from datetime import datetime

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
    role = ROLES.get(newest.role, "reviewer")
    name = newest.name if newest.name != role else ""
    who = "You" if newest.reviewer == user else name or f"A {role}"
    back = taken_back(review.decisions)
    did = (
        f"took back {noun(back, newest.reviewer == user)}"
        if back is not None
        else verb(newest, named(review.proposal.document.kind).noun)
    )
    mine = review.undo
    return Last(
        words=f"{who} {did}, {moment(newest.at, now)}.",
        undo=mine.revision if mine is not None else 0,
        button=f"Undo {noun(mine)}" if mine is not None else "",
    )


def verb(decision: Decision, what: str) -> str:
    """What a decision did to `what`: "signed 14 lines", "amended 1 line", "returned the plan"."""
    if decision.action is Action.RETURN:
        return f"returned the {what}"
    if decision.action is Action.REJECT:
        return f"rejected the {what}"
    if decision.action is Action.APPROVE:
        return f"signed {signed(decision)}"
    if decision.action is Action.COSIGN:
        return f"co-signed {count(len(decision.statements), 'line')}"
    if decision.action is Action.SEND_BACK:
        return f"sent back {count(len(decision.statements), 'line')}"
    did = []
    if decision.edits:
        did.append(f"amended {count(len(decision.edits), 'line')}")
    if decision.struck:
        did.append(f"struck {count(len(decision.struck), 'line')}")
    return " and ".join(did) or "changed nothing"


def noun(decision: Decision, hers: bool = False) -> str:
    """A decision as a thing to take back: "the signature of 14 lines"; with `hers`, "your signature …"."""
    the = "your" if hers else "the"
    if decision.action is Action.APPROVE:
        return f"{the} signature of {signed(decision)}"
    if decision.action is Action.AMEND:
        return f"{the} {'amendment' if decision.edits else 'strike'}"
    if decision.action is Action.COSIGN:
        return f"{the} co-signature of {count(len(decision.statements), 'line')}"
    if decision.action is Action.SEND_BACK:
        return f"{the} sending back of {count(len(decision.statements), 'line')}"
    return f"{the} {'return' if decision.action is Action.RETURN else 'rejection'}"


def signed(decision: Decision) -> str:
    """ "14 lines", "14 lines and the whole" or "the whole": what an approval signed."""
    lines = len([one for one in decision.statements if one != WHOLE])
    said = [count(lines, "line")] if lines or WHOLE not in decision.statements else []
    return " and ".join([*said, *(["the whole"] if WHOLE in decision.statements else [])])
