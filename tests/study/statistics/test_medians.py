"""Medians and their distances are those of the textbook's worked examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.medians import bootstrap_gap, hodges_lehmann, middle, shift

values = st.lists(st.floats(-100, 100), min_size=10, max_size=60)


def said(found: Estimate | NotSaid) -> Estimate:
    assert isinstance(found, Estimate), found
    return found


def test_depression_before_and_after_a_tranquillizer() -> None:
    """Hollander & Wolfe, example 3.1 (Salsburg 1970): nine patients, estimate -0.46, interval -0.786 to -0.010 (exact level 96.1 %)."""
    before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    found = said(hodges_lehmann([b - a for a, b in zip(before, after, strict=True)]))
    assert (found.value, found.low, found.high) == pytest.approx((-0.46, -0.786, -0.010), abs=1e-9)


def test_water_through_the_membranes_at_term_and_early() -> None:
    """Hollander & Wolfe, example 4.1 (Lloyd 1969): estimate 0.305, interval -0.15 to 0.76, as R's wilcox.test prints them."""
    term, early = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46], [1.15, 0.88, 0.90, 0.74, 1.21]
    found = said(shift(term, early))
    assert (found.value, found.low, found.high) == pytest.approx((0.305, -0.15, 0.76), abs=1e-9)


def test_the_median_of_twenty_lies_between_the_sixth_and_the_fifteenth() -> None:
    """Conover 1999, Practical Nonparametric Statistics, table A3: for n = 20 the 6th and 15th values cover with 95.9 %."""
    found = said(middle(list(range(1, 21))))
    assert (found.value, found.low, found.high) == (10.5, 6, 15)


def test_five_values_have_no_interval_and_six_have_the_whole_range() -> None:
    few = middle([1, 2, 3, 4, 5])
    assert isinstance(few, NotSaid) and (few.have, few.need) == (5, 6)
    assert (said(middle([1, 2, 3, 4, 5, 6])).low, said(middle([1, 2, 3, 4, 5, 6])).high) == (1, 6)
    assert isinstance(hodges_lehmann([1.0] * 3), NotSaid) and isinstance(shift([1.0], [2.0]), NotSaid)
    assert isinstance(bootstrap_gap([1.0] * 3, [1.0] * 20, "seed"), NotSaid)


@given(values, values)
def test_groups_turned_round_are_the_mirror(one: list[float], other: list[float]) -> None:
    here, there = said(shift(one, other)), said(shift(other, one))
    assert (here.value, here.low, here.high) == pytest.approx(
        (-there.value, -there.high, -there.low), abs=1e-9
    )
    assert here.low <= here.value <= here.high


@given(values)
def test_the_same_seed_resamples_the_same(one: list[float]) -> None:
    assert bootstrap_gap(one, one[::-1], "seed", times=50) == bootstrap_gap(one, one[::-1], "seed", times=50)
    found = said(middle(one))
    assert found.low <= found.value <= found.high


def test_ten_million_are_not_compared_each_with_each() -> None:
    found = shift([1.0] * 4_000, [2.0] * 4_000)
    assert isinstance(found, NotSaid) and "chance sample" in found.words
