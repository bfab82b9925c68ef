"""What is watched: what a day counted of a series, and the causes for which a series can move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from msgspec import Struct


class Cause(StrEnum):
    """Why what Careloom does moves: the data it gets, whom it serves, how people practise, its model, how much it asks of people, or how long they wait."""

    DATA = "data"
    POPULATION = "population"
    PRACTICE = "practice"
    MODEL = "model"
    LOAD = "load"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """What one day (the site's) counted of a series: `hits` of `number` cases. Nothing of it is about one person.

    `bins` counts by category, by step of a scale, or by a name that was told. `strata` has (number, hits) of parts of the day
    whose cases are alike in data and illness, where a series has them.
    """

    series: str
    day: date
    number: float = 0
    hits: float = 0
    bins: Mapping[str, int] = field(default_factory=dict)
    strata: Mapping[str, tuple[float, float]] = field(default_factory=dict)


class FiredRule(Struct, frozen=True, gc=False):
    """A rule that found something in a draft, and the line that it found it in (None: the whole)."""

    rule: str
    statement: str | None = None


class DraftLine(Struct, frozen=True, gc=False):
    """A line of a draft: what kind it is, and who wrote it."""

    kind: str
    written_by: str = "template"


class ModelWork(Struct, frozen=True, gc=False):
    """What a model did for a draft: see `care.document.ModelUse`."""

    name: str = "none"
    sha256: str = ""
    calls: int = 0
    fallbacks: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    note: str = ""
    heard: int = 0
    unverified: int = 0
    refusals: int = 0


class DraftBody(Struct, frozen=True, gc=False):
    """What is counted of a draft's document."""

    kind: str
    statements: tuple[DraftLine, ...]
    model: ModelWork = ModelWork()
    knowledge: dict[str, str] = {}
    by_hand: bool = False


class Drafted(Struct, frozen=True, gc=False):
    """What is counted of a proposal as it was queued: no word of it, and nobody's name."""

    document: DraftBody
    findings: tuple[FiredRule, ...] = ()


class Decided(Struct, frozen=True, gc=False):
    """What is counted of a decision: what was done, with which lines, and the code of why; no word of it."""

    action: str
    statements: tuple[str, ...] = ()
    edits: dict[str, str] = {}
    struck: tuple[str, ...] = ()
    feedback: dict[str, str] = {}
    looked: tuple[str, ...] = ()
