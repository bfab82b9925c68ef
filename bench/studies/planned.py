"""What is planned before a pilot: stop rules, and the power that was promised."""

from math import log, sqrt

from bench.measure import Row
from bench.studies.simulated import pilot_of, promised, seeds, wedge_of


def stop_rules() -> list[Row]:
    """Stop rules at what is still acceptable, and where they must fire."""
    import numpy as np

    from careloom.study.statistics.boundaries import boundaries, counted
    from careloom.study.statistics.stopping import review_time

    rng, found, number = np.random.default_rng(9), [], len(seeds(40_000))
    looks = np.array([0.2, 0.45, 0.7, 1.0])
    walks = (rng.normal(size=(number, 4)) * np.sqrt(np.diff(looks, prepend=0))).cumsum(axis=1) / np.sqrt(
        looks
    )
    for how in ("obrien_fleming", "pocock"):
        for sides in (1, 2):
            edges = np.array(boundaries(looks.tolist(), 0.05, sides, how))
            crossed = ((walks if sides == 1 else np.abs(walks)) >= edges).any(axis=1)
            found.append(
                promised(
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
                promised(f"stop rule: {what}, {name}", (seen >= edges).any(axis=1).tolist(), nominal, side)
            )
    for what, effect, nominal, side in (
        ("no longer than by hand", 0.0, 0.05, "near"),
        ("half as long again", log(1.5), 0.9, "least"),
    ):
        fired = []
        for seed in seeds(1_000):
            cases = sorted(pilot_of(seed + 1, 3, 50, effect), key=lambda case: case.order)
            fired.append(review_time([cases[:many] for many in (45, 90, 120, 150)], 150).fires)
        found.append(promised(f"stop rule: review time, {what}: stops", fired, nominal, side))
    return found


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
        isinstance(one := by_arm(pilot_of(seed + 1, 3, each, log(0.75)), "seed"), Minutes)
        and one.verdict == "less"
        for seed in seeds(1_000)
    ]
    starts = {f"p{n}": 1 + n % 3 for n in range(9)}
    design = wedge.Wedge(list(starts.values()), 4, 10, 0.25, 0.16)
    said = wedge.power(design, log(0.8), reference="normal")
    seen = [
        isinstance(one := by_step(wedge_of(seed, starts, log(0.8), shared=0.0), starts, "seed"), Minutes)
        and one.verdict == "less"
        for seed in seeds(800)
    ]
    return [
        promised(
            f"power: {enough.cases} cases of 3 coordinators for a ratio of 0.75: shown",
            shown,
            enough.power,
            slack=0.02,
        ),
        promised(
            f"power: stepped wedge of 9 providers (Hussey & Hughes say {said:.0%}): shown",
            seen,
            said,
            slack=0.08,
        ),
    ]
