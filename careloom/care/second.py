"""Second readings: which decisions somebody else reads blind, what she said, and what became of it where the two differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Ground(StrEnum):
    """Why a document is read a second time."""

    SHARE = "share"  # a random share
    HIGH = "high"  # it has a high finding
    NEW = "new"  # its first reader is new here


class Mode(StrEnum):
    """Whether the document waits for the second reader before it is filed, or is read after it was released as decided."""

    HOLD = "hold"
    AFTER = "after"


class LineSaid(StrEnum):
    """What a reader did with a line, or would do."""

    APPROVE = "approve"
    AMEND = "amend"
    STRIKE = "strike"
    BACK = "back"


class WholeSaid(StrEnum):
    """The same of the whole document."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a site has read a second time. A ground that `modes` doesn't name asks for nothing.

    `share` is in percent, `first` how many documents of somebody new; `kinds` are the kinds of document, none for all; `hours` are those in
    which a reading is due. `seed` decides, with a document's id, whether the share takes it. Version 0 is no policy: nothing is asked.
    """

    version: int = 0
    share: float = 0
    first: int = 0
    modes: Mapping[Ground, Mode] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    hours: float = 24
    seed: str = ""
    who: str = ""
    at: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """That a document is read a second time: on which grounds, and whether it is held until then."""

    grounds: tuple[Ground, ...]
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a second reader said before she saw what the first had decided: of the whole, and of lines by id.

    `high` names, in her words, a high finding that nobody found; "" for none.
    """

    whole: WholeSaid
    lines: Mapping[str, LineSaid] = field(default_factory=dict)
    reason: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """What both said of one thing: a line by id with its tier's word, or the whole ("*" with the document's tier). `who` is whose word the
    first one is (a user's id): several may have signed one document."""

    line: str
    tier: str
    first: str
    second: str
    who: str = ""


class Step(StrEnum):
    """What happened to a second reading, in the order in which it can."""

    OPEN = "open"  # the document is decided in whole: somebody may read it
    ASSIGN = "assign"  # somebody gave it to `whom`
    CLAIM = "claim"
    RELEASE = "release"
    READ = "read"
    COMPARE = "compare"
    AGREE = "agree"
    DIFFER = "differ"  # a third reader settles
    THIRD = "third"  # a lead chose `whom` for it
    SETTLE = "settle"  # `whom`'s reading stands
    CORRECT = "correct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One step: by whom (a user's id, or "careloom"), to whom, when. `reading`, `pairs` and `digest` belong to the steps that make them;
    `digest` is of what the document said when it was agreed on; `outcome` says whose reading a third one upheld: "first" or "second"."""

    what: Step
    who: str
    at: datetime
    whom: str = ""
    due: datetime | None = None
    reading: Reading | None = None
    pairs: tuple[Pair, ...] = ()
    digest: str = ""
    outcome: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """A document that is read a second time. `first` is whose decision it is about, `base` the revision of the proposal before it, `reach`
    how far a second reader's licence must reach (a tier's number)."""

    id: str
    proposal: str
    first: str
    grounds: tuple[Ground, ...]
    mode: Mode
    policy: int
    reach: int
    base: int
    at: datetime
    steps: tuple[Happened, ...] = ()

    def last(self, *whats: Step) -> Happened | None:
        """The newest step of these kinds."""
        return next((one for one in reversed(self.steps) if one.what in whats), None)

    @property
    def reader(self) -> str:
        """Whose it is to read, or who read it (a user's id); "" for nobody yet."""
        done = self.last(Step.READ)
        if done is not None:
            return done.who
        last = self.last(Step.ASSIGN, Step.CLAIM, Step.RELEASE)
        return last.whom if last is not None else ""

    @property
    def reading(self) -> Reading | None:
        """What the second reader said, None before she has."""
        done = self.last(Step.READ)
        return done.reading if done is not None else None

    @property
    def due(self) -> datetime | None:
        """When what waits now is due."""
        last = self.last(Step.OPEN, Step.DIFFER, Step.SETTLE)
        return last.due if last is not None else None


class Stage(StrEnum):
    """What a second reading waits for."""

    CHOSEN = "chosen"  # others still decide on the document
    WAITS = "waits"  # for the second reader
    READ = "read"  # she has read it; the first took her decision back meanwhile
    MINOR = "minor"  # held, and the two differ in little: she looks at what was signed
    THIRD = "third"  # for the third reader
    CORRECT = "correct"  # what was released wrongly is to be put right
    DONE = "done"
