"""Agreeing: how far two who observe one person at once tap the same, slice of time by slice of time.

Takes    shifts, and the activities that can be tapped
Gives    agreement (measure/agreement.py) over slices of a minute in which both had something running; and of the minutes that each counts of an activity
         in a shift, limits of agreement and ICC (study/statistics/observers.py)
Never    compares what is in doubt or was left out

Source   inter-observer reliability by kappa over slices of time: Lopetegui et al. 2012, AMIA Annu Symp Proc 2012:596-605 (TimeCaT)
Misses   that neighbouring slices aren't independent, nor the activities of one shift: intervals are narrower than they should be
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from careloom.measure.agreement import Agreement, agreement
from careloom.study.time_study.shifts import Shift

SLICE = timedelta(seconds=60)
PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Observers:
    """Two observers in one shift, in the order of their ids, with what both tapped in each slice in which both watched one person."""

    first: str
    second: str
    pairs: tuple[tuple[str, str], ...]


def together(shifts: Sequence[Shift]) -> tuple[Observers, ...]:
    """Each pair of observers that watched somebody at once, shift by shift."""
    found = []
    for one, other in combinations(sorted(shifts, key=lambda shift: (shift.observer, shift.began)), 2):
        if one.observed == other.observed and one.observer != other.observer:
            found.append(Observers(one.observer, other.observer, tuple(_slices(one, other))))
    return tuple(one for one in found if one.pairs)


def minutes(found: Sequence[Observers]) -> tuple[tuple[float, float], ...]:
    """What the first and what the second counts, in minutes of the time in which both watched, of each activity of each shift that one of them tapped."""
    said: list[tuple[float, float]] = []
    for one in found:
        first, second = (Counter(pair[side] for pair in one.pairs) for side in (0, 1))
        said.extend((float(first[name]), float(second[name])) for name in sorted({*first, *second} - {PAUSE}))
    return tuple(said)


def agreed(pairs: Sequence[tuple[str, str]], activities: Sequence[str]) -> Agreement | None:
    """How far they agree; None over too few slices."""
    said = {one for pair in pairs for one in pair}
    return agreement(pairs, tuple(dict.fromkeys((*activities, PAUSE, *sorted(said)))))


def _slices(one: Shift, other: Shift) -> list[tuple[str, str]]:
    """What both had running in the middle of each slice from where the later began to where the earlier ended."""
    ends = [end for shift in (one, other) if (end := _ended(shift)) is not None]
    if len(ends) < 2:
        return []
    at, until = max(one.began, other.began) + SLICE / 2, min(ends)
    found = []
    while at < until:
        first, second = _running(one, at), _running(other, at)
        if first and second:
            found.append((first, second))
        at += SLICE
    return found


def _ended(shift: Shift) -> datetime | None:
    return shift.ended or max((part.ended for part in shift.stretches if part.ended), default=None)


def _running(shift: Shift, at: datetime) -> str:
    """The activity that ran at this moment; "" where nothing did, or nobody knows."""
    for part in shift.stretches:
        if part.ended and part.began <= at < part.ended and not part.doubts and not part.left_out:
            return part.activity or PAUSE
    return ""
