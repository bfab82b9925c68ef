"""Criteria that ask for rows of one view and nothing else, answered together: each view is read once for all of them.

Takes    the criteria of a measure as tables: a view, filtered, and perhaps only codes of some value sets
Gives    one table a view, with a column a criterion, by patient; and which criteria are of another shape
Never    changes what a criterion means
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from careloom.measure.quality.noun import Table, Truth

# What a Question gave: by the operation of its table the view, and the value sets (OIDs) that it asked for.
Retrieves: TypeAlias = Mapping[Any, tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Simple:
    """A criterion of one view: the sets of which a row's code must be (none: any code), and further conditions."""

    number: int
    view: str
    sets: tuple[str, ...]
    conditions: tuple[Any, ...]


def simple(number: int, table: Table, retrieves: Retrieves) -> Simple | None:
    """A criterion as conditions on one view's rows; None where it is more than that."""
    from ibis.expr import operations as ops

    conditions: list[Any] = []
    at = table.op()
    while isinstance(at, ops.Filter):
        conditions += at.predicates
        at = at.parent
    view, sets = retrieves.get(at, ("", ()))
    if not view or not (sets or conditions) or any(map(_foreign, conditions)):
        return None
    return Simple(number, view, sets, tuple(conditions))


def _foreign(condition: Any) -> bool:
    """Whether a condition asks another table, or rows beside its own."""
    from ibis.expr import operations as ops

    return bool(condition.find((ops.Subquery, ops.WindowFunction, ops.Reduction), filter=ops.Value))


def answered(
    criteria: Sequence[Simple], view_of: Callable[[str], Table], members: Table, name: Callable[[int], str]
) -> Iterator[Table]:
    """One table a view: its patients, and for each criterion whether some row of theirs meets it."""
    by_view: dict[str, list[Simple]] = defaultdict(list)
    for one in criteria:
        by_view[one.view].append(one)
    for view, asked in by_view.items():
        rows = view_of(view).select("patient", *sorted({"coding", *_asked(asked)} - {"patient"}))
        wanted = sorted({oid for one in asked for oid in one.sets})
        if wanted:
            sets = members.filter(members.value_set.isin(wanted)).rename(member="coding")
            joined = rows.left_join(sets, rows.coding == sets.member)
            if all(one.sets for one in asked):
                joined = joined.filter(joined.value_set.notnull())
        else:
            joined = rows
        yield joined.group_by("patient").aggregate(**{name(one.number): _met(joined, one) for one in asked})


def _asked(criteria: Sequence[Simple]) -> Iterator[str]:
    """The columns that conditions ask for."""
    from ibis.expr import operations as ops

    for one in criteria:
        for condition in one.conditions:
            yield from (each.name for each in condition.find(ops.Field, filter=ops.Value))


def _met(joined: Table, one: Simple) -> Truth:
    conditions = [_moved(condition, joined) for condition in one.conditions]
    if one.sets:
        conditions.append(joined.value_set.isin(one.sets))
    found = conditions[0]
    for each in conditions[1:]:
        found = found & each
    return found.any()


def _moved(condition: Any, joined: Table) -> Truth:
    """A condition on a view's own rows as one on the joined rows."""
    from ibis.expr import operations as ops

    def replaced(node: Any, changed: Mapping[str, Any] | None) -> Any:
        if isinstance(node, ops.Field):
            return joined[node.name].op()
        return node.__recreate__(changed) if changed else node

    return condition.replace(replaced, filter=ops.Value).to_expr()
