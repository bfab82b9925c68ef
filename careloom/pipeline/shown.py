"""What people see of a proposal: its review, and a changed line before it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from careloom.care.document import Decision, Document, Finding, Proposal, Statement
from careloom.care.progress import Progress
from careloom.care.record import PatientRecord


@dataclass(frozen=True)
class Review:
    """What the review page shows: the proposal, its record, who may sign which line, what she may undo; `restricted` are findings
    that rest on a substance-use programme's entries, for the roles that the site has named. `merges` made the patient's record
    of several, in `looks` it may be one person's with another (ids of the page People). `doubts` says of each line that asks for a yes
    or no of its own why it does; `progress` is how far this person is with it, `role` hers. `gone` are the lines in the chart that this draft no longer has."""

    proposal: Proposal
    record: PatientRecord
    may: Mapping[str, bool]
    who: Mapping[str, str]
    decisions: tuple[Decision, ...]
    previous: Document | None
    new_entries: tuple[str, ...]
    undo: Decision | None = None
    restricted: tuple[Finding, ...] = ()
    merges: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()
    doubts: Mapping[str, str] = field(default_factory=dict)
    role: str = ""
    gone: tuple[Statement, ...] = ()
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True)
class Preview:
    """A changed line as it would be, with what speaks against it."""

    statement: Statement
    findings: tuple[Finding, ...]
