"""Chance gives each case its arm: even, concealed without the seed, the same for whoever has it, and the same for ever."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.errors import InputError
from careloom.study.statistics.allocation import (
    Blocks,
    allocated,
    balance,
    commitment,
    exposed,
    sequence,
    stepped_wedge,
    waiting_list,
)
from careloom.study.statistics.chance import number_below, shuffled, uniforms

SEED = bytes(range(32))
seeds = st.binary(min_size=16, max_size=40)
names = st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=2, max_size=12, unique=True)


def test_a_pilot_of_years_ago_is_allocated_the_same_today() -> None:
    """Written down once: whatever library or version comes, the seed gives these."""
    assert sequence(SEED, Blocks(), ("main", "rosa"), 12) == tuple(
        {"u": "usual", "d": "draft"}[one] for one in "dduduuudduud"
    )
    assert uniforms("seed", "what for", 3).tolist() == pytest.approx(
        [0.612938825487, 0.2585075131, 0.856756606952]
    )


@given(seeds, st.lists(st.sampled_from([2, 4, 6, 8]), min_size=1, max_size=3), st.integers(1, 60))
def test_arms_are_never_further_apart_than_half_the_largest_block(
    seed: bytes, sizes: list[int], count: int
) -> None:
    arms = Counter(sequence(seed, Blocks(sizes=tuple(sizes)), ("main",), count))
    assert abs(arms["usual"] - arms["draft"]) <= max(sizes) // 2


@given(seeds, st.integers(0, 40))
def test_one_case_is_allocated_alone_as_in_the_whole_sequence(seed: bytes, number: int) -> None:
    assert (
        allocated(seed, Blocks(), ("main", "rosa"), number).arm
        == sequence(seed, Blocks(), ("main", "rosa"), number + 1)[number]
    )


def test_three_arms_come_equally_often() -> None:
    blocks = Blocks(("usual", "draft", "draft and call"), (3, 6))
    arms = Counter(sequence(SEED, blocks, (), 600))
    assert all(abs(number - 200) <= 2 for number in arms.values())


def test_another_stratum_or_seed_has_another_sequence() -> None:
    first = sequence(SEED, Blocks(), ("main", "rosa"), 40)
    assert first != sequence(SEED, Blocks(), ("main", "juan"), 40)
    assert first != sequence(SEED[::-1], Blocks(), ("main", "rosa"), 40)
    assert sequence(SEED, Blocks(), ("a", "bc"), 40) != sequence(SEED, Blocks(), ("ab", "c"), 40)


def test_who_sees_every_arm_so_far_guesses_the_next_little_better_than_a_coin() -> None:
    """The best guess by what came (the arm that is behind) is right in about 2 of 3, and never certain, as block sizes aren't known."""
    right = total = 0
    for stratum in range(60):
        arms = sequence(SEED, Blocks(), (str(stratum),), 40)
        for place in range(1, 40):
            usual = arms[:place].count("usual")
            if 2 * usual != place:
                total += 1
                right += arms[place] == ("draft" if 2 * usual > place else "usual")
    assert 0.5 < right / total < 0.85


def test_each_case_is_as_likely_in_either_arm() -> None:
    """Of 2,000 seeds the fifth case is in the draft arm in half: within 4 standard errors (45)."""
    drafts = sum(
        allocated(seed.to_bytes(16, "big"), Blocks(), ("main",), 4).arm == "draft" for seed in range(2_000)
    )
    assert abs(drafts - 1_000) < 4 * 22.4


def test_the_commitment_tells_the_seed_to_nobody_and_proves_it() -> None:
    assert commitment(SEED) == commitment(bytes(range(32))) != commitment(SEED[:-1])
    assert SEED.hex() not in commitment(SEED)
    with pytest.raises(InputError, match="guessed"):
        commitment(b"short")


@given(seeds, names)
def test_half_of_the_providers_wait(seed: bytes, providers: list[str]) -> None:
    groups = waiting_list(seed, providers)
    count = Counter(groups.values())
    assert set(groups) == set(providers) and abs(count["now"] - count["later"]) <= 1
    assert groups == waiting_list(seed, providers[::-1])


@given(seeds, names, st.integers(2, 5))
def test_steps_of_a_wedge_are_even(seed: bytes, providers: list[str], steps: int) -> None:
    if steps > len(providers):
        with pytest.raises(InputError, match="spread"):
            stepped_wedge(seed, providers, steps)
        return
    count = Counter(stepped_wedge(seed, providers, steps).values())
    assert set(count) == set(range(1, steps + 1)) and max(count.values()) - min(count.values()) <= 1


def test_nobody_works_with_drafts_before_the_first_step_and_everybody_after_the_last() -> None:
    steps = stepped_wedge(SEED, ["rosa", "juan", "li"], 3)
    assert not any(exposed(step, 0) for step in steps.values())
    assert sorted(sum(exposed(step, period) for period in range(4)) for step in steps.values()) == [1, 2, 3]


def test_what_the_protocol_cannot_mean_is_refused() -> None:
    for wrong in (
        lambda: Blocks(("usual",)),
        lambda: Blocks(sizes=(3,)),
        lambda: Blocks(sizes=()),
        lambda: waiting_list(SEED, ["rosa"]),
    ):
        with pytest.raises(InputError):
            wrong()
    with pytest.raises(InputError, match="twice"):
        waiting_list(SEED, ["rosa", "rosa"])


def test_balance_is_counted_by_stratum() -> None:
    assert balance([("main", "usual"), ("main", "draft"), ("main", "usual"), ("north", "draft")]) == {
        "main": {"usual": 2, "draft": 1},
        "north": {"draft": 1},
    }


@given(seeds, st.integers(1, 1000))
def test_a_number_lies_below_its_limit(seed: bytes, limit: int) -> None:
    assert 0 <= number_below(seed, ("x",), limit) < limit
    assert sorted(shuffled(seed, ("x",), range(limit % 30))) == list(range(limit % 30))
