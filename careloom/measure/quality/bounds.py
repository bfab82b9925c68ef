"""When something was, as CQL has it: a closed interval in milliseconds whose ends may be uncertain.

Source: CQL 1.5 (Interval, Uncertainty) and FHIRHelpers 4.4 (Period → Interval: an open end goes on for ever, an open start is unknown).
A time without an offset is read as UTC, as the published measures are run.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from careloom.care.entry import Period, When, when
from careloom.errors import InputError
from careloom.measure.quality.noun import DAY, EPOCH, MAX, MIN

# (earliest, latest) millisecond at which something can have been.
Point: TypeAlias = tuple[int, int]
# (earliest start, latest start, earliest end, latest end).
Interval: TypeAlias = tuple[int, int, int, int]
NEVER: tuple[None, None, None, None] = (None, None, None, None)
MILLISECOND = timedelta(milliseconds=1)


@lru_cache(maxsize=65_536)
def point(at: When) -> Point:
    """A time's first and last millisecond."""
    low, high = _utc(at, at.earliest), _utc(at, at.latest)
    if low == high and "." not in at.text:
        high += 999
    return low, high


def _utc(at: When, moment: datetime) -> int:
    if at.zone_assumed and at.zone not in (None, "UTC"):
        moment = moment.astimezone(ZoneInfo(at.zone)).replace(tzinfo=UTC)
    return (moment - EPOCH) // MILLISECOND


def told(text: str) -> Point | None:
    """A FHIR time's first and last millisecond; None where it is none."""
    try:
        return point(when(text))
    except InputError:
        return None


def interval(held: Period, *, spans: bool) -> Interval | None:
    """The interval of a time: a point where it is one, a Period (`spans`) with open ends as FHIRHelpers reads them."""
    start = point(held.start) if held.start else None
    end = point(held.end) if held.end else None
    if start is None and end is None:
        return None
    if end is None:
        assert start is not None
        return (*start, MAX, MAX) if spans else (*start, *start)
    return (*(start or (MIN, end[1])), *end)


def prevalence(
    onset: Point | None, abatement: Point | None, *, active: bool, over: bool = False
) -> Interval | None:
    """From onset to abatement (QICoreCommon, prevalenceInterval): an active condition goes on, of another the end is unknown.

    What is `over` and nobody said when has no interval at all: a CQL query over an end that is null gives null.
    """
    if over and abatement is None:
        return None
    start = onset or (MIN, MIN)
    if abatement is not None:
        return (*start, *abatement)
    return (*start, MAX, MAX) if active else (*start, start[0], MAX)


def latest(held: Interval) -> Point:
    """The end where there is one, else the start (QICoreCommon, latest)."""
    start, start_to, end, end_to = held
    return (end, end_to) if end_to < MAX else (start, start_to)


def days(held: Point) -> Point:
    """From the first millisecond of the day to the last (CQL's `date from`)."""
    return held[0] // DAY * DAY, held[1] // DAY * DAY + DAY - 1
