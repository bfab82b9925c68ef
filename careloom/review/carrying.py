"""Carrying: a newer care plan asks for signatures on what differs from the plan in the chart, and on nothing else.

Takes    a new document, the filed plan, and how each of its lines was drafted and signed
Gives    the document with the signed words of lines that say the same, and which lines those are
Never    carries a signature to other words, to an entry that changed, to a line whose day has passed, or past a new finding
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from careloom.care.document import RECORD, Document, Finding, Proposal, Severity, Statement, Verdict
from careloom.care.entry import Entry, Source
from careloom.review.accepted import every
from careloom.review.tiers import findings_of


@dataclass(frozen=True, slots=True)
class Before:
    """A line of the filed plan: as it was `drafted` first, as it stands there, who `signed` it ("" for nobody), in which proposal
    (`origin`), and the day as of which that was drafted."""

    drafted: Statement
    stands: Statement
    signed: str
    origin: str
    as_of: date


def undated(statement: Statement) -> str:
    """The words without the due date, which every draft counts anew from its own day."""
    due = due_of(statement)
    return statement.text.replace(due, "") if due else statement.text


def due_of(statement: Statement) -> str:
    """The day by which an activity is to be done or a goal reached; "" where it has none."""
    return statement.activity.due if statement.activity else statement.goal.due if statement.goal else ""


def moved(then: Entry, now: Entry | None) -> bool:
    """Whether an entry says something else now; being said again by another message changes nothing."""
    return now is None or (then.kind != "Patient" and _said(then) != _said(now))


def _said(entry: Entry) -> Entry:
    nowhere = Source("", "", "")
    return replace(entry, id="", source=nowhere, also=(), same_as=(), references=(), recorded=None)


def with_signed_words(
    document: Document, before: Mapping[str, Before], changed: Callable[[str, str], bool]
) -> tuple[Document, frozenset[str]]:
    """The document with the words that stand in the filed plan wherever a line says the same, and the ids of those lines.

    `changed` says whether an entry that a proposal cites says something else now.
    """
    found = {
        one.id: before[one.id].stands
        for one in document.statements
        if one.id in before and _says_the_same(one, before[one.id], changed, document.as_of)
    }
    statements = tuple(
        replace(found[one.id], rank=one.rank) if one.id in found else one for one in document.statements
    )
    earlier = sorted({before[one].as_of for one in found} - {document.as_of})
    return replace(document, statements=statements, earlier=tuple(earlier)), frozenset(found)


def _says_the_same(new: Statement, before: Before, changed: Callable[[str, str], bool], as_of: date) -> bool:
    old = before.drafted
    if undated(new) != undated(old) or set(new.citations) != set(old.citations):
        return False
    due = due_of(old)
    if due and due < as_of.isoformat():
        return False
    return not any(changed(before.origin, citation) for citation in old.citations)


def carried(
    proposal: Proposal, filed: Proposal, before: Mapping[str, Before], same: frozenset[str]
) -> Proposal:
    """The proposal with the signatures of lines that say the same; where none differs from the filed plan it has no line to sign.

    A line that needs a higher licence now, isn't supported any more or has a new high or moderate finding is signed anew.
    """
    known = _known(filed)
    unchanged = []
    for line in proposal.document.statements:
        news = any(_is_news(one, known) for one in findings_of(line, proposal.findings))
        lower = line.id in before and line.tier <= before[line.id].stands.tier
        if line.id in same and lower and line.verdict is Verdict.SUPPORTED and not news:
            unchanged.append(line.id)
    signed = {line: before[line] for line in unchanged if before[line].signed}
    return replace(
        proposal,
        since=filed.id,
        unchanged=tuple(unchanged),
        released={line: one.signed for line, one in signed.items()},
        carried={line: one.origin for line, one in signed.items()},
    )


def differs(proposal: Proposal, filed: Proposal) -> bool:
    """Whether a proposal tells anything of the patient, or has a high or moderate finding, that the filed plan doesn't."""
    same, known = set(proposal.unchanged), _known(filed)
    told = (one for one in proposal.document.statements if one.about != RECORD or one.kind != "fact")
    return any(one.id not in same for one in told) or any(_is_news(one, known) for one in proposal.findings)


def _known(filed: Proposal) -> frozenset[tuple[str, str | None, frozenset[str]]]:
    return frozenset((one.rule, one.statement, frozenset(one.evidence)) for one in every(filed))


def _is_news(finding: Finding, known: frozenset[tuple[str, str | None, frozenset[str]]]) -> bool:
    said = (finding.rule, finding.statement, frozenset(finding.evidence))
    return finding.severity is not Severity.LOW and said not in known


def gone(filed: Proposal | None, proposal: Proposal) -> tuple[Statement, ...]:
    """What was filed before and isn't in this draft any more; nothing for the filed one itself."""
    if filed is None or filed.id == proposal.id:
        return ()
    here = {line.id for line in proposal.document.statements}
    lines = filed.document.statements
    return tuple(line for line in lines if line.id in filed.released and line.id not in here)
