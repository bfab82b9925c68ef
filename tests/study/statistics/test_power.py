"""How many cases a pilot takes is what the textbooks and published programs say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.errors import InputError
from careloom.study.statistics import wedge
from careloom.study.statistics.estimate import NotSaid
from careloom.study.statistics.power import (
    Needed,
    Plan,
    design_effect,
    detectable,
    detectable_share,
    needed,
    needed_for_shares,
    power,
    power_for_shares,
)

E = 2.718281828459045


def test_half_a_standard_deviation_takes_64_in_each_arm() -> None:
    """Cohen 1988, table 2.4.1: d = 0.5, two-sided 0.05, power 0.80 takes 64 in each; d = 0.8 takes 26."""
    plan = Plan("case", 1.0, 1)
    for effect, each in ((0.5, 64), (0.8, 26)):
        found = needed(plan, E**-effect)
        assert isinstance(found, Needed) and found.cases == 2 * each and found.power >= 0.8


def test_pairs_of_half_a_standard_deviation_take_34() -> None:
    """G*Power 3.1 manual, "means: difference between two dependent means": dz = 0.5, two-sided 0.05, power 0.80 takes 34 pairs."""
    found = needed(Plan("paired", 1.0, 1, again=0.5), E**-0.5)
    assert isinstance(found, Needed) and found.cases == 34


def test_a_quarter_against_two_fifths_takes_152_in_each_arm() -> None:
    """Fleiss 1981, table A.3 before its continuity correction: 0.25 against 0.40, two-sided 0.05, power 0.80."""
    assert needed_for_shares(0.25, 0.40) == 152
    assert power_for_shares(152, 0.25, 0.40) == pytest.approx(0.8, abs=0.005)
    assert detectable_share(152, 0.25) == pytest.approx(0.40, abs=0.001)


def test_twenty_cases_of_a_provider_who_are_alike_by_a_twentieth_double_the_cases_nearly() -> None:
    """Donner & Klar 2000: 1 + (20 - 1) x 0.05 = 1.95; with a coefficient of variation of 0.5 between providers 1 + (1.25 x 20 - 1) x 0.05 = 2.2 (Eldridge 2006)."""
    assert design_effect(Plan("provider", 0.5, 10, icc=0.05), 200) == pytest.approx(1.95)
    assert design_effect(Plan("provider", 0.5, 10, icc=0.05, uneven=0.5), 200) == pytest.approx(2.2)


def test_allocation_within_providers_takes_fewer_cases_than_by_provider_and_a_trend_four_times() -> None:
    within, trend = (
        needed(Plan("case", 0.6, 6, icc=0.2), 0.75),
        needed(Plan("before_after", 0.6, 6, icc=0.2), 0.75),
    )
    assert isinstance(within, Needed) and isinstance(trend, Needed)
    assert trend.cases == pytest.approx(4 * within.cases, rel=0.05)
    between = needed(Plan("provider", 0.6, 6, icc=0.2), 0.75)
    assert isinstance(between, NotSaid) and "more providers are needed" in between.words


def test_three_providers_cannot_be_arms() -> None:
    with pytest.raises(InputError, match="4 providers"):
        Plan("provider", 0.6, 3)


@given(st.floats(0.2, 1.2), st.integers(2, 6), st.floats(0, 0.5), st.integers(30, 800))
def test_what_is_detectable_is_detected_with_that_power(
    spread: float, providers: int, icc: float, cases: int
) -> None:
    plan = Plan("case", spread, providers, icc=icc)
    ratio = detectable(plan, cases)
    assert isinstance(ratio, float) and 0 < ratio < 1
    assert power(plan, cases, ratio) == pytest.approx(0.8, abs=1e-3)


def test_four_cases_detect_nothing() -> None:
    assert isinstance(detectable(Plan("case", 0.5, 3), 4), NotSaid)
    assert isinstance(detectable_share(2, 0.5), NotSaid)


def test_an_effect_of_one_and_a_power_of_one_are_refused() -> None:
    for ratio, wanted in ((1.0, 0.8), (0.8, 1.0), (-1.0, 0.8)):
        with pytest.raises(InputError):
            needed(Plan("case", 0.5, 3), ratio, wanted)


def test_a_stepped_wedge_of_24_counties_has_the_published_power() -> None:
    """R package swCRTdesign (Hughes), README: 24 clusters, 4 steps, 120 a period, 0.05 against 0.035, tau 0.01: power 0.7861896 by weighted least squares.

    Hussey & Hughes' closed formula takes one variance for both shares, so it agrees to about a point.
    """
    middle = (0.05 + 0.035) / 2
    design = wedge.Wedge([1] * 6 + [2] * 6 + [3] * 6 + [4] * 6, 5, 120, middle * (1 - middle), 0.01**2)
    assert wedge.power(design, 0.015, reference="normal") == pytest.approx(0.7862, abs=0.012)
    assert wedge.power(design, 0.015) < wedge.power(design, 0.015, reference="normal")


@given(
    st.lists(st.integers(1, 4), min_size=3, max_size=9).filter(lambda starts: len(set(starts)) > 1),
    st.floats(0, 2),
    st.integers(1, 40),
)
def test_the_closed_formula_is_generalised_least_squares(
    starts: list[int], between: float, cases: int
) -> None:
    """Computed a second way: the inverse of X'V⁻¹X of the provider-period means."""
    import numpy as np

    design = wedge.Wedge(starts, 5, cases, 1.0, between)
    cells = [(who, period) for who in range(len(starts)) for period in range(5)]
    fixed = np.array(
        [[float(period >= starts[who]), *(float(period == one) for one in range(5))] for who, period in cells]
    )
    alike = np.array([[between * (a == b) for b, _ in cells] for a, _ in cells]) + np.eye(len(cells)) / cases
    covariance = np.linalg.inv(fixed.T @ np.linalg.solve(alike, fixed))
    assert wedge.variance(design) == pytest.approx(covariance[0, 0], rel=1e-6)


def test_a_wedge_of_three_coordinators_says_how_little_it_sees() -> None:
    design = wedge.Wedge([1, 2, 3], 4, 20, 0.25, 0.1)
    found = wedge.detectable(design)
    assert isinstance(found, float) and found < 0.6 and wedge.power(design, 0.2) < 0.3
    two = wedge.detectable(wedge.Wedge([1, 2], 3, 20, 0.25, 0.1))
    assert isinstance(two, NotSaid) and "two providers" in two.words


def test_a_wedge_in_which_all_begin_together_is_refused() -> None:
    with pytest.raises(InputError, match="different periods"):
        wedge.Wedge([1, 1, 1], 4, 20, 1.0, 0.1)
