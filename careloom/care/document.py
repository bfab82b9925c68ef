"""Documents: drafts of any kind, the statements they are made of, what was found, and who decides.

A statement carries its citations; class, tier and verdict are computed from it and the record, never
taken from the outside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum


class Severity(StrEnum):
    """How much a finding matters."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"


class Tier(IntEnum):
    """Who may release a statement; the highest wins and only goes up."""

    AUTO = 0
    NURSE = 1
    PHYSICIAN = 2

    @property
    def word(self) -> str:
        """The word of the command line's contract."""
        return self.name.lower()


class ContentClass(StrEnum):
    """What a statement says, from which its tier follows."""

    ADMINISTRATIVE = "administrative"
    GENERAL_EDUCATION = "general_education"
    CLINICAL_SUMMARY = "clinical_summary"
    PLAN_CHANGE = "plan_change"
    MEDICATION_CHANGE = "medication_change"
    DIAGNOSTIC_IMPRESSION = "diagnostic_impression"
    UNCLEAR = "unclear"


class Verdict(StrEnum):
    """Does the statement follow from what it cites?"""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_ADDRESSED = "not_addressed"


@dataclass(frozen=True, slots=True)
class Guideline:
    """The protocol rule an action rests on, quoted for whoever must judge its basis.

    `id` is the rule's, `source` names document, section and year, `says` is our own summary of what it
    recommends (with its numbers), `due` the arithmetic of a due date ("2026-11-23 + 90 days = 2027-02-21").
    """

    id: str
    source: str
    says: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class GoalTarget:
    """A measurable target. `measure` is a code with system; `value` in `unit` (UCUM); `due` an ISO date."""

    measure_system: str
    measure_code: str
    measure_display: str
    comparator: str
    value: str
    unit: str
    due: str


@dataclass(frozen=True, slots=True)
class Activity:
    """An intervention: who does it (`owner`, a role of ROLES), by when, and its kind."""

    owner: str
    due: str
    category: str = ""


ROLES = (
    "coordinator",
    "nurse",
    "physician",
    "pharmacist",
    "social_worker",
    "dietitian",
    "patient",
    "caregiver",
)


