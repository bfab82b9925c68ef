"""A site's own rules: two drugs that harm together, what was frozen for trying them, what a trial over the past came to, and who signed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from careloom.care.document import Severity

# The roles of which one person each signs a rule before it is active.
SIGNERS = ("pharmacist", "physician")


class RuleState(StrEnum):
    """Where a version of a rule stands. Only an active one is told to anybody."""

    DRAFT = "draft"
    SILENT = "silent"  # counts what it would have said
    ACTIVE = "active"
    ENDED = "ended"  # withdrawn, or a newer version took its place


class RuleStepKind(StrEnum):
    """What happened to a version of a rule."""

    TRIED = "tried"  # over the past
    SILENT = "silent"
    SIGNED = "signed"
    ACTIVE = "active"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInputs:
    """What rules look at of one draft (`proposal`), as it was when the draft was made.

    `drugs` are the ingredients that were swallowed or injected then and `problems` the concepts of active problems, by the names of our
    knowledge; `labs` the newest usable value by lab: value, unit (UCUM), day (ISO). `told` are the pairs of those drugs of which an interaction was told.
    """

    proposal: str
    kind: str
    made: datetime
    drugs: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    labs: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    told: tuple[tuple[str, str], ...] = ()
    spoke: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugPair:
    """The template "two drugs": `one` and `other` are each an ingredient or a class of ours. `source` is who says so, with its `section` and
    `year`; `why` is what happens, `action` what is to be done."""

    one: str
    other: str
    severity: Severity
    why: str
    action: str
    source: str
    section: str
    year: int

    @property
    def cited(self) -> str:
        """The source as findings cite it."""
        return f"{self.source}, {self.section}, {self.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugState:
    """The templates of a drug and how somebody is: `one` is an ingredient or a class of ours, and it is told where `line` holds, which is written as
    protocols write theirs (`knowledge/when.py`): a newest result beyond a value (UCUM) within days, no result within days, or an active problem.
    The rest is as in `DrugPair`."""

    one: str
    line: str
    severity: Severity
    why: str
    action: str
    source: str
    section: str
    year: int

    @property
    def other(self) -> str:
        """What meets the drug, as pages and commands print it."""
        return self.line

    @property
    def cited(self) -> str:
        """The source as findings cite it."""
        return f"{self.source}, {self.section}, {self.year}"


class ProtocolPart(StrEnum):
    """What of a protocol's rule a change is about."""

    DUE = "due"  # in how many days
    TARGET = "target"  # a goal's value
    LIMIT = "limit"  # the value of a measurement from which on it holds
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolChange:
    """The templates of a protocol's change: of its rule `protocol` (an id) the `part` that `was` so becomes `value` (days, or a value in `unit`, UCUM, of
    the measurement `lab`); "" for what a part has none of. It counts only as long as the rule has what it `was`. `why` says why, the source as in `DrugPair`."""

    protocol: str
    part: ProtocolPart
    was: str
    value: str
    why: str
    source: str
    section: str
    year: int
    lab: str = ""
    unit: str = ""
    action: str = ""
    severity: Severity = Severity.MODERATE

    @property
    def one(self) -> str:
        """The protocol's rule, as pages and commands print it."""
        return self.protocol

    @property
    def other(self) -> str:
        """What is changed, as pages and commands print it."""
        named = {ProtocolPart.DUE: "days", ProtocolPart.OFF: "off"}.get(self.part, f"{self.lab} {self.part}")
        return named if self.part is ProtocolPart.OFF else f"{named} {self.was} → {self.value} {self.unit}".rstrip()  # fmt: skip

    @property
    def cited(self) -> str:
        """The source as plans cite it."""
        return f"{self.source}, {self.section}, {self.year}"


# What a version of a rule says, as its template has it.
RuleBody = DrugPair | DrugState | ProtocolChange
# The version of the form in which rules are kept that this program knows, and in which each template came.
KNOWN = 3
NEEDS: Mapping[type, int] = {DrugPair: 1, DrugState: 2, ProtocolChange: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a rule would have said over the drafts of the past, or since it runs silently.

    `drafts` were looked at, `left_out` have no frozen inputs. Of the drafts it would have `flagged`, `told` carried a finding of the same drugs
    already, the others would have got a new alert: `caught` were reported as wrong, `wrongly` were signed with nobody saying that anything was
    wrong, and the rest nobody decided on; of `unsure` it can't be told by what is kept whether all of a protocol's lines held. `weekly` is new alerts a week over `weeks`; `examples` are the ids of the newest drafts with a new alert.
    """

    drafts: int
    left_out: int
    flagged: int
    told: int
    caught: int
    wrongly: int
    weeks: float
    weekly: float
    own_case: bool | None = None
    examples: tuple[str, ...] = ()
    unsure: int = 0

    @property
    def new(self) -> int:
        """Alerts that nobody got then."""
        return self.flagged - self.told

    @property
    def undecided(self) -> int:
        """New alerts on drafts that nobody signed or said anything of."""
        return self.new - self.caught - self.wrongly


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleStep:
    """One thing that happened to a version: what, by whom (user id, role, licence), when, with which words, and what a trial came to."""

    what: RuleStepKind
    who: str
    role: str
    at: datetime
    licence: str = ""
    words: str = ""
    tried: Tried | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRule:
    """A version of a rule of the site: `rule` names all versions, `id` this one. `failure` is the item of the registry it was drafted from ("": none),
    `case` the draft of that item: its frozen inputs are the rule's regression case."""

    id: str
    rule: str
    version: int
    body: RuleBody
    author: str
    at: datetime
    failure: str = ""
    case: str = ""
    steps: tuple[RuleStep, ...] = ()

    @property
    def state(self) -> RuleState:
        """Where it stands, by its steps."""
        said = {step.what for step in self.steps}
        if said & {RuleStepKind.WITHDRAWN, RuleStepKind.REPLACED}:
            return RuleState.ENDED
        if RuleStepKind.ACTIVE in said:
            return RuleState.ACTIVE
        return RuleState.SILENT if RuleStepKind.SILENT in said else RuleState.DRAFT

    @property
    def signed(self) -> Mapping[str, RuleStep]:
        """Who signed it, by role."""
        return {step.role: step for step in self.steps if step.what is RuleStepKind.SIGNED}

    @property
    def tried(self) -> RuleStep | None:
        """Its newest trial over the past."""
        return next((step for step in reversed(self.steps) if step.what is RuleStepKind.TRIED), None)

    @property
    def silent_since(self) -> datetime | None:
        """Since when it runs silently, or did."""
        return next((step.at for step in self.steps if step.what is RuleStepKind.SILENT), None)

    @property
    def active_since(self) -> date | None:
        """Since which day (UTC) it is told."""
        return next((step.at.date() for step in self.steps if step.what is RuleStepKind.ACTIVE), None)
