"""The action bar of the review page: what signing would do now, in one sentence, or what stands before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from careloom.care.document import Finding, Proposal, Statement, Tier, Verdict
from careloom.pipeline import Review
from careloom.review.cosign import to_cosign
from careloom.review.decisions import seen, waiting
from careloom.review.tiers import WHOLE, needs_whole, untold
from careloom.review.vigilance import covered, hers, to_open, unanswered
from careloom.web.present.kinds import named
from careloom.web.present.words import count, sentence

WHOLE_BUTTON = "Sign the whole"
STATUSES: Mapping[str, str] = {
    "active": "filed in the chart",
    "on-hold": "returned for rework",
    "revoked": "rejected",
    "draft": "waiting for signatures",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """Something that stands before a signature: a line or a finding by its key, in its words."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What signing would do now. `offered` is whether signing is offered at all; `stands` are lines or findings in the way; `cosign` is
    the button with which somebody of another profession stands beside the signatures, "" where that isn't offered."""

    offered: bool
    button: str
    sentence: str
    stands: tuple[Stop, ...]
    open: bool
    cosign: str = ""


def bar(review: Review, reach: Tier) -> Bar:
    """What signing would do now, in one sentence, and whether it is offered to somebody of that reach."""
    found = _bar(review, reach)
    lines = to_cosign(review.proposal, review.role)
    if not lines:
        return found
    if closed := to_open(review.proposal, review.progress):
        return closed_bar(review.proposal, closed)
    button = f"Co-sign {count(len(lines), 'line')}"
    beside = f"{button} of your field, beside the signature that each of them needs."
    return replace(found, sentence=f"{beside} {found.sentence}", cosign=button)


def _bar(review: Review, reach: Tier) -> Bar:
    proposal = review.proposal
    left = [one for one in waiting(proposal) if one.id not in proposal.sent_back]
    if proposal.status != "draft":
        return Bar(
            False,
            "",
            f"This {named(proposal.document.kind).noun} is {STATUSES.get(proposal.status, proposal.status)}.",
            (),
            False,
        )
    unsupported = [one for one in left if one.verdict is not Verdict.SUPPORTED]
    if unsupported:
        many = f"{len(unsupported)} lines say more than their sources do"
        words = many if len(unsupported) > 1 else "1 line says more than its source does"
        words = f"Nothing can be signed yet: {words}. {_who_mends(review, unsupported)}"
        return Bar(False, "", words, _stops(unsupported), True)
    theirs = [one for one in left if not review.may.get(one.id)]
    whole = needs_whole(proposal) and WHOLE not in proposal.released
    if not hers(proposal, review.may) and not (whole and reach is Tier.PHYSICIAN):
        return Bar(False, "", _nothing(proposal, theirs, whole), (), True)
    return _before(review) or _offer(review, theirs, whole, reach)


def _before(review: Review) -> Bar | None:
    """What she must look at or answer before anything is offered to her; None for nothing."""
    proposal, progress = review.proposal, review.progress
    if closed := to_open(proposal, progress):
        return closed_bar(proposal, closed)
    unsure = unanswered(proposal, review.may, review.doubts, progress)
    if unsure and not covered(proposal, review.may, review.doubts, progress):
        many = len(unsure) > 1
        words = f"{count(len(unsure), 'line')} {'ask' if many else 'asks'} for your yes or no before you sign {'them' if many else 'it'}."
        return Bar(False, "", words, _stops(unsure), True)
    return None


def closed_bar(proposal: Proposal, closed: Sequence[Finding]) -> Bar:
    """That high findings must be opened first."""
    each = "each" if len(closed) > 1 else "it"
    words = f"{count(len(closed), 'high finding')} must be opened before you sign. Choose {each} and read what speaks against the draft."
    return Bar(False, "", words, _finding_stops(proposal, closed), True)


def _offer(review: Review, theirs: Sequence[Statement], whole: bool, reach: Tier) -> Bar:
    proposal, progress = review.proposal, review.progress
    mine = hers(proposal, review.may)
    covers = covered(proposal, review.may, review.doubts, progress)
    unsure = unanswered(proposal, review.may, review.doubts, progress)
    marked = bool({one.id for one in covers}.intersection(progress.marked))
    holds = whole and reach is Tier.PHYSICIAN and len(covers) == len(mine)
    button = f"Sign {count(len(covers), 'marked line' if marked else 'line')}" if covers else WHOLE_BUTTON
    parts = [
        f"{button}{'' if button == WHOLE_BUTTON else ' and'} for {_untold(proposal)}" if holds else button
    ]
    if unsure:
        parts.append(
            f"{len(unsure)} {'asks' if len(unsure) == 1 else 'ask'} for your yes or no first and {'stays' if len(unsure) == 1 else 'stay'} unsigned"
        )
    if rest := len(mine) - len(covers) - len(unsure):
        parts.append(
            f"{count(rest, 'line')} of yours {'is' if rest == 1 else 'are'} not marked and will wait"
        )
    parts += _others(proposal, theirs, whole and not holds)
    if not theirs and (holds or not whole) and len(covers) == len(mine) and not _sent_back(proposal):
        parts.append(f"the {named(proposal.document.kind).noun} is then filed in the chart")
    return Bar(True, button, f"{'; '.join(parts)}.", _stops(unsure), True)


