"""Remembered: the parts of a record as they came out last, so that an arriving message costs the parts that it speaks of.

A part is made anew as soon as anything that it rests on is not the same; nothing is guessed from what arrived.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from careloom.care.entry import Entry

T = TypeVar("T")


@dataclass
class Remembered:
    """What went into each part of one record, and what came of it."""

    _parts: dict[str, tuple[tuple[object, ...], object]] = field(default_factory=dict, repr=False)
    _each: dict[str, tuple[tuple[object, ...], dict[int, tuple[Entry, object]]]] = field(
        default_factory=dict, repr=False
    )

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

    def each(self, tell: Callable[..., T], entries: Iterable[Entry], *given: object) -> list[T]:
        """`tell(entry, *given)` for each entry; what it told before of the same object is not asked again.

        Only of this time's entries anything is kept, so that nothing stays of what is gone.
        """
        name = f"{tell.__module__}.{tell.__qualname__}"
        asked, before = self._each.get(name, (given, {}))
        if any(one is not other for one, other in zip(asked, given, strict=True)):
            before = {}
        kept: dict[int, tuple[Entry, object]] = {}
        told: list[T] = []
        for entry in entries:
            known = before.get(id(entry))
            if known is None or known[0] is not entry:
                known = (entry, tell(entry, *given))
            kept[id(entry)] = known
            told.append(cast("T", known[1]))
        self._each[name] = (given, kept)
        return told

    def those(self, is_one: Callable[..., object], entries: Iterable[Entry], *given: object) -> list[Entry]:
        """The entries of which `is_one` holds, as `each` tells it."""
        every = list(entries)
        return [entry for entry, so in zip(every, self.each(is_one, every, *given), strict=True) if so]
