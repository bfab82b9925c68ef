"""Fairness: whether drafts did as well for every group, with groups of few cases left unsaid.

A group of fewer than FEWEST cases in an arm is not told; where that leaves one group of a dimension alone unsaid, the smallest told one is left unsaid,
too, so that nobody finds it from the sum. Groups aren't tested against each other: a pilot is too small for that, and many tests find something by chance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean

from careloom.care.pilot import Arm
from careloom.study.pilot.cases import CaseRow
from careloom.study.pilot.groups import DIMENSIONS
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.proportions import Count, share

# Centers for Medicare & Medicaid Services, cell size suppression policy (Data Use Agreement): no cell of 1 to 10.
FEWEST = 11


@dataclass(frozen=True, slots=True)
class Group:
    """A group: how many cases by hand and by draft, geometric mean minutes of each, and the share of drafts with substantial revision. None of it
    where it is `unsaid`."""

    dimension: str
    name: str
    unsaid: bool
    hand: int = 0
    draft: int = 0
    minutes_by_hand: float | None = None
    minutes_by_draft: float | None = None
    revised: Estimate | NotSaid | None = None


def groups(rows: Sequence[CaseRow]) -> tuple[Group, ...]:
    """Every dimension with its groups, the largest first."""
    done = [one for one in rows if one.finished is not None]
    return tuple(group for dimension in DIMENSIONS for group in _dimension(dimension, done))


def _dimension(dimension: str, rows: Sequence[CaseRow]) -> list[Group]:
    names = {one.groups.get(dimension, "") for one in rows} - {""}
    sizes = {name: _sizes([one for one in rows if one.groups.get(dimension) == name]) for name in names}
    few = {name for name, size in sizes.items() if min(size) < FEWEST}
    if len(few) == 1 and len(sizes) > 1:
        few.add(min((name for name in sizes if name not in few), key=lambda name: (sum(sizes[name]), name)))
    order = sorted(sizes, key=lambda name: (name in few, -sum(sizes[name]) if name not in few else 0, name))
    return [
        Group(dimension, name, True)
        if name in few
        else _told(dimension, name, [one for one in rows if one.groups.get(dimension) == name])
        for name in order
    ]


def _sizes(rows: Sequence[CaseRow]) -> tuple[int, int]:
    return sum(one.arm is Arm.HAND for one in rows), sum(one.arm is Arm.DRAFT for one in rows)


def _told(dimension: str, name: str, rows: Sequence[CaseRow]) -> Group:
    hand, draft = _sizes(rows)
    known = [one.revision.substantial for one in rows if one.revision is not None]
    return Group(
        dimension,
        name,
        False,
        hand,
        draft,
        _middle(rows, Arm.HAND),
        _middle(rows, Arm.DRAFT),
        share(Count(sum(known), len(known))) if len(known) >= FEWEST else None,
    )


def _middle(rows: Sequence[CaseRow], arm: Arm) -> float | None:
    """The geometric mean of an arm's minutes; None of fewer than FEWEST."""
    values = [
        log(one.minutes.minutes)
        for one in rows
        if one.arm is arm and one.minutes and not one.minutes.left_out
    ]
    return exp(fmean(values)) if len(values) >= FEWEST else None
