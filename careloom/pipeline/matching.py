"""Matching: which rows of a table are of one person. Nothing is stored, and nobody is merged."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from careloom.care.entry import Message
from careloom.connect import tables
from careloom.connect.tables.given import column_key
from careloom.errors import ConfigError, InputError
from careloom.identity.batch import Clusters, cluster
from careloom.identity.traits import Traits, traits


def match(file: Path, mapping: tables.Mapping, column: str, zone: str) -> Clusters:
    """The rows of a file by the id that `column` (its header, or its position where there is none) gives each.

    Raises InputError where a row can't be read, has no id, or the id of another; ConfigError where splink is missing.
    """
    with _uncollected():
        found = described(file, mapping, column, zone)
        try:
            return cluster(tuple(found), tuple(found.values()))
        except ImportError:
            raise ConfigError(
                "matching a table needs splink: pip install --require-hashes -r requirements/analytics.txt"
            ) from None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles, which goes through all descriptions again and again and finds none."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def described(file: Path, mapping: tables.Mapping, column: str, zone: str) -> dict[str, Traits]:
    """What each row says of whom it is about, by its id; raises as `match` does."""
    key = int(column) if column.isdigit() and not mapping.layout.header else column_key(column)
    # The name of the file's source stands in the systems of its numbers alone; nothing of this message is kept.
    message = Message("", mapping.name, f"table:{mapping.name}", zone=zone)
    found: dict[str, Traits] = {}
    with file.open("rb") as body:
        for row, (name, person) in enumerate(tables.people(message, body, mapping, key), start=1):
            if name in found:
                raise InputError(f"column {column} names a row that stands before", f"row {row}")
            found[name] = traits(person)
    return found
