"""Fairness: whether drafts did as well for every group, with groups of few cases left unsaid.

A group of fewer than FEWEST cases in an arm is not told, nor are as many more as it takes that nobody finds it from the sums (statistics/subgroups.py); likewise the
share of substantial revisions where fewer drafts were, or weren't, revised. Groups aren't tested against each other: a pilot is too small for that, and many tests find something by chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean

from careloom.care.pilot import Arm
from careloom.study.pilot.cases import CaseRow
from careloom.study.pilot.groups import DIMENSIONS
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.proportions import Count, share
from careloom.study.statistics.subgroups import FEWEST, suppressed


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
    by_name: dict[str, list[CaseRow]] = {}
    for one in rows:
        if name := one.groups.get(dimension, ""):
            by_name.setdefault(name, []).append(one)
    sizes = {name: _sizes(those) for name, those in by_name.items()}
    few = {name for name, size in sizes.items() if min(size) < FEWEST}
    few |= _hidden({name: {"hand": hand, "draft": draft} for name, (hand, draft) in sizes.items()})
    told = {name: _revised(those) for name, those in by_name.items() if name not in few}
    quiet = _hidden(
        {name: {"revised": one.hits, "as drafted": one.number - one.hits} for name, one in told.items()}
    )
    order = sorted(sizes, key=lambda name: (name in few, -sum(sizes[name]) if name not in few else 0, name))
    return [
        Group(dimension, name, True)
        if name in few
        else _told(dimension, name, by_name[name], None if name in quiet else told[name])
        for name in order
    ]


def _hidden(table: Mapping[str, Mapping[str, int]]) -> set[str]:
    """The groups of which a cell is hidden."""
    return {name for name, _ in suppressed(table, FEWEST)}


def _revised(rows: Sequence[CaseRow]) -> Count:
    """Drafts with substantial revision among those that were decided."""
    known = [one.revision.substantial for one in rows if one.revision is not None]
    return Count(sum(known), len(known))


def _sizes(rows: Sequence[CaseRow]) -> tuple[int, int]:
    return sum(one.arm is Arm.HAND for one in rows), sum(one.arm is Arm.DRAFT for one in rows)


def _told(dimension: str, name: str, rows: Sequence[CaseRow], revised: Count | None) -> Group:
    hand, draft = _sizes(rows)
    return Group(
        dimension,
        name,
        False,
        hand,
        draft,
        _middle(rows, Arm.HAND),
        _middle(rows, Arm.DRAFT),
        share(revised) if revised and revised.number >= FEWEST else None,
    )


def _middle(rows: Sequence[CaseRow], arm: Arm) -> float | None:
    """The geometric mean of an arm's minutes; None of fewer than FEWEST."""
    values = [
        log(one.minutes.minutes)
        for one in rows
        if one.arm is arm and one.minutes and not one.minutes.left_out
    ]
    return exp(fmean(values)) if len(values) >= FEWEST else None
