"""Interactions: which drugs, or drugs and conditions, harm together; written from labels and guidelines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from careloom.errors import ConfigError
from careloom.knowledge.drugs import DATA, Ingredient, terms
from careloom.knowledge.tables import names, parts, rows

SEVERITIES = ("high", "moderate", "low")
CONFIRMED = ("text read", "published summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What happens when members of each of `sides` are taken together. `action` is what to do.

    A side holds ingredient and class names; `never` are ingredients that it doesn't concern. `interrupts`
    only where a prescriber must be stopped; `cause` groups interactions that one finding should report
    once ("bleeding"; "duplicate" is a duplicate therapy); `context` says what makes it matter more or less; `conditions` are concepts of the
    patient's problems that must be present (empty for a plain pair). `confirmed` says whether the text of `source` was read or a
    published summary of it.
    """

    id: str
    sides: tuple[frozenset[str], ...]
    severity: str
    interrupts: bool
    cause: str
    why: str
    action: str
    source: str
    confirmed: str
    context: str = ""
    never: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    at_most: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """An interaction found among somebody's drugs: the drugs in the order of its sides."""

    interaction: Interaction
    drugs: tuple[Ingredient, ...]


class Interactions:
    """All interactions, with the look-ups over them. Made by `load_interactions`.

    Sides are kept as bit masks per ingredient or class name, worst interaction in the lowest bit, so that
    two drugs are compared by two `and`s.
    """

    def __init__(self, every: Sequence[Interaction]) -> None:
        self.all = tuple(sorted(every, key=worst_first))
        self._pairs = tuple(one for one in self.all if len(one.sides) == 2 and not one.conditions)
        self._sets = tuple(one for one in self.all if len(one.sides) != 2 or one.conditions)
        self._left = _masks(self._pairs, 0)
        self._right = _masks(self._pairs, 1)
        self._never = {
            name: sum(1 << place for place, one in enumerate(self._pairs) if name in one.never)
            for name in {name for one in self._pairs for name in one.never}
        }

    def between(self, a: Ingredient, b: Ingredient) -> Interaction | None:
        """The worst interaction of two ingredients taken together, or None. The order doesn't matter."""
        return self._worst(self._place(a), self._place(b)) if a.name != b.name else None

    def every_between(self, a: Ingredient, b: Ingredient) -> tuple[Interaction, ...]:
        """All interactions of two ingredients taken together, worst first."""
        return self._all(_both(self._place(a), self._place(b))) if a.name != b.name else ()

    def pairs(self, drugs: Sequence[Ingredient]) -> Iterator[tuple[int, int, tuple[Interaction, ...]]]:
        """Places of two interacting drugs in the sequence, and all their interactions, worst first."""
        placed = [self._place(drug) for drug in drugs]
        for (one, at_one), (other, at_other) in combinations(enumerate(placed), 2):
            both = _both(at_one, at_other)
            if both and drugs[one].name != drugs[other].name:
                yield one, other, self._all(both)

    def among(self, drugs: Iterable[Ingredient]) -> list[Hit]:
        """Every interacting pair (its worst interaction) and every set of three or more, worst first."""
        taken = {drug.name: drug for drug in drugs}
        placed = [(drug, self._place(drug)) for drug in taken.values()]
        hits = [
            Hit(worst, (a, b))
            for (a, at_a), (b, at_b) in combinations(placed, 2)
            if (worst := self._worst(at_a, at_b))
        ]
        hits += self.sets(taken.values())
        return sorted(hits, key=lambda hit: worst_first(hit.interaction))

    def sets(self, drugs: Iterable[Ingredient]) -> list[Hit]:
        """Every set of three or more that harms together, worst first; conditions aside."""
        taken = tuple({drug.name: drug for drug in drugs}.values())
        return [hit for one in self._sets if not one.conditions for hit in _filled(one, taken)]

    def with_conditions(self, drugs: Iterable[Ingredient], concepts: Iterable[str]) -> list[Hit]:
        """Drugs that harm somebody with these problems (concepts of knowledge), worst first."""
        taken, has = tuple(drugs), frozenset(concepts)
        concerned = [one for one in self._sets if one.conditions & has]
        return [hit for one in concerned for hit in _filled(one, taken)]

    def _place(self, drug: Ingredient) -> tuple[int, int]:
        left = right = 0
        for term in terms(drug):
            left |= self._left.get(term, 0)
            right |= self._right.get(term, 0)
        never = ~self._never.get(drug.name, 0)
        return left & never, right & never

    def _worst(self, a: tuple[int, int], b: tuple[int, int]) -> Interaction | None:
        both = _both(a, b)
        return self._pairs[(both & -both).bit_length() - 1] if both else None

    def _all(self, both: int) -> tuple[Interaction, ...]:
        found = []
        while both:
            lowest = both & -both
            found.append(self._pairs[lowest.bit_length() - 1])
            both ^= lowest
        return tuple(found)


def _both(a: tuple[int, int], b: tuple[int, int]) -> int:
    """The bits of the interactions of which two drugs fill the two sides, either way round."""
    return (a[0] & b[1]) | (a[1] & b[0])


def worst_first(one: Interaction) -> tuple[int, bool]:
    """What interactions are sorted by: severity, then those that interrupt."""
    return SEVERITIES.index(one.severity), not one.interrupts


def _masks(pairs: Sequence[Interaction], side: int) -> Mapping[str, int]:
    masks: dict[str, int] = {}
    for place, one in enumerate(pairs):
        for term in one.sides[side]:
            masks[term] = masks.get(term, 0) | 1 << place
    return masks


def _filled(one: Interaction, drugs: Sequence[Ingredient]) -> Iterable[Hit]:
    """The drugs that fill the sides of `one`, all together as a single hit, when each side has one."""
    chosen: list[Ingredient] = []
    for side in one.sides:
        fits = [drug for drug in drugs if drug.name not in one.never and side & terms(drug)]
        new = [drug for drug in fits if drug not in chosen]
        if not new:
            return
        chosen += new
    yield Hit(one, tuple(chosen))


def load_interactions(path: Path = DATA / "interactions.csv") -> Interactions:
    """The interactions of a CSV file: columns as the fields of `Interaction`; `drugs`, `with` and `and_with` are the sides.

    Raises ConfigError for a severity that isn't one of SEVERITIES, a row that nothing confirmed, or an id said twice.
    """
    every = [_interaction(row) for row in rows(path)]
    if len({one.id for one in every}) != len(every):
        raise ConfigError(f"{path.name} says an id twice")
    return Interactions(every)


def _interaction(row: Mapping[str, str]) -> Interaction:
    if row["severity"] not in SEVERITIES:
        raise ConfigError(f"{row['id']} has no known severity")
    if row["confirmed"] not in CONFIRMED:
        raise ConfigError(f"{row['id']} doesn't say how its source was confirmed")
    caps = (cap.split("=") for cap in parts(row["at_most"]))
    return Interaction(
        id=row["id"],
        sides=tuple(names(row[side]) for side in ("drugs", "with", "and_with") if row[side]),
        severity=row["severity"],
        interrupts=row["interrupts"] == "yes",
        cause=row["cause"],
        why=row["why"],
        action=row["do"],
        source=row["source"],
        confirmed=row["confirmed"],
        context=row["context"],
        never=names(row["never"]),
        conditions=names(row["conditions"]),
        at_most=tuple((name, float(most)) for name, most in caps),
    )
