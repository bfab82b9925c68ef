"""Shares and differences are what Newcombe's papers of 1998 print, and stay between their bounds for any counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.proportions import (
    SMALL,
    Count,
    Pairs,
    clopper_pearson,
    difference,
    paired_difference,
    share,
    wilson,
)

counts = st.integers(1, 300).flatmap(lambda number: st.builds(Count, st.integers(0, number), st.just(number)))


def said(found: Estimate | NotSaid) -> Estimate:
    assert isinstance(found, Estimate)
    return found


@pytest.mark.parametrize(
    ("count", "score", "exact"),
    [
        (Count(81, 263), (0.2553, 0.3662), (0.2527, 0.3676)),
        (Count(15, 148), (0.0624, 0.1605), (0.0578, 0.1617)),
        (Count(0, 20), (0.0, 0.1611), (0.0, 0.1684)),
        (Count(1, 29), (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_single_shares_of_newcombe_1998_table_i(
    count: Count, score: tuple[float, float], exact: tuple[float, float]
) -> None:
    """Stat Med 17:857-872, table I, methods 3 (score) and 5 (exact)."""
    for found, limits in ((said(wilson(count)), score), (said(clopper_pearson(count)), exact)):
        assert (found.low, found.high) == pytest.approx(limits, abs=6e-5)


@pytest.mark.parametrize(
    ("one", "other", "limits"),
    [
        (Count(56, 70), Count(48, 80), (0.0524, 0.3339)),
        (Count(9, 10), Count(3, 10), (0.1705, 0.8090)),
        (Count(6, 7), Count(2, 7), (0.0582, 0.8062)),
        (Count(5, 56), Count(0, 29), (-0.0381, 0.1926)),
        (Count(0, 10), Count(0, 20), (-0.1611, 0.2775)),
        (Count(0, 10), Count(0, 10), (-0.2775, 0.2775)),
        (Count(10, 10), Count(0, 20), (0.6791, 1.0)),
        (Count(10, 10), Count(0, 10), (0.6075, 1.0)),
    ],
)
def test_differences_of_newcombe_1998_table_ii(one: Count, other: Count, limits: tuple[float, float]) -> None:
    """Stat Med 17:873-890, table II, method 10."""
    found = said(difference(one, other))
    assert (found.low, found.high) == pytest.approx(limits, abs=6e-5)


@given(counts)
def test_an_exact_interval_holds_the_share_and_stays_between_0_and_1(count: Count) -> None:
    for found in (said(wilson(count)), said(clopper_pearson(count)), said(share(count))):
        assert 0 <= found.low <= found.value <= found.high <= 1


@given(counts, counts)
def test_a_difference_turned_round_is_its_own_mirror(one: Count, other: Count) -> None:
    here, there = said(difference(one, other)), said(difference(other, one))
    assert -1 <= here.low <= here.value <= here.high <= 1
    assert (here.low, here.high) == pytest.approx((-there.high, -there.low), abs=1e-12)


@given(st.builds(Pairs, *[st.integers(0, 40)] * 4).filter(lambda pairs: pairs.number > 0))
def test_a_paired_difference_turned_round_is_its_own_mirror(pairs: Pairs) -> None:
    here = said(paired_difference(pairs))
    there = said(paired_difference(Pairs(pairs.both, pairs.second, pairs.first, pairs.neither)))
    assert -1 - 1e-9 <= here.low <= here.value <= here.high <= 1 + 1e-9
    assert (here.low, here.high) == pytest.approx((-there.high, -there.low), abs=1e-12)


def test_pairs_that_go_together_have_a_narrower_interval_than_two_groups() -> None:
    together = said(paired_difference(Pairs(40, 12, 4, 44)))
    apart = said(difference(Count(52, 100), Count(44, 100)))
    assert together.value == pytest.approx(apart.value)
    assert together.high - together.low < apart.high - apart.low


def test_few_get_the_exact_interval_and_many_the_score_interval() -> None:
    assert said(share(Count(3, SMALL - 1))).method == "Clopper-Pearson"
    assert said(share(Count(3, SMALL))).method == "Wilson"


def test_of_nobody_there_is_no_share() -> None:
    nobody = Count(0, 0)
    for found in (
        share(nobody),
        wilson(nobody),
        difference(nobody, Count(1, 2)),
        paired_difference(Pairs(0, 0, 0, 0)),
    ):
        assert isinstance(found, NotSaid) and found.why == "too_few" and "no share" in found.words


def test_a_count_above_its_number_is_refused() -> None:
    with pytest.raises(ValueError, match="5 of 4"):
        Count(5, 4)
    with pytest.raises(ValueError, match="below 0"):
        Pairs(1, -1, 0, 0)
