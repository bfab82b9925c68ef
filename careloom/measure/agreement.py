"""Agreement: how far two readers agree beyond chance, with what kappa alone hides beside it. Numbers in, numbers out.

Takes    pairs of what a first and a second reader said of the same thing, independently
Gives    observed agreement, Cohen's kappa with its 95 % interval, Gwet's AC1, and how often each thing was said
Never    says a number for fewer than FEWEST pairs, or an interval where the formula has none

Source   kappa: Cohen 1960, Educ Psychol Meas 20:37-46. Its standard error: Fleiss, Cohen & Everitt 1969, Psychol Bull 72:323-327 (large samples, kappa
         not assumed to be 0). AC1: Gwet 2008, Br J Math Stat Psychol 61:29-48. Why not kappa alone: where nearly everything is approved, kappa is low
         however well two agree (Feinstein & Cicchetti 1990, J Clin Epidemiol 43:543-549).
Misses   that lines of one document aren't independent, so that the interval over lines is narrower than it should be
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

# So few pairs say nothing, and may say who said what.
FEWEST = 10
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two agree over `number` pairs. `observed` is the share of pairs in which both said the same; `kappa` is
    None where only one thing was ever said by both: it isn't defined then. Its interval (`low`, `high`) is None, too, where one of the two only
    ever said one thing: the formula would give one without width. `ac1` is Gwet's.

    `first` and `second` tell how often each said what, `same` of how many pairs both said it.
    """

    number: int
    observed: float
    kappa: float | None
    low: float | None
    high: float | None
    ac1: float
    first: Mapping[str, int]
    second: Mapping[str, int]
    same: Mapping[str, int]


def agreement(pairs: Sequence[tuple[str, str]], words: Sequence[str]) -> Agreement | None:
    """Over these pairs (what the first said, what the second said) of the `words` that can be said; None for fewer than FEWEST."""
    if len(pairs) < FEWEST:
        return None
    cells, total = Counter(pairs), len(pairs)
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    same = {word: cells[word, word] for word in words}
    observed = sum(same.values()) / total
    chance = sum(first[word] * second[word] for word in words) / total**2
    kappa = (observed - chance) / (1 - chance) if chance < 1 else None
    low = high = None
    if kappa is not None and min(len(+first), len(+second)) > 1:
        half = Z * _standard_error(cells, first, second, (observed, chance))
        low, high = max(kappa - half, -1.0), min(kappa + half, 1.0)
    ac1 = _ac1([(first[word] + second[word]) / (2 * total) for word in words], observed)
    return Agreement(total, observed, kappa, low, high, ac1, first, second, same)


def _standard_error(
    cells: Mapping[tuple[str, str], int],
    first: Mapping[str, int],
    second: Mapping[str, int],
    shares: tuple[float, float],
) -> float:
    """Of kappa by Fleiss, Cohen & Everitt 1969: `shares` are observed agreement and that by chance."""
    observed, chance = shares
    total = sum(cells.values())
    on = off = 0.0
    for (one, other), number in cells.items():
        share = number / total
        if one == other:
            margins = (first[one] + second[one]) / total
            on += share * ((1 - chance) - margins * (1 - observed)) ** 2
        else:
            off += share * ((second.get(one, 0) + first.get(other, 0)) / total) ** 2
    off *= (1 - observed) ** 2
    last = (observed * chance - 2 * chance + observed) ** 2
    return sqrt(max(on + off - last, 0.0) / total) / (1 - chance) ** 2


def _ac1(shares: Sequence[float], observed: float) -> float:
    """Gwet's AC1: `shares` is how often both together said each of the words that can be said."""
    chance = sum(share * (1 - share) for share in shares) / (len(shares) - 1)
    return (observed - chance) / (1 - chance)
