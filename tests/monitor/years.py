"""Simulated years of a site: data feeds drafts, illness feeds drafts, people decide; each cause can be planted by itself. Seeded; nobody in it is real."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

import numpy as np

from careloom.care.watched import DayCount
from careloom.monitor.series import SCALES, name

FIRST = date(2024, 1, 1)
AGES, PAYERS = SCALES["age"], ("medicare", "medicaid", "commercial", "none")
FIELDS = {
    "east": {"labs": 0.9, "medications": 0.8, "allergies": 0.55},
    "west": {"visits": 0.95, "vitals": 0.7},
}
STRATA = [(lacks, ill) for lacks in ("few", "many") for ill in ("less", "more")]


@dataclass(frozen=True)
class Site:
    """How big a site is and how its days go together: `follows` is how strongly a day follows the day before (0: not at all), `grows` a day's growth."""

    drafts: float = 25
    messages: float = 200
    follows: float = 0.0
    swings: float = 0.0
    grows: float = 0.0
    weekend: float = 0.15
    # On these days of a hundred nothing comes at all.
    silent: float = 0.0


SITES: Mapping[str, Site] = {
    "days alike": Site(weekend=1.0),
    "weekdays": Site(),
    "weekdays, days follow one another": Site(follows=0.6, swings=0.15),
    "growing, days follow one another": Site(follows=0.6, swings=0.1, grows=0.002),
    "small, with days of nothing": Site(drafts=3, messages=12, silent=0.2),
}


def year(
    seed: int, site: Site, days: int, planted: tuple[str, ...] = (), begun: int = 10**9
) -> Iterator[DayCount]:
    """The day counts of a site over so many days; each of `planted` holds from day `begun` on."""
    chance = np.random.default_rng(seed)
    moods: dict[str, float] = {}

    def mood(series: str) -> float:
        """What the day adds to the logit of a series."""
        shock = chance.normal() * site.swings
        moods[series] = site.follows * moods.get(series, 0.0) + shock
        return moods[series]

    def share(series: str, p: float) -> float:
        odds = p / (1 - p) * exp(mood(series))
        return float(odds / (1 + odds))

    for number in range(days):
        day = FIRST + timedelta(number)
        on = set(planted) if number >= begun else set()
        size = exp(site.grows * number) * (site.weekend if day.weekday() > 4 else 1.0)
        if chance.random() < site.silent:
            continue
        yield from _data(chance, site, day, size, on, share)
        yield from _people(chance, site, day, size, on, mood)
        yield from _drafts(chance, site, day, size, on, share)


