"""Clusters of edges, parted wherever they would hold two whom a rule holds apart. Pure; the numbers are rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

# Bits by which one of two rivals must be likelier, for a third description to be of the one and not the other.
CLEARER = 4.0


@dataclass(frozen=True, slots=True)
class Edge:
    """Two rows, the weight of their being one person, and whether it is enough."""

    one: int
    other: int
    bits: float
    same: bool


def parted(
    count: int,
    edges: Sequence[Edge],
    apart: Callable[[Sequence[Sequence[int]]], Iterable[tuple[int, int]]],
) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """Groups of the rows 0 … count-1, and the pairs that are uncertain. `apart` gives the pairs of groups to be parted.

    Who is as like the one as the other of two people apart is left to a person, not given to either.
    """
    group = components(count, (one for one in edges if one.same))
    several = [rows for rows in _groups(group) if len(rows) > 2]
    foes: dict[int, set[int]] = defaultdict(set)
    for one, other in apart(several) if several else ():
        foes[one].add(other)
        foes[other].add(one)
    if foes:
        wrong = {group[row] for row in foes}
        edges = _unclear(edges, foes)
        group = _greedy(count, edges, foes, group, wrong)
    uncertain = [(one.one, one.other) for one in edges if group[one.one] != group[one.other]]
    return _groups(group), uncertain


def components(count: int, edges: Iterable[Edge]) -> list[int]:
    """For each row the first row of its connected component."""
    roots = list(range(count))
    for edge in edges:
        one, other = sorted((_root(roots, edge.one), _root(roots, edge.other)))
        roots[other] = one
    return [_root(roots, row) for row in range(count)]


def _root(roots: list[int], row: int) -> int:
    while roots[row] != row:
        roots[row] = roots[roots[row]]
        row = roots[row]
    return row


def _groups(group: Sequence[int]) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for row, first in enumerate(group):
        found.setdefault(first, []).append(row)
    return list(found.values())


def _unclear(edges: Sequence[Edge], foes: dict[int, set[int]]) -> list[Edge]:
    """The edges, without `same` where the one row is nearly as like somebody whom the other is apart from."""
    likes: dict[int, dict[int, float]] = defaultdict(dict)
    for edge in edges:
        likes[edge.one][edge.other] = edge.bits
        likes[edge.other][edge.one] = edge.bits

    def rivalled(row: int, friend: int, bits: float) -> bool:
        return any(likes[row].get(foe, -1e9) > bits - CLEARER for foe in foes.get(friend, ()))

    return [
        replace(edge, same=False)
        if edge.same
        and (rivalled(edge.one, edge.other, edge.bits) or rivalled(edge.other, edge.one, edge.bits))
        else edge
        for edge in edges
    ]


def _greedy(
    count: int, edges: Sequence[Edge], foes: dict[int, set[int]], group: Sequence[int], wrong: set[int]
) -> list[int]:
    """Components again, those in `wrong` joined likeliest first and never across two foes."""
    roots = components(count, (one for one in edges if one.same and group[one.one] not in wrong))
    members = {row: {row} for row in range(count) if group[row] in wrong}
    enemies = {row: set(foes.get(row, ())) for row in members}
    for edge in sorted((one for one in edges if one.same and group[one.one] in wrong), key=_likeliest):
        one, other = sorted((_root(roots, edge.one), _root(roots, edge.other)))
        if one == other or not enemies[one].isdisjoint(members[other]):
            continue
        roots[other] = one
        members[one] |= members.pop(other)
        enemies[one] |= enemies.pop(other)
    return [_root(roots, row) for row in range(count)]


def _likeliest(edge: Edge) -> tuple[float, int, int]:
    return -edge.bits, edge.one, edge.other
