"""Comparisons without an allocation: time series, learning, clinics before and after, and risk adjustment."""

from math import exp, log, sqrt

from bench.measure import Row
from bench.studies.simulated import pilot_of, promised, seeds, told


def over_time() -> list[Row]:
    """Interrupted time series whose errors follow one another, Newey and West beside it; learning."""
    import numpy as np

    from careloom.study.statistics.learning import Curve, learning
    from careloom.study.statistics.series import Point, Series, interrupted

    found = []
    for follows in (0.0, 0.3, 0.6):
        at_once, end, newey = [], [], []
        for seed in seeds(400):
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
        found += [
            promised(f"time series: {what}: level's interval holds the truth", at_once, 0.95, slack=0.015)
        ]
        found += [promised(f"time series: {what}: end's interval holds the truth", end, 0.95, slack=0.03)]
        found += [told(f"time series: {what}: end's by Newey and West", newey)]
    net = []
    for seed in seeds(1_000):
        cases = []
        for case in pilot_of(seed + 1, 3, 60):
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
        promised("learning: 3 coordinators, net of time: interval holds the truth", net, 0.95, slack=0.01),
    ]


def clinics() -> list[Row]:
    """Differences in differences with few clusters, whose errors go together; risk adjustment."""
    import numpy as np

    from careloom.study.statistics.differences import Differences, Row, difference_in_differences
    from careloom.study.statistics.risk import Adjusted, Patient, observed_expected

    found = []
    for each, times in ((3, 1_500), (5, 1_000), (10, 600)):
        reduced, plain = [], []
        for seed in seeds(times):
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
            one = difference_in_differences(made)
            assert isinstance(one, Differences)
            reduced.append(one.effect.low <= 1 <= one.effect.high)
            plain.append(one.clustered.low <= 1 <= one.clustered.high)
        found.append(
            promised(
                f"difference in differences, {each} + {each} clinics: interval holds the truth",
                reduced,
                0.95,
            )
        )
        found.append(
            told(f"difference in differences, {each} + {each} clinics: by plain clustered errors", plain)
        )
    ratio = []
    for seed in seeds(500):
        rng = np.random.default_rng(seed)
        people = []
        for n in range(1_000):
            clinic, old = f"c{n % 5}", float(rng.random() < 0.2 + 0.1 * (n % 5))
            odds = exp(-2.5 + 1.2 * old)
            people.append(Patient(bool(rng.random() < odds / (1 + odds)), clinic, {"old": old}))
        adjusted = observed_expected(people)
        if isinstance(adjusted, Adjusted):
            ratio += [group.ratio.low <= 1 <= group.ratio.high for group in adjusted.groups.values()]
    return [
        *found,
        promised("observed over expected, 5 clinics alike: interval holds 1", ratio, 0.95, "least"),
    ]
