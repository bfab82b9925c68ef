"""Decisions: what approve, amend, return and reject do to a proposal, and what they refuse.

A nurse signs her lines and only the others go up. Lines that were folded and never opened are neither
signed nor filed; a line that its citations don't support is amended or struck before anything is signed. A physician's signature for the whole holds for what she had before her: it goes with
the first line or finding that wasn't there.
"""

from dataclasses import replace
from datetime import date

from careloom.care.document import (
    Action,
    Decision,
    Proposal,
    Reviewer,
    Severity,
    Statement,
    Tier,
    Verdict,
)
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.review.known import known
from careloom.review.tiers import WHOLE, findings_of, needs_whole, reach, reach_of, untold

FIRST_SCREEN = 15
# Who released a line that nobody has to sign.
AUTOMATIC = "automatic"
_REJECTS = {
    Tier.PHYSICIAN: "a high finding or a physician's line is rejected by a physician;",
    Tier.NURSE: "a nurse's line is rejected by a nurse or a physician;",
}
STATUS_AFTER = {Action.RETURN: "on-hold", Action.REJECT: "revoked"}


@known
def first_screen(proposal: Proposal) -> frozenset[str]:
    """Ids of the lines shown unfolded: the top three and whatever ranks best after them, 15 in all; of a kind that is read whole, all.

    What says the same as the plan in the chart stays folded, but for the top three.
    """
    document = proposal.document
    if document.demands.whole:
        return frozenset(statement.id for statement in document.statements)
    same = set(proposal.unchanged) - set(document.top)
    ranked = sorted(
        (statement for statement in document.statements if statement.id not in same),
        key=lambda statement: (statement.id not in document.top, statement.rank),
    )
    return frozenset(statement.id for statement in ranked[:FIRST_SCREEN])


@known
def seen(proposal: Proposal) -> tuple[Statement, ...]:
    """The lines that count: on the first screen or opened by somebody, and not struck."""
    shown = first_screen(proposal) | set(proposal.opened)
    return tuple(
        statement
        for statement in proposal.document.statements
        if statement.id in shown and statement.id not in proposal.struck
    )


def waiting(proposal: Proposal) -> tuple[Statement, ...]:
    """The lines that somebody still has to sign."""
    return tuple(statement for statement in seen(proposal) if statement.id not in proposal.released)


def ready_to_file(proposal: Proposal) -> bool:
    """Whether every line that counts is released, with a physician's signature where the whole needs one."""
    lines = bool(seen(proposal)) and not waiting(proposal)
    return proposal.status == "draft" and lines and not asks_whole(proposal)


def asks_whole(proposal: Proposal) -> bool:
    """Whether a physician has still to sign the whole: there are lines, and a high finding that none of them tells."""
    return bool(seen(proposal)) and needs_whole(proposal) and WHOLE not in proposal.released


def with_whole(before: Proposal, after: Proposal) -> Proposal:
    """`after`, without the signature for the whole that `before` had where a line or an untold finding came in that wasn't there."""
    if WHOLE not in after.released or (_said(after) <= _said(before) and _untold(after) <= _untold(before)):
        return after
    return replace(after, released={line: user for line, user in after.released.items() if line != WHOLE})


def _said(proposal: Proposal) -> set[tuple[str, str, frozenset[str]]]:
    return {(line.id, line.text, frozenset(line.citations)) for line in seen(proposal)}


def _untold(proposal: Proposal) -> set[tuple[str, frozenset[str]]]:
    return {(one.rule, frozenset(one.evidence)) for one in untold(proposal)}


def is_automatic(proposal: Proposal) -> bool:
    """Whether a whole document is one that nobody has to read: each line's tier, and its own, is automatic."""
    lines = proposal.document.statements
    return bool(lines) and proposal.tier is Tier.AUTO and all(line.tier is Tier.AUTO for line in lines)


