"""Drills: drafts of invented people with planted faults, what a learner says of each line, and what stands of her training.

Nothing here is about a patient: a drill's record, draft and key are made up, and its rows are in tables of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum


class FaultKind(StrEnum):
    """What can be wrong with a line of a draft."""

    NUMBER = "number"
    UNIT = "unit"
    DATE = "date"
    DRUG = "drug"
    DOSE = "dose"
    ALLERGY = "allergy"
    NEGATION = "negation"
    OLD_VALUE = "old_value"
    ANOTHER_PATIENT = "another_patient"
    INVENTED = "invented"
    CITATION = "citation"
    OWNER = "owner"
    OMISSION = "omission"


class Level(IntEnum):
    """How hard a fault is to see: beside its source at once; on reading both; only by comparing sign by sign."""

    PLAIN = 1
    ORDINARY = 2
    FINE = 3


@dataclass(frozen=True, slots=True)
class SourceWords:
    """What one source of a drill's record says: its number on the page, what it is, its words, its day and its system."""

    number: int
    kind: str
    said: str
    day: str
    system: str


@dataclass(frozen=True, slots=True)
class DrillLine:
    """A line as the learner sees it. `cites` are numbers of sources, `rule` a guideline's own words, `labelled` whether the page says that the
    software found it supported (the label stands by chance in drills, so that trusting it alone is seen)."""

    id: str
    text: str
    cites: tuple[int, ...]
    rule: str
    labelled: bool


@dataclass(frozen=True, slots=True)
class Key:
    """What is wrong with a faulty line, how hard it is to see, and what it said before the fault was planted."""

    kind: FaultKind
    level: Level
    was: str


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill of one learner (a user's id). `keys` are those of the faulty lines, by the line's id: they never leave the server before the
    line is answered. `person` is the invented person's name, `about` age and sex."""

    id: str
    who: str
    at: datetime
    seed: int
    person: str
    about: tuple[int, str]
    sources: tuple[SourceWords, ...]
    lines: tuple[DrillLine, ...]
    keys: Mapping[str, Key]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a learner said first of a line: fine (`kind` is None), or faulty of a kind."""

    drill: str
    line: str
    kind: FaultKind | None
    at: datetime


class Standing(StrEnum):
    """What can be said of somebody's training: it is asked for before real cases, it isn't, she passed, she is asked to practise again."""

    REQUIRED = "required"
    EXCUSED = "excused"
    CERTIFIED = "certified"
    REFRESHER = "refresher"


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """A step of somebody's training. `day` is from when it holds (required), by when it is asked for (refresher) or until when it holds
    (certified, excused); `by` is a user's id, "operator" or "careloom"."""

    who: str
    what: Standing
    day: date
    by: str
    why: str
    at: datetime
