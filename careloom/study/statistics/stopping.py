"""Stopping: whether a pilot must stop now, by the rules that its protocol locked.

Takes    what was counted at each look so far, in order, and what the protocol says: acceptable rates, planned cases, error allowed
Gives    for each rule whether it fires, at which look, what was seen and where the boundary was
Never    looks beyond what is given, or stops for what chance does more often than allowed (a serious event apart: one is enough)

Source   exact and normal group-sequential boundaries: boundaries.py (Lan & DeMets 1983); t to z at each look by equal tails: Jennison & Turnbull 2000,
         Group Sequential Methods, 11.4
Misses   that cases of one provider go together: rates are tested as if each case were its own
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from statistics import NormalDist
from typing import Literal

from careloom.study.statistics.boundaries import Spending, boundaries, counted
from careloom.study.statistics.cases import Case, usable
from careloom.study.statistics.minutes import ARMS, DRAFT
from careloom.study.statistics.proportions import Count
from careloom.study.statistics.strata import within

Rule = Literal["serious_event", "safety_rate", "accuracy_floor", "review_time"]
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Look:
    """One look: after how many cases, what was seen there (a count, or z), the boundary that it may not reach (None: this look can't stop)."""

    cases: int
    seen: float | None
    boundary: float | None

    @property
    def reached(self) -> bool:
        """Whether what was seen reaches the boundary."""
        return self.seen is not None and self.boundary is not None and self.seen >= self.boundary


@dataclass(frozen=True, slots=True)
class Stop:
    """What a rule says: `at` is the first look (from 0) that reached its boundary, None: it doesn't fire."""

    rule: Rule
    at: int | None
    looks: tuple[Look, ...]
    words: str

    @property
    def fires(self) -> bool:
        """Whether the pilot stops by this rule."""
        return self.at is not None


def serious_event(events: int, cases: int, allowed: int = 0) -> Stop:
    """Serious safety events that may come of a draft: more than `allowed` stop the pilot at once, whatever chance says."""
    look = Look(cases, events, allowed + 1)
    many = "event" if events == 1 else "events"
    words = f"{events} serious safety {many} in {cases} cases; {allowed + 1} stop the pilot at once."
    return Stop("serious_event", 0 if look.reached else None, (look,), words)


def safety_rate(
    looks: Sequence[Count],
    acceptable: float,
    planned: int,
    alpha: float = ALPHA,
    how: Spending = "obrien_fleming",
) -> Stop:
    """Cases with a safety event (hits) among those so far, at each look: fires where more than `acceptable` (a share) must be believed."""
    return _too_many("safety_rate", looks, acceptable, (planned, alpha), how, "cases with a safety event")


def accuracy_floor(
    looks: Sequence[Count], floor: float, planned: int, alpha: float = ALPHA, how: Spending = "obrien_fleming"
) -> Stop:
    """Accurate drafts (hits) among those so far, at each look: fires where an accuracy below `floor` (a share) must be believed."""
    wrong = [Count(look.number - look.hits, look.number) for look in looks]
    return _too_many(
        "accuracy_floor", wrong, 1 - floor, (planned, alpha), how, "drafts that needed substantial revision"
    )


def review_time(
    looks: Sequence[Sequence[Case]], planned: int, alpha: float = ALPHA, how: Spending = "obrien_fleming"
) -> Stop:
    """All cases so far at each look (minutes with a draft, and by hand): fires where drafts must be believed to take longer than writing by hand.

    The median of log-normal minutes is their geometric mean, so medians are compared by mean logarithms within providers. A look before each
    provider has two of both can't stop.
    """
    fractions, found = [], []
    for cases in looks:
        rows = usable(cases, ARMS).counted
        z = _z(rows)
        found.append((len(rows), z))
        if z is not None:
            fractions.append(min(len(rows) / planned, 1.0))
    rising = [
        fraction for place, fraction in enumerate(fractions) if not place or fraction > fractions[place - 1]
    ]
    edges = iter(boundaries(rising, alpha, 1, how) if rising else ())
    rows_of, last = [], 0.0
    for number, z in found:
        fraction = min(number / planned, 1.0)
        # Without new information since the last look nothing more may be spent.
        new = z is not None and fraction > last
        rows_of.append(Look(number, z, next(edges) if new else None))
        last = fraction if new else last
    words = f"Minutes with a draft against by hand at {len(looks)} looks of {planned} planned cases; in all looks together chance stops {alpha:.0%} at most."
    return _first("review_time", rows_of, words)


def _too_many(
    rule: Rule, looks: Sequence[Count], rate: float, plan: tuple[int, float], how: Spending, what: str
) -> Stop:
    planned, alpha = plan
    growing = [
        look for place, look in enumerate(looks) if look.number > (looks[place - 1].number if place else 0)
    ]
    end = max(planned, *(look.number for look in growing)) if growing else planned
    edges = iter(counted([look.number for look in growing], rate, alpha, how, end) if growing else ())
    rows, seen = [], 0
    for look in looks:
        edge = next(edges) if look.number > seen else None
        rows.append(Look(look.number, look.hits, edge if edge is not None and edge <= look.number else None))
        seen = look.number
    last = looks[-1] if looks else Count(0, 0)
    words = f"{last.hits} {what} of {last.number}; above {rate:.0%} isn't accepted, and in all looks together chance stops {alpha:.0%} at most."
    return _first(rule, rows, words)


def _first(rule: Rule, looks: Sequence[Look], words: str) -> Stop:
    return Stop(
        rule, next((place for place, look in enumerate(looks) if look.reached), None), tuple(looks), words
    )


def _z(cases: Sequence[Case]) -> float | None:
    """How far drafts take longer, as z: the t of the difference within providers who have two of both, with the same tail."""
    pairs = {
        who: [sum(case.arm == arm for case in cases if case.provider == who) for arm in ARMS]
        for who in {case.provider for case in cases}
    }
    rows = [case for case in cases if min(pairs[case.provider]) >= 2]
    if not rows:
        return None
    total = within(
        [log(case.minutes or 1) for case in rows],
        [case.provider for case in rows],
        [case.arm == DRAFT for case in rows],
    )
    if not total.error:
        return None
    from scipy.stats import t

    tail = float(t.sf(total.value / total.error, total.freedom))
    return NormalDist().inv_cdf(1 - min(max(tail, 1e-15), 1 - 1e-15))
