"""Readiness: each criterion that was stated before the run, met, not met, or not to be said yet, with its numbers.

A criterion on a share or a ratio is met when the whole interval lies on the right side of the limit, not met when it lies wholly on the wrong
side, and not to be said yet in between, or of fewer cases than the plan asks for. Nothing here has a p-value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from careloom.care.parallel import Criteria, Side
from careloom.study.parallel.outcome import Told, agreement, minutes
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.proportions import Count, share


class State(StrEnum):
    """How it stands with a criterion."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"  # can't be said yet


class Name(StrEnum):
    """Which criterion it is."""

    CASES = "cases"
    SERIOUS = "serious"
    OMITTED = "omitted"
    AGREEMENT = "agreement"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion with its `limit` (cases, else percent), the number that it is held against, and of how many cases; `estimate` in percent, None
    for the number of cases."""

    name: Name
    state: State
    limit: float
    have: int
    need: int
    estimate: Estimate | None = None


def readiness(told: Sequence[Told], criteria: Criteria, *, over: bool) -> tuple[Criterion, ...]:
    """Every criterion; `over` where no case comes any more."""
    judged = [one for one in told if one.judged]
    number = len(judged)
    enough = State.MET if number >= criteria.cases else State.NOT_MET if over else State.OPEN
    return (
        Criterion(Name.CASES, enough, criteria.cases, number, criteria.cases),
        _share(Name.SERIOUS, sum(one.wrong[Side.DRAFT] > 0 for one in judged), number, criteria),
        _share(Name.OMITTED, sum(one.omitted[Side.DRAFT] > 0 for one in judged), number, criteria),
        _at_least(judged, criteria),
        _faster(judged, criteria),
    )


def is_ready(criteria: Sequence[Criterion]) -> bool:
    """Whether every criterion is met."""
    return all(one.state is State.MET for one in criteria)


def _share(name: Name, hits: int, number: int, criteria: Criteria) -> Criterion:
    """A share of cases of which the interval's upper end must not exceed the limit."""
    limit = criteria.serious if name is Name.SERIOUS else criteria.omitted
    found = share(Count(hits, number))
    return _held(name, found, limit, number, criteria, above=False)


def _at_least(judged: Sequence[Told], criteria: Criteria) -> Criterion:
    found = agreement(judged)
    return _held(Name.AGREEMENT, found, criteria.agreement, len(judged), criteria, above=True)


def _faster(judged: Sequence[Told], criteria: Criteria) -> Criterion:
    found = minutes(judged, criteria.fewest)
    have = found.number if isinstance(found, Estimate) else found.have
    return _held(Name.MINUTES, found, criteria.minutes, have, criteria, above=False)


def _held(
    name: Name, found: Estimate | NotSaid, limit: float, have: int, criteria: Criteria, *, above: bool
) -> Criterion:
    """An estimate (of 1) against a limit (percent), from the fewest cases on."""
    if isinstance(found, NotSaid) or have < criteria.fewest:
        return Criterion(name, State.OPEN, limit, have, criteria.fewest)
    low, high = 100 * found.low, 100 * found.high
    if low >= limit if above else high <= limit:
        state = State.MET
    elif high < limit if above else low > limit:
        state = State.NOT_MET
    else:
        state = State.OPEN
    percent = Estimate(100 * found.value, low, high, found.level, found.method, found.number)
    return Criterion(name, state, limit, have, criteria.fewest, percent)
