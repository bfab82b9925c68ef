"""Shares and rates: whether hits by cases moved, asked anew every day, at a stated distance between false alarms.

Each day is compared with a reference of the same weekdays. What lies nearer than a factor that is no move yet, or between the reference and what the same weeks of last year were,
is no move; for each factor beyond by which the odds (or a rate) may have moved, in both directions, the day's likelihood ratio against the nearest end of that range multiplies
a Shiryaev-Roberts sum (its expectation is at most one wherever in the range the day lies, since the ratio is monotone), and the sums' mean is held against the days that shall lie
between two false alarms. Ratios are tempered by how much more weeks of the reference differ than chance lets them, at its upper limit: what holds for days that are alike holds for
those that follow one another, too. Few weeks, and weeks of few hits, tell little of that, so that they are held beside weeks that differ little more than by chance. And they are tempered by how many cases
a sum has gone through beside those of the reference, since that is estimated: soon is cheap, and later costs more. No day alone makes an alarm.

Source   the ratio with expectations of its own for each case: Steiner, Cook, Farewell & Treasure 2000, Biostatistics 1:441-452; the sum and its mean distance
         between false alarms (at least the limit): Shiryaev 1963, Theory Probab Appl 8:22-46, Roberts 1966, Technometrics 8:411-430, and without distributions Shin,
         Ramdas & Rinaldo 2024, New Engl J Stat Data Sci 2:229-260; the tempering: Wedderburn 1974, Biometrika 61:439-447; its upper limit, since a reference is
         estimated: Gandy & Kvaloy 2013, Scand J Stat 40:647-668; when it began, by likelihood: Hinkley 1970, Biometrika 57:1-17; two days at least: Lucas & Crosier 1982, Commun Stat 11:2669-2687; how strongly neighbouring weeks go
         together: Newey & West 1987, Econometrica 55:703-708; that few expected hits make Pearson's statistic differ by 2 + 1/mean, not by 2: Haldane 1937, Biometrika 29:133-143; weeks held
         beside: the scaled inverse chi-square prior, Gelman et al. 2013, Bayesian Data Analysis, section 2.6
         a range that is no move, and its worst end: Lehmann & Romano 2005, Testing Statistical Hypotheses, theorem 3.4.1
Misses   a move that is smaller than the middle between no move and the smallest factor (of odds: 1.34), one that creeps over months (the reference follows it), and what moved while a reference is learnt
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import exp, log

from careloom.care.watched import DayCount
from careloom.monitor.chance import chi_square_tenth
from careloom.monitor.series import Kind
from careloom.monitor.signals import Shift, Standing

# A reference is learnt over so many days, ends so many days before the day that is looked at, and goes back so far at most.
LEARNT, BEHIND, LONGEST = 56, 28, 364
WEEK = 7
# A day of more than so many others' cases is none to learn from.
SUDDEN = 10.0
# Of last year so many days before and after the day of the year are asked.
ABOUT = 14
# The fewest cases (of a rate: hits) that a reference is made of, and blocks of a week with any.
FEWEST, FEWEST_WEEKS = 100, 6
# Weekdays are told from one another as if so many days of the whole had been seen of each.
PRIOR_DAYS = 2.0
# And a rate's as if of no more hits than this: a day of the week on which the site is closed stays one.
PRIOR_HITS = 2.0
# What is rarer is looked at as if it were so rare, and no rarer: a share that never was is no hundred-fold.
RAREST, SUREST = 0.005, 0.98
# Weeks differ as if so many had been seen besides whose odds (or rates) differ by a tenth, beside chance; a week tells half as much of it where so much variance is expected of it.
PRIOR_WEEKS, USUAL, HALVED = 12, 0.1, 0.5
# A reference is held, for so long as it takes to learn one at most, while the sums' mean is at the limit to this power.
DOUBT = 0.5
# A day's evidence is capped at the limit to this power.
CAP = 0.6
# How far a change point's logarithm of likelihood may lie below the best (half of chi-square's 95 %).
NEAR = 1.92


@dataclass(frozen=True, slots=True)
class Reference:
    """What is expected of each weekday (0 Monday), how much more weeks differ than by chance, from how many cases that is known, and by which factor of its
    odds (or its rate) the same weeks of last year lay off their year (1 where there is none)."""

    expected: tuple[float, ...]
    over: float
    number: float
    hits: float
    season: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A series with its days without holes: cases and hits of each day from `first` on."""

    first: date
    number: tuple[float, ...]
    hits: tuple[float, ...]

    @classmethod
    def of(cls, days: Sequence[DayCount], as_of: date) -> "Line":
        """Days in their order; what lies after `as_of` is left out."""
        told = {one.day: one for one in days if one.day <= as_of}
        first = min(told, default=as_of)
        every = [told.get(first + timedelta(n)) for n in range((as_of - first).days + 1)]
        return cls(
            first, tuple(d.number if d else 0 for d in every), tuple(d.hits if d else 0 for d in every)
        )

    def day(self, place: int) -> date:
        """The day at a place."""
        return self.first + timedelta(place)


