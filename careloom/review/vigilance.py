"""Vigilance: what somebody looks at and answers before she signs, and how long reading it takes.

Takes    a proposal, the record behind it and how far somebody is with it
Gives    the high findings that she hasn't opened, the lines that ask for a yes or no of their own, what her signature covers
Never    lowers a tier, or takes silence for a yes

Source   Brysbaert 2019, J Mem Lang 109:104047: adults read 238 words of English non-fiction a minute (most 175 to 300)
Misses   somebody who opens what she doesn't read
"""

import hashlib
from collections.abc import Iterable, Mapping

from careloom.care.detail import LIKENESS
from careloom.care.document import Finding, Proposal, Severity, Statement
from careloom.care.progress import Progress
from careloom.care.record import PatientRecord
from careloom.care.ruling import SILENT
from careloom.review.decisions import waiting
from careloom.review.tiers import findings_of

YES, NO = "yes", "no"
JOINED = "A language model joined what the sources say into this sentence."
LIKELY = "What it rests on was found in a note by its likeness to other sentences, not by words that we know."
ONE_SIDE = "It tells what one source says of {about}; another source says otherwise."


def wording(statement: Statement) -> str:
    """A digest of a line's words: what is said of them holds for no others."""
    return hashlib.sha256(statement.text.encode()).hexdigest()[:16]


def mark_of(finding: Finding) -> str:
    """A digest of what a finding says of which line."""
    said = "\x1f".join((finding.rule, finding.severity, finding.statement or "", finding.message))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def to_open(proposal: Proposal, progress: Progress) -> tuple[Finding, ...]:
    """The high findings that this person must open before signing is offered to her; a struck line has none."""
    return tuple(
        finding
        for finding in proposal.findings
        if finding.severity is Severity.HIGH
        and finding.statement not in proposal.struck
        and mark_of(finding) not in progress.looked
    )


def keyed(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Findings by the key under which one is chosen: "f" and its place among them."""
    return {f"f{place}": finding for place, finding in enumerate(findings)}


def shown_with(proposal: Proposal, key: str) -> tuple[Finding, ...]:
    """The findings that are read when a line's id, or a finding's key ("f0"), is chosen."""
    lines = {line.id: line for line in proposal.document.statements}
    if key in lines:
        return findings_of(lines[key], proposal.findings)
    finding = keyed(proposal.findings).get(key)
    if finding is None:
        return ()
    line = lines.get(finding.statement or "")
    return (finding, *(findings_of(line, proposal.findings) if line else ()))


def doubts(statements: Iterable[Statement], record: PatientRecord) -> dict[str, str]:
    """Why a line is uncertain, by its id: which rule asks for a yes or no of its own. What a person wrote is her own word."""
    found = {}
    for line in statements:
        why = "" if line.written_by == "person" else _why(line, record)
        if why:
            found[line.id] = why
    return found


def _why(line: Statement, record: PatientRecord) -> str:
    if line.written_by == "model":
        return JOINED
    cited = [record.by_id[one] for one in line.citations if one in record.by_id]
    if cited and all(LIKENESS in entry.detail.get("found_by", "") for entry in cited):
        return LIKELY
    return _one_side(line, record)


def _one_side(line: Statement, record: PatientRecord) -> str:
    """A fact that rests on one side of a conflict alone; what is to be done about it claims nothing. A list that only lacks an allergy
    is no other side."""
    if line.kind not in ("fact", "concern"):
        return ""
    told = set(line.citations)
    for conflict in record.conflicts:
        sides = set(conflict.entries)
        if conflict.kind in SILENT:
            continue
        if told and told <= sides and told != sides and conflict.about.lower() in line.text.lower():
            return ONE_SIDE.format(about=conflict.about)
    return ""


def answer_of(line: Statement, progress: Progress) -> str:
    """ "yes", "no", or "" where she said nothing of these very words."""
    said, _, words = progress.answers.get(line.id, "").partition(":")
    return said if words == wording(line) else ""


def unanswered(
    proposal: Proposal, may: Mapping[str, bool], asked: Mapping[str, str], progress: Progress
) -> tuple[Statement, ...]:
    """The uncertain lines of hers to which she hasn't said yes."""
    return tuple(
        line for line in hers(proposal, may) if line.id in asked and answer_of(line, progress) != YES
    )


def hers(proposal: Proposal, may: Mapping[str, bool]) -> tuple[Statement, ...]:
    """The waiting lines that she may sign and that nobody sent back."""
    return tuple(line for line in waiting(proposal) if may.get(line.id) and line.id not in proposal.sent_back)


def covered(
    proposal: Proposal, may: Mapping[str, bool], asked: Mapping[str, str], progress: Progress
) -> tuple[Statement, ...]:
    """The lines that her signature covers now: those that she marked, or all that are hers; none that waits for her yes or no."""
    unsure = {line.id for line in unanswered(proposal, may, asked, progress)}
    mine = hers(proposal, may)
    marked = {line.id for line in mine}.intersection(progress.marked)
    return tuple(line for line in mine if line.id not in unsure and (not marked or line.id in marked))


def words_to_read(lines: Iterable[Statement], findings: Iterable[Finding]) -> int:
    """How many words somebody reads who signs these lines: theirs, and those of the high findings."""
    said = [line.text for line in lines]
    said += [finding.message for finding in findings if finding.severity is Severity.HIGH]
    return sum(len(text.split()) for text in said)
