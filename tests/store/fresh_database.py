"""A database of its own for a home that real processes use: SQLite in the home, or a new one on the tests' PostgreSQL."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def fresh_database() -> Iterator[dict[str, str]]:
    """The environment that names it; gone afterwards."""
    url = os.environ.get("CARELOOM_DATABASE_URL", "")
    if not url:
        yield {}
        return
    import psycopg

    name = f"careloom_{uuid.uuid4().hex[:12]}"
    server: Any = psycopg.connect(url, autocommit=True)
    try:
        server.execute(f"CREATE DATABASE {name}")
        yield {"CARELOOM_DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}
    finally:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.close()
