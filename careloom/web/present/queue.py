"""The queue as a work list: one row per proposal, what waits in it, and by when."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from careloom.care.document import Finding, Proposal, Severity, Tier
from careloom.pipeline import QueueRow
from careloom.review.decisions import waiting
from careloom.review.tiers import WHOLE, needs_whole
from careloom.web.present.kinds import named
from careloom.web.present.words import SEVERITIES, Mark, age, count, moment, sex, span

SOON = 2 * 3600


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal of the work list."""

    proposal: str
    kind: str
    noun: str
    patient: str
    who: str
    why: str
    findings: tuple[Mark, ...]
    due: str
    due_mark: Mark | None
    age: str
    yours: str
    waits: str
    mine: bool


@dataclass(frozen=True, slots=True)
class WorkList:
    """The queue: rows for the reader first, then those that wait for others."""

    mine: tuple[Row, ...]
    others: tuple[Row, ...]
    words: str


def work_list(rows: Sequence[QueueRow], now: datetime, reach: Tier) -> WorkList:
    """The work list in the queue's own order, the rows of a reader of that reach apart from the rest."""
    shown = [_row(row, now, reach) for row in rows]
    mine = tuple(row for row in shown if row.mine)
    late = sum(row.due_mark is not None and row.due_mark.word == "overdue" for row in mine)
    words = f"{count(len(mine), _noun(mine))} to review" if mine else "Nothing waits for you"
    return WorkList(
        mine, tuple(row for row in shown if not row.mine), f"{words}, {late} overdue" if late else words
    )


def _noun(rows: Sequence[Row]) -> str:
    """What all of these are: "plan" where they are care plans, "document" where they are of several kinds."""
    nouns = {row.noun for row in rows}
    return nouns.pop() if len(nouns) == 1 else "document"


def _row(row: QueueRow, now: datetime, reach: Tier) -> Row:
    proposal = row.proposal
    reach = reach if row.mine else Tier.AUTO
    kind = named(proposal.document.kind)
    return Row(
        proposal=proposal.id,
        kind=kind.title,
        noun=kind.noun,
        patient=row.patient,
        who=" · ".join(
            part for part in (age(row.birth_date, now.date()), sex(row.sex), row.birth_date) if part
        ),
        why=row.why,
        findings=findings_marks(proposal.findings),
        due=moment(proposal.due, now) if proposal.due else "no date",
        due_mark=_due_mark(proposal.due, now),
        age=span((now - proposal.created).total_seconds()),
        yours=_yours(proposal, reach),
        waits=_waits(proposal, reach),
        mine=row.mine,
    )


def _yours(proposal: Proposal, reach: Tier) -> str:
    """ "10 lines"; where all lines are signed, "the whole"; "" where nothing is this reader's."""
    mine = sum(one.tier <= reach for one in waiting(proposal))
    if mine:
        return count(mine, "line")
    return "the whole" if reach is Tier.PHYSICIAN and _whole(proposal) else ""


def _waits(proposal: Proposal, reach: Tier) -> str:
    """What waits for others: "5 for a physician", "10 for a nurse, 5 for a physician", "the whole for a physician"."""
    left = [one.tier for one in waiting(proposal) if one.tier > reach]
    physician = left.count(Tier.PHYSICIAN)
    said = [f"{len(left) - physician} for a nurse"] if len(left) > physician else []
    if physician:
        said.append(f"{physician} for a physician")
    elif reach < Tier.PHYSICIAN and _whole(proposal):
        said.append("the whole for a physician")
    return ", ".join(said)


def _whole(proposal: Proposal) -> bool:
    return needs_whole(proposal) and WHOLE not in proposal.released


def findings_marks(findings: Sequence[Finding]) -> tuple[Mark, ...]:
    """One mark per severity that occurs, with its count as the word."""
    counted = Counter(finding.severity for finding in findings)
    return tuple(
        Mark(SEVERITIES[severity].shape, f"{counted[severity]} {severity.value}", SEVERITIES[severity].tone)
        for severity in Severity
        if counted[severity]
    )


def _due_mark(due: datetime | None, now: datetime) -> Mark | None:
    if due is None:
        return None
    left = (due - now).total_seconds()
    if left < 0:
        return Mark("▲", "overdue", "act")
    return Mark("■", "soon", "look") if left < SOON else None
