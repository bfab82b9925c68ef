"""Second reading: which decisions a second reader looks at, and what it means where the two differ.

Takes    a policy, a proposal as it is decided, what the second reader said
Gives    whether it is read and why; both readings side by side; what it waits for then
Never    uses chance that can't be computed again, tells one reader of the other, or changes a document

Source   random share, high findings and new reviewers are the site's own policy (docs/agreement.md); blind and independent reading is what
         Cohen 1960 (Educ Psychol Meas 20:37-46) asks of the two whose agreement is measured
"""

import hashlib
from collections.abc import Mapping, Sequence

from careloom.care.document import Action, Decision, Document, Proposal, Severity, Tier
from careloom.care.second import (
    Ground,
    LineSaid,
    Mode,
    Pair,
    Policy,
    Reading,
    SecondReading,
    Stage,
    Step,
    Wanted,
    WholeSaid,
)
from careloom.review.decisions import ready_to_file, waiting
from careloom.review.tiers import needs_whole
from careloom.review.undo import standing

WHOLE = "*"
# The decisions that a second reading is about.
CHOOSES = frozenset({Action.APPROVE, Action.RETURN, Action.REJECT})
FIRST, SECOND = "first", "second"
_OF_STATUS = {
    "on-hold": WholeSaid.RETURN,
    "revoked": WholeSaid.REJECT,
    "active": WholeSaid.APPROVE,
    "draft": WholeSaid.APPROVE,
}
# What a second reader would not have let out.
WORSE = frozenset({LineSaid.STRIKE, LineSaid.BACK})


def second_read(proposal: Proposal, decided_before: int, policy: Policy) -> Wanted | None:
    """Whether a proposal on which somebody decides first is read by a second one, and why; None where not.

    `decided_before` is how many documents the first reader had decided here before it.
    """
    if policy.kinds and proposal.document.kind not in policy.kinds:
        return None
    holds = {
        Ground.SHARE: in_share(proposal.id, policy.share, policy.seed),
        Ground.HIGH: any(one.severity is Severity.HIGH for one in proposal.findings),
        Ground.NEW: decided_before < policy.first,
    }
    grounds = tuple(one for one in Ground if one in policy.modes and holds[one])
    if not grounds:
        return None
    held = any(policy.modes[one] is Mode.HOLD for one in grounds)
    return Wanted(grounds, Mode.HOLD if held else Mode.AFTER)


