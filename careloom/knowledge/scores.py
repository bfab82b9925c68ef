"""Scores: what counts together, each thing once (scores.toml)."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.knowledge.when import Term, read

FILE = Path(__file__).with_name("scores.toml")


@dataclass(frozen=True, slots=True)
class Row:
    """So many points where any of its lines holds; `words` say it in a plan, with the slots of that line."""

    points: int
    any_of: tuple[Term, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Score:
    """One score: its rows, and where they come from."""

    name: str
    label: str
    source: str
    rows: tuple[Row, ...]


@lru_cache(maxsize=1)
def load_scores() -> Mapping[str, Score]:
    """The scores of scores.toml by name. Raises ValueError for a line that can't be read."""
    return {name: _score(name, row) for name, row in tomllib.loads(FILE.read_text("utf-8")).items()}


def _score(name: str, row: Mapping[str, Any]) -> Score:
    return Score(name, row["label"], row["source"], tuple(_rows(row["row"])))


def _rows(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    return [Row(row["points"], tuple(read(line) for line in row["any_of"]), row["words"]) for row in rows]
