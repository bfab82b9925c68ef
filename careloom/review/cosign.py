"""Co-signing: a pharmacist, a social worker or a dietitian stands beside the tier's signature for the lines of her field.

Takes    a proposal, the lines and who co-signs them
Gives    the proposal with her name beside them
Never    replaces or lowers the signature that a line's tier asks for, or holds up its filing
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from careloom.care.document import Proposal, Reviewer, Statement
from careloom.errors import NotApproved, NotLicensed
from careloom.review.decisions import seen
from careloom.review.tiers import licensed

# By role the sections whose every line is of her field (draft/*/kind.toml); whatever a plan gives her to do is too.
SECTIONS: Mapping[str, frozenset[str]] = {
    "pharmacist": frozenset({"medication_management", "medicines"}),
    "social_worker": frozenset({"social", "needs", "environment", "caregiver"}),
    "dietitian": frozenset(),
}


def is_of_field(role: str, line: Statement) -> bool:
    """Whether somebody of this role may co-sign a line."""
    if role not in SECTIONS:
        return False
    return line.section in SECTIONS[role] or (line.activity is not None and line.activity.owner == role)


def to_cosign(proposal: Proposal, role: str) -> tuple[Statement, ...]:
    """The lines that somebody of this role may co-sign now: read, not struck, not sent back, and not co-signed yet."""
    if proposal.status != "draft":
        return ()
    return tuple(
        line
        for line in seen(proposal)
        if is_of_field(role, line) and line.id not in proposal.cosigned and line.id not in proposal.sent_back
    )


def cosign(proposal: Proposal, ids: tuple[str, ...], reviewer: Reviewer, today: date) -> Proposal:
    """Her name beside these lines. Raises NotLicensed without a licence in force or outside her field, NotApproved for none."""
    licensed(reviewer, today)
    open_lines = {line.id for line in to_cosign(proposal, reviewer.role)}
    if not ids:
        raise NotApproved("no line waits for a co-signature of yours")
    if theirs := sorted(set(ids) - open_lines):
        raise NotLicensed(f"not yours to co-sign, or not waiting for it: {', '.join(theirs)}")
    return replace(proposal, cosigned={**proposal.cosigned, **dict.fromkeys(ids, reviewer.user)})
