"""Weighing: whether two descriptions are of one person, by the weights of weights.toml. Pure and symmetric."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from math import log2
from pathlib import Path
from types import MappingProxyType
from typing import Any

from careloom.identity.comparisons import COMPARISONS
from careloom.identity.levels import Comparison
from careloom.identity.traits import Traits, known_family, known_given

PATH = Path(__file__).with_name("weights.toml")


class Outcome(IntEnum):
    """What is said of two descriptions; LOOK: a person must look at them."""

    DIFFERENT = 0
    LOOK = 1
    SAME = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds whatever the weights say: where comparisons have certain levels, and none has an exempt one.

    Whom a rule with `apart` holds apart are never in one cluster.
    """

    outcome: Outcome
    why: str
    apart: bool
    when: Mapping[str, frozenset[str]]
    unless: Mapping[str, frozenset[str]]

    def holds(self, levels: Mapping[str, str]) -> bool:
        """Whether two descriptions that reach these levels are meant."""
        met = all(levels[name] in known for name, known in self.when.items())
        return met and not any(levels[name] in known for name, known in self.unless.items())


@dataclass(frozen=True, slots=True)
class Relative:
    """Two who are hard to tell from one person: bits by comparison and level against their being these two.

    Under `same` bits in all the pair is at most looked at; under `apart` the two are never in one cluster.
    """

    why: str
    same: float
    apart: float
    bits: Mapping[str, Mapping[str, float]]

    def against(self, levels: Mapping[str, str]) -> float:
        """The bits against two who reach these levels being such relatives."""
        return sum(told.get(levels[name], 0.0) for name, told in self.bits.items())


@dataclass(frozen=True, slots=True)
class Weights:
    """weights.toml: (m, u) by comparison and level, in the order of `COMPARISONS`; rules; thresholds in bits."""

    prior: float
    same: float
    look: float
    floor: Mapping[str, float]
    levels: Mapping[str, Mapping[str, tuple[float, float]]]
    caps: tuple[Rule, ...]
    floors: tuple[Rule, ...]
    relatives: tuple[Relative, ...]

    def bits(self, comparison: Comparison, level: str, term: float | None = None) -> float:
        """The weight of a level; of an equal name the share of people who bear it takes the place of u."""
        if not level:
            return 0.0
        m, u = self.levels[comparison.name][level]
        return log2(m / (term if term is not None else u))

    def share(self, column: str, name: str) -> float:
        """The share of people who bear a name, by the census; of a name that it doesn't list the floor."""
        known = known_given() if column == "given" else known_family()
        return max(known.get(name, 0.0), self.floor[column])


@dataclass(frozen=True, slots=True)
class Weighed:
    """What two descriptions come to: the outcome, its weight in bits, the levels, and what capped it ("": nothing)."""

    outcome: Outcome
    bits: float
    levels: Mapping[str, str]
    why: str = ""


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The weights in force."""
    told = tomllib.loads(PATH.read_text("utf-8"))
    levels = {
        one.name: {
            level.name: (told[one.name][level.name]["m"], told[one.name][level.name]["u"])
            for level in one.levels
        }
        for one in COMPARISONS
    }
    return Weights(
        prior=log2(told["prior"]["matches"] / (1 - told["prior"]["matches"])),
        same=told["threshold"]["same"],
        look=told["threshold"]["look"],
        floor=MappingProxyType(told["floor"]),
        levels=MappingProxyType(levels),
        caps=tuple(_rule(one, one["at_most"]) for one in told["cap"]),
        floors=tuple(_rule(one, one["at_least"]) for one in told["floor_of"]),
        relatives=tuple(_relative(name, told) for name in told["relative"]),
    )


def _relative(name: str, told: Mapping[str, Mapping[str, Any]]) -> Relative:
    bits = {
        one.name: {
            level: log2(share["m"] / share[name]) for level, share in told[one.name].items() if name in share
        }
        for one in COMPARISONS
    }
    of = told["relative"][name]
    return Relative(of["why"], of["same"], of["apart"], {one: found for one, found in bits.items() if found})


def _rule(told: Mapping[str, object], outcome: str) -> Rule:
    when, unless = told["when"], told.get("unless", {})
    assert isinstance(when, dict)
    assert isinstance(unless, dict)
    return Rule(
        Outcome[outcome.upper()],
        str(told.get("why", "")),
        bool(told.get("apart")),
        {name: frozenset(levels) for name, levels in when.items()},
        {name: frozenset(levels) for name, levels in unless.items()},
    )


def weigh(one: Sequence[Traits], other: Sequence[Traits]) -> Weighed:
    """What two people come to, each told by one or several descriptions: of each comparison the best pair counts.

    `weigh(a, b)` equals `weigh(b, a)`.
    """
    known = weights()
    levels: dict[str, str] = {}
    bits = known.prior
    for comparison in COMPARISONS:
        level, found = _best(comparison, one, other, known)
        levels[comparison.name] = level
        bits += found
    return decide(levels, bits)


def decide(levels: Mapping[str, str], bits: float) -> Weighed:
    """The outcome of a weight once the rules are heard."""
    known = weights()
    outcome = (
        Outcome.SAME if bits >= known.same else Outcome.LOOK if bits >= known.look else Outcome.DIFFERENT
    )
    why = ""
    for rule in known.floors:
        if outcome < rule.outcome and rule.holds(levels):
            outcome = rule.outcome
    for rule in known.caps:
        if outcome > rule.outcome and rule.holds(levels):
            outcome, why = rule.outcome, rule.why
    for relative in known.relatives:
        if outcome is Outcome.SAME and relative.against(levels) < relative.same:
            outcome, why = Outcome.LOOK, relative.why
    return Weighed(outcome, bits, MappingProxyType(dict(levels)), why)


def _best(
    comparison: Comparison, one: Iterable[Traits], other: Sequence[Traits], known: Weights
) -> tuple[str, float]:
    found: dict[str, float] = {}
    for mine in one:
        for theirs in other:
            level = comparison.level(mine, theirs)
            if level:
                term = (
                    known.share(comparison.term, getattr(mine, comparison.term))
                    if level == "equal" and comparison.term
                    else None
                )
                found[level] = max(found.get(level, -1e9), known.bits(comparison, level, term))
    if not found:
        return "", 0.0
    order = [level.name for level in comparison.levels if level.name in found]
    level = order[-1] if comparison.worst else order[0]
    return level, found[level]
