"""Safety events: what went wrong or nearly did, how severe it was, why it happened, what is done of it and whether that worked.

Source   what is reported: AHRQ Common Formats (pso.ahrq.gov/common: incidents, near misses, unsafe conditions); severity: NCC MERP Index for
         Categorizing Medication Errors (nccmerp.org, categories A to I, revised 2022); residual harm: AHRQ Harm Scale of Common Formats 1.2
         (Patient Information Form question 7, LOINC 74560-4); contributing factors: triage questions of the VA National Center for Patient
         Safety; strength of actions: action hierarchy of RCA2 (National Patient Safety Foundation, 2015). The meanings, in our words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

# What is reported.
REPORTS = ("incident", "near_miss", "unsafe_condition")
# NCC MERP's categories. The Index is of medication errors; a site applies it to any error here.
MERP = tuple("ABCDEFGHI")
# From this category on there was harm.
HARM_FROM = "E"
# AHRQ's scale, worst first.
HARMS = ("death", "severe", "moderate", "mild", "none", "unknown")
UNHARMED = frozenset({"none", "unknown"})
# Where the contributing factors lay.
FACTORS = ("communication", "training", "fatigue", "environment", "rules", "barriers")
STRENGTHS = ("stronger", "intermediate", "weaker")
# Those of which one at least is asked for before an event is closed (RCA2, 2015: at least one stronger or intermediate action).
STRONG_ENOUGH = frozenset(STRENGTHS[:2])
# From where it was reported.
PLACES = ("review", "filed", "call", "elsewhere")


class SafetyStepKind(StrEnum):
    """What was said of an event."""

    TOLD = "told"  # the safety lead was, or could not be
    JUDGED = "judged"  # how severe it was
    CAUSE = "cause"  # the root-cause record
    ACTION = "action"
    WORKED = "worked"  # whether an action did
    LINKED = "linked"  # a failure of the registry, a rule, a stop
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What somebody reported: `words` may tell of a patient. `category` is NCC MERP's, `harm` AHRQ's; the rest is what it concerns, as far as she
    knows: a kind of document, a document and a line of it, a model, a rule."""

    report: str
    category: str
    harm: str
    words: str
    happened: date
    place: str = "elsewhere"
    kind: str = ""
    document: str = ""
    statement: str = ""
    model: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyStep:
    """One thing that was said of an event: `said` holds it by name (see `pipeline.safety`)."""

    what: SafetyStepKind
    who: str
    role: str
    at: datetime
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTaken:
    """An action of a root-cause record: what is done, how strong it is, whose, by when, how it is measured, and whether it worked ("" for not yet)."""

    number: str
    words: str
    strength: str
    owner: str
    due: date
    measure: str
    worked: str = ""
    found: str = ""

    def late(self, today: date) -> bool:
        """Whether it is over its day, and nobody said yet whether it worked."""
        return not self.worked and self.due < today


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyEvent:
    """An event: who reported it (user id, role) and when, what, and everything that was said since, the oldest first."""

    id: str
    who: str
    role: str
    at: datetime
    reported: Reported
    steps: tuple[SafetyStep, ...] = ()

    def newest(self, what: SafetyStepKind) -> SafetyStep | None:
        """The newest step of a kind."""
        return next((one for one in reversed(self.steps) if one.what is what), None)

    @property
    def category(self) -> str:
        """NCC MERP's category as it was judged last, else as it was reported."""
        judged = self.newest(SafetyStepKind.JUDGED)
        return judged.said["category"] if judged else self.reported.category

    @property
    def harm(self) -> str:
        """AHRQ's harm as it was judged last, else as it was reported."""
        judged = self.newest(SafetyStepKind.JUDGED)
        return judged.said["harm"] if judged else self.reported.harm

    @property
    def closed(self) -> bool:
        """Whether it is over."""
        ends = (SafetyStepKind.CLOSED, SafetyStepKind.REOPENED)
        last = next((one for one in reversed(self.steps) if one.what in ends), None)
        return last is not None and last.what is SafetyStepKind.CLOSED

    @property
    def state(self) -> str:
        """Where it stands: reported, judged, looked into, closed."""
        if self.closed:
            return "closed"
        if self.newest(SafetyStepKind.CAUSE):
            return "cause"
        return "judged" if self.newest(SafetyStepKind.JUDGED) else "reported"

    @property
    def authors(self) -> frozenset[str]:
        """Who wrote of its causes and actions, and of whether these worked."""
        wrote = (SafetyStepKind.CAUSE, SafetyStepKind.ACTION, SafetyStepKind.WORKED)
        return frozenset(one.who for one in self.steps if one.what in wrote)

    @property
    def actions(self) -> tuple[ActionTaken, ...]:
        """Its actions, in the order in which they were written, each as it stands."""
        worked = {one.said["action"]: one.said for one in self.steps if one.what is SafetyStepKind.WORKED}
        written = [one.said for one in self.steps if one.what is SafetyStepKind.ACTION]
        return tuple(
            ActionTaken(
                number=str(number),
                words=said["words"],
                strength=said["strength"],
                owner=said["owner"],
                due=date.fromisoformat(said["due"]),
                measure=said["measure"],
                worked=worked.get(str(number), {}).get("worked", ""),
                found=worked.get(str(number), {}).get("found", ""),
            )
            for number, said in enumerate(written, start=1)
        )
