"""Minutes by arm: of few coordinators, by mixed models, and of pairs, before and after, and steps."""

from collections.abc import Callable
from math import exp, log
from typing import TYPE_CHECKING

from bench.measure import Row
from bench.studies.simulated import pilot_of, promised, seeds, wedge_of

if TYPE_CHECKING:
    from careloom.study.statistics.cases import Case


def _arms(
    what: str, times: int, truth: float, make: Callable[[int], "list[Case]"], slack: float = 0.0
) -> list[Row]:
    from careloom.study.statistics.minutes import Minutes, by_arm

    found = [
        one for seed in seeds(times) if isinstance(one := by_arm(make(seed + 1), f"seed {seed}"), Minutes)
    ]
    return [
        promised(
            f"minutes: {what}: interval holds the truth",
            [one.ratio.low <= truth <= one.ratio.high for one in found],
            0.95,
            slack=slack,
        )
    ]


def minutes_of_few() -> list[Row]:
    """Two and three coordinators, with and without an effect, and where its assumptions don't hold."""
    from careloom.study.statistics.minutes import Minutes, by_arm

    nothing = [
        one
        for seed in seeds(1_500)
        if isinstance(one := by_arm(pilot_of(seed + 1, 3, 50), f"seed {seed}"), Minutes)
    ]
    return [
        *_arms("2 coordinators x 20 cases, ratio 0.8", 1_500, 0.8, lambda seed: pilot_of(seed, 2, 20, log(0.8))),
        *_arms("3 x 70, ratio 0.8", 800, 0.8, lambda seed: pilot_of(seed, 3, 70, log(0.8))),
        *_arms("3 x 30, drafts spread twice as wide", 1_000, 0.8, lambda seed: pilot_of(seed, 3, 30, log(0.8), wide=2.0)),
        *_arms("3 x 30, heavy tails (t with 3)", 1_000, 0.8, lambda seed: pilot_of(seed, 3, 30, log(0.8), tails=3.0), slack=0.015),
        promised("minutes: 3 x 50, no effect: said as no difference shown", [one.verdict == "no_difference_shown" for one in nothing], 0.95),
        promised("minutes: 3 x 50, no effect: p of re-allocating at most 0.05", [(one.p_chance or 1) <= 0.05 for one in nothing], 0.05),
        promised("minutes saved a case (mean): 3 x 50, none: interval holds 0", [one.saved is not None and one.saved.low <= 0 <= one.saved.high for one in nothing], 0.95, slack=0.01),
    ]  # fmt: skip


def minutes_of_mixed() -> list[Row]:
    """Mixed models: patients who come again, and providers who are a sample."""
    return [
        *_arms(
            "3 x 30, patients come 2 times, ratio 0.8",
            400,
            0.8,
            lambda seed: pilot_of(seed, 3, 30, log(0.8), again=2.0),
        ),
        *_arms(
            "10 providers x 16, drafts help them differently (0.15)",
            400,
            0.8,
            lambda seed: pilot_of(seed, 10, 16, log(0.8), slope=0.15),
        ),
        *_arms(
            "8 x 12, help differs (0.3), patients come 2 times",
            300,
            0.8,
            lambda seed: pilot_of(seed, 8, 12, log(0.8), slope=0.3, again=2.0),
            slack=0.01,
        ),
    ]


def minutes_of_designs() -> list[Row]:
    """Pairs, before and after, steps."""
    import numpy as np

    from careloom.study.statistics.cases import Case
    from careloom.study.statistics.designs import Pair, before_after, by_step, paired
    from careloom.study.statistics.minutes import Minutes

    pairs, trend, steps, orders = [], [], {3: [], 6: []}, []
    for seed in seeds(1_500):
        rng = np.random.default_rng(seed)
        made = []
        for n in range(24):
            hand = rng.normal(3.5, 0.6)
            made.append(Pair(str(n), f"p{n % 2}", exp(hand), exp(hand + log(0.8) + rng.normal(0, 0.4))))
        one = paired(made)
        pairs.append(isinstance(one, Minutes) and one.ratio.low <= 0.8 <= one.ratio.high)
        cases = [Case(f"{who}-{day}", f"p{who}", f"{who}-{day}", "draft" if day >= 30 else "usual",
                      exp(3.5 + 0.3 * who - 0.01 * day + log(0.8) * (day >= 30) + rng.normal(0, 0.5)), day, day)
                 for day in range(60) for who in range(3)]  # fmt: skip
        one = before_after(cases)
        trend.append(isinstance(one, Minutes) and one.ratio.low <= 0.8 <= one.ratio.high)
    for many, times in ((3, 600), (6, 600)):
        starts = {f"p{n}": 1 + n % 3 for n in range(many)}
        for seed in seeds(times):
            held = by_step(wedge_of(seed, starts, log(0.8)), starts, f"seed {seed}")
            steps[many].append(isinstance(held, Minutes) and held.ratio.low <= 0.8 <= held.ratio.high)
            if many == 6:
                none = by_step(wedge_of(seed + 10_000, starts, 0.0), starts, f"seed {seed}")
                orders.append(isinstance(none, Minutes) and (none.p_chance or 1) <= 0.05)
    return [
        promised("minutes: 24 pairs of 2 coordinators, ratio 0.8: interval holds the truth", pairs, 0.95),
        promised("minutes: before and after with a trend, 0.8: interval holds the truth", trend, 0.95),
        *(
            promised(
                f"minutes: stepped wedge, {many} providers, periods differ (0.1): interval holds 0.8",
                held,
                0.95,
            )
            for many, held in steps.items()
        ),
        promised(
            "minutes: stepped wedge, 6 providers, no effect: p of all orders at most 0.05",
            orders,
            0.05,
            "most",
        ),
    ]
