"""`python -m tests.monitor.rates [YEARS]`: how often the detector alarms by chance, and what it makes of planted drift, at sites that it was not tuned on."""

import sys
from collections import Counter
from datetime import timedelta
from statistics import median

from careloom.care.watched import Cause
from careloom.monitor import Watched, watch
from tests.monitor import years
from tests.monitor.other_years import FIRST, PLANTED, SITES, Site, year

# A year that is looked at after the weeks of which a reference is learnt; and drift begins after so many days, which differs by the year.
LOOKED, LEARNT, BEGUN, AFTER = 365, 56, (100, 130, 180, 240, 300, 365), 120
PLACES = (
    "a practice: a day off in the middle of the week, holidays",
    "days differ more than chance lets them",
    "small: 4 drafts and 15 messages a day, closed at weekends",
)

TUNED = {
    ("data",): {Cause.DATA},
    ("coding",): {Cause.DATA},
    ("units",): {Cause.DATA},
    ("delay",): {Cause.DATA},
    ("population",): {Cause.POPULATION},
    ("practice",): {Cause.PRACTICE},
    ("data", "practice"): {Cause.DATA, Cause.PRACTICE},
    ("population", "practice"): {Cause.POPULATION, Cause.PRACTICE},
    ("model",): {Cause.MODEL},
}


def by_chance(site: Site | years.Site, many: int, make=year, first=FIRST) -> tuple[float, Counter[str]]:
    """False alarms a year, and of which series."""
    what: Counter[str] = Counter()
    for seed in range(many):
        found = watched(list(make(1000 + seed, site, LEARNT + LOOKED)), LEARNT + LOOKED, first)
        what.update(one.leads.series for one in found.signals)
    return what.total() / many, what


def watched(counts, days: int, first=FIRST) -> Watched:
    """What is made of them on the last day."""
    return watch(counts, first + timedelta(days - 1))


def of_planted(site: Site, planted: str, many: int) -> tuple[int, list[int], int, Counter[str]]:
    """How often drift was noticed and after how many days, how often its cause was named, and which others were."""
    cause, series = PLANTED[planted]
    noticed: list[int] = []
    rightly, others = 0, Counter[str]()
    for seed in range(many):
        begun = BEGUN[seed % len(BEGUN)]
        found = watched(list(year(seed, site, begun + AFTER, planted, begun)), begun + AFTER)
        began = FIRST + timedelta(begun)
        mine = [one for one in found.signals if one.raised >= began]
        told = [one for one in mine if {each.series for each in one.moved} & set(series)]
        if told:
            noticed.append((told[0].raised - began).days)
        rightly += any(one.cause is cause for one in told)
        others.update(str(one.cause) for one in mine if one.cause is not cause)
    return len(noticed), noticed, rightly, others


def of_tuned(planted: tuple[str, ...], wanted: set[Cause], many: int) -> tuple[list[int], int]:
    """At the site that the detector was made on: after how many days drift was noticed, and how often its causes were named and no other."""
    noticed: list[int] = []
    rightly = 0
    for seed in range(many):
        counts = list(years.year(seed, years.SITES["weekdays, days follow one another"], 240, planted, 150))
        began = years.FIRST + timedelta(150)
        mine = [one for one in watched(counts, 240, years.FIRST).signals if one.raised >= began]
        if told := [one for one in mine if one.cause in wanted]:
            noticed.append((told[0].raised - began).days)
        rightly += {one.cause for one in mine} == wanted
    return noticed, rightly


def main(many: int, *only: str) -> None:
    """Print the tables as docs/monitoring.md has them; `only` names some of them (chance, tuned, planted)."""
    if not only or "tuned" in only:
        for planted_, wanted in TUNED.items():
            days, rightly = of_tuned(planted_, wanted, many)
            when = f"{median(days):g} ({max(days)})" if days else "-"
            print(f"| {' and '.join(planted_)} | {len(days)} of {many} | {when} | {rightly} |", flush=True)
    if not only or "chance" in only:
        for title, site in SITES.items():
            a_year, what = by_chance(site, many)
            print(f"| {title} | {a_year:.2f} |  {dict(what)}", flush=True)
        for title, tuned in years.SITES.items():
            a_year, what = by_chance(tuned, many, years.year, years.FIRST)
            print(f"| as tuned: {title} | {a_year:.2f} |  {dict(what)}", flush=True)
    for place in PLACES if not only or "planted" in only else ():
        print(place)
        for planted, (cause, _) in PLANTED.items():
            number, days, rightly, others = of_planted(SITES[place], planted, max(many // 2, 6))
            when = f"{median(days):g} ({max(days)})" if days else "-"
            print(f"| {cause}: {planted} | {number} of {max(many // 2, 6)} | {when} | {rightly} | {dict(others)}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, *sys.argv[2:])
