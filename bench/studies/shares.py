"""Shares over a grid of truths, medians of skewed minutes, and charts and funnels of what does not differ."""

from math import exp
from typing import Any

from bench.measure import Row
from bench.studies.simulated import promised, seeds, told


def proportions_and_medians() -> list[Row]:
    """Shares over a grid of truths, and medians of skewed minutes."""
    import numpy as np

    from careloom.study.statistics import medians, proportions
    from careloom.study.statistics.estimate import Estimate
    from careloom.study.statistics.proportions import Count, Pairs

    rng, held = (
        np.random.default_rng(4),
        {
            name: []
            for name in ("Wilson", "exact", "difference", "paired", "middle", "shift", "bootstrap", "pairs")
        },
    )

    def holds(name: str, found: Any, truth: float) -> None:
        held[name].append(isinstance(found, Estimate) and found.low <= truth <= found.high)

    for _ in seeds(4_000):
        one, other = rng.uniform(0.05, 0.95, 2)
        count, beside = Count(int(rng.binomial(40, one)), 40), Count(int(rng.binomial(30, other)), 30)
        holds("Wilson", proportions.wilson(count), one)
        holds("exact", proportions.clopper_pearson(Count(int(rng.binomial(15, one)), 15)), one)
        holds("difference", proportions.difference(count, beside), one - other)
        cells = rng.dirichlet([2, 1, 1, 2])
        holds(
            "paired",
            proportions.paired_difference(Pairs(*(int(n) for n in rng.multinomial(50, cells)))),
            cells[1] - cells[2],
        )
    for _ in seeds(1_500):
        one, other = rng.lognormal(3.5, 0.6, 25), rng.lognormal(3.5, 0.6, 20)
        holds("middle", medians.middle(one), exp(3.5))
        holds("shift", medians.shift(list(one + 5), list(other)), 5.0)
        holds("pairs", medians.hodges_lehmann(list(rng.normal(2, 5, 15))), 2.0)
        holds("bootstrap", medians.bootstrap_gap(list(one), list(other), "seed", times=600), 0.0)
    return [
        promised(
            "share of 40, Wilson: interval holds the truth (mean over truths)",
            held["Wilson"],
            0.95,
            slack=0.005,
        ),
        promised("share of 15, Clopper-Pearson: interval holds the truth", held["exact"], 0.95, "least"),
        promised(
            "difference of shares, Newcombe: interval holds the truth", held["difference"], 0.95, slack=0.01
        ),
        promised(
            "difference of paired shares, Newcombe: interval holds the truth",
            held["paired"],
            0.95,
            slack=0.015,
        ),
        promised("median of 25, order statistics: interval holds the truth", held["middle"], 0.95, "least"),
        promised(
            "shift of medians, 25 and 20, rank sum: interval holds the truth", held["shift"], 0.95, "least"
        ),
        promised("15 pairs, signed rank: interval holds the truth", held["pairs"], 0.95, "least"),
        promised(
            "difference of medians, bootstrap: interval holds the truth", held["bootstrap"], 0.95, slack=0.02
        ),
    ]


def charts_and_funnels() -> list[Row]:
    """False alarms of charts of stable processes, and funnels of places that don't differ."""
    import numpy as np

    from careloom.study.statistics.charts import Chart, xmr
    from careloom.study.statistics.charts import p_chart as shares
    from careloom.study.statistics.funnel import Funnel, funnel
    from careloom.study.statistics.proportions import Count

    rng, beyond, anything, moved, near, far = np.random.default_rng(8), [], [], [], [], []
    for _ in seeds(2_000):
        stable = rng.normal(10, 2, 24)
        drawn, shifted = xmr(list(stable)), xmr([*stable, *rng.normal(14, 2, 12)], baseline=24)
        assert isinstance(drawn, Chart) and isinstance(shifted, Chart)
        beyond.append(any(one.rule == "beyond_limit" for one in drawn.signals))
        anything.append(bool(drawn.signals))
        moved.append(any(one.point >= 24 for one in shifted.signals))
    p_alarm = []
    for _ in seeds(2_000):
        one = shares([Count(int(hits), 60) for hits in rng.binomial(60, 0.2, 24)])
        p_alarm.append(
            isinstance(one, Chart) and any(signal.rule == "beyond_limit" for signal in one.signals)
        )
    for _ in seeds(300):
        sizes = rng.integers(30, 300, 20)
        placed = funnel(
            {f"p{n}": Count(int(rng.binomial(size, 0.2)), int(size)) for n, size in enumerate(sizes)}
        )
        assert isinstance(placed, Funnel)
        near += [one.outside >= 1 for one in placed.places.values()]
        far += [one.outside == 2 for one in placed.places.values()]
    return [
        promised(
            "XmR chart of 24 stable points: a point beyond a limit (1 - 0.9973 ** 24 is 6.3 %; limits are estimated)",
            beyond,
            0.063,
            "most",
            slack=0.04,
        ),
        told("XmR chart of 24 stable points: any of the five signals", anything),
        promised(
            "XmR chart: a shift of two standard deviations is seen within 12 points", moved, 0.95, "least"
        ),
        promised(
            "p chart of 24 stable shares of 60: a point beyond a limit", p_alarm, 0.063, "most", slack=0.04
        ),
        promised("funnel of 20 places alike: outside 95 %", near, 0.05, slack=0.01),
        promised("funnel of 20 places alike: outside 99.8 %", far, 0.002, slack=0.002),
    ]
