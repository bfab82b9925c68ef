"""Ranking: which work is worth drafting first, and how far that hangs on what was weighed how.

Takes    measured minutes by activity, the list with what a site says of each, and the weights
Gives    each activity's minutes a week, its score and every part of it; its ranks over a stated range of weights; when it pays back
Never    ranks what was not measured here or of which the site said no volume or share; mixes what others published with what was measured

    score = minutes a week × automatable share × (1 + outcome weight × outcome/3 + satisfaction weight × satisfaction/3)
            − effort weight × set-up minutes ÷ weeks over which the effort is spread

in minutes a week. The sensitivity analysis draws every weight between half and twice what was said (log-uniform), from a seed that is printed; the
same seed gives the same numbers anywhere.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from careloom.care.observed import ActivityList, StudyActivity
from careloom.errors import InputError
from careloom.study.statistics.estimate import Estimate, NotSaid

DRAWS = 1_000
FACTOR = 2.0
WEEKS = 52
MOST = 10.0
NOTHING: Mapping[str, Estimate | NotSaid] = {}


@dataclass(frozen=True, slots=True)
class Weights:
    """What is weighed how: how much an outcome and satisfaction count beside the minutes, how much the effort, over how many weeks it is spread."""

    outcome: float = 1.0
    satisfaction: float = 0.5
    effort: float = 1.0
    weeks: float = WEEKS

    def checked(self) -> "Weights":
        """Themselves. Raises InputError for weights that don't fit."""
        if not all(0 <= one <= MOST for one in (self.outcome, self.satisfaction, self.effort)):
            raise InputError(f"a weight is a number from 0 to {MOST:g}", where="weights")
        if not 1 <= self.weeks <= 520:
            raise InputError("the effort is spread over 1 to 520 weeks", where="weeks")
        return self


@dataclass(frozen=True, slots=True)
class Case:
    """An activity that can be ranked: `mean` minutes once, over `times` that it was seen; `once` is that mean with its interval, or why there is none."""

    activity: StudyActivity
    mean: float
    times: int
    once: Estimate | NotSaid | None = None

    @property
    def week(self) -> float:
        """Minutes a week: what it takes once, as often as the site says that it comes."""
        return self.mean * (self.activity.volume or 0.0)

    @property
    def week_between(self) -> tuple[float, float] | None:
        """The limits of the minutes a week, by what the observed days differ in; the volume is the site's word. None where it can't be said."""
        volume = self.activity.volume or 0.0
        return (self.once.low * volume, self.once.high * volume) if isinstance(self.once, Estimate) else None

    @property
    def saved(self) -> float:
        """Minutes a week that software could take over."""
        return self.week * (self.activity.automatable or 0.0)

    @property
    def set_up(self) -> float:
        """Minutes that setting it up takes."""
        return (self.activity.setup_hours or 0.0) * 60

    def multiplier(self, weights: Weights) -> float:
        """What a delay's effect makes of each minute."""
        one = self.activity
        return 1 + weights.outcome * one.outcome / 3 + weights.satisfaction * one.satisfaction / 3

    def score(self, weights: Weights) -> float:
        """In minutes a week."""
        return self.saved * self.multiplier(weights) - weights.effort * self.set_up / weights.weeks

    @property
    def pays_after(self) -> float | None:
        """How many times it must be done until the minutes saved, without any weight, are those that setting it up took; None: never."""
        once = self.mean * (self.activity.automatable or 0.0)
        return self.set_up / once if once > 0 else None

    @property
    def weeks_to_pay(self) -> float | None:
        """After how many weeks that is, at the volume that the site says."""
        after = self.pays_after
        return after / self.activity.volume if after is not None and self.activity.volume else None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A case with its rank and, over all draws, the best and the worst that 95 of 100 draws lie between, and how often it came first."""

    case: Case
    rank: int
    score: float
    best: int
    worst: int
    first: float


@dataclass(frozen=True, slots=True)
class Swing:
    """How the score moves when one weight alone is half or twice what was said."""

    weight: str
    low: float
    high: float

    @property
    def width(self) -> float:
        """By how much."""
        return abs(self.high - self.low)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer, with everything that it rests on. `unranked` are activities with what lacks of each (measured, volume, share, effort)."""

    weights: Weights
    seed: str
    draws: int
    ranked: tuple[Ranked, ...]
    unranked: tuple[tuple[StudyActivity, tuple[str, ...]], ...]


def ranking(
    activities: ActivityList,
    measured: Mapping[str, tuple[float, int]],
    weights: Weights,
    seed: str,
    once: Mapping[str, Estimate | NotSaid] = NOTHING,
) -> Ranking:
    """Of the list's activities that are used; `measured` is by activity's id the mean minutes once and how often that was seen, `once` that mean's interval."""
    cases, unranked = [], []
    for listed in activities.activities:
        if not listed.used:
            continue
        lacks = _lacks(listed, measured)
        if lacks:
            unranked.append((listed, lacks))
        else:
            cases.append(Case(listed, *measured[listed.id], once.get(listed.id)))
    ordered = _order(cases, weights)
    ranks: dict[str, list[int]] = {one.activity.id: [] for one in cases}
    for drawn in _draws(weights, seed) if len(cases) > 1 else ():
        for rank, one in enumerate(_order(cases, drawn), start=1):
            ranks[one.activity.id].append(rank)
    made = (
        _ranked(one, place, ranks[one.activity.id], weights) for place, one in enumerate(ordered, start=1)
    )
    return Ranking(weights, seed, DRAWS, tuple(made), tuple(unranked))


def tornado(case: Case, weights: Weights) -> tuple[Swing, ...]:
    """How one case's score hangs on each weight, the most telling first."""
    found = []
    for name in ("outcome", "satisfaction", "effort", "weeks"):
        ends = [
            case.score(replace(weights, **{name: getattr(weights, name) * factor}))
            for factor in (1 / FACTOR, FACTOR)
        ]
        found.append(Swing(name, *ends))
    return tuple(sorted(found, key=lambda one: (-one.width, one.weight)))


def _lacks(one: StudyActivity, measured: Mapping[str, tuple[float, int]]) -> tuple[str, ...]:
    said = {
        "measured": one.id in measured,
        "volume": one.volume is not None,
        "share": one.automatable is not None,
        "effort": one.setup_hours is not None,
    }
    return tuple(name for name, is_there in said.items() if not is_there)


def _order(cases: Sequence[Case], weights: Weights) -> list[Case]:
    return sorted(cases, key=lambda one: (-one.score(weights), one.activity.id))


def _ranked(case: Case, rank: int, ranks: Sequence[int], weights: Weights) -> Ranked:
    drawn = sorted(ranks) or [rank]
    cut = int(len(drawn) * 0.025)
    first = Counter(drawn)[1] / len(drawn)
    return Ranked(case, rank, case.score(weights), drawn[cut], drawn[-1 - cut], first)


def _draws(weights: Weights, seed: str) -> Iterator[Weights]:
    """The weights of each draw: 53 bits of SHA-256 of "seed:draw:weight" as a number from 0 to 1."""
    for number in range(DRAWS):
        yield Weights(
            **{
                name: getattr(weights, name) * FACTOR ** (2 * _chance(f"{seed}:{number}:{name}") - 1)
                for name in ("outcome", "satisfaction", "effort", "weeks")
            }
        )


def _chance(text: str) -> float:
    return (int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big") >> 3) / (1 << 53)