def in_share(proposal_id: str, share: float, seed: str) -> bool:
    """Whether a share of so many percent takes a proposal: the first 53 bits of SHA-256 of seed and id, as a number from 0 to 1, lie below it.

    Whoever has the seed can compute it again for every document, and nobody without it can foresee it.
    """
    digest = hashlib.sha256(f"{seed}:{proposal_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 11 < share / 100 * (1 << 53)


def decided_in_whole(proposal: Proposal) -> bool:
    """Whether nobody has to decide on it any more: filed, returned, rejected, or signed in every line."""
    return proposal.status != "draft" or ready_to_file(proposal)


def reach_needed(wanted: Wanted, base: Proposal, first: Tier) -> Tier:
    """How far a second reader's licence reaches at least: as far as the first's; where it is held for her, as that of all who sign it."""
    if wanted.mode is not Mode.HOLD:
        return max(Tier.NURSE, first)
    lines = [line.tier for line in waiting(base)]
    return max([Tier.NURSE, first, *lines, *([Tier.PHYSICIAN] if needs_whole(base) else [])])


def to_read(base: Proposal) -> tuple[str, ...]:
    """The lines that a second reader reads: those that waited for somebody before the first decision."""
    return tuple(line.id for line in waiting(base))


def both(
    base: Proposal, now: Proposal, reading: Reading, decisions: Sequence[Decision] = (), first: str = ""
) -> tuple[Pair, ...]:
    """What was decided (by whom, `decisions` say; the whole by `first`) and what the second said, of the whole and of each line of which both
    said something."""
    said: dict[str, LineSaid] = dict(reading.lines)
    whole = Pair(WHOLE, base.tier.word, _OF_STATUS[now.status].value, reading.whole.value, first)
    pairs, whose = [whole], _whose(decisions)
    texts = _texts(now.document)
    for line in base.document.statements:
        decided = _first_said(line.id, line.text, texts, now)
        second = said.get(line.id)
        if decided is not None and second is not None:
            who = whose.get(line.id, first)
            pairs.append(Pair(line.id, line.tier.word, decided.value, second.value, who))
    return tuple(pairs)


def _whose(decisions: Sequence[Decision]) -> dict[str, str]:
    """Who said last what stands of each line."""
    kept = [one for one in standing(decisions) if one.action is not Action.COSIGN]
    return {
        line: one.reviewer
        for one in kept
        for line in (*one.statements, *one.edits, *one.struck)
        if line != WHOLE
    }


def _first_said(line: str, text: str, texts: Mapping[str, str], now: Proposal) -> LineSaid | None:
    if line in now.sent_back:
        return LineSaid.BACK
    if line in now.struck:
        return LineSaid.STRIKE
    if texts.get(line, text) != text:
        return LineSaid.AMEND
    return LineSaid.APPROVE if line in now.released else None


def _texts(document: Document) -> dict[str, str]:
    return {line.id: line.text for line in document.statements}


def matters(pairs: tuple[Pair, ...], reading: Reading) -> bool:
    """Whether the two differ in something that a third one must settle: the first let out what the second would strike, send back, return or
    reject, or the second names a high finding that nobody found."""
    whole = next(one for one in pairs if one.line == WHOLE)
    if whole.first != WholeSaid.APPROVE:
        return False
    if whole.second != WholeSaid.APPROVE or reading.high:
        return True
    return any(
        one.second in WORSE and one.first in (LineSaid.APPROVE, LineSaid.AMEND)
        for one in pairs
        if one.line != WHOLE
    )


def agree(pairs: tuple[Pair, ...], reading: Reading) -> bool:
    """Whether both said the same of everything, and nothing was worded anew, which a word for it can't tell."""
    return not reading.high and all(one.first == one.second and one.first != LineSaid.AMEND for one in pairs)


def digest_of(proposal: Proposal) -> str:
    """A digest of what would be filed: which lines are signed, in which words, and which are struck."""
    texts = _texts(proposal.document)
    parts = [f"{line}\x1f{texts.get(line, '')}" for line in sorted(proposal.released)]
    return hashlib.sha256("\x1e".join([*parts, "", *sorted(proposal.struck)]).encode()).hexdigest()


def holds(second: SecondReading | None, proposal: Proposal) -> bool:
    """Whether a document waits for its second reader before it may be filed: nobody has agreed to just what it says now."""
    if second is None or second.mode is not Mode.HOLD:
        return False
    said = digest_of(proposal)
    return not any(
        one.what is Step.AGREE or (one.what is Step.SETTLE and one.outcome == FIRST)
        for one in second.steps
        if one.digest == said
    )


def stage(second: SecondReading) -> Stage:
    """What a second reading waits for."""
    if second.last(Step.OPEN) is None:
        return Stage.CHOSEN
    if second.last(Step.READ) is None:
        return Stage.WAITS
    ends = second.last(Step.COMPARE, Step.AGREE, Step.DIFFER, Step.SETTLE, Step.CORRECT)
    if ends is None:
        return Stage.READ
    if ends.what is Step.COMPARE:
        return (
            Stage.MINOR
            if second.mode is Mode.HOLD and ends.pairs[0].first == WholeSaid.APPROVE
            else Stage.DONE
        )
    if ends.what is Step.DIFFER:
        return Stage.THIRD
    wrong = ends.what is Step.SETTLE and ends.outcome == SECOND and second.mode is Mode.AFTER
    return Stage.CORRECT if wrong else Stage.DONE


def base_of(decisions: tuple[Decision, ...], by_hand: bool) -> int:
    """The revision of a proposal before the first decision that stands; of one written by hand, before the first that is no line of its own."""
    kept = [one for one in standing(decisions) if not by_hand or one.action is not Action.AMEND]
    return max(kept[0].revision - 1, 1) if kept else 1
