"""Rates: how often each rule of the check fired, and how often a plan was signed over what it found.

Takes    proposals as they were drafted and as they are, with their decisions; cards that EHRs were given at a hook
Gives    one `Rate` a rule, the most often signed over first
Never    counts a finding that nobody decided about as answered, or names a patient
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from careloom.care.document import Action, Decision, Finding, Proposal
from careloom.review.undo import standing


@dataclass(frozen=True, slots=True)
class History:
    """A proposal as it was drafted, as it is now, and what was decided about it."""

    drafted: Proposal
    now: Proposal
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding that an EHR was shown at a hook as a card: whether it stopped whoever ordered, and what she did with it: "accepted",
    "overridden", or "" where nobody said.
    """

    rule: str
    stopped: bool
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What became of a rule's findings: `fired` of them in drafts, `high` of these; `overridden` where a plan was signed over them,
    `heeded` where the line was changed or struck or the plan sent back, `waiting` where nobody decided; `quiet` were accepted before."""

    rule: str
    fired: int
    high: int
    overridden: int
    heeded: int
    waiting: int
    quiet: int

    @property
    def override_rate(self) -> float | None:
        """The share signed over of those that somebody decided about; None where nobody did."""
        decided = self.overridden + self.heeded
        return self.overridden / decided if decided else None


def rates(histories: Iterable[History], shown: Iterable[Shown] = ()) -> tuple[Rate, ...]:
    """The rates of every rule that fired or was quiet in these; a card that was set aside was signed over, one that was taken heeded."""
    counted: dict[str, Counter[str]] = {}
    for one in histories:
        for finding in one.drafted.findings:
            rule = counted.setdefault(finding.rule, Counter())
            rule["fired"] += 1
            rule[finding.severity.value] += 1
            rule[_became(finding, one)] += 1
        for quiet in one.drafted.accepted:
            counted.setdefault(quiet.finding.rule, Counter())["quiet"] += 1
    for card in shown:
        rule = counted.setdefault(card.rule, Counter())
        rule["fired"] += 1
        rule["high"] += card.stopped
        rule[{"overridden": "overridden", "accepted": "heeded"}.get(card.outcome, "waiting")] += 1
    names = ("fired", "high", "overridden", "heeded", "waiting", "quiet")
    found = [Rate(rule=rule, **{name: of[name] for name in names}) for rule, of in counted.items()]
    return tuple(sorted(found, key=lambda one: (-(one.override_rate or 0), -one.fired, one.rule)))


def _became(finding: Finding, history: History) -> str:
    now, kept = history.now, standing(history.decisions)
    if now.status in ("on-hold", "revoked"):
        return "heeded"
    if finding.statement in now.struck or not _stands(finding, now.findings):
        return "heeded"
    signed = [one for one in kept if one.action is Action.APPROVE]
    if finding.statement is not None:
        signed = [one for one in signed if finding.statement in one.statements]
    return "overridden" if signed else "waiting"


def _stands(finding: Finding, now: Sequence[Finding]) -> bool:
    return any(
        (one.rule, one.statement, one.message) == (finding.rule, finding.statement, finding.message)
        for one in now
    )