def watch(line: Line, kind: Kind, between: float) -> tuple[tuple[Shift, ...], Standing]:
    """Where a series moved, the first move first, and how it stands now. `between`: days that shall lie between two false alarms."""
    shifts: list[Shift] = []
    anchor, last = _begun(line, 0), len(line.number)
    while True:
        found = _next(line, kind, anchor, between)
        if found is None:
            break
        shifts.append(found)
        # What is now is learnt anew; a day that moved alone is over already.
        anchor = max((found.since - line.first).days, anchor + 1)
        if anchor + LEARNT >= last:
            break
    return tuple(shifts), _standing(line, kind, anchor)


def _begun(line: Line, place: int) -> int:
    return next((n for n in range(place, len(line.number)) if line.number[n]), place)


def _next(line: Line, kind: Kind, anchor: int, between: float) -> Shift | None:
    asked = tuple(one / kind.no_move for one in kind.factors)
    factors = (*asked, *(1 / one for one in asked))
    logs = [log(one) for one in factors]
    sums, ages = [0.0] * len(factors), [0.0] * len(factors)
    cap, reference, learnt = CAP * log(between), None, anchor
    for place in range(anchor + LEARNT, len(line.number)):
        # What may be a move is not learnt while it is looked into.
        doubted = sum(sums) / len(sums) >= between**DOUBT and place - learnt < LEARNT
        if reference is None or ((place - anchor) % WEEK == 0 and not doubted):
            reference, learnt = learn(line, kind, anchor, place), place
        if reference is None or not line.number[place]:
            continue
        for at, one in enumerate(_ratios(line, kind, place, reference, factors, logs)):
            temper = reference.over * (1 + ages[at] / reference.number) ** 2
            ages[at] = ages[at] * sums[at] / (1 + sums[at]) + line.number[place]
            sums[at] = (1 + sums[at]) * exp(min(one / temper, cap))
        if sum(sums) / len(sums) >= between:
            return _shift(line, kind, place, reference, anchor + LEARNT)
    return None


def _ratios(
    line: Line, kind: Kind, place: int, reference: Reference, factors: Sequence[float], logs: Sequence[float]
) -> list[float]:
    number, hits = line.number[place], line.hits[place]
    expected = reference.expected[line.day(place).weekday()]
    least, most = min(reference.season, 1.0) / kind.no_move, max(reference.season, 1.0) * kind.no_move
    if kind.shape == "rate":
        mean = number * max(expected, 1e-9)
        high, low = mean * most, mean * least
        return [
            hits * lg - (high if one > 1 else low) * (one - 1) for one, lg in zip(factors, logs, strict=True)
        ]
    high = _of_odds(min(max(expected, RAREST), 1 - 1e-9), most)
    low = _of_odds(max(min(expected, SUREST), 1e-9), least)
    found = []
    for one, lg in zip(factors, logs, strict=True):
        share = high if one > 1 else low
        found.append(hits * lg - number * log(1 - share + one * share))
    return found


def _of_odds(share: float, factor: float) -> float:
    """The share whose odds are so many times those of another."""
    return factor * share / (1 - share + factor * share)


def learn(line: Line, kind: Kind, anchor: int, place: int) -> Reference | None:
    """The reference of a day; None where it has too few cases."""
    end = min(place, max(anchor + LEARNT, place - BEHIND))
    start = max(anchor, end - LONGEST)
    # The first reference ends where there are enough cases, however lately they came.
    size = line.hits if kind.shape == "rate" else line.number
    few = FEWEST - sum(size[start:end])
    while few > 0 and end < place:
        few -= size[end]
        end += 1
    cases, found = _held(line, kind, start, end)
    number, hits = sum(cases), sum(found)
    if (hits if kind.shape == "rate" else number) < FEWEST:
        return None
    whole = hits / number
    weekday = line.day(start).weekday()
    prior = PRIOR_DAYS * number / (end - start)
    if kind.shape == "rate":
        prior = min(prior, PRIOR_HITS / whole)
    expected = []
    for day in range(WEEK):
        at = (day - weekday) % WEEK
        expected.append((sum(found[at::WEEK]) + prior * whole) / (sum(cases[at::WEEK]) + prior))
    over = _over(kind, expected, weekday, cases, found)
    if over is None:
        return None
    return Reference(tuple(expected), over, number, hits, _season(line, kind, anchor, place, whole))


def _held(line: Line, kind: Kind, start: int, end: int) -> tuple[Sequence[float], Sequence[float]]:
    """Cases and hits of a stretch. One day far beyond all others, on which years of records came at once, is left out; where there are several, each counts as no more than so many others."""
    number, hits = line.number[start:end], line.hits[start:end]
    size = hits if kind.shape == "rate" else number
    days = sum(one > 0 for one in size)
    most = max(size, default=0)
    if days < 2 or most <= (limit := SUDDEN * (sum(size) - most) / (days - 1)):
        return number, hits
    alone = sum(one > limit for one in size) == 1
    kept = [1.0 if one <= limit else 0.0 if alone else limit / one for one in size]
    less = [one * part for one, part in zip(hits, kept, strict=True)]
    if kind.shape == "rate" and not alone:
        return number, less
    return [one * part for one, part in zip(number, kept, strict=True)], less


