"""Simulated years of sites on which the detector was not tuned: weekdays of their own, seasons, holidays, growth, days that differ more than chance lets them, days that follow
one another, a clinic that opens. Every kind of drift that is watched can be planted by itself. Seeded; nobody in it is real."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, pi, sin

import numpy as np

from careloom.care.watched import Cause, DayCount
from careloom.monitor.series import HOURS, SCALES, SECONDS, TOKENS, name

FIRST = date(2025, 2, 3)
# Federal holidays of the United States over two years: little comes, and more on the day after.
HOLIDAYS = {
    date(year, month, day)
    for year in (2025, 2026)
    for month, day in ((1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 4), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25))
}  # fmt: skip
STRATA = [(lacks, ill) for lacks in ("few", "some", "many") for ill in ("less", "more", "much")]


@dataclass(frozen=True)
class Site:
    """How a site's days are. `week` is each weekday's share of a day's work, `season` how far a year swings it (and, with `shares`, the logit of every share),
    `spread` how much more than chance a day's share differs (the standard deviation of its logit), `follows` and `swings` how days go together."""

    drafts: float = 25.0
    messages: float = 150.0
    week: Sequence[float] = (1.2, 1.1, 1.0, 1.0, 0.9, 0.2, 0.1)
    sources: int = 3
    rules: int = 6
    season: float = 0.0
    shares: float = 0.0
    holidays: bool = False
    grows: float = 0.0
    spread: float = 0.0
    follows: float = 0.0
    swings: float = 0.0
    silent: float = 0.0


SITES: Mapping[str, Site] = {
    "a practice: a day off in the middle of the week, holidays": Site(week=(1.3, 1.2, 0.3, 1.2, 1.0, 0.0, 0.0), holidays=True),
    "a hospital: every day alike, 30 rules, 6 sources": Site(drafts=120, messages=600, week=(1.0,) * 7, sources=6, rules=30),
    "days differ more than chance lets them": Site(spread=0.3, holidays=True),
    "days follow one another closely (0.8)": Site(follows=0.8, swings=0.1),
    "a yearly season of volumes (a quarter up and down)": Site(season=0.25, holidays=True),
    "a yearly season of volumes and of every share (odds up and down by a seventh)": Site(season=0.25, shares=0.14, holidays=True, spread=0.1),
    "growing by half a year, holidays": Site(grows=0.0011, holidays=True, spread=0.1),
    "shrinking by half a year": Site(grows=-0.0019, spread=0.1, holidays=True),
    "small: 4 drafts and 15 messages a day, closed at weekends": Site(drafts=4, messages=15, week=(1.2, 1, 1, 1, 0.8, 0, 0), sources=2, holidays=True),
    "very small: a draft and 5 messages a day, days of nothing": Site(drafts=1, messages=5, sources=1, rules=3, silent=0.3),
}  # fmt: skip

# What can be planted: the cause it must be named by, and the series that must be told with it.
PLANTED: Mapping[str, tuple[Cause, tuple[str, ...]]] = {
    "completeness": (Cause.DATA, ("shown|s0|labs",)),
    "standard codes": (Cause.DATA, ("whole|s0|medications|standard code",)),
    "coding system": (Cause.DATA, ("coding|s0|conditions",)),
    "units": (Cause.DATA, ("units|s0|creatinine",)),
    "delay": (Cause.DATA, ("delay|s0",)),
    "a source falls silent": (Cause.DATA, ("messages|s0",)),
    "version alone": (Cause.DATA, ("version|s0",)),
    "older": (Cause.POPULATION, ("age",)),
    "another payer": (Cause.POPULATION, ("payer",)),
    "conditions": (Cause.POPULATION, ("conditions",)),
    "a clinic opens": (Cause.POPULATION, ("age", "language")),
    "guideline alone": (Cause.PRACTICE, ("knowledge|protocols",)),
    "firing": (Cause.PRACTICE, ("fired|r0",)),
    "overrides": (Cause.PRACTICE, ("overridden|r0",)),
    "edits": (Cause.PRACTICE, ("edited|care_plan",)),
    "rejections": (Cause.PRACTICE, ("sent_back|care_plan",)),
    "reasons": (Cause.PRACTICE, ("reasons",)),
    "measure": (Cause.PRACTICE, ("measure|CMS122|1",)),
    "verification": (Cause.MODEL, ("unverified",)),
    "fallbacks": (Cause.MODEL, ("fallbacks",)),
    "refusals": (Cause.MODEL, ("refused",)),
    "latency": (Cause.MODEL, ("seconds",)),
    "tokens": (Cause.MODEL, ("tokens",)),
    "burden": (Cause.LOAD, ("burden",)),
    "queue age": (Cause.QUEUE, ("decided", "waiting")),
}


