"""What an outcome is, and what a record tells of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Scale = Literal["mean", "share", "rate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An outcome in words. `scale`: the mean of values, the share of those that are 1, or a rate for 100 patient-months."""

    name: str
    title: str
    scale: Scale
    unit: str
    better: Literal["lower", "higher"]
    numerator: str
    denominator: str
    exclusions: str
    source: str

    @property
    def times(self) -> float:
        """By what the mean of its values is multiplied to be told."""
        return 100.0 if self.scale == "rate" else 1.0


@dataclass(frozen=True, slots=True)
class Taken:
    """One value of a patient: its day (of a rate the first of its month), and the number; of a share 1 or 0."""

    patient: str
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What records tell of an outcome: values in their order, how many were left out by reason in words, and how many came in which unit."""

    taken: tuple[Taken, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)

    @property
    def mixed(self) -> bool:
        """Whether values came in more than one unit, and were turned into one."""
        return len(self.units) > 1


def joined(every: Iterable[Seen]) -> Seen:
    """What several records tell."""
    taken: list[Taken] = []
    left: dict[str, int] = {}
    units: dict[str, int] = {}
    for one in every:
        taken += one.taken
        for into, said in ((left, one.left), (units, one.units)):
            for name, number in said.items():
                into[name] = into.get(name, 0) + number
    return Seen(tuple(sorted(taken, key=lambda each: (each.day, each.patient))), left, units)
