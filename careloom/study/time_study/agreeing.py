"""Agreeing: how far two who observe one person at once tap the same, slice of time by slice of time.

Takes    shifts, and the activities that can be tapped
Gives    agreement (measure/agreement.py) over slices of a minute in which both had something running; by pair of observers, and over all pairs
Never    compares what is in doubt or was left out

Source   inter-observer reliability by kappa over slices of time: Lopetegui et al. 2012, AMIA Annu Symp Proc 2012:596-605 (TimeCaT)
Misses   that neighbouring slices aren't independent: the interval is narrower than it should be
"""

from collections import defaultdict
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
    """Two observers, in the order of their ids, with what both tapped in each slice in which both watched one person."""

    first: str
    second: str
    pairs: tuple[tuple[str, str], ...]


def together(shifts: Sequence[Shift]) -> tuple[Observers, ...]:
    """Each pair of observers that watched somebody at once."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for one, other in combinations(sorted(shifts, key=lambda shift: (shift.observer, shift.began)), 2):
        if one.observed == other.observed and one.observer != other.observer:
            found[one.observer, other.observer].extend(_slices(one, other))
    return tuple(Observers(*who, tuple(pairs)) for who, pairs in sorted(found.items()) if pairs)


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
