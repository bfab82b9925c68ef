"""Retention: what is kept and which rules ask for how long, and every place of the product that deletes something.

A test walks the code for deletions and compares it with this list: a new one says here whether it belongs to a record, and asks for holds first.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

_SAID = tomllib.loads((Path(__file__).parent / "retention.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of record (of `store.retained.KINDS`), its title, and what federal rules ask, with section."""

    kind: str
    title: str
    law: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """A place that deletes something: the file below careloom/, what it deletes, and what a legal hold does: guarded, nothing of a record, or not guarded."""

    where: str
    what: str
    held: str


SCHEDULE = tuple(Kept(**one) for one in _SAID["kept"])
DELETIONS = tuple(Deletion(**one) for one in _SAID["deletion"])
