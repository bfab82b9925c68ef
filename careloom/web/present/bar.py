"""The action bar of the review page: what signing would do now, in one sentence, or what stands before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext, ngettext

from careloom.care.document import Finding, Proposal, Statement, Tier, Verdict
from careloom.pipeline import Review
from careloom.review.cosign import to_cosign
from careloom.review.decisions import asks_whole, rejecting, seen, waiting
from careloom.review.tiers import untold
from careloom.review.vigilance import covered, hers, to_open, unanswered
from careloom.web.present.kinds import named
from careloom.web.present.rules import in_words
from careloom.web.present.words import count
from careloom.web.saying import later

WHOLE_BUTTON = later("Sign the whole")
STATUSES: Mapping[str, str] = {
    "active": later("filed in the chart"),
    "on-hold": later("returned for rework"),
    "revoked": later("rejected"),
    "draft": later("waiting for signatures"),
    "entered-in-error": later("taken back out of the chart"),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """Something that stands before a signature: a line or a finding by its key, in its words."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What signing would do now. `offered` is whether signing is offered at all; `stands` are lines or findings in the way; `cosign` is
    the button with which somebody of another profession stands beside the signatures, "" where that isn't offered. `kept` says why she
    may only return it, "" where she may reject it for good; `untrained` that nothing is hers to decide before the training's certificate."""

    offered: bool
    button: str
    sentence: str
    stands: tuple[Stop, ...]
    open: bool
    cosign: str = ""
    kept: str = ""
    untrained: bool = False


def untrained_bar(review: Review) -> Bar:
    """That nothing of it is hers to decide before the training's certificate."""
    words = gettext(
        "You decide on real cases once you have the training's certificate. You can read everything of this {noun} until then."
    ).format(noun=named(review.proposal.document.kind).noun)
    return Bar(False, "", words, (), True, untrained=True)


def bar(review: Review, reach: Tier) -> Bar:
    """What signing would do now, in one sentence, and whether it is offered to somebody of that reach."""
    found = replace(_bar(review, reach), kept=_kept(review.proposal, reach))
    lines = to_cosign(review.proposal, review.role)
    if not lines:
        return found
    if closed := to_open(review.proposal, review.progress):
        return replace(closed_bar(review.proposal, closed), kept=found.kept)
    button = gettext("Co-sign {many}").format(many=count(len(lines), "line"))
    beside = gettext("{button} of your field, beside the signature that each of them needs.").format(
        button=button
    )
    return replace(found, sentence=f"{beside} {found.sentence}", cosign=button)


def _bar(review: Review, reach: Tier) -> Bar:
    proposal = review.proposal
    left = [one for one in waiting(proposal) if one.id not in proposal.sent_back]
    if proposal.status != "draft":
        return Bar(
            False,
            "",
            gettext("This {noun} is {status}.").format(
                noun=named(proposal.document.kind).noun, status=STATUSES.get(proposal.status, proposal.status)
            ),
            (),
            False,
        )
    if not seen(proposal):
        return Bar(False, "", _no_line(proposal), (), True)
    unsupported = [one for one in left if one.verdict is not Verdict.SUPPORTED]
    if unsupported:
        words = ngettext(
            "1 line says more than its source does",
            "{number} lines say more than their sources do",
            len(unsupported),
        ).format(number=len(unsupported))
        words = gettext("Nothing can be signed yet: {words}. {who}").format(
            words=words, who=_who_mends(review, unsupported)
        )
        return Bar(False, "", words, _stops(unsupported), True)
    theirs = [one for one in left if not review.may.get(one.id)]
    whole = asks_whole(proposal)
    if not hers(proposal, review.may) and not (whole and reach is Tier.PHYSICIAN):
        said = (unlicensed(review.lapsed), _nothing(proposal, theirs, whole))
        return Bar(False, "", " ".join(filter(None, said)), (), True)
    return _before(review) or _offer(review, theirs, whole, reach)


