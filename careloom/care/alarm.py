"""Alarms: something that is watched went wrong and stands until somebody ends it with a note. Nothing here names or describes a patient."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from careloom.care.document import Severity

# What an alarm may be about, each with the role that owns it until an administrator names somebody.
KINDS: Mapping[str, str] = {
    "data": "administrator",  # a source's completeness, coding, units, delay or schema moved
    "population": "quality_lead",  # the case mix moved
    "practice": "quality_lead",  # a guideline, a rule, edits, rejections or a measure moved
    "model": "administrator",  # a model's verification failures, fallbacks, latency, tokens, refusals
    "burden": "quality_lead",  # alerts per reviewer
    "queue": "quality_lead",  # the age of what waits
    "safety": "quality_lead",  # a safety event or a stop switch
    "release": "administrator",  # a roll-out or rollback of a version
    "programme": "quality_lead",  # a report of the calendar failed or is overdue
}
# A cause: which standing thing it is. Letters, digits and a few signs, so that no person's words get into it.
CAUSE = re.compile(r"[a-z0-9][A-Za-z0-9_.:/=-]{0,119}")
_WORSE = (Severity.LOW, Severity.MODERATE, Severity.HIGH)


class AlarmStepKind(StrEnum):
    """What happened to an alarm."""

    TOLD = "told"  # in Careloom, to whom the step names
    MAILED = "mailed"  # noted before it goes out
    FAILED = "failed"  # not to be mailed
    AGAIN = "again"  # it still stands, on new evidence
    ESCALATED = "escalated"  # nobody acknowledged it in time
    ACKNOWLEDGED = "acknowledged"
    NOTED = "noted"  # somebody wrote something beside it
    ENDED = "ended"  # with a note


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmStep:
    """Something that happened to an alarm: `who` did it or (told, mailed, failed) was told, "" for Careloom; `words` are a person's own."""

    what: AlarmStepKind
    at: datetime
    who: str = ""
    words: str = ""
    evidence: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm: its kind (KINDS), the `cause` that it stands for, which one of that cause it is (`number`, from 1), since when.

    `words` are English with {names} of `values` in it; `evidence` says on what it rests ("2026-W48"), so that a quietened one comes again on
    other evidence alone; `link` is the path of the page that shows more.
    """

    id: str
    kind: str
    cause: str
    number: int
    first: Severity
    at: datetime
    words: str
    values: Mapping[str, str] = field(default_factory=dict)
    evidence: str = ""
    link: str = ""
    steps: tuple[AlarmStep, ...] = ()

    @property
    def severity(self) -> Severity:
        """The worst that it was raised with."""
        return max((self.first, *(one.severity for one in self.steps if one.severity)), key=_WORSE.index)

    @property
    def known(self) -> frozenset[str]:
        """All the evidence on which it was raised."""
        return frozenset(
            (self.evidence, *(one.evidence for one in self.steps if one.what is AlarmStepKind.AGAIN))
        )

    @property
    def acknowledged(self) -> AlarmStep | None:
        """Who took it; nobody where it became worse since."""
        found, worst = None, self.first
        for one in self.steps:
            if one.severity and _WORSE.index(one.severity) > _WORSE.index(worst):
                found, worst = None, one.severity
            if one.what is AlarmStepKind.ACKNOWLEDGED:
                found = one
        return found

    @property
    def ended(self) -> AlarmStep | None:
        """Who ended it, and with which note."""
        return next((one for one in self.steps if one.what is AlarmStepKind.ENDED), None)

    @property
    def state(self) -> str:
        """raised, acknowledged or ended."""
        return "ended" if self.ended else "acknowledged" if self.acknowledged else "raised"


def is_worse(one: Severity, other: Severity) -> bool:
    """Whether one severity is above another."""
    return _WORSE.index(one) > _WORSE.index(other)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a duty ("alarm:data", "programme:weekly"): a person (a user's id), or a role where that is "" or the person has left."""

    duty: str
    user: str
    role: str
    by: str = ""
    at: datetime | None = None
    left: bool = False