class Chance:
    """What a day adds to the logit of a series: its own mood, which may follow the day before, and the season."""

    def __init__(self, seed: int, site: Site) -> None:
        self.drawn = np.random.default_rng(seed)
        self.site = site
        self.moods: dict[str, float] = {}
        self.phases: dict[str, float] = {}

    def share(self, series: str, p: float, number: int) -> float:
        """The share of a day."""
        site = self.site
        mood = self.moods[series] = (
            site.follows * self.moods.get(series, 0.0) + self.drawn.normal() * site.swings
        )
        phase = self.phases.setdefault(series, self.drawn.uniform(0, 2 * pi))
        season = site.shares * sin(2 * pi * number / 365 + phase)
        odds = p / (1 - p) * exp(mood + season + self.drawn.normal() * site.spread)
        return float(odds / (1 + odds))

    def hits(self, series: str, day: date, number: float, p: float, at: int) -> DayCount:
        """A day of a share."""
        hit = int(self.drawn.binomial(int(number), self.share(series, p, at)))
        return DayCount(series=series, day=day, number=int(number), hits=hit)

    def bins(
        self, series: str, day: date, names: Sequence[str], shares: Sequence[float], number: float
    ) -> DayCount:
        """A day of a mix or scale; shares that don't come to one are of one."""
        odds = np.array(shares, float)
        odds = odds * np.exp(self.drawn.normal(size=len(odds)) * self.site.spread / 2)
        drawn = self.drawn.multinomial(int(number), odds / odds.sum())
        told = {one: int(n) for one, n in zip(names, drawn, strict=True) if n}
        return DayCount(series=series, day=day, number=int(number), bins=told)


def year(seed: int, site: Site, days: int, planted: str = "", begun: int = 10**9) -> Iterator[DayCount]:
    """The day counts of a site over so many days; what is `planted` holds from day `begun` on."""
    chance = Chance(seed, site)
    for at in range(days):
        day = FIRST + timedelta(at)
        on = planted if at >= begun else ""
        size = site.week[day.weekday()] * exp(site.grows * at) * (1 + site.season * sin(2 * pi * at / 365))
        if site.holidays:
            size *= 0.05 if day in HOLIDAYS else 1.3 if day - timedelta(1) in HOLIDAYS else 1.0
        if chance.drawn.random() < site.silent:
            size = 0.0
        yield from _sources(chance, site, day, at, size, on)
        yield from _people(chance, site, day, size * site.messages / 3, on)
        yield from _drafts(chance, site, day, at, size, on)


