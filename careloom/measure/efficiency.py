"""Efficiency: how fast work goes, from cases with their clocks and decisions. Pure: no clock, no chance, no database.

Takes    cases of some time
Gives    cases a week, time to the plan, review time by tier and how many drafts were changed
Never    tells minutes in which fewer than five people could be told apart (what is one person's is hers: docs/accountability.md), or compares
         minutes with and without drafts (careloom/pipeline/effort.py does, by careloom/study/statistics)
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, quantiles
from typing import Literal

FEWEST_PEOPLE, FEWEST_CASES = 5, 5
WEEK = timedelta(days=7)
# What a plan's time is counted from: the stay that goes on, the discharge before it, or the first message about the patient.
Since = Literal["", "admission", "discharge", "first message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A document with its work. `who` (a user's id) worked longest on it, `people` at all; `minutes` is everybody's active time on it (None: not
    measured, or not to be believed), `reviewed` that of reviewing alone. `filed` is its day in the chart (None: not filed), `hours` how long it took to that from `since`. `changed`:
    whether a draft's words were changed or struck before it was decided, `substantial`: whether much (None: no draft, or not decided)."""

    id: str
    patient: str
    kind: str
    drafted: bool
    tier: str
    who: str = ""
    people: frozenset[str] = frozenset()
    minutes: float | None = None
    reviewed: float | None = None
    filed: date | None = None
    since: Since = ""
    hours: float | None = None
    changed: bool | None = None
    substantial: bool | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of several numbers with their quartiles: of how many cases, and how many people's."""

    number: int
    people: int
    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a spread isn't told, in words, and how many cases there are."""

    number: int
    words: str


Told = Spread | Withheld


@dataclass(frozen=True, slots=True)
class Week:
    """How many documents were filed in a week (its Monday)."""

    monday: date
    number: int


def weeks(cases: Iterable[Case], first: date, last: date) -> tuple[Week, ...]:
    """Documents filed in each whole week from one day to another."""
    filed = Counter(one.filed - timedelta(days=one.filed.weekday()) for one in cases if one.filed)
    monday = first + timedelta(days=-first.weekday() % 7)
    found = []
    while monday + WEEK <= last + timedelta(days=1):
        found.append(Week(monday, filed[monday]))
        monday += WEEK
    return tuple(found)


def per_week(cases: Sequence[Case], first: date, last: date) -> Told:
    """Documents filed a week by each person who filed any: the spread over people."""
    own = Counter(one.who for one in cases if one.filed is not None and one.who)
    length = ((last - first).days + 1) / 7
    return _told([number / length for number in own.values()], len(own), sum(own.values()))


def time_to_plan(cases: Iterable[Case]) -> Mapping[str, Told]:
    """Hours to the filed plan, by what they are counted from."""
    found: dict[str, list[float]] = defaultdict(list)
    for one in cases:
        if one.since and one.hours is not None:
            found[one.since].append(one.hours)
    # Nobody's minutes: a patient's wait.
    return {since: _told(hours, FEWEST_PEOPLE, len(hours)) for since, hours in sorted(found.items())}


def by_tier(cases: Iterable[Case]) -> Mapping[str, Told]:
    """Minutes of reviewing a draft, by its tier."""
    minutes: dict[str, list[float]] = defaultdict(list)
    people: dict[str, set[str]] = defaultdict(set)
    for one in cases:
        if one.drafted and one.reviewed is not None:
            minutes[one.tier].append(one.reviewed)
            people[one.tier].add(one.who)
    return {tier: _told(found, len(people[tier]), len(found)) for tier, found in sorted(minutes.items())}


def _told(values: Sequence[float], people: int, cases: int) -> Told:
    if people < FEWEST_PEOPLE:
        return Withheld(
            cases,
            f"{people} {'person' if people == 1 else 'people'}: minutes and numbers of fewer than {FEWEST_PEOPLE} people aren't told, each sees her own",
        )
    if len(values) < FEWEST_CASES:
        return Withheld(cases, f"{len(values)} are too few to tell a middle of: it takes {FEWEST_CASES}")
    low, _, high = quantiles(values, n=4, method="inclusive")
    return Spread(cases, people, median(values), low, high)
