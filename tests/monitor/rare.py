"""`python -m tests.monitor.rare [YEARS]`: thirty rules that find something seldom, each for the first time on another day: how often they alarm by chance, and when one that never did is told once it does."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from statistics import median

from careloom.care.watched import DayCount
from careloom.monitor import watch
from tests.monitor.other_years import FIRST

# Of a hundred thousand drafts, so many have a finding of the rule.
SHARES = (20, 50, 100, 200, 500, 1000, 2000, 3000)
RULES, LOOKED, BEGUN, AFTER = 30, 421, 100, 60
NEW = "fired|new"


def year(seed: int, drafts: int, days: int, now: float = 0.0) -> Iterator[DayCount]:
    """A site with so many drafts a day; from a day on a rule that never found anything does so in `now` of them."""
    chance = Random(seed)
    asked: set[str] = set()
    shares = {f"fired|rule{n}": SHARES[n % len(SHARES)] / 100_000 for n in range(RULES)}
    for number in range(days):
        day = FIRST + timedelta(number)
        yield DayCount(series="findings", day=day, number=drafts, hits=drafts)
        for series, share in ({NEW: now} | shares if number >= BEGUN else shares).items():
            hits = sum(chance.random() < share for _ in range(drafts))
            if hits:
                asked.add(series)
            if series in asked:
                yield DayCount(series=series, day=day, number=drafts, hits=hits)


def main(many: int) -> None:
    """Print a line for each size of site."""
    for drafts in (4, 30):
        told = [len(watch(year(seed, drafts, LOOKED), FIRST + timedelta(LOOKED - 1)).signals) for seed in range(many)]  # fmt: skip
        print(f"{drafts} drafts a day, by chance: {sum(told)} in {many} years", flush=True)
        for now in (0.1, 0.3, 0.5):
            days = []
            for seed in range(many):
                found = watch(year(seed, drafts, BEGUN + AFTER, now), FIRST + timedelta(BEGUN + AFTER - 1))
                mine = [one.raised for one in found.signals if one.leads.series == NEW]
                days += [(one - FIRST).days - BEGUN for one in mine[:1]]
            when = f"{median(days):g} ({max(days)})" if days else "-"
            print(f"{drafts} drafts a day, from none to {now:.0%}: {len(days)} of {many}, {when}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
