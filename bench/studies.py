"""Simulated studies with known truth: do intervals cover, do stop rules fire, and is nothing found, as often as they say?

Every row is a share of seeded simulations beside its nominal rate; it holds within three standard errors of the simulation ("at least" and "at most": on that
side). Rows that promise "told" are what docs/statistics.md tells of limits. CARELOOM_BENCH_SCALE makes it shorter (0.2) or surer (5).
"""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from math import exp, log, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bench.measure import Row

if TYPE_CHECKING:
    from careloom.study.statistics.cases import Case

SCALE = float(os.environ.get("CARELOOM_BENCH_SCALE", "1"))
Side = Literal["near", "least", "most"]


def rows(_home: Path) -> list[Row]:
    """Every simulation, two at a time, each on one thread."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            return [row for found in pool.map(_run, [part.__name__ for part in PARTS]) for row in found]
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def _run(name: str) -> list[Row]:
    found: list[Row] = globals()[name]()
    return found


def _times(number: int) -> range:
    return range(max(int(number * SCALE), 20))


def _rate(what: str, hits: Sequence[bool], nominal: float, side: Side = "near", slack: float = 0.0) -> Row:
    """`slack` is how far from nominal an approximation may be by its own nature."""
    number, share = len(hits), sum(hits) / len(hits)
    margin = 3 * sqrt(nominal * (1 - nominal) / number) + slack
    low = nominal - margin if side in ("near", "least") else 0.0
    high = nominal + margin if side in ("near", "most") else 1.0
    words = {
        "near": f"{nominal:.1%} ± {margin:.1%}",
        "least": f"at least {nominal:.1%} - {margin:.1%}",
        "most": f"at most {nominal:.1%} + {margin:.1%}",
    }
    return what, f"{share:.1%} of {number:,}", words[side], low <= share <= high


def _told(what: str, hits: Sequence[bool]) -> Row:
    return what, f"{sum(hits) / len(hits):.1%} of {len(hits):,}", "told", True


def _pilot(seed: int, providers: int, each: int, effect: float = 0.0, **more: float) -> "list[Case]":
    """Coordinators who differ (0.4), allocated in permuted blocks by the product; `slope`: how differently drafts help them; `again`: how many cases a patient
    has on average; `wide`: how many times the spread with drafts is that without; `tails`: degrees of freedom of the errors (0: normal)."""
    import numpy as np

    from careloom.study.statistics.allocation import Blocks, sequence
    from careloom.study.statistics.cases import Case

    rng, cases = np.random.default_rng(seed), []
    patients = int(providers * each / more.get("again", 1))
    own = rng.normal(0, 0.4, patients) if "again" in more else None
    for who in range(providers):
        level, help_ = rng.normal(0, 0.4), effect + rng.normal(0, more.get("slope", 0.0))
        for n, arm in enumerate(sequence(seed.to_bytes(16, "big"), Blocks(), (str(who),), each)):
            tails = more.get("tails", 0.0)
            noise = rng.standard_t(tails) / sqrt(tails / (tails - 2)) if tails else rng.normal()
            drafted = arm == "draft"
            patient = int(rng.integers(patients)) if own is not None else who * each + n
            value = (
                3.5
                + level
                + help_ * drafted
                + 0.5 * noise * (more.get("wide", 1.0) if drafted else 1.0)
                + (own[patient] if own is not None else 0.0)
            )
            cases.append(Case(f"{who}-{n}", f"p{who}", f"x{patient}", arm, exp(value), n + 1, n))
    return cases


def _arms(
    what: str, times: int, truth: float, make: Callable[[int], "list[Case]"], slack: float = 0.0
) -> list[Row]:
    from careloom.study.statistics.minutes import Minutes, by_arm

    found = [
        one for seed in _times(times) if isinstance(one := by_arm(make(seed + 1), f"seed {seed}"), Minutes)
    ]
    return [
        _rate(
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
        for seed in _times(1_500)
        if isinstance(one := by_arm(_pilot(seed + 1, 3, 50), f"seed {seed}"), Minutes)
    ]
    return [
        *_arms("2 coordinators x 20 cases, ratio 0.8", 1_500, 0.8, lambda seed: _pilot(seed, 2, 20, log(0.8))),
        *_arms("3 x 70, ratio 0.8", 800, 0.8, lambda seed: _pilot(seed, 3, 70, log(0.8))),
        *_arms("3 x 30, drafts spread twice as wide", 1_000, 0.8, lambda seed: _pilot(seed, 3, 30, log(0.8), wide=2.0)),
        *_arms("3 x 30, heavy tails (t with 3)", 1_000, 0.8, lambda seed: _pilot(seed, 3, 30, log(0.8), tails=3.0), slack=0.015),
        _rate("minutes: 3 x 50, no effect: said as no difference shown", [one.verdict == "no_difference_shown" for one in nothing], 0.95),
        _rate("minutes: 3 x 50, no effect: p of re-allocating at most 0.05", [(one.p_chance or 1) <= 0.05 for one in nothing], 0.05),
        _rate("minutes saved a case (mean): 3 x 50, none: interval holds 0", [one.saved is not None and one.saved.low <= 0 <= one.saved.high for one in nothing], 0.95, slack=0.01),
    ]  # fmt: skip


def minutes_of_mixed() -> list[Row]:
    """Mixed models: patients who come again, and providers who are a sample."""
    return [
        *_arms(
            "3 x 30, patients come 2 times, ratio 0.8",
            400,
            0.8,
            lambda seed: _pilot(seed, 3, 30, log(0.8), again=2.0),
        ),
        *_arms(
            "10 providers x 16, drafts help them differently (0.15)",
            400,
            0.8,
            lambda seed: _pilot(seed, 10, 16, log(0.8), slope=0.15),
        ),
        *_arms(
            "8 x 12, help differs (0.3), patients come 2 times",
            300,
            0.8,
            lambda seed: _pilot(seed, 8, 12, log(0.8), slope=0.3, again=2.0),
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
    for seed in _times(1_500):
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
        for seed in _times(times):
            held = by_step(_wedge(seed, starts, log(0.8)), starts, f"seed {seed}")
            steps[many].append(isinstance(held, Minutes) and held.ratio.low <= 0.8 <= held.ratio.high)
            if many == 6:
                none = by_step(_wedge(seed + 10_000, starts, 0.0), starts, f"seed {seed}")
                orders.append(isinstance(none, Minutes) and (none.p_chance or 1) <= 0.05)
    return [
        _rate("minutes: 24 pairs of 2 coordinators, ratio 0.8: interval holds the truth", pairs, 0.95),
        _rate("minutes: before and after with a trend, 0.8: interval holds the truth", trend, 0.95),
        *(
            _rate(
                f"minutes: stepped wedge, {many} providers, periods differ (0.1): interval holds 0.8",
                held,
                0.95,
            )
            for many, held in steps.items()
        ),
        _rate(
            "minutes: stepped wedge, 6 providers, no effect: p of all orders at most 0.05",
            orders,
            0.05,
            "most",
        ),
    ]


def _wedge(
    seed: int, starts: dict[str, int], effect: float, each: int = 10, spread: float = 0.5, shared: float = 0.1
) -> "list[Case]":
    import numpy as np

    from careloom.study.statistics.cases import Case

    rng, cases = np.random.default_rng(seed), []
    for who, start in starts.items():
        level = rng.normal(0, 0.4)
        for period in range(4):
            own = rng.normal(0, shared)
            for n in range(each):
                value = 3.5 + level - 0.1 * period + own + effect * (period >= start) + rng.normal(0, spread)
                cases.append(
                    Case(
                        f"{who}-{period}-{n}",
                        who,
                        f"{who}-{period}-{n}",
                        "draft" if period >= start else "usual",
                        exp(value),
                        n,
                        period,
                        period,
                    )
                )
    return cases


def stop_rules() -> list[Row]:
    """Stop rules at what is still acceptable, and where they must fire."""
    import numpy as np

    from careloom.study.statistics.boundaries import boundaries, counted
    from careloom.study.statistics.stopping import review_time

    rng, found, number = np.random.default_rng(9), [], len(_times(40_000))
    looks = np.array([0.2, 0.45, 0.7, 1.0])
    walks = (rng.normal(size=(number, 4)) * np.sqrt(np.diff(looks, prepend=0))).cumsum(axis=1) / np.sqrt(
        looks
    )
    for how in ("obrien_fleming", "pocock"):
        for sides in (1, 2):
            edges = np.array(boundaries(looks.tolist(), 0.05, sides, how))
            crossed = ((walks if sides == 1 else np.abs(walks)) >= edges).any(axis=1)
            found.append(
                _rate(
                    f"boundaries: {how}, {sides} side(s), 4 uneven looks, no effect: stops",
                    crossed.tolist(),
                    0.05,
                )
            )
    at = np.array([20, 40, 60, 80, 100])
    for what, rate, worse in (("safety: 5 % accepted", 0.05, 0.2), ("accuracy floor 85 %", 0.15, 0.35)):
        edges = np.array(counted(at.tolist(), rate, 0.05))
        for truth, nominal, side in ((rate, 0.05, "most"), (worse, 0.9, "least")):
            seen = (rng.random((number, 100)) < truth).cumsum(axis=1)[:, at - 1]
            name = "just accepted: stops" if truth == rate else f"truly {truth:.0%}: stops"
            found.append(
                _rate(f"stop rule: {what}, {name}", (seen >= edges).any(axis=1).tolist(), nominal, side)
            )
    for what, effect, nominal, side in (
        ("no longer than by hand", 0.0, 0.05, "near"),
        ("half as long again", log(1.5), 0.9, "least"),
    ):
        fired = []
        for seed in _times(1_000):
            cases = sorted(_pilot(seed + 1, 3, 50, effect), key=lambda case: case.order)
            fired.append(review_time([cases[:many] for many in (45, 90, 120, 150)], 150).fires)
        found.append(_rate(f"stop rule: review time, {what}: stops", fired, nominal, side))
    return found


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

    for _ in _times(4_000):
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
    for _ in _times(1_500):
        one, other = rng.lognormal(3.5, 0.6, 25), rng.lognormal(3.5, 0.6, 20)
        holds("middle", medians.middle(one), exp(3.5))
        holds("shift", medians.shift(list(one + 5), list(other)), 5.0)
        holds("pairs", medians.hodges_lehmann(list(rng.normal(2, 5, 15))), 2.0)
        holds("bootstrap", medians.bootstrap_gap(list(one), list(other), "seed", times=600), 0.0)
    return [
        _rate(
            "share of 40, Wilson: interval holds the truth (mean over truths)",
            held["Wilson"],
            0.95,
            slack=0.005,
        ),
        _rate("share of 15, Clopper-Pearson: interval holds the truth", held["exact"], 0.95, "least"),
        _rate(
            "difference of shares, Newcombe: interval holds the truth", held["difference"], 0.95, slack=0.01
        ),
        _rate(
            "difference of paired shares, Newcombe: interval holds the truth",
            held["paired"],
            0.95,
            slack=0.015,
        ),
        _rate("median of 25, order statistics: interval holds the truth", held["middle"], 0.95, "least"),
        _rate(
            "shift of medians, 25 and 20, rank sum: interval holds the truth", held["shift"], 0.95, "least"
        ),
        _rate("15 pairs, signed rank: interval holds the truth", held["pairs"], 0.95, "least"),
        _rate(
            "difference of medians, bootstrap: interval holds the truth", held["bootstrap"], 0.95, slack=0.02
        ),
    ]


def over_time() -> list[Row]:
    """Interrupted time series whose errors follow one another, Newey and West beside it; learning."""
    import numpy as np

    from careloom.study.statistics.learning import Curve, learning
    from careloom.study.statistics.series import Point, Series, interrupted

    found = []
    for follows in (0.0, 0.3, 0.6):
        at_once, end, newey = [], [], []
        for seed in _times(400):
            rng = np.random.default_rng(seed)
            error, points = rng.normal() / sqrt(1 - follows**2), []
            for n in range(24):
                error = follows * error + rng.normal() if n else error
                points.append(Point(n, 50 - 0.3 * n - 3 * (n >= 12) + error, n >= 12))
            one = interrupted(points)
            assert isinstance(one, Series)
            at_once.append(one.level.low <= -3 <= one.level.high)
            end.append(one.end.low <= -3 <= one.end.high)
            newey.append(one.newey_west.low <= -3 <= one.newey_west.high)
        what = f"24 months, errors go together by {follows}"
        found += [_rate(f"time series: {what}: level's interval holds the truth", at_once, 0.95, slack=0.02)]
        found += [_rate(f"time series: {what}: end's interval holds the truth", end, 0.95, slack=0.02)]
        found += [_told(f"time series: {what}: end's by Newey and West", newey)]
    net = []
    for seed in _times(1_000):
        cases = []
        for case in _pilot(seed + 1, 3, 60):
            place = 1 + (case.order - 1) // 2
            cases.append(
                type(case)(
                    case.id,
                    case.provider,
                    case.patient,
                    case.arm,
                    (case.minutes or 1) * (0.9 if case.arm == "draft" else 0.95) ** (log(place) / log(2)),
                    case.order,
                )
            )
        one_curve = learning(cases)
        net.append(
            isinstance(one_curve, Curve)
            and one_curve.net is not None
            and one_curve.net.low <= 0.9 / 0.95 <= one_curve.net.high
        )
    return [
        *found,
        _rate("learning: 3 coordinators, net of time: interval holds the truth", net, 0.95, slack=0.01),
    ]


def clinics() -> list[Row]:
    """Differences in differences with few clusters, whose errors go together; risk adjustment."""
    import numpy as np

    from careloom.study.statistics.differences import Differences, Row, difference_in_differences
    from careloom.study.statistics.risk import Adjusted, Patient, observed_expected

    found = []
    for each, times in ((3, 400), (5, 400), (10, 300)):
        boot, plain = [], []
        for seed in _times(times):
            rng, made = np.random.default_rng(seed), []
            for clinic in range(2 * each):
                level, drift = rng.normal(), rng.normal(0, 0.5)
                for period in range(4):
                    exposed = clinic < each and period >= 2
                    made += [
                        Row(
                            f"c{clinic}",
                            period,
                            exposed,
                            level + 0.2 * period + drift * (period >= 2) + exposed + rng.normal(),
                        )
                        for _ in range(5)
                    ]
            one = difference_in_differences(made, f"seed {seed}")
            assert isinstance(one, Differences)
            boot.append(one.effect.low <= 1 <= one.effect.high)
            plain.append(one.clustered.low <= 1 <= one.clustered.high)
        found.append(
            _rate(
                f"difference in differences, {each} + {each} clinics: interval holds the truth",
                boot,
                0.95,
                slack=0.02 if each > 3 else 0.04,
            )
        )
        found.append(
            _told(f"difference in differences, {each} + {each} clinics: by clustered errors alone", plain)
        )
    ratio = []
    for seed in _times(500):
        rng = np.random.default_rng(seed)
        people = []
        for n in range(1_000):
            clinic, old = f"c{n % 5}", float(rng.random() < 0.2 + 0.1 * (n % 5))
            odds = exp(-2.5 + 1.2 * old)
            people.append(Patient(bool(rng.random() < odds / (1 + odds)), clinic, {"old": old}))
        adjusted = observed_expected(people)
        if isinstance(adjusted, Adjusted):
            ratio += [group.ratio.low <= 1 <= group.ratio.high for group in adjusted.groups.values()]
    return [*found, _rate("observed over expected, 5 clinics alike: interval holds 1", ratio, 0.95, "least")]


def charts_and_funnels() -> list[Row]:
    """False alarms of charts of stable processes, and funnels of places that don't differ."""
    import numpy as np

    from careloom.study.statistics.charts import Chart, xmr
    from careloom.study.statistics.charts import p_chart as shares
    from careloom.study.statistics.funnel import Funnel, funnel
    from careloom.study.statistics.proportions import Count

    rng, beyond, anything, moved, near, far = np.random.default_rng(8), [], [], [], [], []
    for _ in _times(2_000):
        stable = rng.normal(10, 2, 24)
        drawn, shifted = xmr(list(stable)), xmr([*stable, *rng.normal(14, 2, 12)], baseline=24)
        assert isinstance(drawn, Chart) and isinstance(shifted, Chart)
        beyond.append(any(one.rule == "beyond_limit" for one in drawn.signals))
        anything.append(bool(drawn.signals))
        moved.append(any(one.point >= 24 for one in shifted.signals))
    p_alarm = []
    for _ in _times(2_000):
        one = shares([Count(int(hits), 60) for hits in rng.binomial(60, 0.2, 24)])
        p_alarm.append(
            isinstance(one, Chart) and any(signal.rule == "beyond_limit" for signal in one.signals)
        )
    for _ in _times(300):
        sizes = rng.integers(30, 300, 20)
        placed = funnel(
            {f"p{n}": Count(int(rng.binomial(size, 0.2)), int(size)) for n, size in enumerate(sizes)}
        )
        assert isinstance(placed, Funnel)
        near += [one.outside >= 1 for one in placed.places.values()]
        far += [one.outside == 2 for one in placed.places.values()]
    return [
        _rate(
            "XmR chart of 24 stable points: a point beyond a limit (1 - 0.9973 ** 24 is 6.3 %; limits are estimated)",
            beyond,
            0.063,
            "most",
            slack=0.04,
        ),
        _told("XmR chart of 24 stable points: any of the five signals", anything),
        _rate("XmR chart: a shift of two standard deviations is seen within 12 points", moved, 0.95, "least"),
        _rate(
            "p chart of 24 stable shares of 60: a point beyond a limit", p_alarm, 0.063, "most", slack=0.04
        ),
        _rate("funnel of 20 places alike: outside 95 %", near, 0.05, slack=0.01),
        _rate("funnel of 20 places alike: outside 99.8 %", far, 0.002, slack=0.002),
    ]


