"""Degrees: how far a result that is not critical lies from where it should be, by limits that public sources name."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from careloom.knowledge.labs import Bound, Lab, Labs, number

FILE = Path(__file__).with_name("degrees.toml")


@dataclass(frozen=True, slots=True)
class Degree:
    """What is known of one measurement; see degrees.toml for what each part means. `times` is of the source's upper end."""

    marked: tuple[Bound, ...] = ()
    times: Decimal | None = None
    source: str = ""
    unless: tuple[str, ...] = ()
    poor: tuple[Bound, ...] = ()
    poor_source: str = ""
    drug: str = ""
    usual: Decimal | None = None
    expected: tuple[str, ...] = ()
    background: bool = False

    def is_marked(
        self, lab: Lab, value: str | None, unit: str | None, upper: str | None, problems: Collection[str]
    ) -> bool:
        """Whether a plausible value crosses a limit of `source`; `upper` is the upper end of its own range, in its unit.

        `problems` are the concepts of the patient's active problems, with what they are kinds of.
        """
        found = lab.canonical(value, unit)
        if found is None or not lab.plausible(value, unit) or any(one in problems for one in self.unless):
            return False
        end = lab.canonical(upper, unit)
        beyond = self.times is not None and end is not None and end > 0 and found > end * self.times
        return beyond or any(bound.crossed(found) for bound in self.marked)

    def is_poor(self, lab: Lab, value: str | None, unit: str | None) -> bool:
        """Whether a plausible value is what the measure of `poor_source` counts as not controlled."""
        found = lab.canonical(value, unit)
        plausible = found is not None and lab.plausible(value, unit)
        return bool(plausible and found is not None and any(bound.crossed(found) for bound in self.poor))

    def is_wanted(self, upper: str | None, drugs: Collection[str]) -> bool:
        """Whether lying beyond that upper end is what a drug that is taken is for."""
        end = number(upper)
        return (
            bool(self.drug) and self.drug in drugs and (end is None or self.usual is None or end < self.usual)
        )

    def is_news(self, problems: Collection[str]) -> bool:
        """Whether a result beyond its range is news to somebody with these problems."""
        return not self.background and not any(one in problems for one in self.expected)


_NOTHING = Degree()


@dataclass(frozen=True)
class Degrees:
    """The degrees of all measurements, by the concepts of labs.toml."""

    by_concept: Mapping[str, Degree]

    def of(self, concept: str) -> Degree:
        """The degree of that measurement; one without any limit where nothing is known."""
        return self.by_concept.get(concept, _NOTHING)

    @cached_property
    def sources(self) -> frozenset[str]:
        """Every public source whose numbers stand here."""
        every = self.by_concept.values()
        return frozenset({one.source for one in every} | {one.poor_source for one in every}) - {""}


def load_degrees(labs: Labs) -> Degrees:
    """The degrees of degrees.toml. Raises KeyError for a measurement that labs.toml doesn't have."""
    data: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"))
    return Degrees({labs.by_concept[concept].concept: _degree(row) for concept, row in data.items()})


def _degree(row: Mapping[str, Any]) -> Degree:
    return Degree(
        marked=_bounds(row.get("marked", ())),
        times=number(row.get("times")),
        source=row.get("source", ""),
        unless=tuple(row.get("unless", ())),
        poor=_bounds(row.get("poor", ())),
        poor_source=row.get("poor_source", ""),
        drug=row.get("drug", ""),
        usual=number(row.get("usual")),
        expected=tuple(row.get("expected", ())),
        background=row.get("background", False),
    )


def _bounds(said: Collection[str]) -> tuple[Bound, ...]:
    return tuple(Bound(sign, Decimal(figure)) for sign, figure in (one.split() for one in said))