def _kept(proposal: Proposal, reach: Tier) -> str:
    asked = rejecting(proposal)
    if asked <= reach:
        return ""
    if asked is Tier.PHYSICIAN:
        return gettext(
            "Only a physician rejects it for good: it has a high finding or a line that a physician signs."
        )
    return gettext("Only a nurse or a physician rejects it for good: it has a line that a nurse signs.")


def _before(review: Review) -> Bar | None:
    """What she must look at or answer before anything is offered to her; None for nothing."""
    proposal, progress = review.proposal, review.progress
    if closed := to_open(proposal, progress):
        return closed_bar(proposal, closed)
    unsure = unanswered(proposal, review.may, review.doubts, progress)
    if unsure and not covered(proposal, review.may, review.doubts, progress):
        words = ngettext(
            "{number} line asks for your yes or no before you sign it.",
            "{number} lines ask for your yes or no before you sign them.",
            len(unsure),
        ).format(number=len(unsure))
        return Bar(False, "", words, _stops(unsure), True)
    return None


def closed_bar(proposal: Proposal, closed: Sequence[Finding]) -> Bar:
    """That high findings must be opened first."""
    words = ngettext(
        "{number} high finding must be opened before you sign. Choose it and read what speaks against the draft.",
        "{number} high findings must be opened before you sign. Choose each and read what speaks against the draft.",
        len(closed),
    ).format(number=len(closed))
    return Bar(False, "", words, _finding_stops(proposal, closed), True)


def _offer(review: Review, theirs: Sequence[Statement], whole: bool, reach: Tier) -> Bar:
    proposal, progress = review.proposal, review.progress
    mine = hers(proposal, review.may)
    covers = covered(proposal, review.may, review.doubts, progress)
    unsure = unanswered(proposal, review.may, review.doubts, progress)
    marked = bool({one.id for one in covers}.intersection(progress.marked))
    holds = whole and reach is Tier.PHYSICIAN and len(covers) == len(mine)
    button = (
        gettext("Sign {many}").format(many=count(len(covers), "marked line" if marked else "line"))
        if covers
        else WHOLE_BUTTON
    )
    parts = [
        gettext("{button}{and_} for {finding}").format(
            button=button, and_="" if button == WHOLE_BUTTON else gettext(" and"), finding=_untold(proposal)
        )
        if holds
        else button
    ]
    if unsure:
        parts.append(
            ngettext(
                "{number} asks for your yes or no first and stays unsigned",
                "{number} ask for your yes or no first and stay unsigned",
                len(unsure),
            ).format(number=len(unsure))
        )
    if rest := len(mine) - len(covers) - len(unsure):
        parts.append(
            ngettext(
                "{number} line of yours is not marked and will wait",
                "{number} lines of yours are not marked and will wait",
                rest,
            ).format(number=rest)
        )
    parts += _others(proposal, theirs, whole and not holds)
    if not theirs and (holds or not whole) and len(covers) == len(mine) and not _sent_back(proposal):
        parts.append(
            gettext("the {noun} is then filed in the chart").format(noun=named(proposal.document.kind).noun)
        )
    return Bar(True, button, f"{'; '.join(parts)}.", _stops(unsure), True)


def _others(proposal: Proposal, theirs: Sequence[Statement], whole: bool) -> list[str]:
    parts = []
    if theirs:
        parts.append(
            ngettext("{number} goes to {whom}", "{number} go to {whom}", len(theirs)).format(
                number=len(theirs), whom=_whom(theirs)
            )
        )
    if whole:
        parts.append(gettext("a physician also signs for {finding}").format(finding=_untold(proposal)))
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
            rows.setdefault(one.statement or f"f{number}", Stop(f"f{number}", in_words(one)))
    return tuple(rows.values())


def _sent_back(proposal: Proposal) -> int:
    return sum(one.id in proposal.sent_back for one in waiting(proposal))


