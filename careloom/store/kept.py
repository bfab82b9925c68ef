"""Kept: which tables a backup holds, and how their rows are written so that either database reads them.

A row is a line of JSON, its columns in the order of their names. What only a running process needs is left out: sessions, lock-outs, the engines'
queues (the work itself is a table of ours, and workers dispatch it anew).
"""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from django.apps.registry import Apps
from django.db import connection, models

ENGINES = frozenset({"django_tasks_database", "procrastinate"})
LEFT_OUT = ENGINES | {"sessions", "axes", "contenttypes", "auth", "admin"}
LEFT_OUT_TABLES = frozenset({"store_storedsignin"})
Columns = Sequence["models.Field[Any, Any]"]
_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(list[Any]).decode


def kept_models(apps: Apps) -> dict[str, type[models.Model]]:
    """The models whose rows a backup holds, by table."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in LEFT_OUT
    }
    return {table: found[table] for table in sorted(found) if table not in LEFT_OUT_TABLES}


def columns_of(model: type[models.Model]) -> Columns:
    """A model's columns, by name: a model of an older version may have them in another order."""
    return tuple(sorted(model._meta.concrete_fields, key=lambda one: one.attname))


def lines(model: type[models.Model], at_once: int) -> Iterator[bytes]:
    """Every row of a table, by its key."""
    names = [column.attname for column in columns_of(model)]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(at_once):
        yield _encode(row) + b"\n"


def value_reader(column: "models.Field[Any, Any]") -> Any:
    """What makes of a value of a line what the database takes for this column."""
    kind = column.target_field if isinstance(column, models.ForeignKey) else column

    def read(value: Any) -> Any:
        if value is not None and isinstance(kind, models.BinaryField):
            value = base64.b64decode(value)
        elif not isinstance(kind, models.JSONField):
            value = kind.to_python(value)
        return column.get_db_prep_save(value, connection)

    return read


def values_of(line: bytes, readers: Sequence[Any]) -> list[Any]:
    """The values of a line, as the database takes them. Raises ValueError for a line of other columns."""
    return [read(value) for read, value in zip(readers, _decode(line), strict=True)]
