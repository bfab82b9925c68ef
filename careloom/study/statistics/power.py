"""Power: how many cases a pilot takes, and what so many can detect.

Takes    how minutes spread (standard deviation of their logarithms), how cases of a provider go together, how arms are made
Gives    the power for an effect, the cases for a power, the effect that is detected with a power
Never    promises from clusters that don't exist: with arms by provider the degrees of freedom are those of providers

Source   design effect: Donner & Klar 2000, Design and Analysis of Cluster Randomization Trials; unequal clusters: Eldridge, Ashby & Kerry 2006,
         Int J Epidemiol 35:1292-1300; power by the noncentral t: Cohen 1988, Statistical Power Analysis; shares: Fleiss 1981, Statistical Methods for Rates
         and Proportions, 3.2; why a trend costs four times the cases: its correlation with "after" is sqrt(3)/2, so that 1 / (1 - 3/4) = 4
Misses   providers whose drafts help them differently, and minutes that are no log-normal
"""

from dataclasses import dataclass
from math import ceil, exp, inf, log, sqrt
from statistics import NormalDist
from typing import Literal

from careloom.errors import InputError
from careloom.study.statistics.estimate import LEVEL, NotSaid

Design = Literal["case", "provider", "before_after", "paired"]
POWER = 0.8
# Cases beyond which nobody looks further: such an effect is too small for a pilot.
MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How minutes will be compared.

    `spread`: standard deviation of the logarithms of minutes, providers' differences included (0.5: two thirds of cases within a factor of 1.65).
    `icc`: the share of their variance that lies between providers. `again`: for pairs, how the two minutes of one case correlate.
    `uneven`: coefficient of variation of cases a provider. Designs: arms by case within providers, by provider, before and after (adjusted for a
    linear trend), or the same case twice.
    """

    design: Design
    spread: float
    providers: int
    icc: float = 0.0
    again: float = 0.0
    uneven: float = 0.0
    level: float = LEVEL

    def __post_init__(self) -> None:
        if (
            self.spread <= 0
            or self.providers < 1
            or not 0 <= self.icc < 1
            or not -1 < self.again < 1
            or self.uneven < 0
        ):
            raise InputError(
                "spread above 0, providers 1 or more, icc from 0 to below 1, correlation between -1 and 1",
                "plan",
            )
        if self.design == "provider" and self.providers < 4:
            raise InputError(
                "arms by provider take 4 providers or more: with fewer the arm can't be told from the provider",
                "providers",
            )


@dataclass(frozen=True, slots=True)
class Needed:
    """How many cases (pairs, where each case is done twice) in all, the design effect against unclustered arms, and the power that they have."""

    cases: int
    design_effect: float
    power: float


def power(plan: Plan, cases: int, ratio: float) -> float:
    """The chance that `cases` in all show a ratio of geometric means of minutes (0.8: a fifth less), two-sided."""
    from scipy.stats import nct, t

    freedom = _freedom(plan, cases)
    if freedom < 1:
        return 0.0
    away = abs(log(_checked(ratio))) / sqrt(_variance(plan, cases))
    edge = t.ppf((1 + plan.level) / 2, freedom)
    found = float(nct.sf(edge, freedom, away))
    # The noncentral t gives nothing far away from 0, where the power is 1.
    return found if found == found and found <= 1 else 1.0


def needed(plan: Plan, ratio: float, wanted: float = POWER) -> Needed | NotSaid:
    """The fewest cases in all with that power; NotSaid where more cases never help because there are too few providers."""
    return _fewest(plan, ratio, wanted)


def detectable(plan: Plan, cases: int, wanted: float = POWER) -> float | NotSaid:
    """The ratio below 1 that is the least reduction `cases` in all detect with that power (0.8: a fifth less, and nothing smaller)."""
    if power(plan, cases, 0.001) < wanted:
        return NotSaid(
            "too_few", f"{cases} cases with {plan.providers} providers detect nothing with that power.", cases
        )
    low, high = log(0.001), 0.0
    while high - low > 1e-7:
        middle = (low + high) / 2
        low, high = (middle, high) if power(plan, cases, exp(middle)) >= wanted else (low, middle)
    return exp(low)


def design_effect(plan: Plan, cases: int) -> float:
    """How many times the variance is that of unclustered arms."""
    if plan.design == "provider":
        return 1 + ((plan.uneven**2 + 1) * cases / plan.providers - 1) * plan.icc
    if plan.design == "before_after":
        return 4 * (1 - plan.icc)
    return 1 - plan.icc if plan.design == "case" else (1 - plan.again) / 2


def power_for_shares(
    number: int, one: float, other: float, effect: float = 1.0, level: float = LEVEL
) -> float:
    """The chance that `number` in each arm show the difference of two shares (normal approximation, two-sided); `effect` is a design effect."""
    _shares(one, other)
    normal, middle = NormalDist(), (one + other) / 2
    null, spread = sqrt(2 * middle * (1 - middle)), sqrt(one * (1 - one) + other * (1 - other))
    edge = normal.inv_cdf((1 + level) / 2)
    return normal.cdf((abs(one - other) * sqrt(number / effect) - edge * null) / spread)


def needed_for_shares(
    one: float, other: float, wanted: float = POWER, effect: float = 1.0, level: float = LEVEL
) -> int:
    """How many in each arm show the difference of two shares with that power (Fleiss 1981, without continuity correction)."""
    _shares(one, other)
    normal, middle = NormalDist(), (one + other) / 2
    null, spread = sqrt(2 * middle * (1 - middle)), sqrt(one * (1 - one) + other * (1 - other))
    root = normal.inv_cdf((1 + level) / 2) * null + normal.inv_cdf(wanted) * spread
    return ceil(effect * (root / (one - other)) ** 2 - 1e-9)


def detectable_share(
    number: int, one: float, wanted: float = POWER, effect: float = 1.0, level: float = LEVEL
) -> float | NotSaid:
    """The share above `one` that is the least increase `number` in each arm detect with that power."""
    low, high = one, 1 - 1e-9
    if not 0 <= one < 1 or power_for_shares(number, one, high, effect, level) < wanted:
        return NotSaid("too_few", f"{number} in each arm detect no increase with that power.", number)
    while high - low > 1e-7:
        middle = (low + high) / 2
        low, high = (
            (low, middle)
            if power_for_shares(number, one, middle, effect, level) >= wanted
            else (middle, high)
        )
    return high


def _variance(plan: Plan, cases: int) -> float:
    """Of the log ratio: 4 variances over the cases where arms halve them, 4 / 2 = 2 a pair with (1 - r) where each is done twice."""
    return 4 * plan.spread**2 * design_effect(plan, cases) / cases


def _freedom(plan: Plan, cases: int) -> float:
    if plan.design == "provider":
        return plan.providers - 2
    if plan.design == "paired":
        return cases - plan.providers
    return cases - plan.providers - (2 if plan.design == "before_after" else 1)


def _fewest(plan: Plan, ratio: float, wanted: float) -> Needed | NotSaid:
    if not 0 < wanted < 1 or _checked(ratio) == 1:
        raise InputError("a power lies between 0 and 1, and a ratio of 1 is no effect", "power")
    high = 2
    while power(plan, high, ratio) < wanted:
        high *= 2
        if high > MOST:
            sentence = f"No number of cases shows this with {plan.providers} providers: more providers are needed, or a larger effect."
            return NotSaid("not_identified", sentence, plan.providers)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(plan, middle, ratio) >= wanted else (middle, high)
    if plan.design != "paired":
        high += high % 2
    return Needed(high, design_effect(plan, high), power(plan, high, ratio))


def _checked(ratio: float) -> float:
    if not 0 < ratio < inf:
        raise InputError("a ratio of minutes lies above 0", "ratio")
    return ratio


def _shares(one: float, other: float) -> None:
    if not (0 <= one <= 1 and 0 <= other <= 1) or one == other:
        raise InputError("two different shares from 0 to 1", "shares")
