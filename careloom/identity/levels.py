"""What a level is: a question to two descriptions, here and in a database.

Each level has one question in two languages, which a test holds against each other. The SQL is DuckDB's over the
columns of `Traits` with _l and _r behind them, NULL where a description says nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from careloom.identity.distance import distance
from careloom.identity.traits import Traits


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its name, the question to two descriptions, the same question in SQL."""

    name: str
    holds: Callable[[Traits, Traits], bool]
    sql: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared. `silent` says when nothing can be compared; the last level holds where no other does.

    `term` is the column whose common values weigh less; `worst` is a comparison of which, of several descriptions,
    the worst level counts.
    """

    name: str
    silent: Level
    levels: tuple[Level, ...]
    term: str = ""
    worst: bool = False

    def level(self, one: Traits, other: Traits) -> str:
        """The name of the level that two descriptions reach; "" where one is silent."""
        if self.silent.holds(one, other):
            return ""
        return next(level.name for level in self.levels if level.holds(one, other))


def meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two tuples share a value."""
    return not set(one).isdisjoint(other)


def otherwise(name: str) -> Level:
    """The level that holds where no other does."""
    return Level(name, lambda _a, _b: True, "true")


def silent(column: str) -> Level:
    """Where one of the two says nothing."""
    return Level(
        "",
        lambda a, b: not getattr(a, column) or not getattr(b, column),
        f"{column}_l IS NULL OR {column}_r IS NULL",
    )


def equal(column: str) -> Level:
    """The same value."""
    return Level("equal", lambda a, b: getattr(a, column) == getattr(b, column), f"{column}_l = {column}_r")


def shared(column: str) -> Level:
    """A value that both tell."""
    return Level(
        "shared",
        lambda a, b: meet(getattr(a, column), getattr(b, column)),
        f"list_has_any({column}_l, {column}_r)",
    )


def half(column: str) -> Level:
    """Half the letters are the other's."""

    def holds(a: Traits, b: Traits) -> bool:
        one, other = getattr(a, column), getattr(b, column)
        long = max(len(one), len(other))
        return bool(one and other) and long > 3 and distance(one, other) * 2 <= long

    long = f"greatest(length({column}_l), length({column}_r))"
    apart = f"damerau_levenshtein({column}_l, {column}_r)"
    return Level("garbled", holds, f"{long} > 3 AND {apart} * 2 <= {long}")


def slips(column: str, apart: int, least: int, name: str) -> Level:
    """Two values of at least so many characters that differ by so many slips."""
    return Level(
        name,
        lambda a, b: (
            min(len(getattr(a, column)), len(getattr(b, column))) >= least
            and distance(getattr(a, column), getattr(b, column)) == apart
        ),
        f"least(length({column}_l), length({column}_r)) >= {least} "
        f"AND damerau_levenshtein({column}_l, {column}_r) = {apart}",
    )