def strike(proposal: Proposal, ids: tuple[str, ...], tier: Tier) -> Proposal:
    """Take lines out. A physician-class line, or one with a high finding, needs the physician."""
    by_id = {statement.id: statement for statement in proposal.document.statements}
    for line in ids:
        if line not in by_id:
            raise InputError("there is no such line", where=line)
        high = any(f.severity is Severity.HIGH for f in findings_of(by_id[line], proposal.findings))
        if tier < Tier.PHYSICIAN and (by_id[line].tier is Tier.PHYSICIAN or high):
            raise NotLicensed(f"only a physician may strike line {line}")
    released = {line: user for line, user in proposal.released.items() if line not in ids}
    carried = {line: origin for line, origin in proposal.carried.items() if line not in ids}
    back = {line: user for line, user in proposal.sent_back.items() if line not in ids}
    beside = {line: user for line, user in proposal.cosigned.items() if line not in ids}
    struck = tuple(dict.fromkeys((*proposal.struck, *ids)))
    return replace(
        proposal, struck=struck, released=released, carried=carried, sent_back=back, cosigned=beside
    )


def send_back(proposal: Proposal, ids: tuple[str, ...], user: str) -> Proposal:
    """Lines that wait to be worded otherwise: whoever finds one wrong may say so, and nobody signs it or files it as it is."""
    left = {statement.id for statement in waiting(proposal)}
    if not ids or not left.issuperset(ids):
        raise InputError("only a line that waits for a signature is sent back")
    return replace(proposal, sent_back={**proposal.sent_back, **dict.fromkeys(ids, user)})


def rejecting(proposal: Proposal) -> Tier:
    """Whose licence rejecting it for good asks for: as for striking, what is lost with it counts.

    That is a high finding, and each line that counts and was drafted or is signed. What a person typed and nobody signed asks for none.
    """
    if any(one.severity is Severity.HIGH for one in proposal.findings):
        return Tier.PHYSICIAN
    lost = (one for one in seen(proposal) if one.written_by != "person" or one.id in proposal.released)
    return max((one.tier for one in lost), default=Tier.AUTO)


def decide(proposal: Proposal, decision: Decision, reviewer: Reviewer, today: date) -> Proposal:
    """The proposal after a decision whose edits were already checked and classed again.

    Raises NotApproved where nothing can be signed or something unsupported stands in the way,
    NotLicensed where the licence does not reach, InputError for a missing reason.
    """
    if proposal.status != "draft":
        raise NotApproved(f"this proposal is {proposal.status}; it waits for nobody")
    if decision.action is Action.UNDO:
        raise InputError("a decision is taken back by undo, not by another decision")
    if decision.action in STATUS_AFTER:
        if not decision.reason.strip():
            raise InputError("a reason is needed to return or reject")
        if decision.action is Action.REJECT and (asked := rejecting(proposal)) > reach_of(reviewer, today):
            raise NotLicensed(f"{_REJECTS[asked]} it may be returned with a reason")
        return replace(proposal, status=STATUS_AFTER[decision.action])
    if decision.action is Action.SEND_BACK:
        if not decision.reason.strip():
            raise InputError("a reason is needed to send a line back")
        return send_back(proposal, decision.statements, reviewer.user)
    tier = reach(reviewer, today)
    opened = tuple(dict.fromkeys((*proposal.opened, *decision.opened)))
    proposal = with_whole(proposal, strike(replace(proposal, opened=opened), decision.struck, tier))
    if decision.action is Action.AMEND:
        return proposal
    return _sign(proposal, reviewer, tier, frozenset(decision.statements))


def _sign(proposal: Proposal, reviewer: Reviewer, tier: Tier, asked: frozenset[str]) -> Proposal:
    """Sign what was `asked` for, or all that the licence reaches."""
    if not seen(proposal):
        raise NotApproved(
            "there is nothing to sign: no line is written, or every line that was read is struck"
        )
    left = [line for line in waiting(proposal) if line.id not in proposal.sent_back]
    unsupported = [line.id for line in left if line.verdict is not Verdict.SUPPORTED]
    if unsupported:
        raise NotApproved(f"amend or strike first what its sources do not support: {', '.join(unsupported)}")
    mine = {line.id: reviewer.user for line in left if line.tier <= tier}
    if tier is Tier.PHYSICIAN and needs_whole(proposal):
        mine[WHOLE] = reviewer.user
    if asked:
        if theirs := sorted(asked - set(mine)):
            raise NotLicensed(f"not yours to sign, or not waiting: {', '.join(theirs)}")
        mine = {line: user for line, user in mine.items() if line in asked}
    if not mine:
        raise NotLicensed("no line of this proposal is yours to sign; a physician signs what waits")
    return replace(proposal, released={**proposal.released, **mine})
