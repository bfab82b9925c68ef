"""What people see of a proposal: its review, and a changed line before it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from careloom.care.document import Decision, Document, Finding, Proposal, Reviewer, Statement
from careloom.care.progress import Progress
from careloom.care.record import PatientRecord
from careloom.care.second import Ground, Happened, LineSaid, Mode, Pair, Reading, Stage
from careloom.care.unfiled import Unfiled


@dataclass(frozen=True)
class Review:
    """What the review page shows: the proposal, its record, who may sign which line, what she may undo; `restricted` are findings
    that rest on a substance-use programme's entries, for the roles that the site has named. `merges` made the patient's record
    of several, in `looks` it may be one person's with another (ids of the page People). `doubts` says of each line that asks for a yes
    or no of its own why it does; `progress` is how far this person is with it, `role` hers, `second` what she may
    know of its second reading, `back` what was said when it was taken back out of the chart. `lapsed` is the day on which her licence expired, the state where it is another's, "" where none is recorded, None for one in force; `untrained` whether she decides on nothing before the training's certificate. `gone` are the lines in the chart that this draft no longer has."""

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
    second: "Seconded | None" = None
    lapsed: str | None = None
    untrained: bool = False
    back: Unfiled | None = None


# Sets a document as a PDF, by the site's clock and with its fonts: what its file is called, and its bytes.
Printer = Callable[[Review, datetime, Path | None], tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconded:
    """A second reading as one reader is told of it. `blind`: she reads it and hasn't said yet what she thinks.

    `first`, `reader` and `third` are names. `told` is whether she may know what both said: then `pairs` and `reading` are there. What is
    offered to her: `may_claim`, `may_release`, `may_look` (at what was signed, and agree), `may_settle`, `may_correct`, and to whom she may
    give the reading (`people`) or the settling (`thirds`).
    """

    stage: Stage
    mode: Mode
    grounds: tuple[Ground, ...]
    first: str
    held: bool
    blind: bool = False
    told: bool = False
    reader: str = ""
    due: datetime | None = None
    said: Mapping[str, LineSaid] = field(default_factory=dict)
    reading: Reading | None = None
    pairs: tuple[Pair, ...] = ()
    settled: Happened | None = None
    third: str = ""
    corrected: Happened | None = None
    may_claim: bool = False
    may_release: bool = False
    may_look: bool = False
    may_settle: bool = False
    may_correct: bool = False
    people: tuple[Reviewer, ...] = ()
    thirds: tuple[Reviewer, ...] = ()


@dataclass(frozen=True)
class Preview:
    """A changed line as it would be, with what speaks against it."""

    statement: Statement
    findings: tuple[Finding, ...]
