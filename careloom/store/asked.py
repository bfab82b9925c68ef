"""Asked: a question that pages ask again and again in one form. Its SQL is made once in a process and sent with other values each time.

Django makes the SQL of a query anew whenever it is asked, which costs several times what the answer does. What is asked is what the queryset
says, organisation and all; only its values change.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from careloom.store.ids import new_id
from careloom.store.prepared import answer

One: TypeAlias = UUID | str | int | date
Given: TypeAlias = One | Sequence[One] | frozenset[One] | set[One]
SINGLE = (UUID, str, int, date)
Row: TypeAlias = tuple[Any, ...]
Shape: TypeAlias = tuple[object, ...]
# So many rows are kept in Python's own types, of a question that is asked with each request.
TOLD = 2_000
# So many shapes of one question are kept made: the lengths of what it is asked with have no bound of their own.
SHAPES = 256
# Values that nothing else in a query has, to find where the given ones stand; a number fits into 32 bits, beyond which no row can be.
_BEGAN, _NUMBER = datetime(1801, 1, 1, tzinfo=UTC), 2_100_000_000


@dataclass(frozen=True, slots=True)
class _Made:
    """A question's SQL; `places` says for each of its values which of the given ones it is, or -1 for the `fixed` one."""

    sql: str
    places: tuple[int, ...]
    fixed: tuple[object, ...]
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]


@dataclass(frozen=True)
class Asked:
    """A question: `make` gives the queryset (values_list of columns in their order) for the values that it is asked with.

    Of a value that is a collection the queryset asks with `__in`. As many as there are, each number of them is a form of its own. It asks with
    each of its values, but for the `optional` ones (by place).
    """

    make: Callable[..., QuerySet[Any, Any]]
    optional: frozenset[int] = frozenset()
    # Whether mostly the same rows are answered: then what the driver gave is turned into Python's types once for rows that say the same.
    again: bool = False
    _made: dict[Shape, _Made] = field(default_factory=dict, repr=False, compare=False)
    _told: dict[tuple[str, Row], Row] = field(default_factory=dict, repr=False, compare=False)

    def rows(self, *given: Given, raw: bool = False) -> list[Row]:
        """The answer, row by row; `raw` as the database's driver gives it (SQLite knows no UUID and no time)."""
        values: list[Any] = []
        shape: list[object] = [connection.vendor]
        for one in given:
            if isinstance(one, SINGLE):
                values.append(_adapted(one))
                shape.append(type(one))
            elif one:
                values += map(_adapted, one)
                shape.append(len(one))
            else:
                return []
        made = self._made.get(tuple(shape))
        if made is None:
            if len(self._made) >= SHAPES:
                self._made.clear()
            made = self._made[tuple(shape)] = self._compiled(given)
        sent: list[Any] = [
            fixed if place < 0 else values[place]
            for place, fixed in zip(made.places, made.fixed, strict=True)
        ]
        found = answer(made.sql, sent, as_text=bool(made.converters))
        if raw or not made.converters:
            return found
        return [self._again(row, made) if self.again else _converted(row, made) for row in found]

    def _again(self, row: Row, made: _Made) -> Row:
        told = self._told.get((made.sql, row))
        if told is None:
            if len(self._told) >= TOLD:
                self._told.clear()
            told = self._told[made.sql, row] = _converted(row, made)
        return told

    def first(self, *given: Given) -> Row | None:
        """The first row of the answer, None where there is none."""
        return next(iter(self.rows(*given)), None)

    def _compiled(self, given: Sequence[Given]) -> _Made:
        numbers = iter(range(1, 1_000_000))
        signs = [_signs(one, numbers) for one in given]
        compiler = self.make(*signs).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        flat: list[object] = []
        needed: set[int] = set()
        for place, one in enumerate(signs):
            first = len(flat)
            flat += map(_adapted, one) if isinstance(one, list) else [_adapted(one)]
            if place not in self.optional:
                needed.update(range(first, len(flat)))
        places = tuple(flat.index(one) if one in flat else -1 for one in params)
        if missing := needed - set(places):
            raise ValueError(f"a question doesn't ask with {len(missing)} of its values")
        columns = [one[0] for one in compiler.select[: compiler.col_count]]
        converters = tuple(
            (number, tuple(convert), expression)
            for number, (convert, expression) in compiler.get_converters(columns).items()
        )
        return _Made(sql, places, tuple(params), converters)


def _signs(one: Given, numbers: Iterator[int]) -> One | list[One]:
    if isinstance(one, SINGLE):
        return _sign(one, numbers)
    return [_sign(each, numbers) for each in one]


def _sign(one: One, numbers: Iterator[int]) -> One:
    if isinstance(one, UUID):
        return new_id()
    if isinstance(one, str):
        return new_id().hex
    number = next(numbers)
    if isinstance(one, datetime):
        return _BEGAN.replace(microsecond=number)
    return _BEGAN.date() + timedelta(days=number) if isinstance(one, date) else _NUMBER + number


def _adapted(one: One) -> object:
    """A value as this database's driver takes it."""
    if isinstance(one, UUID):
        return one if connection.features.has_native_uuid_field else one.hex
    if isinstance(one, datetime):
        return connection.ops.adapt_datetimefield_value(one)
    return connection.ops.adapt_datefield_value(one) if isinstance(one, date) else one


def _converted(row: Row, made: _Made) -> Row:
    said = list(row)
    for number, convert, expression in made.converters:
        for one in convert:
            said[number] = one(said[number], expression, connection)
    return tuple(said)
