"""How studies are simulated whose truth is known, and how often what they say held: one row of the table."""

import os
from collections.abc import Sequence
from math import exp, sqrt
from typing import TYPE_CHECKING, Literal

from bench.measure import Row

if TYPE_CHECKING:
    from careloom.study.statistics.cases import Case

# Half of each row's number ends within five minutes on two cores; 1 and more are surer.
SCALE = float(os.environ.get("CARELOOM_BENCH_SCALE", "0.5"))
Side = Literal["near", "least", "most"]


def seeds(number: int) -> range:
    """One for each simulation, of so many at a scale of 1."""
    return range(max(int(number * SCALE), 20))


def promised(what: str, hits: Sequence[bool], nominal: float, side: Side = "near", slack: float = 0.0) -> Row:
    """The share of `hits` beside its nominal rate; `slack` is how far from nominal an approximation may be by its own nature."""
    number, share = len(hits), float(sum(hits) / len(hits))
    margin = 3 * sqrt(nominal * (1 - nominal) / number) + slack
    low = nominal - margin if side in ("near", "least") else 0.0
    high = nominal + margin if side in ("near", "most") else 1.0
    words = {
        "near": f"{nominal:.1%} ± {margin:.1%}",
        "least": f"at least {nominal:.1%} - {margin:.1%}",
        "most": f"at most {nominal:.1%} + {margin:.1%}",
    }
    return what, measured(hits), words[side], low <= share <= high


def told(what: str, hits: Sequence[bool]) -> Row:
    """A share of which nothing is promised."""
    return what, measured(hits), "told", True


def measured(hits: Sequence[bool]) -> str:
    """A share of simulations with the interval (95 %, Wilson) of how far chance moves it: so many simulations know no better."""
    from careloom.study.statistics.proportions import Count, wilson

    found = wilson(Count(int(sum(hits)), len(hits)))
    return f"{found.value:.1%} ({found.low:.1%} to {found.high:.1%}) of {len(hits):,}"


def pilot_of(seed: int, providers: int, each: int, effect: float = 0.0, **more: float) -> "list[Case]":
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


def wedge_of(
    seed: int, starts: dict[str, int], effect: float, each: int = 10, spread: float = 0.5, shared: float = 0.1
) -> "list[Case]":
    """A stepped wedge of four periods, `each` cases in every cell; `shared`: how much the periods of one provider differ."""
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
