"""Counts of quality measures as they are kept: of each measure and period its rates, for whom and under whom, and who is counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

# What is counted each time: the running year so far, the year before, and the twelve months that end on the day of the count.
ROLLING = "12-months"
# The populations by which people are listed: those of FHIR, what the rate counts of the denominator, and who is in the gap (care is due).
COUNTED, GAP = "counted", "gap"


@dataclass(frozen=True, slots=True)
class Met:
    """In how many of how many it was met, and of how many people; visits are counted where a measure counts visits."""

    hits: int = 0
    number: int = 0
    people: int = 0

    def and_(self, hits: int, number: int) -> "Met":
        """With one person more."""
        return Met(self.hits + hits, self.number + number, self.people + 1) if number else self


@dataclass(frozen=True, slots=True)
class QualityLine:
    """One rate of a measure: a group's, or all groups' together (`key` "all"). By lead (a user's id, "" for none), and by dimension and group."""

    key: str
    title: str
    counts: Mapping[str, int]
    leads: Mapping[str, Met] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, Met]] = field(default_factory=dict)

    @property
    def met(self) -> Met:
        """Numerator over what of the denominator is neither excluded nor excepted."""
        return Met(*hits_of(self.counts))


def hits_of(counts: Mapping[str, int]) -> tuple[int, int]:
    """Numerator and what remains of the denominator."""
    rest = (
        counts.get("denominator", 0)
        - counts.get("denominator-exclusion", 0)
        - counts.get("denominator-exception", 0)
    )
    return counts.get("numerator", 0) - counts.get("numerator-exclusion", 0), rest


@dataclass(frozen=True, slots=True)
class MeasureCounted:
    """One measure over one period (`period`: a year, or ROLLING). `missing` value sets kept it from being counted; `without` is what it did without."""

    name: str
    period: str
    first: date
    last: date
    edition: str
    lines: tuple[QualityLine, ...] = ()
    missing: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def line(self, key: str) -> QualityLine | None:
        """A line by its key."""
        return next((one for one in self.lines if one.key == key), None)


@dataclass(frozen=True, slots=True)
class QualityCount:
    """One count over all patients: when, for whom it was made, of how many, and each measure and period."""

    at: datetime
    actor: str
    patients: int
    measures: tuple[MeasureCounted, ...]

    def of(self, name: str, period: str) -> MeasureCounted | None:
        """A measure of a period."""
        return next((one for one in self.measures if (one.name, one.period) == (name, period)), None)

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods in the order in which they were counted."""
        return tuple(dict.fromkeys(one.period for one in self.measures))


class Doubt(StrEnum):
    """Why an entry that a measure looks for doesn't count. EARLIER lies before the period, where it counts for some."""

    NONE = ""
    BEFORE = "before"
    EARLIER = "earlier"
    AFTER = "after"
    STATUS = "status"
    INTENT = "intent"
    CATEGORY = "category"
    STAY = "stay"
    VALUE = "value"
    UNIT = "unit"
    UNITLESS = "unitless"
    DENIED = "denied"
    WORDS = "words"


# What the measure takes all the same: in another unit or without one it is still the newest.
TAKEN = (Doubt.NONE, Doubt.EARLIER, Doubt.UNIT, Doubt.UNITLESS)


@dataclass(frozen=True, slots=True)
class Seen:
    """The last of what a measure looks for in somebody's record that counts, else what comes nearest: its day, what it says, the source, whether it
    lies in the period, and why it doesn't count with what that is about (a status, a category, a unit).

    `closed`: it came from a substance-use programme (42 CFR Part 2).
    """

    day: date
    said: str
    source: str
    inside: bool
    closed: bool = False
    doubt: Doubt = Doubt.NONE
    about: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody in a measure's initial population: of each line the counts by population, and by its name what the measure looks for ("" in none)."""

    patient: str
    lines: Mapping[str, Mapping[str, int]]
    seen: Mapping[str, Seen | None] = field(default_factory=dict)

    def within(self, line: str, population: str, *, inverse: bool) -> bool:
        """Whether this person is in a population of a line; GAP is who is due: not met, or met where a lower rate is better."""
        counts = self.lines.get(line, {})
        hits, number = hits_of(counts)
        if population == COUNTED:
            return number > 0
        if population != GAP:
            return counts.get(population, 0) > 0
        return number > 0 and (hits > 0 if inverse else hits < number)


@dataclass(frozen=True, slots=True)
class Counting:
    """A count that is being made: when it began, and of how many records how many are read."""

    begun: datetime
    done: int
    total: int
