"""A measure as DuckDB asks it, kept from the last time that the same code asked over the same period.

To build an expression and translate it takes longer than to count ten thousand patients. What is kept is SQL and the names
that it gives, never an answer; it is asked anew where code, period or a library's version is another one, or a file can't be read.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from careloom.measure.quality.noun import Measure, Shape, Span, Table, ValueSet
from careloom.measure.quality.running import Asked, ask

# A dashboard asks each measure over three periods, one of which is another one each day.
MOST = 200


@dataclass(frozen=True, slots=True)
class _Kept:
    """The statement that makes a view of the answer, the view's name, and its columns with their Ibis types."""

    statement: str
    view: str
    columns: Mapping[str, str]
    groups: tuple[Shape, ...]
    used: tuple[ValueSet, ...]


def ask_kept(
    measure: Measure, period: Span, connection: Any, view_of: Callable[[str], Table], folder: Path
) -> Asked:
    """What `ask` gives, from what a folder keeps where it does; it is kept there where it wasn't. Spark is asked as ever."""
    import ibis  # a quarter of a second, with what it is asked by

    if connection.name != "duckdb":
        return ask(measure, period, view_of)
    file = folder / f"{measure.name}-{_key(measure, period)}.json"
    found = _read(file)
    if found is None:
        asked = ask(measure, period, view_of)
        view = f"asked_{measure.name}_{file.stem[-8:]}"
        statement = " ".join(("create or replace view", f'"{view}"', "as", connection.compile(asked.table)))
        columns = {name: str(kind) for name, kind in asked.table.schema().items()}
        found = _Kept(statement, view, columns, asked.groups, asked.used)
        _keep(file, found)
    # As a view: what follows (sums, order, pages) is a short expression over it, told its columns so that nobody looks them up.
    connection.con.execute(found.statement).fetchall()
    return Asked(measure, period, found.groups, ibis.table(found.columns, name=found.view), found.used)


@functools.cache
def _code() -> bytes:
    """What the text of a measure follows from: this folder's code, and the libraries that translate it."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    told = [one.read_bytes() for one in sources]
    told += [version(name).encode() for name in ("ibis-framework", "sqlglot", "duckdb")]
    return hashlib.sha256(b"\x1f".join(told)).digest()


def _key(measure: Measure, period: Span) -> str:
    asked = f"{measure.name}\x1f{period.start}\x1f{period.end}".encode()
    return hashlib.sha256(_code() + asked).hexdigest()[:32]


def _read(file: Path) -> _Kept | None:
    try:
        told = json.loads(file.read_bytes())
        return _Kept(
            statement=told["statement"],
            view=told["view"],
            columns=told["columns"],
            groups=tuple(
                Shape(one["id"], one["title"], tuple(one["populations"]), tuple(one["strata"]))
                for one in told["groups"]
            ),
            used=tuple(ValueSet(**one) for one in told["used"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(file: Path, found: _Kept) -> None:
    """Keep it if the folder can be written; without it the next one is only slower."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = file.with_suffix(f".{os.getpid()}")
        made.write_text(json.dumps(asdict(found)))
        made.replace(file)
        others = sorted(file.parent.glob("*.json"), key=lambda one: one.stat().st_mtime)
        for one in others[:-MOST]:
            one.unlink(missing_ok=True)
    except OSError:
        return
