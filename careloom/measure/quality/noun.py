"""The nouns of quality measures: what a measure is, its editions, its groups, and the value sets that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from careloom.errors import InputError

# A condition on patients (or encounters): an Ibis expression of yes, no or unknown that is not bound to a table yet.
Truth: TypeAlias = Any
Table: TypeAlias = Any
# A Question (asking.py), which is made of these nouns.
Asked: TypeAlias = Any
Edition: TypeAlias = Literal["2025", "2026"]
EDITIONS: tuple[Edition, ...] = ("2025", "2026")

VALUE_SET = "http://cts.nlm.nih.gov/fhir/ValueSet/"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000
# The first and the last millisecond that CQL knows.
MIN = (datetime(1, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)
MAX = (datetime(9999, 12, 31, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1) + DAY - 1


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A value set of the VSAC: its name, and its OID. One that not every site can have yet counts `if_held`: said, not refused."""

    name: str
    oid: str
    if_held: bool = False

    @property
    def url(self) -> str:
        """Its canonical address, as FHIR ValueSet resources have it."""
        return f"{VALUE_SET}{self.oid}"


@dataclass(frozen=True, slots=True)
class Span:
    """A closed interval of milliseconds since 1970 UTC."""

    start: int
    end: int

    @classmethod
    def of(cls, first: date, last: date) -> Span:
        """From the first millisecond of one day to the last of another."""
        return cls(milliseconds(first), milliseconds(last) + DAY - 1)

    @property
    def first(self) -> date:
        """The day on which it begins."""
        return moment(self.start).date()

    @property
    def last(self) -> date:
        """The day on which it ends."""
        return moment(self.end).date()

    def back(self, *, years: int = 0, months: int = 0) -> Span:
        """The same end, begun earlier."""
        return Span(milliseconds(shifted(self.first, -12 * years - months)), self.end)

    def head(self, *, months: int) -> Span:
        """Its first months."""
        return Span(self.start, milliseconds(shifted(self.first, months)) - 1)


def milliseconds(day: date) -> int:
    """The first millisecond of a day, UTC."""
    return (day - EPOCH.date()).days * DAY


def moment(at: int) -> datetime:
    """A millisecond as a time."""
    return EPOCH + timedelta(milliseconds=at)


def shifted(day: date, months: int) -> date:
    """A day so many calendar months later; the last of its month where that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group's populations, each a condition as the measure states it; `title` says whom it is about, `strata` are its stratifiers by name.

    What depends on what (no numerator outside the denominator, no exception where the numerator is met) is not said here:
    `running.py` does it for all.
    """

    id: str
    title: str = ""
    initial_population: Truth
    denominator: Truth
    denominator_exclusion: Truth = None
    denominator_exception: Truth = None
    numerator: Truth = None
    numerator_exclusion: Truth = None
    strata: Mapping[str, Truth] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a group has: its id, whom it is about, and the names of its populations and of its strata."""

    id: str
    title: str
    populations: tuple[str, ...]
    strata: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A quality measure.

    name            its CMS number ("CMS122")
    also            further names it answers to: the Measure.name of each edition
    improvement     "increase" where a higher rate is better, "decrease" where a lower one is
    basis           what is counted: patients, or encounters of patients
    combined        whether its groups have one rate together
    editions        for each edition its source: title, version and year
    the words       who is in each population, for people to read beside the number
    populations     the groups, asked of a Question
    """

    name: str
    also: tuple[str, ...]
    title: str
    improvement: Literal["increase", "decrease"]
    initial_population: str
    denominator: str
    numerator: str
    denominator_exclusion: str = ""
    denominator_exception: str = ""
    basis: Literal["patient", "encounter"] = "patient"
    combined: bool = False
    editions: Mapping[Edition, str]
    populations: Callable[[Asked], tuple[Group, ...]]

    def answers_to(self, name: str) -> bool:
        """Whether somebody who asks for `name` means this one: its number, or its Measure.name, in any case."""
        return name.casefold() in (one.casefold() for one in (self.name, *self.also))


def edition_of(period: Span) -> Edition:
    """The edition of a period: by the year in which it begins, the oldest for what came before, the newest for what comes after."""
    year = str(period.first.year)
    return "2025" if year <= "2025" else "2026"


def period_of(text: str) -> Span:
    """A period from a year ("2025") or two days ("2025-07-01/2026-06-30"). Raises InputError."""
    first, slash, last = text.partition("/")
    try:
        if not slash:
            if len(first) != 4:
                raise ValueError
            return Span.of(date(int(first), 1, 1), date(int(first), 12, 31))
        span = Span.of(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        raise InputError(
            "a period is a year (2025) or two days (2025-01-01/2025-12-31)", "--period"
        ) from None
    if span.start > span.end:
        raise InputError("a period ends after it begins", "--period")
    return span
