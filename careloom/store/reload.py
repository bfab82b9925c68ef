"""Reload: a backup's rows into an empty database, which is brought to the backup's own version first and to ours afterwards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from careloom.errors import ConfigError
from careloom.store.database import engine_first, machine_errors, make_private
from careloom.store.kept import ENGINES, columns_of, kept_models, value_reader, values_of
from careloom.store.snapshot import Written, digests


class Reload:
    """An empty database that takes the rows of a backup, made by `reloading`."""

    def __init__(self, migrations: Sequence[tuple[str, str]], columns: dict[str, list[str]]) -> None:
        executor = MigrationExecutor(connection)
        if any(one[0] not in ENGINES for one in executor.loader.applied_migrations):
            raise ConfigError("the database holds something already; a backup is restored into an empty one")
        wanted = _loaded([one for one in migrations if one[0] not in ENGINES], executor)
        known = executor.loader.graph.nodes
        if newer := [one for one in wanted if one not in known]:
            raise ConfigError(f"the backup is of a newer Careloom: {'.'.join(newer[0])} is unknown here")
        # The work engine of this database comes at today's version: its queue is not in the backup.
        engines = [one for one in executor.loader.graph.leaf_nodes() if one[0] in ENGINES]
        self.models = kept_models(executor.migrate([*_last(wanted, executor), *engines]).apps)
        for table, names in columns.items():
            model = self.models.get(table)
            if model is None or [one.attname for one in columns_of(model)] != names:
                raise ConfigError(f"the backup's table {table} is not the one that its version has")
        self._readers = {
            table: [value_reader(one) for one in columns_of(self.models[table])] for table in columns
        }
        self._sql = {table: _insert(self.models[table]) for table in columns}
        with connection.cursor() as cursor:
            for table in self._sql:  # what migrations put there
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608

    def add(self, table: str, part: bytes) -> None:
        """The rows of a piece of a table. Raises ConfigError for a table or rows that don't fit."""
        try:
            readers, sql = self._readers[table], self._sql[table]
            rows = [values_of(line, readers) for line in part.splitlines()]
        except (KeyError, ValueError, TypeError):
            raise ConfigError(f"the backup's table {table} does not fit") from None
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)

    def digests(self) -> dict[str, Written]:
        """What stands in the tables now, to be compared with what stood in the backup."""
        return digests({table: self.models[table] for table in self._sql})

    def finish(self) -> None:
        """Bring the database to today's version, the rows' references checked."""
        connection.check_constraints()
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), list(self.models.values())):
                cursor.execute(sql)
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def reloading(migrations: Sequence[tuple[str, str]], columns: dict[str, list[str]]) -> Iterator[Reload]:
    """An empty database that takes a backup's rows: all of them when the block ends, or nothing at all, not even tables.

    Raises ConfigError where it is not empty, or the backup is newer than we are.
    """
    make_private()
    with machine_errors():
        engine_first()
    with machine_errors(), connection.constraint_checks_disabled(), transaction.atomic():
        reload = Reload(migrations, columns)
        yield reload
        reload.finish()


def _loaded(wanted: list[tuple[str, str]], executor: MigrationExecutor) -> list[tuple[str, str]]:
    """What is wanted, with what was put together in place of all its parts, or one by one where some of them are missing."""
    for together, migration in executor.loader.replacements.items():
        parts = set(migration.replaces)
        if parts <= set(wanted):
            wanted = [together, *(one for one in wanted if one not in parts and one != together)]
        else:
            executor.loader = MigrationLoader(connection, replace_migrations=False)
    return wanted


def _last(wanted: Sequence[tuple[str, str]], executor: MigrationExecutor) -> list[tuple[str, str]]:
    """Of each app's migrations the last that are wanted."""
    nodes = executor.loader.graph.node_map
    followed = {
        one
        for one in wanted
        for child in nodes[one].children
        if child.key[0] == one[0] and child.key in wanted
    }
    return [one for one in wanted if one not in followed]


def _insert(model: type[models.Model]) -> str:
    quote: Any = connection.ops.quote_name
    columns = columns_of(model)
    names = ", ".join(quote(one.column) for one in columns)
    marks = ", ".join(["%s"] * len(columns))
    # Only names of our own tables and columns stand in this text.
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608