def _season(line: Line, kind: Kind, anchor: int, place: int, whole: float) -> float:
    """By which factor of its odds (or its rate) the four weeks around this day a year ago lay off their year; 1 before there is one."""
    start, end = place - LONGEST - ABOUT, place - LONGEST + ABOUT
    if start < anchor:
        return 1.0
    cases, found = _held(line, kind, start, end)
    number, hits = sum(cases), sum(found)
    # As if a reference's fewest cases had been seen that were as the year is.
    if kind.shape == "rate":
        return (hits + FEWEST) / (number * whole + FEWEST)
    share = (hits + FEWEST * whole) / (number + FEWEST)
    if not 0 < whole < 1:
        return 1.0
    return share / (1 - share) * (1 - whole) / whole


def _over(
    kind: Kind, expected: Sequence[float], weekday: int, number: Sequence[float], hits: Sequence[float]
) -> float | None:
    """How much more weeks differ than by chance, at its upper limit, and never less than 1; None for too few weeks. `weekday` is that of the first day."""
    pulls: list[float] = []
    told = whole = 0.0
    for block in range(len(number) - WEEK, -1, -WEEK):
        off = spread = 0.0
        for place in range(block, block + WEEK):
            if not number[place]:
                continue
            share = expected[(weekday + place) % WEEK]
            off += hits[place] - number[place] * share
            spread += number[place] * (share if kind.shape == "rate" else variance(share))
        if spread:
            pulls.append(off / spread**0.5)
            told += spread / (spread + HALVED)
            whole += spread
    if len(pulls) < FEWEST_WEEKS:
        return None
    freedom = float(len(pulls) - 1)
    alone = sum(one * one for one in pulls) / freedom
    beside = sum(one * other for one, other in pairwise(pulls)) / freedom
    excess = alone + max(beside, 0.0)
    by_themselves = excess * freedom / chi_square_tenth(freedom)
    freedom *= told / len(pulls)
    usual = 1 + USUAL**2 * whole / len(pulls)
    held = (PRIOR_WEEKS * usual + freedom * excess) / chi_square_tenth(PRIOR_WEEKS + freedom)
    return max(min(by_themselves, held), 1.0)


def variance(share: float) -> float:
    """A case's variance, no smaller than of what is looked at as the rarest."""
    held = min(max(share, RAREST), 1 - RAREST)
    return held * (1 - held)


def _shift(line: Line, kind: Kind, place: int, known: Reference, first: int) -> Shift:
    """The move: it began where the days from there on are told best by another share than expected; as likely are those near to that."""
    number = hits = mean = 0.0
    told: list[tuple[float, int]] = []
    start = max(first, place - LONGEST)
    before, found = _held(line, kind, start, place)
    cases, having = [*before, line.number[place]], [*found, line.hits[place]]
    for at in range(place, start - 1, -1):
        if cases[at - start]:
            number += cases[at - start]
            hits += having[at - start]
            mean += cases[at - start] * known.expected[line.day(at).weekday()]
            told.append((_gain(kind, number, hits, mean) / known.over, at))
    best, since = max(told)
    near = [at for gain, at in told if gain >= best - NEAR]
    return Shift(
        raised=line.day(place),
        since=line.day(since),
        earliest=line.day(min(near)),
        latest=line.day(max(near)),
        before=(known.number, known.hits),
        after=(sum(line.number[since : place + 1]), sum(line.hits[since : place + 1])),
    )


def _gain(kind: Kind, number: float, hits: float, mean: float) -> float:
    """How much better the days are told by their own share than by what was expected (a logarithm)."""
    mean = max(mean, 1e-9)
    own = hits * log(hits / mean) if hits else 0.0
    if kind.shape == "rate":
        return own - hits + mean
    rest = max(number - mean, 1e-9)
    return own + ((number - hits) * log((number - hits) / rest) if number > hits else 0.0)


def _standing(line: Line, kind: Kind, anchor: int) -> Standing:
    """Whether there is enough to judge by; else from when on there will be, at the pace so far."""
    last = len(line.number)
    seen = max(last - anchor, 1)
    cases = sum(line.hits[anchor:] if kind.shape == "rate" else line.number[anchor:])
    number, hits = sum(line.number[anchor:]), sum(line.hits[anchor:])
    if last > anchor + LEARNT and learn(line, kind, anchor, last) is not None:
        return Standing(True, cases, FEWEST, None, (number, hits))
    if not cases:
        return Standing(False, 0, FEWEST, None, (number, hits))
    days = max(LEARNT + 1, round(seen * FEWEST / cases + 0.5))
    ready = line.day(anchor + max(days, seen + 1))
    return Standing(False, cases, FEWEST, ready, (number, hits))
