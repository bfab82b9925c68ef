"""Proportions: a share, the difference of two shares, and of two shares of the same people, each with its interval.

Source   Wilson 1927, J Am Stat Assoc 22:209-212; Clopper & Pearson 1934, Biometrika 26:404-413; one share: Newcombe 1998, Stat Med 17:857-872
         (methods 3 and 5); two independent shares: Newcombe 1998, Stat Med 17:873-890 (method 10); paired shares: Newcombe 1998,
         Stat Med 17:2635-2650 (method 10)
Misses   that cases of one provider or one patient aren't independent: the intervals are then narrower than they should be
"""

from dataclasses import dataclass
from math import hypot, sqrt

from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid, normal

# Below so many the interval that never covers less than its level is taken, at the price of width.
SMALL = 20


@dataclass(frozen=True, slots=True)
class Count:
    """How many of `number` have it."""

    hits: int
    number: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.number:
            raise ValueError(f"{self.hits} of {self.number} is no count")


@dataclass(frozen=True, slots=True)
class Pairs:
    """The same people twice: how many had it both times, only the first time, only the second time, and neither time."""

    both: int
    first: int
    second: int
    neither: int

    def __post_init__(self) -> None:
        if min(self.both, self.first, self.second, self.neither) < 0:
            raise ValueError("a count of pairs is below 0")

    @property
    def number(self) -> int:
        """How many pairs there are."""
        return self.both + self.first + self.second + self.neither


def share(count: Count, level: float = LEVEL) -> Estimate | NotSaid:
    """A share (0 to 1): Clopper-Pearson for fewer than SMALL, else Wilson; NotSaid of nobody."""
    return clopper_pearson(count, level) if count.number < SMALL else wilson(count, level)


def wilson(count: Count, level: float = LEVEL) -> Estimate | NotSaid:
    """A share (0 to 1) with the score interval of Wilson 1927, without continuity correction."""
    if not count.number:
        return _nobody()
    low, high = _score(count, normal(level))
    return Estimate(count.hits / count.number, low, high, level, "Wilson", count.number)


def clopper_pearson(count: Count, level: float = LEVEL) -> Estimate | NotSaid:
    """A share (0 to 1) with the exact interval of Clopper & Pearson 1934: it never covers less than its level."""
    if not count.number:
        return _nobody()
    from scipy.stats import beta

    hits, missed, tail = count.hits, count.number - count.hits, (1 - level) / 2
    low = float(beta.ppf(tail, hits, missed + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, missed)) if missed else 1.0
    return Estimate(hits / count.number, low, high, level, "Clopper-Pearson", count.number)


def difference(one: Count, other: Count, level: float = LEVEL) -> Estimate | NotSaid:
    """The share of `one` minus that of `other`, of different people (-1 to 1): Newcombe 1998, method 10."""
    if not (one.number and other.number):
        return _nobody()
    z = normal(level)
    (low1, high1), (low2, high2) = _score(one, z), _score(other, z)
    share1, share2 = one.hits / one.number, other.hits / other.number
    value = share1 - share2
    low = value - hypot(share1 - low1, high2 - share2)
    high = value + hypot(high1 - share1, share2 - low2)
    return Estimate(value, low, high, level, "Newcombe (independent)", one.number + other.number)


def paired_difference(pairs: Pairs, level: float = LEVEL) -> Estimate | NotSaid:
    """The share of the first time minus that of the second, of the same people (-1 to 1): Newcombe 1998, method 10 for paired data."""
    if not pairs.number:
        return _nobody()
    z, number = normal(level), pairs.number
    one, other = pairs.both + pairs.first, pairs.both + pairs.second
    (low1, high1), (low2, high2) = _score(Count(one, number), z), _score(Count(other, number), z)
    down1, up1 = one / number - low1, high1 - one / number
    down2, up2 = other / number - low2, high2 - other / number
    phi, value = _phi(pairs), (pairs.first - pairs.second) / number
    low = value - sqrt(max(down1**2 - 2 * phi * down1 * up2 + up2**2, 0.0))
    high = value + sqrt(max(up1**2 - 2 * phi * up1 * down2 + down2**2, 0.0))
    return Estimate(value, low, high, level, "Newcombe (paired)", number)


def _phi(pairs: Pairs) -> float:
    """How the two times go together, with the correction for continuity of Newcombe's method 10 where it is positive; 0 without spread."""
    one, other, number = pairs.both + pairs.first, pairs.both + pairs.second, pairs.number
    spread = one * (number - one) * other * (number - other)
    if not spread:
        return 0.0
    cross: float = pairs.both * pairs.neither - pairs.first * pairs.second
    if cross > 0:
        cross = max(cross - number / 2, 0)
    return cross / sqrt(spread)


def _score(count: Count, z: float) -> tuple[float, float]:
    number, value = count.number, count.hits / count.number
    middle = (value + z**2 / (2 * number)) / (1 + z**2 / number)
    half = z * sqrt(value * (1 - value) / number + z**2 / (4 * number**2)) / (1 + z**2 / number)
    # Rounding never pushes a limit past what was counted, nor past 0 and 1.
    return (
        max(middle - half, 0.0) if count.hits else 0.0,
        min(middle + half, 1.0) if count.hits < number else 1.0,
    )


def _nobody() -> NotSaid:
    return NotSaid("too_few", "Nobody counts in this group, so there is no share.", 0, 1)