# What a statement is about that tells of the record and not of the patient: its sources, how new its newest entry is.
RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence or row of a document.

    `kind` is concern, goal, activity, fact or gap; `goal` and `activity` hold the computable part and
    are dropped when a person rewrites the text. `about` names the concern it serves (a problem concept or
    need domain) so that goals and activities can be grouped. `written_by` is model, template or person. `filled_from` tells which
    line of which text it was filled from ("appointment_reminder.en@1/visit") and `slots` with what; nothing is judged by them.
    """

    id: str
    section: str
    kind: str
    text: str
    citations: tuple[str, ...] = ()
    guideline: Guideline | None = None
    about: str = ""
    rank: int = 1000
    written_by: str = "template"
    goal: GoalTarget | None = None
    activity: Activity | None = None
    content_class: ContentClass = ContentClass.UNCLEAR
    tier: Tier = Tier.PHYSICIAN
    verdict: Verdict = Verdict.NOT_ADDRESSED
    filled_from: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Which model wrote what it wrote: name, weights' SHA-256, prompt versions of the tasks it had earned, and what it cost.

    `seconds` is how long its answers took, `note` a sentence on what became of them where not all went well. Of the answers that were read (`heard`), `unverified`
    failed verification and `refusals` declined to answer. `change` is the change in whose roll-out it was drafted, "" for none.
    """

    name: str = "none"
    sha256: str = ""
    prompts: Mapping[str, str] = field(default_factory=dict)
    calls: int = 0
    fallbacks: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    note: str = ""
    change: str = ""
    heard: int = 0
    unverified: int = 0
    refusals: int = 0

    @property
    def words(self) -> str:
        """ "4 calls, 812 tokens, 9.4 seconds. It failed …", "" where no model was to write."""
        if self.name == "none":
            return self.note
        tokens = self.prompt_tokens + self.completion_tokens
        cost = f"{self.calls} {'call' if self.calls == 1 else 'calls'}, {tokens} tokens, {self.seconds:.1f} seconds."
        return f"{cost} {self.note}".strip()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a document could have said and doesn't, and why: a guideline's line that something of the record speaks against
    (`rule` is its id, `evidence` what speaks against it), or something of the record that no statement tells.
    """

    what: str
    why: str
    rule: str = ""
    evidence: tuple[str, ...] = ()


# What a whole document can be held to mention: `check.omission` has the rules.
MENTIONS = ("critical", "drugs", "problems", "trends")


@dataclass(frozen=True, slots=True)
class Demands:
    """What its kind demands of a document: which of MENTIONS it must not pass over, whether it is read `whole` (no line of it is
    folded), the lowest content class that any of its statements can have, whether it answers for its `own_lines` alone and not
    for what is wrong with the record beside them (a reminder of a visit), and whether its lines answer the criteria of the
    `policy` that was given. In the sections `heard` somebody's words, or what was seen, can be a sign that can't wait. `grade` is
    the school grade at which a patient reads it, 0 for a text of professionals. What says nothing demands everything.
    """

    must_mention: tuple[str, ...] = MENTIONS
    whole: bool = False
    floor: ContentClass = ContentClass.CLINICAL_SUMMARY
    own_lines: bool = False
    policy: bool = False
    heard: tuple[str, ...] = ()
    grade: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A draft of any kind about one patient, before anybody judged it.

    `knowledge` says by part which version of our knowledge it rests on (protocols, drug safety, packs, releases),
    `left_out` what it could have said and doesn't, with the reason. `given` is what whoever asked for it told beside the record.
    `earlier` are the days from which the due dates of lines are counted that stand here as they were signed in an earlier plan.
    `by_hand`: nothing was drafted, people wrote every line.
    """

    patient: str
    kind: str
    as_of: date
    record_version: str
    statements: tuple[Statement, ...]
    top: tuple[str, ...] = ()
    model: ModelUse = ModelUse()
    knowledge_version: str = ""
    knowledge: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    demands: Demands = Demands()
    earlier: tuple[date, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = False

    @property
    def model_that_wrote(self) -> str:
        """The name of the model that worded lines of it, "" where every line is from a template or a person."""
        return self.model.name if any(line.written_by == "model" for line in self.statements) else ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason not to trust a document. `statement` is None where it is about the whole or the record.

    `cause` is a digest of what a finding about somebody's drugs rests on, "" for any other.
    """

    rule: str
    severity: Severity
    message: str
    evidence: tuple[str, ...] = ()
    statement: str | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that stays quiet: `by` opened it and signed a line about it on the day `on`, and nothing that it rests on has changed."""

    finding: Finding
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the medication checks looked at: how many of somebody's current drugs, which not (by name), and by which lists."""

    checked: int
    drugs: int
    unknown: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """ "17 of 19 drugs checked against Careloom's list dated 2026-11; not known here: X and Y"."""
        return f"{self.brief}; not known here: {_listed(self.unknown)}" if self.unknown else self.brief

    @property
    def brief(self) -> str:
        """The same without the names."""
        against = f"against {_listed(self.lists)}" if self.lists else "against no list"
        if not self.drugs:
            return f"No current drug is recorded, so none was checked {against}"
        return f"{self.checked} of {self.drugs} drugs checked {against}"


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A checked and classed document, waiting for a person.

    status is FHIR's: draft (waiting), active (filed in the chart), on-hold (returned), revoked (rejected), entered-in-error (was filed, and is
    taken back out of the chart).
    `released` maps a statement's id to the user who signed it; `struck` are lines that a person took out;
    `opened` are the folded lines that somebody opened (lines nobody opened are neither signed nor filed). `coverage` is None in
    proposals that are older than it. `accepted` are findings that stay quiet. `since` is the filed plan that it was compared with,
    "" for none; `unchanged` are the lines that say the same as there, and `carried` those of them that were signed there, with
    the proposal in which they were (`released` has them too). `sent_back` are lines that somebody sent back, with the user: they are
    neither signed nor filed until somebody amends or strikes them. `cosigned` maps lines to whoever of another profession stands
    beside their signature.
    """

    id: str
    document: Document
    findings: tuple[Finding, ...]
    tier: Tier
    created: datetime
    status: str = "draft"
    assigned_to: str | None = None
    due: datetime | None = None
    released: Mapping[str, str] = field(default_factory=dict)
    struck: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    coverage: Coverage | None = None
    accepted: tuple[Accepted, ...] = ()
    since: str = ""
    unchanged: tuple[str, ...] = ()
    carried: Mapping[str, str] = field(default_factory=dict)
    sent_back: Mapping[str, str] = field(default_factory=dict)
    cosigned: Mapping[str, str] = field(default_factory=dict)


class Action(StrEnum):
    """What a reviewer does with a proposal, or with lines of it (`send_back`); `undo` takes back her own last decision."""

    APPROVE = "approve"
    AMEND = "amend"
    RETURN = "return"
    REJECT = "reject"
    SEND_BACK = "send_back"
    COSIGN = "cosign"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided what, when and why. `statements` are the ids it covers (asked for: none for all that are hers); `edits` new texts
    by id. `pace` tells how long somebody who signed had it before her and how many words she signed.

    `struck` are ids taken out. `opened` are the folded statements that the reviewer had opened. `reviewer` is
    the user's id, `name` the name that the chart prints, `revision` the revision of the proposal that the
    decision made (0 until it is taken). `looked` are digests of the findings that she had opened (review.vigilance.mark_of).
    """

    action: Action
    reviewer: str
    role: str
    at: datetime
    statements: tuple[str, ...] = ()
    edits: Mapping[str, str] = field(default_factory=dict)
    struck: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    reason: str = ""
    feedback: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    revision: int = 0
    pace: Mapping[str, str] = field(default_factory=dict)
    looked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person who may decide: user id, role and licence (state, number, expiry as ISO date).

    `independent`: an advanced practice nurse or physician assistant whose licence, state and site let them practise on their own.
    `elsewhere`: the licence is of a state in which nobody signs here (care/licensing.py).
    """

    user: str
    role: str
    licence: str = ""
    licence_expiry: str = ""
    name: str = ""
    independent: bool = False
    elsewhere: bool = False
