"""Agreement is what the papers that defined it print for their own examples, and keeps within its bounds for any pairs."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.measure.agreement import FEWEST, agreement

ALL = ("approve", "amend", "strike", "back")
SKIN = {
    ("terrible", "terrible"): 10, ("terrible", "poor"): 4, ("terrible", "marginal"): 1,
    ("poor", "terrible"): 5, ("poor", "poor"): 10, ("poor", "marginal"): 12, ("poor", "clear"): 2,
    ("marginal", "terrible"): 2, ("marginal", "poor"): 4, ("marginal", "marginal"): 12, ("marginal", "clear"): 5,
    ("clear", "poor"): 2, ("clear", "marginal"): 6, ("clear", "clear"): 13,
}  # fmt: skip


def pairs(cells: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, number in cells.items() for _ in range(number)]


def square(*rows: tuple[int, ...]) -> list[tuple[str, str]]:
    return pairs({(f"{i}", f"{j}"): number for i, row in enumerate(rows) for j, number in enumerate(row)})


def test_two_dermatologists_of_88_patients() -> None:
    """SAS/STAT User's Guide, PROC FREQ, "Agreement Study": simple kappa 0.3449, 95 % limits 0.2030 and 0.4868 (standard error 0.0724)."""
    found = agreement(pairs(SKIN), ("terrible", "poor", "marginal", "clear"))
    assert found is not None and found.number == 88
    assert found.kappa == pytest.approx(0.3449, abs=5e-5)
    assert (found.low, found.high) == (pytest.approx(0.2030, abs=1e-4), pytest.approx(0.4868, abs=1e-4))


def test_the_paradox_of_kappa() -> None:
    """Of 125 subjects both say the same of 118: kappa is below 0. Gwet 2008: by chance 2 x 0.972 x 0.028, so AC1 is (0.944 - 0.0544) / 0.9456."""
    found = agreement(square((118, 5), (2, 0)), ("0", "1"))
    assert found is not None
    assert found.observed == pytest.approx(0.944)
    assert found.kappa == pytest.approx(-0.0234, abs=1e-4)
    assert found.ac1 == pytest.approx(0.9408, abs=1e-4)


def test_cohens_own_proportions() -> None:
    """Cohen 1960, table 1: agreement 0.70, by chance 0.41, kappa 0.492 (200 subjects)."""
    found = agreement(square((88, 14, 18), (10, 40, 10), (2, 6, 12)), ("0", "1", "2"))
    assert found is not None
    assert (found.observed, found.kappa) == (pytest.approx(0.70), pytest.approx(0.492, abs=5e-4))


def test_too_few_pairs_say_nothing() -> None:
    assert agreement([("approve", "approve")] * (FEWEST - 1), ALL) is None


def test_where_only_one_thing_was_ever_said_there_is_no_kappa() -> None:
    found = agreement([("approve", "approve")] * FEWEST, ALL)
    assert found is not None and found.observed == 1
    assert (found.kappa, found.low, found.high, found.ac1) == (None, None, None, 1)


def test_where_one_reader_only_ever_said_one_thing_kappa_is_0_and_has_no_interval() -> None:
    found = agreement([("approve", "approve")] * 9 + [("approve", "strike")], ALL)
    assert found is not None
    assert (found.kappa, found.low, found.high) == (0, None, None) and found.ac1 > 0.8


WORDS = st.sampled_from(ALL)
PAIRS = st.lists(st.tuples(WORDS, WORDS), min_size=FEWEST, max_size=120)


@given(PAIRS)
def test_it_keeps_within_its_bounds_and_turns_with_the_readers(said: list[tuple[str, str]]) -> None:
    found, turned = agreement(said, ALL), agreement([(second, first) for first, second in said], ALL)
    assert found is not None and turned is not None
    assert 0 <= found.observed <= 1 and sum(found.same.values()) <= found.number
    assert Counter(found.first) == Counter(turned.second)
    if found.kappa is not None and turned.kappa is not None:
        assert -1 - 1e-9 <= found.kappa <= 1 + 1e-9
        assert turned.kappa == pytest.approx(found.kappa)
        assert (found.low is None) == (found.high is None) == (min(len(found.first), len(found.second)) < 2)
        if found.low is not None and found.high is not None:
            assert -1 <= found.low <= found.kappa + 1e-9 and found.kappa - 1e-9 <= found.high <= 1
            assert turned.low == pytest.approx(found.low)
    assert -1 - 1e-9 <= found.ac1 <= 1 + 1e-9


@given(st.lists(WORDS, min_size=FEWEST, max_size=120).filter(lambda said: len(set(said)) > 1))
def test_who_say_the_same_of_everything_agree_fully(said: list[str]) -> None:
    found = agreement([(word, word) for word in said], ALL)
    assert found is not None
    assert found.kappa == pytest.approx(1) and found.ac1 == pytest.approx(1)


@given(PAIRS, st.permutations(ALL))
def test_no_word_counts_more_than_another(said: list[tuple[str, str]], order: list[str]) -> None:
    other = dict(zip(ALL, order, strict=True))
    one = agreement(said, ALL)
    renamed = agreement([(other[first], other[second]) for first, second in said], ALL)
    assert one is not None and renamed is not None
    if one.kappa is not None:
        assert renamed.kappa == pytest.approx(one.kappa) and renamed.high == pytest.approx(one.high)
