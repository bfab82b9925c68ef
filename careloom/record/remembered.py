"""Remembered: the parts of a record as they came out last, so that an arriving message costs the parts that it speaks of.

A part is made anew as soon as anything that it rests on is not the same; nothing is guessed from what arrived.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, cast

T = TypeVar("T")


@dataclass
class Remembered:
    """What went into each part of one record, and what came of it."""

    _parts: dict[str, tuple[tuple[object, ...], object]] = field(default_factory=dict, repr=False)

    def part(self, make: Callable[..., T], *given: object) -> T:
        """`make(*given)`, or what it gave before where everything given is equal (entries that are the same object cost
        nothing to compare)."""
        name = f"{make.__module__}.{make.__qualname__}"
        before = self._parts.get(name)
        if before is not None and before[0] == given:
            return cast("T", before[1])
        made = make(*given)
        self._parts[name] = (given, made)
        return made