def _sources(chance: Chance, site: Site, day: date, at: int, size: float, on: str) -> Iterator[DayCount]:
    for place in range(site.sources):
        source, mine = f"s{place}", on if place == 0 else ""
        busy = size * exp(chance.drawn.normal() * site.spread / 2) * (1.3 if on == "a clinic opens" else 1.0)
        came = int(chance.drawn.poisson(site.messages * busy / (place + 1)))
        if mine == "a source falls silent":
            came = 0
        yield DayCount(series=name("messages", source), day=day, number=1, hits=came)
        told = "SOFT 9.1" if mine in ("version alone", "completeness") else "SOFT 9.0"
        yield DayCount(series=name("version", source), day=day, number=1, bins={told: 1})
        if not came:
            continue
        for field, p in (("labs", 0.6), ("medications", 0.45), ("conditions", 0.8), ("vitals", 0.95)):
            gone = 0.25 if mine == "completeness" and field == "labs" else p
            shown = chance.hits(name("shown", source, field), day, came, gone, at)
            yield shown
            coded = 0.45 if mine == "standard codes" and field == "medications" else 0.9
            yield chance.hits(name("whole", source, field, "standard code"), day, shown.hits, coded, at)
            systems = (0.1, 0.9) if mine == "coding system" and field == "conditions" else (0.85, 0.15)
            yield chance.bins(name("coding", source, field), day, ("ICD-10-CM", "SNOMED CT"), systems, shown.hits)  # fmt: skip
        units = (0.1, 0.9) if mine == "units" else (0.98, 0.02)
        yield chance.bins(name("units", source, "creatinine"), day, ("mg/dL", "umol/L"), units, came // 4)
        late = (0.02, 0.08, 0.2, 0.7) if mine == "delay" else (0.4, 0.35, 0.2, 0.05)
        yield chance.bins(name("delay", source), day, _steps(HOURS)[1:5], late, came)


def _people(chance: Chance, site: Site, day: date, number: float, on: str) -> Iterator[DayCount]:
    number = int(chance.drawn.poisson(number * (1.3 if on == "a clinic opens" else 1.0)))
    ages, payers = (0.08, 0.25, 0.32, 0.2, 0.15), (0.35, 0.25, 0.3, 0.1)
    languages = (0.85, 0.1, 0.05)
    if on == "older":
        ages = (0.02, 0.1, 0.2, 0.33, 0.35)
    if on == "a clinic opens":
        ages, languages = (0.25, 0.4, 0.2, 0.1, 0.05), (0.5, 0.45, 0.05)
    if on == "another payer":
        payers = (0.15, 0.25, 0.55, 0.05)
    ill = (0.3, 0.25, 0.2, 0.1, 0.1, 0.05)
    if on == "conditions":
        ill = (0.12, 0.12, 0.16, 0.25, 0.2, 0.15)
    yield chance.bins("age", day, SCALES["age"], ages, number)
    yield chance.bins("sex", day, ("female", "male"), (0.54, 0.46), number)
    yield chance.bins("payer", day, ("medicare", "medicaid", "commercial", "none"), payers, number)
    yield chance.bins("language", day, ("en", "es", "vi"), languages, number)
    yield chance.bins("conditions", day, ("htn", "t2dm", "ckd", "hf", "copd", "asthma"), ill, number * 2)


def _drafts(chance: Chance, site: Site, day: date, at: int, size: float, on: str) -> Iterator[DayCount]:
    drafts = int(chance.drawn.poisson(site.drafts * size))
    weights = np.array([3, 2, 1, 4, 3, 1, 2, 1, 1], float)
    made = dict(zip(STRATA, chance.drawn.multinomial(drafts, weights / weights.sum()), strict=True))

    def split(series: str, number: Mapping[tuple[str, str], int], p: float, lean: float) -> DayCount:
        day_p = chance.share(series, p, at)
        strata = {}
        for lacks, ill in STRATA:
            odds = day_p / (1 - day_p) * (lean if lacks == "many" else 1) * (lean if ill == "much" else 1)
            cases = int(number[lacks, ill])
            strata[f"{lacks}|{ill}"] = (cases, int(chance.drawn.binomial(cases, odds / (1 + odds))))
        cases, hits = (sum(told[n] for told in strata.values()) for n in (0, 1))
        return DayCount(series=series, day=day, number=cases, hits=hits, strata=strata)

    found = 0.0
    for rule in range(site.rules):
        p = (0.02, 0.4, 0.1, 0.06, 0.25, 0.15)[rule % 6] if rule else 0.12
        told = split(name("fired", f"r{rule}"), made, 0.4 if on == "firing" and not rule else p, 1.6)
        found += told.hits
        yield told
        p = 0.85 if on == "overrides" and not rule else 0.55
        yield chance.hits(name("overridden", f"r{rule}"), day, told.hits * 0.9, p, at)
    decided = {one: int(chance.drawn.binomial(n, 0.85)) for one, n in made.items()}
    done = sum(decided.values())
    yield split("edited|care_plan", decided, 0.5 if on == "edits" else 0.22, 1.8)
    back = split("sent_back|care_plan", decided, 0.2 if on == "rejections" else 0.05, 1.3)
    yield back
    why = (0.1, 0.2, 0.7) if on == "reasons" else (0.6, 0.3, 0.1)
    yield chance.bins("reasons", day, ("wrong", "missing", "wordy"), why, back.hits)
    version = "protocols 8" if on == "guideline alone" else "protocols 7"
    if drafts:
        yield DayCount(series="knowledge|protocols", day=day, number=drafts, bins={version: drafts})
    if day.day == 28:
        met = 0.5 if on == "measure" else 0.68
        yield chance.hits("measure|CMS122|1", day, site.drafts * 12, met, at)
    answers = drafts * 5
    yield chance.hits("unverified", day, answers, 0.3 if on == "verification" else 0.12, at)
    yield chance.hits("refused", day, answers, 0.06 if on == "refusals" else 0.004, at)
    yield chance.hits("fallbacks", day, drafts * 4, 0.3 if on in ("fallbacks", "verification") else 0.09, at)
    slow = (0.02, 0.15, 0.4, 0.43) if on == "latency" else (0.3, 0.5, 0.15, 0.05)
    yield chance.bins("seconds", day, _steps(SECONDS)[1:5], slow, drafts)
    long = (0.02, 0.18, 0.6, 0.2) if on == "tokens" else (0.25, 0.55, 0.18, 0.02)
    yield chance.bins("tokens", day, _steps(TOKENS)[1:5], long, drafts)
    yield DayCount(series="findings", day=day, number=drafts, hits=found)
    reviewers = max(round(site.drafts * size / 10), 1) if done else 0
    if reviewers:
        staffed = max(round(reviewers / 2.5), 1) if on == "burden" and reviewers > 1 else reviewers
        asked = int(chance.drawn.poisson(done * found / max(drafts, 1) * (2.2 if on == "burden" and staffed == reviewers else 1)))  # fmt: skip
        yield DayCount(series="burden", day=day, number=staffed, hits=asked)
        yield DayCount(series="read", day=day, number=staffed, hits=int(chance.drawn.binomial(asked, 0.5)))
    waits = (0.05, 0.1, 0.15, 0.3, 0.4) if on == "queue age" else (0.4, 0.3, 0.15, 0.1, 0.05)
    yield chance.bins("decided", day, _steps(HOURS)[1:6], waits, done)
    stock = int(chance.drawn.poisson(site.drafts * 1.5))
    yield chance.bins("waiting", day, _steps(HOURS)[1:6], waits, stock)
    yield chance.hits("overdue", day, stock, 0.3 if on == "queue age" else 0.06, at)


def _steps(ends: Sequence[int]) -> tuple[str, ...]:
    return tuple(map(str, ends))
