"""Undo: a reviewer takes back her own last decision, until the document is filed.

Nothing is deleted: an undo is a decision of its own, after which the proposal is again what it was before
the decision that it takes back.
"""

from collections.abc import Sequence
from dataclasses import replace

from careloom.care.document import Action, Decision, Proposal
from careloom.care.unfiled import STATUS
from careloom.errors import NotApproved, NotLicensed
from careloom.review.decisions import with_whole


def standing(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions that nobody took back, in the order in which they were taken."""
    kept: list[Decision] = []
    for decision in decisions:
        if decision.action is not Action.UNDO:
            kept.append(decision)
        elif kept:
            kept.pop()
    return tuple(kept)


def taken_back(decisions: Sequence[Decision]) -> Decision | None:
    """The decision that the newest one takes back; None where the newest is no undo."""
    if not decisions or decisions[-1].action is not Action.UNDO:
        return None
    return next(reversed(standing(decisions[:-1])), None)


def to_undo(proposal: Proposal, decisions: Sequence[Decision], user: str) -> Decision:
    """The decision that this user may take back now: the last that stands, if it is hers.

    Raises NotApproved where the document is filed or nothing is there to undo, NotLicensed where the
    last decision is somebody else's.
    """
    if proposal.status == "active":
        raise NotApproved("it is filed in the chart; what is filed is taken back as a whole, not by undo")
    if proposal.status == STATUS:
        raise NotApproved("it was filed and taken back out of the chart; that stays, and a new draft begins")
    kept = standing(decisions)
    if not kept:
        raise NotApproved("there is no decision to undo")
    if kept[-1].reviewer != user:
        raise NotLicensed("the last decision is somebody else's; only that person takes it back")
    return kept[-1]


def undone(now: Proposal, before: Proposal, after: Proposal) -> Proposal:
    """The proposal as it was `before` a decision that made it `after`; lines opened since then stay opened, and it stays
    whose it became since."""
    opened = tuple(line for line in now.opened if line in before.opened or line not in after.opened)
    turned = now.assigned_to != after.assigned_to
    again = replace(before, opened=opened, assigned_to=now.assigned_to if turned else before.assigned_to)
    return with_whole(before, again)
