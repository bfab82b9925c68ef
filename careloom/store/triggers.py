"""Triggers that refuse to change or delete a row of an append-only table, on SQLite and PostgreSQL.

They keep our own mistakes from rewriting history; somebody who may drop a trigger is found by the audit chain.
"""

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

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
