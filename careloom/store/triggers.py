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
            for event in ("update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}{on}")


def _create(vendor: str, table: str) -> Iterable[str]:
    for event in ("update", "delete"):
        if vendor == "postgresql":
            yield (
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION careloom_append_only()"
            )
        else:
            yield (
                f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'careloom: {table} is append-only'); END"
            )
