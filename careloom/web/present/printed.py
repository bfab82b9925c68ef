"""The plan for paper: lines by section, citations as numbered footnotes."""

from dataclasses import dataclass
from datetime import datetime

from careloom.care.document import Statement
from careloom.pipeline import Review
from careloom.web.present.evidence import show
from careloom.web.present.plan import STATUSES, FindingRow, finding_rows
from careloom.web.present.words import SECTIONS, count, full


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line with the numbers of its footnotes; `state` says where it is not signed."""

    text: str
    notes: tuple[int, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the printed plan."""

    title: str
    lines: tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: one cited entry or one guideline."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole printed plan."""

    status: str
    drafted: str
    signed: str
    parts: tuple[Part, ...]
    findings: tuple[FindingRow, ...]
    notes: tuple[Note, ...]
    label: str


def sheet(review: Review, now: datetime) -> Sheet:
    """The plan for paper. Struck lines are left out; where some lines are signed, the others say that they are not."""
    proposal = review.proposal
    kept = [one for one in proposal.document.statements if one.id not in proposal.struck]
    numbers: dict[str, int] = {}
    for statement in kept:
        for key in _keys(statement):
            numbers.setdefault(key, len(numbers) + 1)
    parts = []
    for section in dict.fromkeys([*SECTIONS, *(one.section for one in kept)]):
        lines = tuple(_printed(one, numbers, review) for one in kept if one.section == section)
        if lines:
            parts.append(Part(SECTIONS.get(section, section.replace("_", " ").capitalize()), lines))
    machine = any(one.written_by == "model" for one in kept)
    signed = len([one for one in kept if one.id in proposal.released])
    return Sheet(
        status=STATUSES.get(proposal.status, proposal.status),
        drafted=f"Drafted {full(proposal.created, now)}, printed {full(now, now)}",
        signed=f"{signed} of {count(len(kept), 'line')} signed.",
        parts=tuple(parts),
        findings=tuple(row for row in finding_rows(proposal) if row.mark.word != "low"),
        notes=tuple(Note(number, _words(key, review)) for key, number in numbers.items()),
        label="Some lines were written by a language model and verified." if machine else "",
    )


def _keys(statement: Statement) -> tuple[str, ...]:
    return (
        (*statement.citations, f"guideline:{statement.guideline.source}")
        if statement.guideline
        else statement.citations
    )


def _printed(statement: Statement, numbers: dict[str, int], review: Review) -> PrintedLine:
    released = review.proposal.released
    state = "not signed" if released and statement.id not in released else ""
    return PrintedLine(statement.text, tuple(sorted(numbers[key] for key in _keys(statement))), state)


def _words(key: str, review: Review) -> str:
    if key.startswith("guideline:"):
        return key.removeprefix("guideline:")
    entry = review.record.by_id.get(key)
    if entry is None:
        return f"{key} (not in this record)"
    shown = show(entry, ())
    return " · ".join(
        part for part in (f"{shown.title} {shown.value}".strip(), shown.when, shown.source) if part
    )
