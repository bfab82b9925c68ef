"""Funnel: providers or sites of different size beside what chance alone gives around the share of all.

Source   Spiegelhalter 2005, Stat Med 24:1185-1202 (exact binomial limits by interpolation, appendix A.1.1; overdispersion by the winsorised variance, 2.3)
Misses   differences in risk: adjust first (risk.py)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from careloom.study.statistics.estimate import NotSaid
from careloom.study.statistics.proportions import Count

# Two sides each: 95 % and 99.8 %.
NEAR, FAR = 0.025, 0.001
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One provider or site: its share, and the limits between which chance alone would leave it. `outside` is 2 beyond 99.8 %, 1 beyond 95 %, else 0."""

    count: Count
    share: float
    near: tuple[float, float]
    far: tuple[float, float]

    @property
    def outside(self) -> int:
        """How far out it lies."""
        return (
            2
            if not self.far[0] <= self.share <= self.far[1]
            else 1
            if not self.near[0] <= self.share <= self.near[1]
            else 0
        )


@dataclass(frozen=True, slots=True)
class Funnel:
    """The places by name, the share of all, and how many times wider than by chance they spread (`spread`, variance ratio: well above 1 means that they
    differ for reasons that all share, and single ones outside say little)."""

    places: Mapping[str, Place]
    centre: float
    spread: float


def funnel(counts: Mapping[str, Count]) -> Funnel | NotSaid:
    """Each place with somebody beside the share of all; NotSaid of fewer than FEWEST places."""
    some = {name: count for name, count in counts.items() if count.number}
    if len(some) < FEWEST:
        return NotSaid(
            "too_few",
            f"Places with anybody counted: {len(some)}; a funnel takes {FEWEST}.",
            len(some),
            FEWEST,
        )
    centre = sum(count.hits for count in some.values()) / sum(count.number for count in some.values())
    if centre in (0.0, 1.0):
        return NotSaid("no_spread", "It happened never, or always: there is nothing to compare.")
    places = {
        name: Place(
            count,
            count.hits / count.number,
            limits(count.number, centre, NEAR),
            limits(count.number, centre, FAR),
        )
        for name, count in some.items()
    }
    scores = sorted(
        (place.share - centre) / sqrt(centre * (1 - centre) / place.count.number) for place in places.values()
    )
    # The outer tenth on each side counts as its neighbour: one place far out doesn't widen the funnel for all.
    cut = len(scores) // 10
    trimmed = [min(max(one, scores[cut]), scores[len(scores) - 1 - cut]) for one in scores]
    return Funnel(places, centre, sum(one**2 for one in trimmed) / len(trimmed))


def limits(number: int, centre: float, tail: float) -> tuple[float, float]:
    """Between which shares of `number` chance leaves a place around `centre` but for `tail` on each side."""
    from scipy.stats import binom

    found = []
    for share in (tail, 1 - tail):
        rank = int(binom.ppf(share, number, centre))
        above, at = float(binom.cdf(rank, number, centre)), float(binom.pmf(rank, number, centre))
        found.append(min(max((rank - (above - share) / at) / number, 0.0), 1.0))
    return found[0], found[1]
