"""Triggers that refuse to change or delete a row of an append-only table, on SQLite and PostgreSQL.

They keep our own mistakes from rewriting history; somebody who may drop a trigger is found by the audit chain.
"""

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

REFUSE_FUNCTION = """
CREATE OR REPLACE FUNCTION careloom_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'careloom: % is append-only', TG_TABLE_NAME; END $$
"""


def create(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> None:
    """Put the triggers on these tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(REFUSE_FUNCTION)
        for table in tables:
            for statement in _create(connection.vendor, table):
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> None:
    """Take the triggers off these tables (a later migration that must change them puts them back)."""
    with connection.cursor() as cursor:
        for table in tables:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            for event in ("update", "delete", "truncate"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}{on}")


class AppendOnly(Operation):
    """In a migration: these tables are append-only from here on.

    Not `RunPython`, for which Django makes every model anew: that was half the time in which a new home came up.
    """

    reduces_to_sql = False

    def __init__(self, tables: tuple[str, ...]) -> None:
        self.tables = tables

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models don't know of triggers."""

    def database_forwards(
        self, _app: str, schema_editor: BaseDatabaseSchemaEditor, _before: Any, _after: Any
    ) -> None:
        """Put them on."""
        create(schema_editor.connection, self.tables)

    def database_backwards(
        self, _app: str, schema_editor: BaseDatabaseSchemaEditor, _before: Any, _after: Any
    ) -> None:
        """Take them off."""
        drop(schema_editor.connection, self.tables)

    def describe(self) -> str:
        """For who lists what a migration does."""
        return f"Refuse changes to {', '.join(self.tables)}"


class Changeable(AppendOnly):
    """In a migration: the triggers are off until `AppendOnly` puts them back (SQLite makes a table anew to add a column)."""

    database_forwards = AppendOnly.database_backwards
    database_backwards = AppendOnly.database_forwards

    def describe(self) -> str:
        """For who lists what a migration does."""
        return f"Allow changes to {', '.join(self.tables)}"


def _create(vendor: str, table: str) -> Iterable[str]:
    if vendor == "postgresql":
        for event, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            yield (
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION careloom_append_only()"
            )
    else:
        for event in ("update", "delete"):
            yield (
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'careloom: {table} is append-only'); END"
            )
