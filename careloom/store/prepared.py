"""Prepared: a question whose SQL is made once is planned once, too: PostgreSQL keeps the plan for as long as a connection lasts.

It is sent and answered in PostgreSQL's binary form, which costs a fraction of the text form: most where rows hold sealed bytes.
"""

from collections.abc import Sequence
from threading import local
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

if TYPE_CHECKING:
    from psycopg import Cursor


class _Here(local):
    """Each thread has a connection of its own, and on PostgreSQL one cursor for all such questions."""

    cursor: "Cursor[Any] | None" = None


_HERE = _Here()


def answer(sql: str, sent: Sequence[Any], *, as_text: bool = False) -> list[tuple[Any, ...]]:
    """All rows of the answer; `as_text` where a column is read from PostgreSQL's text form (JSON)."""
    if connection.vendor == "postgresql":
        return _rows(_planned(as_text=as_text), sql, sent)
    with connection.cursor() as cursor:
        return _rows(cursor, sql, sent)


def _rows(cursor: CursorWrapper, sql: str, sent: Sequence[Any]) -> list[tuple[Any, ...]]:
    cursor.execute(sql, sent)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _planned(*, as_text: bool) -> CursorWrapper:
    """This thread's cursor, as Django wraps its own."""
    # psycopg is there where PostgreSQL is.
    from psycopg import Cursor
    from psycopg.pq import Format

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    opened = connection.connection
    cursor = _HERE.cursor
    if cursor is None or cursor.connection is not opened:
        opened.prepare_threshold = settings.CARELOOM_PREPARES_AFTER
        cursor = _HERE.cursor = Cursor(opened)
    cursor.format = Format.TEXT if as_text else Format.BINARY
    raw: Any = cursor
    return connection.make_debug_cursor(raw) if connection.queries_logged else connection.make_cursor(raw)