def _others(proposal: Proposal, theirs: Sequence[Statement], whole: bool) -> list[str]:
    parts = []
    if theirs:
        parts.append(f"{len(theirs)} {'goes' if len(theirs) == 1 else 'go'} to {_whom(theirs)}")
    if whole:
        parts.append(f"a physician also signs for {_untold(proposal)}")
    if back := _sent_back(proposal):
        parts.append(_held(back))
    if unopened := len(unopened_of(proposal)):
        parts.append(_folded(unopened))
    return parts


def _stops(lines: Sequence[Statement]) -> tuple[Stop, ...]:
    return tuple(Stop(one.id, one.text) for one in lines)


def _finding_stops(proposal: Proposal, findings: Sequence[Finding]) -> tuple[Stop, ...]:
    """One for each row above the plan: the findings of one line stand in one."""
    wanted, rows = {id(one) for one in findings}, dict[str, Stop]()
    for number, one in enumerate(proposal.findings):
        if id(one) in wanted:
            rows.setdefault(one.statement or f"f{number}", Stop(f"f{number}", sentence(one.message)))
    return tuple(rows.values())


def _sent_back(proposal: Proposal) -> int:
    return sum(one.id in proposal.sent_back for one in waiting(proposal))


def _held(back: int) -> str:
    return f"{count(back, 'line')} {'was' if back == 1 else 'were'} sent back: nothing is filed until somebody amends or strikes {'it' if back == 1 else 'them'}"


def _who_mends(review: Review, stands: Sequence[Statement]) -> str:
    mine = sum(bool(review.may.get(one.id)) for one in stands)
    if mine == len(stands):
        return "Amend or strike first."
    mends = "A physician amends or strikes first."
    return (
        f"Amend or strike yours; a physician the other{'s' if len(stands) - mine > 1 else ''}."
        if mine
        else mends
    )


def _nothing(proposal: Proposal, theirs: Sequence[Statement], whole: bool) -> str:
    unopened, back = len(unopened_of(proposal)), _sent_back(proposal)
    held = f" {_held(back).capitalize()}." if back else ""
    if theirs:
        waits = "waits" if len(theirs) == 1 else "wait"
        rest = f" {_folded(unopened)}." if unopened else ""
        return f"No line here is yours to sign: {count(len(theirs), 'line')} {waits} for {_whom(theirs)}.{held}{rest}"
    if whole:
        return f"All lines are signed; a physician also signs for {_untold(proposal)}.{held}"
    if held:
        return held.strip()
    return (
        f"All lines are signed but {count(unopened, 'folded line')} nobody opened."
        if unopened
        else "All signed."
    )


def _whom(lines: Sequence[Statement]) -> str:
    """ "a physician", or "a nurse (14) and a physician (1)" where lines of both wait."""
    physician = sum(one.tier is Tier.PHYSICIAN for one in lines)
    if physician in (0, len(lines)):
        return "a physician" if physician else "a nurse"
    return f"a nurse ({len(lines) - physician}) and a physician ({physician})"


def _folded(unopened: int) -> str:
    return f"{count(unopened, 'folded line')} nobody opened {'stays' if unopened == 1 else 'stay'} out"


def _untold(proposal: Proposal) -> str:
    number = len(untold(proposal))
    return f"the {'high finding' if number == 1 else f'{number} high findings'} above that no line tells"


def unopened_of(proposal: Proposal) -> list[str]:
    """The ids of folded lines that nobody has opened yet."""
    counted = {one.id for one in seen(proposal)} | set(proposal.struck) | set(proposal.released)
    return [one.id for one in proposal.document.statements if one.id not in counted]


def yours(review: Review) -> str:
    """ "for you: 6 lines, 1 for a physician"; "" once it is decided."""
    left = waiting(review.proposal)
    mine = sum(bool(review.may.get(one.id)) for one in left)
    theirs = [one for one in left if not review.may.get(one.id)]
    if review.proposal.status != "draft":
        return ""
    said = f"for you: {count(mine, 'line')}" if mine else "none for you"
    return f"{said}, {len(theirs)} for {_whom(theirs)}" if theirs else said
