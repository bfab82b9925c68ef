"""A change of what drafts are made with: its plan, fixed before anything was measured, what was measured, who signed, and how far it is rolled out.

Source   FDA, Marketing Submission Recommendations for a Predetermined Change Control Plan for Artificial Intelligence-Enabled Device Software Functions, final
         guidance, December 2024, reissued August 2025: a plan has a description of modifications, a modification protocol and an impact assessment
"""

import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class ChangeKind(StrEnum):
    """What is changed: by a model's name (its weights or an endpoint's version), by the words of a task, or by a site's own files and settings."""

    MODEL = "model"
    ADAPTER = "adapter"
    PROMPT = "prompt"
    FEW_SHOT = "few_shot"
    KNOWLEDGE = "knowledge"  # a site's own protocols, lists, packs and code systems
    MAPPINGS = "mappings"  # what a site's own tables mean
    THRESHOLDS = "thresholds"  # settings that say who signs and until when
    UPGRADE = "upgrade"  # what another release brought; it is in force with it
    BEGAN = "began"  # what a site began with


BY_NAME = frozenset({ChangeKind.MODEL, ChangeKind.ADAPTER})
OF_SITE = frozenset({ChangeKind.KNOWLEDGE, ChangeKind.MAPPINGS, ChangeKind.THRESHOLDS})
BY_ITSELF = frozenset({ChangeKind.UPGRADE, ChangeKind.BEGAN})
# What people propose, in the order in which it is offered.
OFFERED = tuple(one for one in ChangeKind if one not in OF_SITE | BY_ITSELF)


class Criterion(StrEnum):
    """What is asked of a change before anybody signs it, in the order in which it is measured."""

    TASKS = "tasks"
    REGRESSION = "regression"
    SAFETY = "safety"
    SHADOW = "shadow"
    FAIRNESS = "fairness"


# What is asked of an upgrade once it is in force: drafts beside it can't be made, since the code before isn't here any more.
OF_UPGRADE = (Criterion.REGRESSION, Criterion.SAFETY)
SIGNATURES = 2


class ChangeState(StrEnum):
    """Where a change stands."""

    PROPOSED = "proposed"  # something isn't measured yet
    REFUSED = "refused"  # a criterion isn't met
    TO_SIGN = "to_sign"  # all criteria are met
    SIGNED = "signed"
    ROLLING = "rolling"  # drafts of some patients are made with it
    RELEASED = "released"  # every draft is
    ROLLED_BACK = "rolled_back"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"  # another change of the same thing was released


