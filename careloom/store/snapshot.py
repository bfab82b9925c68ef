"""Snapshot: the whole database as of one moment, read while others go on writing.

SQLite: one read transaction on its write-ahead log; PostgreSQL: one REPEATABLE READ transaction. Nobody waits for either.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from careloom.store.kept import columns_of, kept_models, lines
from careloom.store.models import AuditSeal

AT_ONCE = 2_000
PART = 4 << 20


@dataclass
class Written:
    """What was written of a table so far: how many rows, and the SHA-256 of their lines."""

    rows: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, line: bytes) -> None:
        """Count a line."""
        self.rows += 1
        self.digest.update(line)


@dataclass(frozen=True)
class Snapshot:
    """The database as it was when the snapshot was taken."""

    migrations: tuple[tuple[str, str], ...]
    columns: dict[str, list[str]]
    audit: dict[str, tuple[int, str]]
    written: dict[str, Written]

    def parts(self, table: str) -> Iterator[bytes]:
        """A table's lines, in pieces of some megabytes."""
        held: list[bytes] = []
        size = 0
        written = self.written[table]
        for line in lines(kept_models(apps)[table], AT_ONCE):
            written.add(line)
            held.append(line)
            size += len(line)
            if size >= PART:
                yield b"".join(held)
                held, size = [], 0
        if held:
            yield b"".join(held)


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """The database as of now, until the block ends."""
    with _reading():
        # A part that is installed may have models and, since nobody uses them here, no tables.
        there = set(connection.introspection.table_names())
        found = {table: model for table, model in kept_models(apps).items() if table in there}
        yield Snapshot(
            migrations=applied(),
            columns={table: [one.attname for one in columns_of(model)] for table, model in found.items()},
            audit=chain_heads(),
            written={table: Written() for table in found},
        )


def applied() -> tuple[tuple[str, str], ...]:
    """The migrations that this database has seen."""
    return tuple(sorted(MigrationRecorder(connection).applied_migrations()))


def chain_heads() -> dict[str, tuple[int, str]]:
    """The last link of each organisation's audit chain: its number and hash."""
    last = AuditSeal.objects.values("organisation").annotate(last=models.Max("sequence"))
    heads = (AuditSeal.objects.get(organisation=one["organisation"], sequence=one["last"]) for one in last)
    return {one.organisation: (one.sequence, one.hash) for one in heads}


def digests(found: dict[str, type[models.Model]]) -> dict[str, Written]:
    """What `Snapshot` would write of these tables, without keeping it."""
    counted = {}
    for table, model in found.items():
        counted[table] = Written()
        for line in lines(model, AT_ONCE):
            counted[table].add(line)
    return counted


@contextmanager
def _reading() -> Iterator[None]:
    """One transaction that only reads."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Django begins with IMMEDIATE here, which would keep writers out for as long as the backup takes.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            cursor.execute("SELECT COUNT(*) FROM django_migrations")  # the first read sets the moment
            yield
        finally:
            cursor.execute("ROLLBACK")
