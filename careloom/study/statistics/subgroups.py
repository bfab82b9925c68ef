"""Subgroups: whether it works alike for everybody, without telling who a few people are.

Takes    one row a person of one dimension (age group, sex, race, ethnicity, language, payer), with arm and whether it happened
Gives    numbers, shares and differences by group, with small cells hidden so that no total gives them away
Never    shows a number from 1 to `fewest` - 1, or leaves a hidden one that totals of rows and columns determine, or a hidden remainder as small

Source   fewer than 11: CMS Cell Size Suppression Policy (2020); complementary suppression, and why a hidden cell is determined just where it is a bridge of
         the graph of rows and columns: Gusfield 1988, SIAM J Comput 17:552-571
Misses   what several tables together give away: hide in each table what one of them hides
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from careloom.study.statistics.estimate import LEVEL, Estimate
from careloom.study.statistics.proportions import Count, difference, share

FEWEST = 11
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """One person: her arm, her group in this dimension ("unknown" is one, too), and whether it happened."""

    arm: str
    group: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be told of a group in an arm: how many (None: hidden), in how many it happened (None: hidden), and the share."""

    number: int | None
    hits: int | None
    share: Estimate | None


@dataclass(frozen=True, slots=True)
class Fairness:
    """Each group's cells by arm, the differences (second arm less first) where nothing of a group is hidden, and how many cells are hidden."""

    groups: Mapping[str, Mapping[str, Shown]]
    differences: Mapping[str, Estimate]
    hidden: int
    words: str


def fairness(
    subjects: Sequence[Subject], arms: tuple[str, str], fewest: int = FEWEST, level: float = LEVEL
) -> Fairness:
    """By group and arm, small cells and what would give them away hidden."""
    names = sorted({one.group for one in subjects})
    number = {
        name: {arm: sum(one.group == name and one.arm == arm for one in subjects) for arm in arms}
        for name in names
    }
    hits = {
        name: {arm: sum(one.hit and one.group == name and one.arm == arm for one in subjects) for arm in arms}
        for name in names
    }
    without = suppressed(number, fewest)
    quiet = set(without)
    for arm in arms:
        quiet |= _quiet(
            {name: (hits[name][arm], number[name][arm]) for name in names},
            {name for name, one in without if one == arm},
            arm,
            fewest,
        )
    groups, gaps = {}, {}
    for name in names:
        counts = {arm: Count(hits[name][arm], number[name][arm]) for arm in arms}
        groups[name] = {
            arm: _shown(counts[arm], (name, arm) in without, (name, arm) in quiet, level) for arm in arms
        }
        gap = difference(counts[arms[1]], counts[arms[0]], level)
        if isinstance(gap, Estimate) and not any((name, arm) in quiet for arm in arms):
            gaps[name] = gap
    words = f"{len(quiet)} of {len(names) * len(arms)} cells are hidden: they count fewer than {fewest}, or would give away one that does."
    return Fairness(groups, gaps, len(quiet), words if quiet else "No cell had to be hidden.")


def suppressed(table: Mapping[str, Mapping[str, int]], fewest: int = FEWEST) -> frozenset[Cell]:
    """The cells (row, column) to hide in a table whose totals of rows, of columns and of all are known.

    Those from 1 to fewest - 1, and as many more as it takes: in each row and column that hides any the hidden ones are two or more and come to `fewest`
    or more, and none is determined by the others. Where a whole row or column is hidden its total is to be hidden, too, if it is that small.
    """
    cells = {(row, column): value for row, columns in table.items() for column, value in columns.items()}
    hidden = {cell for cell, value in cells.items() if 0 < value < fewest}
    sides: tuple[Callable[[Cell], str], ...] = (lambda cell: cell[0], lambda cell: cell[1])
    while True:
        more = _thin(cells, hidden, fewest, sides) or _determined(cells, hidden)
        if more is None:
            return frozenset(hidden)
        hidden.add(more)


def _thin(
    cells: Mapping[Cell, int], hidden: set[Cell], fewest: int, sides: Iterable[Callable[[Cell], str]]
) -> Cell | None:
    """A cell to hide beside those of a row or column in which too little is hidden."""
    for side in sides:
        for name in sorted({side(cell) for cell in hidden}):
            line = [cell for cell in hidden if side(cell) == name]
            if len(line) > 1 and sum(cells[cell] for cell in line) >= fewest:
                continue
            found = _smallest(cells, (cell for cell in cells if side(cell) == name and cell not in hidden))
            if found is not None:
                return found
    return None


def _determined(cells: Mapping[Cell, int], hidden: set[Cell]) -> Cell | None:
    """A cell to hide so that a hidden one no longer stands alone between two parts of the table."""
    for cell in sorted(hidden):
        if not _joined(cell, hidden - {cell}):
            beside = (one for one in cells if one not in hidden and (one[0] == cell[0] or one[1] == cell[1]))
            found = _smallest(cells, beside)
            if found is not None:
                return found
    return None


def _joined(cell: Cell, others: set[Cell]) -> bool:
    """Whether the other hidden cells still lead from this one's row to its column."""
    reached, waiting = {("row", cell[0])}, [("row", cell[0])]
    while waiting:
        kind, name = waiting.pop()
        for row, column in others:
            here, there = (
                (("row", row), ("column", column)) if kind == "row" else (("column", column), ("row", row))
            )
            if here == (kind, name) and there not in reached:
                reached.add(there)
                waiting.append(there)
    return ("column", cell[1]) in reached


def _smallest(cells: Mapping[Cell, int], among: Iterable[Cell]) -> Cell | None:
    """The one that costs least: nobody misses a 0 last of all, since everybody guesses it."""
    return min(among, key=lambda cell: (not cells[cell], cells[cell], cell), default=None)


def _quiet(counts: Mapping[str, tuple[int, int]], without: set[str], arm: str, fewest: int) -> set[Cell]:
    """In one arm, whose hits in all are known: the groups of which hits aren't told."""

    def small(hits: int, number: int) -> bool:
        return 0 < hits < fewest or 0 < number - hits < fewest

    quiet = without | {name for name, (hits, number) in counts.items() if small(hits, number)}
    while quiet:
        hits, number = (sum(counts[name][place] for name in quiet) for place in (0, 1))
        rest = [name for name in counts if name not in quiet and counts[name][1]]
        if (len(quiet) > 1 and hits >= fewest and number - hits >= fewest) or not rest:
            break
        quiet.add(min(rest, key=lambda name: (counts[name][1], name)))
    return {(name, arm) for name in quiet}


def _shown(count: Count, without: bool, quiet: bool, level: float) -> Shown:
    found = share(count, level)
    told = found if isinstance(found, Estimate) and not quiet else None
    return Shown(None if without else count.number, None if quiet else count.hits, told)
