"""Pilots: a controlled comparison of cases written by hand with cases written by draft: its protocol, and each thing that happened to it.

What a pilot is follows from its steps, which are appended: a protocol is written until it is locked, and from then on amended, with a
reason, each amendment hashed over what stood before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Design(StrEnum):
    """How it is settled which case is written how."""

    BEFORE_AFTER = "before_after"  # by hand in the first half, by draft in the second
    RANDOMISED = "randomised"  # case by case, within each participant
    WAITING_LIST = "waiting_list"  # half of the participants by draft at once, the others from the middle on
    STEPPED_WEDGE = "stepped_wedge"  # one participant after another


class Arm(StrEnum):
    """How a case is written."""

    HAND = "hand"
    DRAFT = "draft"


class Basis(StrEnum):
    """On which ground a pilot is allowed."""

    IMPROVEMENT = "quality_improvement"  # determined to be quality improvement, no research on human subjects
    EXEMPT = "irb_exempt"
    APPROVED = "irb_approved"


class Rule(StrEnum):
    """What a case is asked before it is enrolled; each is run on the record."""

    AGE_FROM = "age_from"
    AGE_TO = "age_to"
    CONDITION = "condition"  # an active problem by knowledge's name
    NOT_CONDITION = "not_condition"
    DRUGS_FROM = "drugs_from"  # at least so many drugs are taken
    LANGUAGE = "language"  # speaks this one (BCP 47)
    PROGRAMME = "programme"  # a programme, plan or episode of care of the record is called so


@dataclass(frozen=True, slots=True)
class Inclusion:
    """One rule with what it asks for: years, a number, or a name."""

    rule: Rule
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRules:
    """When a pilot is held until the person who watches over it has decided.

    `serious` events related to the draft; where it must be believed, over all looks together, that fewer than `floor` percent of drafts go without substantial
    revision; with `slower`, a median review time above the median of writing by hand. The last two ask for `fewest` cases.
    """

    serious: int = 1
    floor: float = 60.0
    slower: bool = True
    fewest: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """That somebody determined that it is quality improvement, or an IRB approved or exempted it: who, when, under which number, in which words."""

    basis: Basis = Basis.IMPROVEMENT
    by: str = ""
    on: date | None = None
    number: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the size is reckoned from: minutes by hand, by how many percent they are to fall, the spread of log minutes, how alike one
    participant's cases are (ICC), alpha and the power that is wanted."""

    minutes: float = 50.0
    fall: float = 25.0
    spread: float = 0.5
    alike: float = 0.05
    alpha: float = 0.05
    power: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotProtocol:
    """What is written before a pilot starts.

    `participants` are users' ids, `monitor` is who is told and decides on a stop; `kind` is the kind of document, `weeks` how long it
    lasts, `cases` how many each participant does, `looks` after how many percent of them it is looked at in between. A draft whose words changed by
    `edited` percent or more counts as substantially revised.
    """

    title: str = ""
    question: str = ""
    sites: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    monitor: str = ""
    kind: str = "care_plan"
    design: Design = Design.RANDOMISED
    weeks: int = 8
    cases: int = 50
    inclusion: tuple[Inclusion, ...] = ()
    primary: str = "minutes"
    secondary: tuple[str, ...] = ()
    expected: Expected = Expected()
    stops: StopRules = StopRules()
    looks: tuple[int, ...] = (50,)
    edited: float = 20.0
    determination: Determination = Determination()
    plan: str = ""


class Step(StrEnum):
    """What happened to a pilot."""

    WRITE = "write"
    LOCK = "lock"
    AMEND = "amend"
    ENROL = "enrol"
    REFUSE = "refuse"  # somebody was looked at and not enrolled
    DEPART = "depart"  # a case is written another way than it was allocated
    MARK = "mark"  # the reviewer's own word on whether the draft needed substantial revision
    RATED = "rated"  # what the patient said of the care
    SURVEY = "survey"
    EVENT = "event"  # a safety event or a near miss
    LEAVE = "leave"  # a participant does no more cases
    LOOK = "look"
    HOLD = "hold"  # a stop rule fired: nobody is enrolled until it is decided
    RESUME = "resume"
    STOP = "stop"
    END = "end"


class Stage(StrEnum):
    """How a pilot stands."""

    WRITTEN = "written"
    RUNNING = "running"
    HELD = "held"
    STOPPED = "stopped"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One step, by whom (a user's id) and when; `patient` and `proposal` where it is about a case.

    `protocol` and `digest` belong to what wrote, locked or amended it; `day` is the site's day of a start or an enrolment; `why` are
    somebody's own words; `said` holds what else was told, by name.
    """

    what: Step
    who: str
    at: datetime
    patient: str = ""
    proposal: str = ""
    day: date | None = None
    arm: Arm | None = None
    protocol: PilotProtocol | None = None
    digest: str = ""
    why: str = ""
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A case: its number in the pilot, who does it, whom it is about, and how it is to be written."""

    number: int
    who: str
    patient: str
    day: date
    at: datetime
    arm: Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """A pilot with everything that happened to it, the oldest first."""

    id: str
    steps: tuple[Happened, ...]

    def all(self, *whats: Step) -> tuple[Happened, ...]:
        """The steps of these kinds, the oldest first."""
        return tuple(one for one in self.steps if one.what in whats)

    def last(self, *whats: Step) -> Happened | None:
        """The newest step of these kinds."""
        return next((one for one in reversed(self.steps) if one.what in whats), None)

    @property
    def protocol(self) -> PilotProtocol:
        """As it holds now."""
        newest = self.last(Step.WRITE, Step.AMEND)
        assert newest is not None and newest.protocol is not None
        return newest.protocol

    @property
    def began(self) -> date | None:
        """The site's day on which it was locked and started."""
        locked = self.last(Step.LOCK)
        return locked.day if locked else None

    @property
    def digest(self) -> str:
        """The hash of what holds now; "" before it is locked."""
        newest = self.last(Step.LOCK, Step.AMEND)
        return newest.digest if newest else ""

    @property
    def stage(self) -> Stage:
        """How it stands."""
        if self.began is None:
            return Stage.WRITTEN
        newest = self.last(Step.HOLD, Step.RESUME, Step.STOP, Step.END)
        if newest is None or newest.what is Step.RESUME:
            return Stage.RUNNING
        return {Step.HOLD: Stage.HELD, Step.STOP: Stage.STOPPED, Step.END: Stage.ENDED}[newest.what]

    @property
    def enrolled(self) -> tuple[Enrolled, ...]:
        """Its cases, in the order in which they were enrolled."""
        found = []
        for number, one in enumerate(self.all(Step.ENROL), start=1):
            assert one.day is not None and one.arm is not None
            found.append(
                Enrolled(number=number, who=one.who, patient=one.patient, day=one.day, at=one.at, arm=one.arm)
            )
        return tuple(found)

    @property
    def left(self) -> frozenset[str]:
        """Participants who do no more cases."""
        return frozenset(one.said.get("user", one.who) for one in self.all(Step.LEAVE))


@dataclass(frozen=True, slots=True)
class Written:
    """How a site's page tells the way that a case of a pilot is to be written: which pilot, its title, how, and whether somebody departed
    from that already."""

    pilot: str
    title: str
    arm: Arm
    departed: bool
