"""Gaps: what a plan needs to know, when it is needed, and how to see that it is there (gaps.toml).

`missing.missing(record, knowledge)` runs these rules over a record whose gaps are not filled yet.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careloom.knowledge.when import Term, read

FILE = Path(__file__).with_name("gaps.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sooner:
    """A shorter time within which the thing is needed, where all of `when` holds."""

    when: tuple[Term, ...]
    within_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRule:
    """One thing that a plan needs to know.

    about     its key ("hba1c", "caregiver_assessment")       label  the words a plan uses, in the singular
    kind      assessment, monitoring or documentation
    needed    groups of lines; it is needed where all lines of any group hold, and none of `unless`
    look_for  lines any of which shows that it is there, at most `within_months` old (None: ever)
    source    document, section, year
    """

    about: str
    label: str
    kind: str
    needed: tuple[tuple[Term, ...], ...]
    look_for: tuple[Term, ...]
    unless: tuple[Term, ...] = ()
    within_months: int | None = None
    sooner: tuple[Sooner, ...] = ()
    words: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Gaps:
    """All gap rules in the order of the file."""

    all: tuple[GapRule, ...]
    by_about: Mapping[str, GapRule]

    def get(self, about: str) -> GapRule | None:
        """The rule of that key, or None."""
        return self.by_about.get(about)


def load_gaps() -> Gaps:
    """The rules of gaps.toml."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    every = tuple(_gap(about, row, data["unless"]) for about, row in data["gap"].items())
    return Gaps(every, {one.about: one for one in every})


def _gap(about: str, row: Mapping[str, Any], unless: list[str]) -> GapRule:
    groups = row["needed"] if isinstance(row["needed"][0], list) else [row["needed"]]
    return GapRule(
        about=about,
        label=row["label"],
        kind=row["kind"],
        needed=tuple(tuple(read(line) for line in group) for group in groups),
        look_for=tuple(read(line) for line in row["look_for"]),
        unless=tuple(read(line) for line in (*unless, *row.get("unless", ()))),
        within_months=row.get("within_months"),
        sooner=tuple(
            Sooner(when=tuple(read(line) for line in one["when"]), within_months=one["within_months"])
            for one in row.get("sooner", ())
        ),
        words=tuple(row.get("words", ())),
        source=row["source"],
    )
