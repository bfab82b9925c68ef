"""`python -m tests.monitor.few [SERIES]`: series of few cases a day, by chance and with a move: how many alarm in a year, and when a move is told, over many series that differ as those of sites do."""

import sys
from collections.abc import Iterator
from datetime import date
from statistics import median

import numpy as np

from careloom.monitor import shares
from careloom.monitor.series import KINDS

FIRST = date(2024, 1, 1)
# As many series as a small site has, and what each of them may give in a year.
SERIES, YEAR = 60, 365
BETWEEN = SERIES * YEAR / 2
# Cases a day, and of a hundred of them so many hits.
SIZES = tuple((number, percent) for number in (2, 5, 20, 200) for percent in (2, 8, 30, 70))
# How days are: (sd of a day's logit, sd of a week's, how strongly a week follows the week before, how far days follow one another).
DAYS = {
    "alike": (0.0, 0.0, 0.0, 1),
    "each day differs (0.3)": (0.3, 0.0, 0.0, 1),
    "weeks differ (0.3)": (0.0, 0.3, 0.0, 1),
    "weeks differ (0.5)": (0.0, 0.5, 0.0, 1),
    "weeks follow one another (0.3, 0.7)": (0.0, 0.3, 0.7, 1),
    "three cases of one kind come together": (0.0, 0.0, 0.0, 3),
}
# From so many to so many of a hundred, at so many cases a day, begun after so many days.
MOVES = ((2, 8, 55), (2, 8, 30), (4, 10, 40), (4, 30, 60), (10, 12, 40), (20, 50, 67))
BEGUN, LOOKED = 77, 60


def drawn(chance, days: int, number: float, shares_: np.ndarray, how) -> shares.Line:
    """A series of so many days."""
    daily, weekly, follows, clump = how
    weeks = days // 7 + 1
    mood = chance.normal(size=weeks) * weekly
    for at in range(1, weeks):
        mood[at] = follows * mood[at - 1] + (1 - follows**2) ** 0.5 * mood[at]
    logit = np.log(shares_ / (1 - shares_)) + np.repeat(mood, 7)[:days] + chance.normal(size=days) * daily
    cases = clump * chance.poisson(
        number / clump * np.array((1.2, 1, 1, 1, 0.9, 0.4, 0.3))[np.arange(days) % 7]
    )
    hits = clump * chance.binomial(cases // clump, 1 / (1 + np.exp(-logit)))
    return shares.Line(FIRST, tuple(map(float, cases)), tuple(map(float, hits)))


def by_chance(how, many: int) -> Iterator[tuple[int, int, int]]:
    """Cases a day, hits in a hundred, and alarms in so many years of a series."""
    days = shares.LEARNT + YEAR
    for number, percent in SIZES:
        chance = np.random.default_rng(number * 100 + percent)
        lines = (drawn(chance, days, number, np.full(days, percent / 100), how) for _ in range(many))
        yield number, percent, sum(len(shares.watch(one, KINDS["fired"], BETWEEN)[0]) for one in lines)


def of_moves(how, many: int) -> Iterator[tuple[tuple[int, int, int], list[int]]]:
    """Each move, and after how many days it was told, of those in which it was."""
    days = BEGUN + LOOKED
    for number, before, after in MOVES:
        chance, found = np.random.default_rng(number * 100 + after), []
        for _ in range(many):
            moved = np.where(np.arange(days) < BEGUN, before / 100, after / 100)
            told, _ = shares.watch(drawn(chance, days, number, moved, how), KINDS["fired"], BETWEEN)
            mine = [at for one in told if (at := (one.raised - FIRST).days - BEGUN) >= 0]
            found += mine[:1]
        yield (number, before, after), found


def main(many: int) -> None:
    """Print the tables as docs/monitoring.md has them."""
    for title, how in DAYS.items():
        every = list(by_chance(how, many))
        total = sum(alarms for *_, alarms in every)
        a_year = total / many / len(every) * SERIES
        print(f"| {title} | {a_year:.2f} a year of {SERIES} series | {[one for one in every if one[-1]]}", flush=True)  # fmt: skip
        for move, found in of_moves(how, many):
            when = f"{median(found):g} (nine of ten: {np.percentile([*found, *[999] * (many - len(found))], 90):g})" if found else "-"  # fmt: skip
            print(f"    {move}: {len(found)} of {many}, {when}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
