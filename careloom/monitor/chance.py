"""Chance: the few distributions that are asked for every day, without a library, since a base installation watches, too.

Source   chi-square by Wilson & Hilferty 1931, PNAS 17:684-688; Kolmogorov & Smirnov's limit with Stephens' 1970 correction for small samples (J R Stat Soc B
         32:115-122); p-values into evidence: Vovk & Wang 2021, Ann Stat 49:1736-1754, section 2 (the average of all power calibrators)
Misses   tails of a chi-square with one degree of freedom are told to a few in a hundred of their logarithm
"""

from math import erfc, exp, log, sqrt

# So far below its mean a chi-square lies in one of ten cases: the normal's lower tenth.
LOWER_TENTH = -1.2815515655446004
LEAST = 1e-300


def chi_square_tail(value: float, freedom: int) -> float:
    """The chance of at least this value."""
    spread = 2 / (9 * freedom)
    return normal_tail((max(value / freedom, 0.0) ** (1 / 3) - (1 - spread)) / sqrt(spread))


def chi_square_tenth(freedom: float) -> float:
    """The value that one of ten is below."""
    spread = 2 / (9 * freedom)
    return freedom * float(max(1 - spread + LOWER_TENTH * sqrt(spread), 0.05) ** 3)


def normal_tail(value: float) -> float:
    """The chance of more than this many standard deviations."""
    return max(erfc(value / sqrt(2)) / 2, LEAST)


def smirnov_tail(distance: float, one: float, other: float) -> float:
    """The chance that two samples of so many cases lie at least so far apart; on a scale of steps it is told too large."""
    root = sqrt(one * other / (one + other))
    reached = (root + 0.12 + 0.11 / root) * distance
    if reached < 0.3:
        return 1.0
    terms = ((2.0 if k % 2 else -2.0) * exp(-2 * (k * reached) ** 2) for k in range(1, 6))
    return min(max(sum(terms), LEAST), 1.0)


def evidence(p: float) -> float:
    """A p-value as evidence against chance, whose expectation by chance is at most 1."""
    if p >= 1 - 1e-6:
        return 0.5
    p = max(p, LEAST)
    return (1 - p + p * log(p)) / (p * log(p) ** 2)
