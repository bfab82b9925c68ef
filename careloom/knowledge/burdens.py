"""Burdens: what several drugs do together that none of them does alone (QT, serotonin, bleeding, …), counted in points."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careloom.errors import ConfigError
from careloom.knowledge.drugs import DATA, Ingredient, terms
from careloom.knowledge.interactions import CONFIRMED, SEVERITIES

FILE = DATA / "burdens.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """A sum over drugs. `points` are pairs of (points, ingredients and classes), the most points first; a drug counts by the
    first that names it, `never` aside. Drugs of one class of `once` count together as one. It is told from `at_least`
    points and `drugs` drugs on, where one of them is of `needs` (empty: any). `cause` is that of the interactions that it
    takes up; `from_age` the age in years from which it is meant.
    """

    name: str
    cause: str
    points: tuple[tuple[int, frozenset[str]], ...]
    at_least: int
    drugs: int
    severity: str
    why: str
    action: str
    source: str
    confirmed: str
    never: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    once: frozenset[str] = frozenset()
    from_age: int = 0

    def of(self, drug: Ingredient) -> int:
        """The points of one drug; 0 where it adds nothing."""
        known = terms(drug)
        if drug.name in self.never:
            return 0
        return next((points for points, members in self.points if known & members), 0)


@dataclass(frozen=True, slots=True)
class Sum:
    """A burden that somebody's drugs reach: the drugs that add to it, in the order of the list, and their points."""

    burden: Burden
    drugs: tuple[Ingredient, ...]
    points: int


class Burdens:
    """All burdens. Made by `load_burdens`."""

    def __init__(self, every: Sequence[Burden]) -> None:
        self.all = tuple(every)

    def among(self, drugs: Sequence[Ingredient], age: int | None) -> list[Sum]:
        """The burdens that these drugs reach together in somebody of that age (None: not known)."""
        taken = tuple({drug.name: drug for drug in drugs}.values())
        return [found for one in self.all if (found := _summed(one, taken, age))]


def _summed(burden: Burden, drugs: Sequence[Ingredient], age: int | None) -> Sum | None:
    if burden.from_age and (age is None or age < burden.from_age):
        return None
    counted: dict[str, int] = {}
    adding = []
    for drug in drugs:
        if points := burden.of(drug):
            adding.append(drug)
            kind = next(iter(sorted(burden.once & drug.classes)), drug.name)
            counted[kind] = max(points, counted.get(kind, 0))
    enough = len(counted) >= burden.drugs and sum(counted.values()) >= burden.at_least
    led = not burden.needs or any(burden.needs & terms(drug) for drug in adding)
    return Sum(burden, tuple(adding), sum(counted.values())) if enough and led else None


def load_burdens(path: Path = FILE) -> Burdens:
    """The burdens of a TOML file. Raises ConfigError naming the burden for a severity or a confirmation that isn't known."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return Burdens([_burden(name, row) for name, row in tables["burden"].items()])


def _burden(name: str, row: Mapping[str, Any]) -> Burden:
    if row["severity"] not in SEVERITIES or row["confirmed"] not in CONFIRMED:
        raise ConfigError(f"burdens.toml: {name} has no known severity, or doesn't say how it was confirmed")
    points = sorted(((int(count), frozenset(of)) for count, of in row["points"].items()), reverse=True)
    return Burden(
        name=name,
        cause=row["cause"],
        points=tuple(points),
        at_least=row["at_least"],
        drugs=row["drugs"],
        severity=row["severity"],
        why=row["why"],
        action=row["do"],
        source=f"{row['source']}, {row['section']}, {row['year']}",
        confirmed=row["confirmed"],
        never=frozenset(row.get("never", ())),
        needs=frozenset(row.get("needs", ())),
        once=frozenset(row.get("once", ())),
        from_age=row.get("from_age", 0),
    )