class ChangeStepKind(StrEnum):
    """What happened to a change."""

    RESULT = "result"
    SIGNED = "signed"
    STAGE = "stage"
    LOOKED = "looked"
    RELEASED = "released"
    ROLLED_BACK = "rolled_back"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the roll-out: the share of patients (per cent), for how many days at least it is watched, and at which clinics: the
    systems that send to us, by name; all for none."""

    share: int
    days: int
    clinics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What is to hold, said before anything was measured; regression and safety are always asked whole.

    `earned` are the tasks ("care_plan join") that the candidate must have earned. In the shadow run at least `shadow_fewest` live drafts are compared, and the high end of the
    95 % interval of the share that got worse is at most `worse_most`. Of a group with at least `group_fewest` of them, the high end of the interval of the difference to the others in that
    share is at most `group_most`. While it rolls out, a share of returned or rejected drafts, or of drafts in which an answer failed verification, is expected as in `returned` and
    `failed` (the first number), and it is rolled back where the second is the likelier one by far.
    """

    earned: tuple[str, ...] = ()
    shadow_fewest: int = 30
    worse_most: float = 0.1
    group_fewest: int = 10
    group_most: float = 0.3
    stages: tuple[Stage, ...] = (Stage(5, 3), Stage(25, 7), Stage(100, 14))
    returned: tuple[float, float] = (0.1, 0.25)
    failed: tuple[float, float] = (0.2, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlan:
    """The plan. `candidate` says how it is put in force: {"model": NAME} or {"kind", "task", "content"}, and `sha256` is the hash of it.

    `description` is what is modified, `why` what for, `impact` its benefits and risks and what is done about them.
    """

    kind: ChangeKind
    title: str
    candidate: Mapping[str, str]
    sha256: str
    description: str
    why: str
    impact: str
    criteria: Criteria


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was measured of a criterion: whether it is met, a sentence of English with {names} of `values`, and the numbers. `table` is what the tasks' evaluation kept."""

    criterion: Criterion
    met: bool
    words: str
    values: Mapping[str, str] = field(default_factory=dict)
    table: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStep:
    """One thing that happened: by whom (user id, role, licence), when, in which words; a result, or a stage (its place) where it is one."""

    what: ChangeStepKind
    who: str
    role: str
    at: datetime
    licence: str = ""
    words: str = ""
    result: Result | None = None
    stage: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A live draft beside the same made with the candidate, which nobody was shown: what got worse ("" for nothing), how many lines have other words, the groups of its
    patient, and how many high or moderate findings are new."""

    proposal: str
    at: datetime
    worse: str
    other: int
    lines: int
    groups: Mapping[str, str]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change with all that happened to it. `digest` is the hash over its plan, who proposed it and when, and `release` the version of Careloom that it needs."""

    id: str
    plan: ChangePlan
    digest: str
    proposer: str
    at: datetime
    release: str
    steps: tuple[ChangeStep, ...] = ()
    seed: str = field(default="", repr=False)

    def takes(self, patient: str, clinics: Callable[[], Collection[str]] = tuple) -> bool:
        """Whether drafts of a patient are made with it: by a keyed hash, so that who is in a stage is in every later one, and nobody can tell who;
        and by `clinics`, which send of her, where the stage is at some alone."""
        drawn = hmac.new(self.seed.encode(), patient.encode(), hashlib.sha256).digest()
        if int.from_bytes(drawn[:8], "big") % 100 >= self.share:
            return False
        return not self.clinics or not set(self.clinics).isdisjoint(clinics())

    def result(self, criterion: Criterion) -> Result | None:
        """What was measured last of a criterion; None where nothing was."""
        found = (one.result for one in reversed(self.steps) if one.result)
        return next((one for one in found if one.criterion is criterion), None)

    @property
    def signed(self) -> Mapping[str, ChangeStep]:
        """Who signed, by role."""
        return {one.role: one for one in self.steps if one.what is ChangeStepKind.SIGNED}

    @property
    def may_be_signed(self) -> bool:
        """Whether it waits for signatures: every criterion is met; of an upgrade, which is in force, what is asked of it."""
        if self.plan.kind is ChangeKind.UPGRADE:
            results = [self.result(one) for one in OF_UPGRADE]
            return all(one is not None and one.met for one in results) and len(self.signed) < SIGNATURES
        return self.state is ChangeState.TO_SIGN

    @property
    def stage(self) -> int:
        """The place of the stage that it is in; -1 before the first."""
        return max((one.stage for one in self.steps if one.what is ChangeStepKind.STAGE), default=-1)

    @property
    def since(self) -> datetime | None:
        """Since when it is in its stage."""
        return next((one.at for one in reversed(self.steps) if one.what is ChangeStepKind.STAGE), None)

    @property
    def began(self) -> datetime | None:
        """When the first draft could be made with it."""
        return next((one.at for one in self.steps if one.what is ChangeStepKind.STAGE), None)

    @property
    def until(self) -> datetime | None:
        """Until when its stage is watched at least."""
        return self.since + timedelta(days=self.plan.criteria.stages[self.stage].days) if self.since else None

    @property
    def share(self) -> int:
        """Of how many patients in a hundred drafts are made with it."""
        if self.state is ChangeState.RELEASED:
            return 100
        return self.plan.criteria.stages[self.stage].share if self.state is ChangeState.ROLLING else 0

    @property
    def clinics(self) -> tuple[str, ...]:
        """At which clinics it is rolled out in its stage; none for all of them."""
        return self.plan.criteria.stages[self.stage].clinics if self.state is ChangeState.ROLLING else ()

    @property
    def state(self) -> ChangeState:
        """Where it stands, by its steps. A criterion without a result isn't met."""
        said = {one.what for one in self.steps}
        for step, state in _ENDS.items():
            if step in said:
                return state
        if ChangeStepKind.STAGE in said:
            return ChangeState.ROLLING
        results = [self.result(one) for one in Criterion]
        if any(one is not None and not one.met for one in results):
            return ChangeState.REFUSED
        if any(one is None for one in results):
            return ChangeState.PROPOSED
        return ChangeState.SIGNED if len(self.signed) >= SIGNATURES else ChangeState.TO_SIGN


_ENDS = {
    ChangeStepKind.ROLLED_BACK: ChangeState.ROLLED_BACK,
    ChangeStepKind.WITHDRAWN: ChangeState.WITHDRAWN,
    ChangeStepKind.REPLACED: ChangeState.REPLACED,
    ChangeStepKind.RELEASED: ChangeState.RELEASED,
}