def promised_power() -> list[Row]:
    """What was promised before the pilot, and how often the pilot then shows it."""
    from careloom.study.statistics import wedge
    from careloom.study.statistics.designs import by_step
    from careloom.study.statistics.minutes import Minutes, by_arm
    from careloom.study.statistics.power import Needed, Plan, needed

    plan = Plan("case", sqrt(0.25 + 0.16), 3, icc=0.16 / 0.41)
    enough = needed(plan, 0.75)
    assert isinstance(enough, Needed)
    each = -(-enough.cases // 3)
    shown = [
        isinstance(one := by_arm(_pilot(seed + 1, 3, each, log(0.75)), "seed"), Minutes)
        and one.verdict == "less"
        for seed in _times(1_000)
    ]
    starts = {f"p{n}": 1 + n % 3 for n in range(9)}
    design = wedge.Wedge(list(starts.values()), 4, 10, 0.25, 0.16)
    said = wedge.power(design, log(0.8), reference="normal")
    seen = [
        isinstance(one := by_step(_wedge(seed, starts, log(0.8), shared=0.0), starts, "seed"), Minutes)
        and one.verdict == "less"
        for seed in _times(800)
    ]
    return [
        _rate(
            f"power: {enough.cases} cases of 3 coordinators for a ratio of 0.75: shown",
            shown,
            enough.power,
            slack=0.02,
        ),
        _rate(
            f"power: stepped wedge of 9 providers (Hussey & Hughes say {said:.0%}): shown",
            seen,
            said,
            slack=0.08,
        ),
    ]


PARTS = (
    minutes_of_mixed,
    minutes_of_few,
    minutes_of_designs,
    stop_rules,
    over_time,
    clinics,
    proportions_and_medians,
    charts_and_funnels,
    promised_power,
)