def _held(back: int) -> str:
    return ngettext(
        "{number} line was sent back: nothing is filed until somebody amends or strikes it",
        "{number} lines were sent back: nothing is filed until somebody amends or strikes them",
        back,
    ).format(number=back)


def _who_mends(review: Review, stands: Sequence[Statement]) -> str:
    mine = sum(bool(review.may.get(one.id)) for one in stands)
    if mine == len(stands):
        return gettext("Amend or strike first.")
    mends = gettext("A physician amends or strikes first.")
    return (
        ngettext(
            "Amend or strike yours; a physician the other.",
            "Amend or strike yours; a physician the others.",
            len(stands) - mine,
        )
        if mine
        else mends
    )


def unlicensed(lapsed: str | None) -> str:
    """That she signs nothing without a licence in force, and who enters it; "" where she has one."""
    if lapsed is None:
        return ""
    if not lapsed:
        return gettext(
            "No licence of yours is recorded: you may read, and sign nothing, until an administrator enters it."
        )
    if not lapsed[:1].isdigit():
        return gettext(
            "Your licence is of {state}, a state in which nobody signs here: you may read, and sign nothing, until an administrator enters one of this site's states."
        ).format(state=lapsed)
    return gettext(
        "Your licence expired on {day}: you may read, and sign nothing, until an administrator enters the renewed one."
    ).format(day=lapsed)


def _no_line(proposal: Proposal) -> str:
    """That there is nothing to sign, and what to do."""
    noun = named(proposal.document.kind).noun
    if not proposal.document.statements:
        return gettext("Nothing is written yet, so there is nothing to sign.")
    return gettext(
        "Every line that was read is struck, so there is nothing to sign. Open what is folded, or return or reject the {noun}."
    ).format(noun=noun)


def _nothing(proposal: Proposal, theirs: Sequence[Statement], whole: bool) -> str:
    unopened, back = len(unopened_of(proposal)), _sent_back(proposal)
    held = f" {_held(back).capitalize()}." if back else ""
    if theirs:
        rest = f" {_folded(unopened)}." if unopened else ""
        return ngettext(
            "No line here is yours to sign: {number} line waits for {whom}.{held}{rest}",
            "No line here is yours to sign: {number} lines wait for {whom}.{held}{rest}",
            len(theirs),
        ).format(number=len(theirs), whom=_whom(theirs), held=held, rest=rest)
    if whole:
        return gettext("All lines are signed; a physician also signs for {finding}.{held}").format(
            finding=_untold(proposal), held=held
        )
    if held:
        return held.strip()
    return (
        gettext("All lines are signed but {many} nobody opened.").format(many=count(unopened, "folded line"))
        if unopened
        else gettext("All signed.")
    )


def _whom(lines: Sequence[Statement]) -> str:
    """ "a physician", or "a nurse (14) and a physician (1)" where lines of both wait."""
    physician = sum(one.tier is Tier.PHYSICIAN for one in lines)
    if physician in (0, len(lines)):
        return gettext("a physician") if physician else gettext("a nurse")
    return gettext("a nurse ({nurse}) and a physician ({physician})").format(
        nurse=len(lines) - physician, physician=physician
    )


def _folded(unopened: int) -> str:
    return ngettext(
        "{number} folded line nobody opened stays out",
        "{number} folded lines nobody opened stay out",
        unopened,
    ).format(number=unopened)


def _untold(proposal: Proposal) -> str:
    number = len(untold(proposal))
    return ngettext(
        "the high finding above that no line tells",
        "the {number} high findings above that no line tells",
        number,
    ).format(number=number)


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
    said = gettext("for you: {many}").format(many=count(mine, "line")) if mine else gettext("none for you")
    return (
        gettext("{said}, {number} for {whom}").format(said=said, number=len(theirs), whom=_whom(theirs))
        if theirs
        else said
    )
