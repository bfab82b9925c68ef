"""Accuracy audit: how many documents to read, which, and what the readings come to. Numbers in, numbers out.

Takes    the documents of a period with their strata, a seed that was committed before, and what readers said
Gives    the sample (the same for the same seed), a weighted share with its interval, and what was not read
Never    gives a share where nothing was read, or reads an unread document as right

Source   size: Cochran 1977, Sampling Techniques, 3rd ed., chapter 4 (n0 = z²p(1-p)/d², with the finite population n = n0 / (1 + (n0 - 1)/N));
         proportional allocation: chapter 5; the interval: Wilson 1927, J Am Stat Assoc 22:209-212, at the effective size of Kish 1965, Survey
         Sampling, chapter 11 (weights), divided by (1 - n/N) for the finite population
Misses   that a document's strata may be judged by different readers; that lines of one document aren't independent
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from careloom.study.statistics.chance import shuffled
from careloom.study.statistics.estimate import LEVEL, normal

# The words under which the seed draws.
PURPOSE = "accuracy audit"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A document of the sample: its id, its stratum, and whether two people read it."""

    id: str
    stratum: str
    twice: bool


@dataclass(frozen=True, slots=True)
class Weighted:
    """A share over strata: `value` with its interval, how many were read (`hits` of `number`) of how many drawn from, the effective size, and the
    strata of which nothing was read (they count nowhere)."""

    value: float
    low: float
    high: float
    hits: int
    number: int
    of: int
    effective: float
    unread: tuple[str, ...]


def size(number: int, half: float, expected: float = 0.5, level: float = LEVEL) -> int:
    """How many of `number` documents are read for an interval of `half` to each side of an `expected` share; 0 of none. Raises ValueError."""
    if not 0 < half < 1 or not 0 < expected < 1:
        raise ValueError("half a width and a share lie between 0 and 1")
    if number <= 0:
        return 0
    first = normal(level) ** 2 * expected * (1 - expected) / half**2
    return min(number, ceil(first / (1 + (first - 1) / number)))


def allotted(strata: Mapping[str, int], wanted: int, least: int) -> Mapping[str, int]:
    """How many of each stratum: in proportion by largest remainders, and at least `least` (or all) of each; the sum may be above `wanted`."""
    total = sum(strata.values())
    if not total:
        return {}
    exact = {one: wanted * number / total for one, number in strata.items()}
    found = {one: int(share) for one, share in exact.items()}
    rest = sorted(strata, key=lambda one: (-(exact[one] - found[one]), one))
    for one in rest[: wanted - sum(found.values())]:
        found[one] += 1
    return {one: min(strata[one], max(found[one], least)) for one in sorted(strata)}


def drawn(
    seed: bytes, frame: Sequence[tuple[str, str]], sizes: Mapping[str, int], double: float
) -> tuple[Drawn, ...]:
    """The sample of a frame of (document's id, stratum): of each stratum its ids in order are shuffled by the seed and the first are taken; of all
    that are taken a share `double` (rounded up), shuffled likewise, is read by two people."""
    taken: list[tuple[str, str]] = []
    for stratum in sorted(sizes):
        ids = sorted(one for one, of in frame if of == stratum)
        taken += [(one, stratum) for one in shuffled(seed, (PURPOSE, stratum), ids)[: sizes[stratum]]]
    second = shuffled(seed, (PURPOSE, "read twice"), sorted(one for one, _ in taken))
    twice = frozenset(second[: ceil(double * len(taken))])
    return tuple(Drawn(one, stratum, one in twice) for one, stratum in taken)


def weighted(
    read: Mapping[str, tuple[int, int]], strata: Mapping[str, int], level: float = LEVEL
) -> Weighted | None:
    """The share of documents over strata, each with (hits, read) and its number in the frame; None where nothing was read."""
    known = {one: (hits, number) for one, (hits, number) in read.items() if number}
    unread = tuple(sorted(one for one in strata if one not in known))
    if not known:
        return None
    total = sum(strata[one] for one in known)
    number = sum(each for _, each in known.values())
    value = sum(strata[one] / total * hits / each for one, (hits, each) in known.items())
    weights = {one: strata[one] / each for one, (_, each) in known.items()}
    squares = sum(weights[one] ** 2 * each for one, (_, each) in known.items())
    effective = sum(weights[one] * each for one, (_, each) in known.items()) ** 2 / squares
    hits = sum(one for one, _ in known.values())
    if number >= total:
        return Weighted(value, value, value, hits, number, total, float(number), unread)
    low, high = _wilson(value, effective / (1 - number / total), normal(level))
    return Weighted(value, low, high, hits, number, total, effective, unread)


def _wilson(value: float, number: float, z: float) -> tuple[float, float]:
    below = 1 + z**2 / number
    centre = (value + z**2 / (2 * number)) / below
    half = z / below * sqrt(value * (1 - value) / number + z**2 / (4 * number**2))
    return max(0.0, centre - half), min(1.0, centre + half)
