"""Many new rows of one table at once, without making a model's instance of each: three times as fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, ForeignKey, UUIDField

from careloom.store.models import Row
from careloom.store.prepared import tell


def insert(
    model: type[Row], columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, again: bool = False
) -> None:
    """Insert rows whose values stand in the order of `columns` (names of the model's fields).

    Takes text, bytes, whole numbers, booleans, times, UUIDs and None. With `again`, a row that stands there already
    stays as it is.
    """
    if not rows:
        return
    form = _form(model, tuple(columns), again, connection.features.has_native_uuid_field)
    if len(rows) == 1:
        tell(form.statement, form.plain(rows[0]))
        return
    with connection.cursor() as cursor:
        cursor.executemany(form.statement, [form.plain(row) for row in rows])


@dataclass(frozen=True, slots=True)
class _Form:
    """The statement, and where in a row stand ids and times that a database without types of its own for them keeps otherwise."""

    statement: str
    ids: tuple[int, ...]
    times: tuple[int, ...]

    def plain(self, row: tuple[Any, ...]) -> Sequence[Any]:
        """A row as it is sent."""
        if not self.ids and not self.times:
            return row
        plain = list(row)
        for place in self.ids:
            if plain[place] is not None:
                plain[place] = plain[place].hex
        for place in self.times:
            plain[place] = connection.ops.adapt_datetimefield_value(plain[place])
        return plain


@cache
def _form(model: type[Row], columns: tuple[str, ...], again: bool, native: bool) -> _Form:
    quote = connection.ops.quote_name
    named = {field.name: quote(str(field.column)) for field in model._meta.concrete_fields}
    names = ", ".join(named[column] for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    table, known = quote(model._meta.db_table), "ON CONFLICT DO NOTHING" if again else ""
    statement = " ".join(("INSERT INTO", table, "(", names, ") VALUES (", marks, ")", known))
    fields = [] if native else [model._meta.get_field(column) for column in columns]
    return _Form(
        statement,
        tuple(n for n, field in enumerate(fields) if isinstance(field, UUIDField | ForeignKey)),
        tuple(n for n, field in enumerate(fields) if isinstance(field, DateTimeField)),
    )
