"""Prepared: a question whose SQL is made once is planned once, too: PostgreSQL keeps the plan for as long as a connection lasts.

It is sent and answered in PostgreSQL's binary form, which costs a fraction of the text form: most where rows hold sealed bytes.
"""

from collections.abc import Sequence
from functools import lru_cache
from threading import local
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    from psycopg import Cursor


class _Here(local):
    """Each thread has a connection of its own, and on PostgreSQL one cursor for all such questions."""

    cursor: "Cursor[Any] | None" = None


_HERE = _Here()


def answer(sql: str, sent: Sequence[Any], *, as_text: bool = False) -> list[tuple[Any, ...]]:
    """All rows of the answer; `as_text` where a column is read from PostgreSQL's text form (JSON)."""
    cursor = _run(sql, sent, as_text=as_text)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def tell(sql: str, sent: Sequence[Any]) -> None:
    """The same for what has no answer."""
    _run(sql, sent, as_text=False)


def _run(sql: str, sent: Sequence[Any], *, as_text: bool) -> Any:
    """What holds the answer. Nothing of Django's stands in between, unless somebody looks at what is asked."""
    here = connections[DEFAULT_DB_ALIAS]
    by_django = here.queries_logged or here.execute_wrappers
    here.close_if_health_check_failed()
    if here.connection is None:
        here.ensure_connection()
    if here.vendor == "postgresql":
        cursor: Any = _planned(here, as_text=as_text)
        if by_django:
            cursor = here.make_debug_cursor(cursor) if here.queries_logged else here.make_cursor(cursor)
    elif by_django:
        cursor = here.cursor()
    else:
        cursor, sql = here.connection, _with_marks(sql)
    if by_django:
        cursor.execute(sql, sent)
        return cursor
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        return cursor.execute(sql, sent)


@lru_cache(maxsize=2_000)
def _with_marks(sql: str) -> str:
    """A statement with the marks that SQLite knows, as Django makes them."""
    return sql.replace("%s", "?").replace("%%", "%")


def _planned(here: BaseDatabaseWrapper, *, as_text: bool) -> "Cursor[Any]":
    """This thread's cursor on PostgreSQL."""
    # psycopg is there where PostgreSQL is.
    from psycopg import Cursor
    from psycopg.pq import Format

    opened: Any = here.connection
    cursor = _HERE.cursor
    if cursor is None or cursor.connection is not opened:
        opened.prepare_threshold = settings.CARELOOM_PREPARES_AFTER
        cursor = _HERE.cursor = Cursor(opened)
    cursor.format = Format.TEXT if as_text else Format.BINARY
    return cursor
