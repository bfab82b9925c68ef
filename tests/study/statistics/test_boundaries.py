"""Boundaries are those of the published programs, and stop what is harmless as rarely as they say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloom.errors import InputError
from careloom.study.statistics.boundaries import boundaries, counted, spent
from careloom.study.statistics.chance import uniforms


@pytest.mark.parametrize(
    ("looks", "alpha", "sides", "expected"),
    [
        # Reboussin, DeMets, Kim & Lan 2000 (program LANDEM; R package ldbounds, first example): five equal looks, two sides.
        ([0.2, 0.4, 0.6, 0.8, 1.0], 0.05, 2, (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)),
        # R package gsDesign, sfLDOF: three equal looks, one side of 0.025.
        ([1 / 3, 2 / 3, 1.0], 0.025, 1, (3.7103, 2.5114, 1.9930)),
        # SeqBounds.jl, README: four equal looks, one side of 0.05.
        ([0.25, 0.5, 0.75, 1.0], 0.05, 1, (3.74955, 2.53993, 2.01604, 1.72014)),
    ],
)
def test_boundaries_of_published_programs(
    looks: list[float], alpha: float, sides: int, expected: tuple[float, ...]
) -> None:
    assert boundaries(looks, alpha, 2 if sides == 2 else 1) == pytest.approx(expected, abs=2e-4)


def test_one_look_is_an_ordinary_test() -> None:
    assert boundaries([1.0], 0.05, 2) == pytest.approx((1.95996,), abs=1e-5)


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_is_spent_rises_to_alpha(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for how in ("obrien_fleming", "pocock"):
        assert 0 <= spent(low, 0.05, how) <= spent(high, 0.05, how) <= 0.05 + 1e-12
        assert spent(1, 0.05, how) == pytest.approx(0.05)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=5), st.floats(0.02, 0.6))
def test_a_count_at_its_worst_acceptable_rate_stops_at_most_as_often_as_allowed(
    steps: list[int], rate: float
) -> None:
    """Enumerated exactly, without the product's own recursion: the chance of every path of counts."""
    from scipy.stats import binom

    looks = [sum(steps[: place + 1]) for place in range(len(steps))]
    edges = counted(looks, rate, 0.05)
    going, stopped = {0: 1.0}, 0.0
    for step, edge in zip(steps, edges, strict=True):
        reached: dict[int, float] = {}
        for count, chance in going.items():
            for more in range(step + 1):
                reached[count + more] = reached.get(count + more, 0.0) + chance * binom.pmf(more, step, rate)
        stopped += sum(chance for count, chance in reached.items() if count >= edge)
        going = {count: chance for count, chance in reached.items() if count < edge}
    assert stopped <= 0.05 + 1e-9


def test_a_walk_without_drift_crosses_as_rarely_as_it_should() -> None:
    """4,000 seeded walks: 5 % cross, within 3 standard errors (1 point)."""
    import numpy as np
    from scipy.stats import norm

    looks = np.array([0.3, 0.55, 0.8, 1.0])
    edges = np.array(boundaries(looks.tolist(), 0.05))
    steps = norm.ppf(uniforms("walks", "boundaries", 4_000 * 4).reshape(4_000, 4)) * np.sqrt(
        np.diff(looks, prepend=0)
    )
    crossed = (steps.cumsum(axis=1) / np.sqrt(looks) >= edges).any(axis=1).mean()
    assert crossed == pytest.approx(0.05, abs=0.0104)


def test_looks_that_go_back_are_refused() -> None:
    for looks in ([0.5, 0.5], [0.8, 0.4], [], [0.5, 1.2], [0.0, 1.0]):
        with pytest.raises(InputError):
            boundaries(looks, 0.05)
