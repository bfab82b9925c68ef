"""Which engine goes with the database."""

from django.db import connection

from careloom.jobs.port import Engine


def engine_of(organisation: str) -> Engine:
    """The engine that dispatches an organisation's work on this database."""
    # Each engine's tables exist on its own database alone, and Procrastinate may not even be installed.
    if connection.vendor == "postgresql":
        from careloom.jobs.on_postgresql import OnPostgresql

        return OnPostgresql(organisation)
    from careloom.jobs.on_sqlite import OnSqlite

    return OnSqlite(organisation)
