"""Instruments that are asked item by item, and what their answers add up to (instruments.toml).

Never    gives a total where an item isn't answered, or adds an answer that isn't the instrument's
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from careloom.care.entry import LOINC, Component

FILE = Path(__file__).with_name("instruments.toml")


@dataclass(frozen=True, slots=True)
class Option:
    """An answer with its code; `points` is None where nothing is added up."""

    code: str
    display: str
    points: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its code, the system of it and of its answers' codes, and its answers."""

    system: str
    code: str
    text: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument: `panel` and `total` are its codes ("" for no total) in `system` (LOINC, or ours where LOINC has none), `closes` the
    gap that it fills when it is answered, `within` another that has its items among its own and is scored instead where it can be, `bands`
    from which total on what holds ("" where its source names nothing).
    """

    name: str
    title: str
    system: str
    panel: str
    total: str
    label: str
    closes: str
    within: str
    asks: str
    source: str
    items: tuple[Item, ...]
    bands: tuple[tuple[int, str], ...]

    def answered(self, answers: Sequence[Component]) -> bool:
        """Whether each item has one of its own answers."""
        return all(_option(item, answers) for item in self.items)

    def counted(self, answers: Sequence[Component]) -> int | None:
        """The total of the answers; None where an item has none, two, or one that isn't the instrument's."""
        points = [option.points if (option := _option(item, answers)) else None for item in self.items]
        return None if None in points else sum(one for one in points if one is not None)

    def band(self, total: int) -> str:
        """What a total is called, "" where its source has no word for it."""
        return [words for least, words in self.bands if total >= least][-1]

    def link(self, item: Item) -> str:
        """The linkId of an item in a questionnaire of ours."""
        return f"{self.name}/{item.code}"


def _option(item: Item, answers: Sequence[Component]) -> Option | None:
    """The one answer to an item, by its code, else by its words."""
    given = [
        one for one in answers if (item.system, item.code) in {(code.system, code.code) for code in one.codes}
    ]
    if len(given) != 1:
        return None
    codes = {code.code for code in given[0].value_codes}
    words = (given[0].value or "").strip().lower()
    found = [
        one
        for one in item.options
        if one.code in codes or (not codes and words in (one.display.lower(), str(one.points)))
    ]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def load_instruments() -> Mapping[str, Instrument]:
    """All instruments by name, in the order of the file."""
    said = tomllib.loads(FILE.read_text("utf-8"))
    options = {name: _options(row["option"]) for name, row in said["answers"].items()}
    return {name: _instrument(name, row, options) for name, row in said["instrument"].items()}


def _options(rows: Sequence[Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(Option(one["code"], one["display"], one.get("points")) for one in rows)


def _instrument(name: str, row: Mapping[str, Any], options: Mapping[str, tuple[Option, ...]]) -> Instrument:
    system = row.get("system", LOINC)
    items = (
        Item(system, one["code"], one["text"], options[one.get("answers") or row["answers"]])
        for one in row["item"]
    )
    return Instrument(
        name=name,
        title=row["title"],
        system=system,
        panel=row["panel"],
        total=row.get("total", ""),
        label=row["label"],
        closes=row["closes"],
        within=row.get("within", ""),
        asks=row["asks"],
        source=row["source"],
        items=tuple(items),
        bands=tuple((least, words) for least, words in row.get("bands", ())),
    )