def _data(chance, site, day, size, on, share):
    for source, fields in FIELDS.items():
        rush = 1.4 if "population" in on else 1.0
        came = int(chance.poisson(site.messages * size * rush * exp(share(f"{source}n", 0.5) - 0.5)))
        yield DayCount(series=name("messages", source), day=day, number=1, hits=came)
        for field, p in fields.items():
            if "data" in on and field == "labs":
                p = 0.3
            told = share(name("shown", source, field), p)
            shown = int(chance.binomial(came, told))
            yield DayCount(series=name("shown", source, field), day=day, number=came, hits=shown)
            coded = 0.5 if "coding" in on and field == "medications" else 0.92
            whole = int(chance.binomial(shown, share(name("whole", source, field), coded)))
            yield DayCount(
                series=name("whole", source, field, "standard code"), day=day, number=shown, hits=whole
            )
        late = (0.05, 0.2, 0.5, 0.25) if "delay" in on and source == "east" else (0.5, 0.3, 0.15, 0.05)
        drawn = chance.multinomial(came, late)
        yield _bins(name("delay", source), day, ("1", "6", "24", "72"), drawn)
        units = (0.05, 0.95) if "units" in on and source == "east" else (0.97, 0.03)
        yield _bins(
            name("units", source, "creatinine"),
            day,
            ("mg/dL", "umol/L"),
            chance.multinomial(came // 5, units),
        )
    if {"data", "coding"} & on:
        yield DayCount(series=name("version", "east"), day=day, bins={"EPR 12": 1})
    else:
        yield DayCount(series=name("version", "east"), day=day, bins={"EPR 11": 1})


def _people(chance, site, day, size, on, mood):
    number = int(chance.poisson(site.messages * size / 2))
    older = "population" in on
    for kind, names, shares in (
        ("age", AGES, (0.02, 0.08, 0.2, 0.35, 0.35) if older else (0.05, 0.2, 0.35, 0.25, 0.15)),
        ("sex", ("female", "male"), (0.55, 0.45)),
        ("payer", PAYERS, (0.6, 0.15, 0.15, 0.1) if older else (0.35, 0.2, 0.35, 0.1)),
        ("language", ("en", "es", "other"), (0.8, 0.15, 0.05)),
    ):
        odds = np.array(shares) * np.exp([mood(f"{kind}{one}") / 2 for one in names])
        yield _bins(kind, day, names, chance.multinomial(number, odds / odds.sum()))


def _drafts(chance, site, day, size, on, share):
    drafts = int(chance.poisson(site.drafts * size))
    lacks = 0.75 if "data" in on else 0.3
    ill = 0.75 if "population" in on else 0.4
    of = {
        (d, s): (lacks if d == "many" else 1 - lacks) * (ill if s == "more" else 1 - ill) for d, s in STRATA
    }
    made = dict(zip(of, chance.multinomial(drafts, list(of.values())), strict=True))
    tilt = {one: share(one, 0.5) for one in ("renal", "allergy", "edited", "over")}

    def split(series, number_of, p_of, lean):
        strata, lean = {}, tilt[lean] / (1 - tilt[lean])
        for one in STRATA:
            odds = p_of(*one) / (1 - p_of(*one)) * lean
            number = number_of[one]
            strata["|".join(one)] = (int(number), int(chance.binomial(number, odds / (1 + odds))))
        number, hits = (sum(told[n] for told in strata.values()) for n in (0, 1))
        return DayCount(series=series, day=day, number=number, hits=hits, strata=strata)

    firing = 0.65 if "practice" in on else 0.3
    yield split("fired|renal", made, lambda d, s: 0.2 if s == "less" else 0.5, "renal")
    yield split("fired|allergy", made, lambda d, s: firing, "allergy")
    changed = 3.0 if "practice" in on else 1.0

    def edit(d, s):
        odds = (0.2 if d == "few" else 1.2) * (1.0 if s == "less" else 1.8) * changed
        return odds / (1 + odds)

    decided = {one: int(chance.binomial(made[one], 0.8)) for one in STRATA}
    yield split("edited|care_plan", decided, edit, "edited")
    told = int(chance.binomial(drafts, 0.3))
    over = int(chance.binomial(told, share("overridden", 0.6)))
    yield DayCount(series="overridden|allergy", day=day, number=told, hits=over)
    back = int(chance.binomial(sum(decided.values()), 0.04))
    yield DayCount(series="sent_back|care_plan", day=day, number=sum(decided.values()), hits=back)
    yield DayCount(
        series="knowledge", day=day, bins={"protocols 2" if "practice" in on else "protocols 1": 1}
    )
    asked = drafts * 4
    worse = 0.35 if "model" in on else 0.08
    yield DayCount(
        series="fallbacks", day=day, number=asked, hits=int(chance.binomial(asked, share("fallbacks", worse)))
    )
    yield _bins("seconds", day, ("2", "5", "10", "20"), chance.multinomial(asked // 4, (0.2, 0.5, 0.2, 0.1)))
    yield DayCount(series="findings", day=day, number=drafts, hits=int(chance.poisson(1.5 * drafts)))
    waiting = int(chance.poisson(site.drafts * 2))
    late = 0.3 if "load" in on else 0.06
    yield DayCount(
        series="overdue", day=day, number=waiting, hits=int(chance.binomial(waiting, share("overdue", late)))
    )


def _bins(series, day, names, drawn):
    told = {one: int(number) for one, number in zip(names, drawn, strict=True)}
    return DayCount(series=series, day=day, number=sum(told.values()), bins=told)
