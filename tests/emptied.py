"""How a database is emptied between tests that really commit: what was written is deleted, and nothing else is touched.

Django empties every table and fills in anew what migrations leave there, which takes longer than most of these tests.
"""

import functools
from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

from careloom.store import triggers
from careloom.store.models import APPEND_ONLY

# What migrations write, and no test does: the names of tables and what may be done with them.
LEFT = {"django_content_type", "auth_permission"}


def instead_of_djangos() -> None:
    """From here on a test case that commits is followed by `empty`."""
    TransactionTestCase._fixture_teardown = _after  # type: ignore[method-assign]


def _after(case: Any) -> None:
    for alias in case._databases_names(include_mirrors=False):
        empty(connections[alias])


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete all rows of all tables, those of append-only ones, too. On PostgreSQL only a superuser may do so."""
    written = _written(connection, _tables(connection.alias))
    if not written:
        return
    if connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias):
            # Neither our triggers nor those by which foreign keys are looked after are asked.
            _run(connection, ["SET LOCAL session_replication_role = replica", *map(_delete, written)])
        return
    guarded = [table for table in written if table in {model._meta.db_table for model in APPEND_ONLY}]
    with connection.constraint_checks_disabled(), transaction.atomic(using=connection.alias):
        triggers.drop(connection, guarded)
        _run(connection, map(_delete, written))
        triggers.create(connection, guarded)


@functools.cache
def _tables(alias: str) -> tuple[str, ...]:
    names = connections[alias].introspection.django_table_names(only_existing=True, include_views=False)
    return tuple(sorted(set(names) - LEFT))


def _written(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> list[str]:
    asked = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [name for (name,) in cursor.fetchall()]


def _delete(table: str) -> str:
    return f'DELETE FROM "{table}"'


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
