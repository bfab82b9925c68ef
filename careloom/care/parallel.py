"""Parallel runs: the same case written by hand and by draft, compared blinded: the plan, and each thing that happened.

What a run is follows from its steps, which are appended: a plan is written until it is locked, and from then on amended, with a reason,
each amendment hashed over what stood before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum


class Choice(StrEnum):
    """How cases are chosen."""

    EVERY = "every"  # everybody who comes, until there are enough
    DRAWN = "drawn"  # a share of those who come, by the run's seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """When a site is ready to switch, stated before the run. Shares are in percent.

    At least `cases` are adjudicated; the interval's upper end of the share of cases in which the draft made a serious error is at most
    `serious`, that of cases in which it left something out that was right at most `omitted`; the lower end of the positive agreement is at least
    `agreement`; a case takes less than `minutes` percent of the minutes by hand with a draft (upper end). Fewer than `fewest` say nothing.
    """

    cases: int = 50
    serious: float = 10.0
    omitted: float = 25.0
    agreement: float = 60.0
    minutes: float = 100.0
    fewest: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """What is written before a run starts.

    `participants` (users' ids) write by hand and review drafts, drawn for each case; `adjudicators` judge and do neither. `kinds` are kinds of
    document, `share` is the percent of those who come that `choice` DRAWN takes, `second` the percent of cases that two adjudicate.
    """

    title: str = ""
    question: str = ""
    participants: tuple[str, ...] = ()
    adjudicators: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("care_plan",)
    weeks: int = 5
    choice: Choice = Choice.EVERY
    share: float = 100.0
    second: float = 20.0
    criteria: Criteria = Criteria()


class Side(StrEnum):
    """How a document of a case came to be."""

    HAND = "hand"
    DRAFT = "draft"


class Right(StrEnum):
    """Who was right where the two differ, as an adjudicator sees them; by hand and by draft it is said by the side."""

    A = "a"
    B = "b"
    BOTH = "both"
    NEITHER = "neither"


class Grave(StrEnum):
    """How serious a difference is for the patient."""

    NONE = "none"  # wording alone
    MINOR = "minor"
    SERIOUS = "serious"  # could harm, or delay what is needed


@dataclass(frozen=True, slots=True)
class Judged:
    """What an adjudicator says of one difference: who was right, how serious, and why."""

    right: Right
    grave: Grave
    why: str = ""


class RunStep(StrEnum):
    """What happened to a run."""

    WRITE = "write"
    LOCK = "lock"
    AMEND = "amend"
    BEGIN = "begin"  # a case begins, with both documents
    SKIP = "skip"  # somebody was not drawn
    AGAIN = "again"  # a document of a case is made anew against a newer record
    DONE = "done"  # one side is finished
    DROP = "drop"  # a case leaves the comparison
    JUDGE = "judge"
    LEAVE = "leave"  # somebody does no more of it
    GIVE = "give"  # what she had still to judge goes to somebody else, or to nobody more
    END = "end"


class RunStage(StrEnum):
    """How a run stands."""

    WRITTEN = "written"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One step, by whom (a user's id) and when. `case` is a case's id; `side`, `proposal` and `revision` say which document it is about.

    `plan` and `digest` belong to what wrote, locked or amended it; `day` is the site's day; `seconds` are the active ones by the clock, None
    where no page told any; `why` are somebody's own words, `judged` what was said of the differences by their ids; `said` what else was told.
    """

    what: RunStep
    who: str
    at: datetime
    day: date
    case: str = ""
    patient: str = ""
    kind: str = ""
    side: Side | None = None
    proposal: str = ""
    revision: int = 0
    seconds: int | None = None
    plan: RunPlan | None = None
    digest: str = ""
    why: str = ""
    judged: Mapping[str, Judged] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


class CaseStage(StrEnum):
    """How a case stands."""

    OPEN = "open"  # at least one side is not finished
    COMPARED = "compared"  # both are; adjudicators have not all judged
    JUDGED = "judged"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One side of a case: who does it, its documents (the newest last), and what was finished of it when, with which active seconds."""

    who: str
    proposals: tuple[str, ...]
    done: Happened | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case: whom it is about, both sides, who adjudicates, and what each adjudicator (by user's id) said of the differences so far; those who
    said something of all of them are `finished`."""

    id: str
    number: int
    patient: str
    kind: str
    day: date
    hand: Written
    draft: Written
    adjudicators: tuple[str, ...]
    judged: Mapping[str, Mapping[str, Judged]] = field(default_factory=dict)
    finished: frozenset[str] = frozenset()
    dropped: Happened | None = None

    @property
    def stage(self) -> CaseStage:
        """How it stands."""
        if self.dropped is not None:
            return CaseStage.DROPPED
        if self.hand.done is None or self.draft.done is None:
            return CaseStage.OPEN
        return CaseStage.JUDGED if set(self.adjudicators) <= self.finished else CaseStage.COMPARED

    def side(self, side: Side) -> Written:
        """One of the two sides."""
        return self.hand if side is Side.HAND else self.draft

    def side_of(self, proposal: str) -> Side | None:
        """Of which side a document is; None for one that isn't of this case."""
        return next((side for side in Side if proposal in self.side(side).proposals), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run with everything that happened to it, the oldest first."""

    id: str
    steps: tuple[Happened, ...]

    def all(self, *whats: RunStep) -> tuple[Happened, ...]:
        """The steps of these kinds, the oldest first."""
        return tuple(one for one in self.steps if one.what in whats)

    @property
    def plan(self) -> RunPlan:
        """As it holds now."""
        newest = self.all(RunStep.WRITE, RunStep.AMEND)[-1].plan
        assert newest is not None
        return newest

    @property
    def began(self) -> date | None:
        """The site's day on which it was locked and started."""
        locked = self.all(RunStep.LOCK)
        return locked[0].day if locked else None

    @property
    def digest(self) -> str:
        """The hash of what holds now; "" before it is locked."""
        told = self.all(RunStep.LOCK, RunStep.AMEND)
        return told[-1].digest if told else ""

    @property
    def stage(self) -> RunStage:
        """How it stands."""
        if self.began is None:
            return RunStage.WRITTEN
        return RunStage.ENDED if self.all(RunStep.END) else RunStage.RUNNING

    @property
    def left(self) -> frozenset[str]:
        """Who (users' ids) said that they do no more of it, or of whom it was said."""
        return frozenset(one.said["user"] for one in self.all(RunStep.LEAVE))

    @property
    def cases(self) -> tuple[Case, ...]:
        """Its cases, in the order in which they began."""
        found: dict[str, Case] = {}
        for one in self.steps:
            if one.what is RunStep.BEGIN:
                found[one.case] = _begun(one, len(found) + 1)
            elif one.case in found:
                found[one.case] = _after(found[one.case], one)
        return tuple(found.values())

    def case(self, name: str) -> Case | None:
        """One of them by its id."""
        return next((one for one in self.cases if one.id == name), None)


def _begun(one: Happened, number: int) -> Case:
    said = one.said
    return Case(
        id=one.case,
        number=number,
        patient=one.patient,
        kind=one.kind,
        day=one.day,
        hand=Written(who=said["writer"], proposals=(said["hand"],)),
        draft=Written(who=said["reviewer"], proposals=(said["draft"],)),
        adjudicators=tuple(said["adjudicators"].split()),
    )


def _after(case: Case, one: Happened) -> Case:
    if one.what is RunStep.DROP:
        return replace(case, dropped=one)
    if one.what is RunStep.JUDGE:
        told = {**case.judged.get(one.who, {}), **one.judged}
        finished = case.finished | ({one.who} if one.said.get("all") else frozenset())
        return replace(case, judged={**case.judged, one.who: told}, finished=finished)
    if one.what is RunStep.GIVE:
        by, to = one.said["by"], one.said.get("to", "")
        left = tuple(user for user in case.adjudicators if user != by)
        judged = {user: said for user, said in case.judged.items() if user != by}
        return replace(case, adjudicators=(*left, to) if to else left, judged=judged)
    if one.side is None:
        return case
    side = case.side(one.side)
    if one.what is RunStep.AGAIN:
        side = replace(side, proposals=(*side.proposals, one.proposal))
    elif one.what is RunStep.DONE:
        side = replace(side, done=one)
    return replace(case, hand=side) if one.side is Side.HAND else replace(case, draft=side)
