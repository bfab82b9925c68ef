"""The database itself: brought up to date, written to in short transactions, its failures in our words."""

import fcntl
import hashlib
import importlib.util
import os
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from careloom.errors import ConfigError

# What SQLite and PostgreSQL say when the machine, not the data, is at fault.
MACHINE = ("disk is full", "disk i/o error", "readonly database", "unable to open", "no space left", "locked")

SQLITE_FULL = 2
# What stands in a home that is being restored; nobody else may use it.
RESTORING = "restoring"
# The name of the lock of those who bring a database up to date (any number that nothing else holds).
_MIGRATORS = 0x316E


def prepare(home: Path) -> bool:
    """Make the home directory (0700) and bring the database up to date, harmless when it is; whether it was empty.

    Two processes may do so at once. Raises ConfigError where the machine says no.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (home / RESTORING).exists():
            raise ConfigError(
                "a backup is being restored here, or that was stopped: empty the home and restore it again"
            )
        with (home / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            make_private()
            with machine_errors():
                return _migrate()
    except OSError as error:
        raise ConfigError(f"the home directory can't be used ({type(error).__name__})") from None


def make_private() -> None:
    """Make SQLite's file (0600), where it is not there; SQLite gives its other files the mode that this one has."""
    if connection.vendor == "sqlite":
        os.close(os.open(connection.settings_dict["NAME"], os.O_RDWR | os.O_CREAT, 0o600))


@contextmanager
def writing() -> Iterator[None]:
    """One short write transaction: all of it or nothing (SQLite: BEGIN IMMEDIATE)."""
    with machine_errors(), transaction.atomic():
        yield


@contextmanager
def machine_errors() -> Iterator[None]:
    """Turn a full disk, a lost connection or a locked file into a ConfigError that quotes no values."""
    try:
        yield
    except DatabaseError as error:
        # What follows from a machine's error (a transaction that is broken by it) may be all that is heard of it.
        words = " ".join(str(one).lower() for one in _behind(error))
        said = next((phrase for phrase in MACHINE if phrase in words), None)
        if said is None:
            raise
        raise ConfigError(f"the database can't be written: {said}") from None


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those while which it arose."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def renew() -> None:
    """Let go of this thread's connection, which may be broken; the next query opens another one."""
    if not connection.in_atomic_block:
        connection.close()


def is_durable() -> bool:
    """Whether what is committed outlives a power cut, as this database is set."""
    with machine_errors(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            return int(cursor.fetchone()[0]) >= SQLITE_FULL
        cursor.execute("SHOW synchronous_commit")
        return str(cursor.fetchone()[0]) != "off"


def number_of(organisation: str, what: str) -> int:
    """The number by which `hold` holds something of an organisation; the same whatever keys a process has."""
    return int(hashlib.sha256(f"{organisation}\x1f{what}".encode()).hexdigest()[:15], 16)


def hold(name: int, *, shared: bool = False) -> None:
    """On PostgreSQL, wait until nobody else holds this number, and hold it to the transaction's end; `shared` with others who hold it so.

    SQLite has one writer at a time and needs no such lock.
    """
    if connection.vendor == "postgresql":
        lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(%s)", [name])


def _migrate() -> bool:
    if _has_applied_all():
        return False
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        # All that a migration replaces is done: it is noted, so that the next process sees so at a glance.
        executor.check_replacements()
        return False
    empty = not executor.loader.applied_migrations
    with _migrating():
        engine_first()
        # One transaction for all: Django notes some migrations as done a moment after it made their tables, and a process
        # that died in between would leave a database that no later process can bring up to date.
        with connection.constraint_checks_disabled(), transaction.atomic():
            call_command("migrate", verbosity=0, interactive=False)
    return empty


def _has_applied_all() -> bool:
    """Whether the database has noted every migration that there is a file of; to load them takes longer than most commands."""
    applied = MigrationRecorder(connection).applied_migrations()
    return all(
        (app.label, name) in applied for app in apps.get_app_configs() for name in _migrations(app.label)
    )


def _migrations(label: str) -> Iterator[str]:
    name, _ = MigrationLoader.migrations_module(label)
    package = importlib.util.find_spec(name) if name else None
    for module in pkgutil.iter_modules(package.submodule_search_locations if package else []):
        if not module.ispkg and module.name[0] not in "_~":
            yield module.name


def engine_first() -> None:
    """On PostgreSQL, bring the tables of its work engine up to date, each step a transaction of its own.

    Its steps use values of a type that earlier ones add, which PostgreSQL allows only when those are committed.
    """
    if connection.vendor != "postgresql":
        return
    executor = MigrationExecutor(connection)
    executor.migrate([one for one in executor.loader.graph.leaf_nodes() if one[0] == "procrastinate"])


@contextmanager
def _migrating() -> Iterator[None]:
    """One process at a time brings a database up to date (on SQLite the home's lock says so)."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATORS])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATORS])
