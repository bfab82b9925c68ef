"""The accuracy audit's arithmetic: how many are read, which, and what the readings come to."""

import pytest

from careloom.study.accuracy import allotted, drawn, size, weighted

FRAME = [
    (f"d{number:03}", "nurse/care_plan/en" if number % 4 else "physician/letter/es") for number in range(200)
]
STRATA = {"nurse/care_plan/en": 150, "physician/letter/es": 50}
SEED = bytes(range(32))


def test_the_size_is_cochrans_with_the_finite_population() -> None:
    # n0 = 1.96² x 0.25 / 0.1² = 96.04; of 200: 96.04 / (1 + 95.04 / 200) = 65.1.
    assert size(200, 0.1) == 66
    assert size(10**9, 0.1) == 97
    assert (size(0, 0.1), size(1, 0.1), size(5, 0.1)) == (0, 1, 5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        size(10, 0)


def test_each_stratum_has_its_share_and_at_least_so_many() -> None:
    assert allotted(STRATA, 66, 2) == {"nurse/care_plan/en": 50, "physician/letter/es": 16}
    assert allotted({"a": 1000, "b": 1}, 10, 2) == {"a": 10, "b": 1}
    assert allotted({}, 0, 2) == {}


def test_the_same_seed_draws_the_same_and_another_another() -> None:
    sizes = allotted(STRATA, 66, 2)
    found = drawn(SEED, FRAME, sizes, 0.2)
    assert found == drawn(SEED, list(reversed(FRAME)), sizes, 0.2)
    assert {one.id for one in found} != {one.id for one in drawn(bytes(32), FRAME, sizes, 0.2)}
    assert len({one.id for one in found}) == 66 and sum(one.twice for one in found) == 14
    assert dict(FRAME) | {one.id: one.stratum for one in found} == dict(FRAME)


def test_every_document_is_drawn_as_often_as_any_other() -> None:
    frame = [(f"d{number}", "s") for number in range(10)]
    times = {one: 0 for one, _ in frame}
    for number in range(1000):
        for one in drawn(number.to_bytes(32, "big"), frame, {"s": 3}, 0):
            times[one.id] += 1
    # 300 of each are expected; 5 standard deviations are 72.
    assert all(abs(one - 300) < 72 for one in times.values())


def test_a_share_is_weighted_and_says_what_was_not_read() -> None:
    found = weighted({"nurse/care_plan/en": (45, 50), "physician/letter/es": (8, 16)}, STRATA)
    assert found is not None
    assert found.value == pytest.approx(0.75 * 0.9 + 0.25 * 0.5)
    assert found.low < found.value < found.high and (found.hits, found.number, found.of) == (53, 66, 200)
    half = weighted({"nurse/care_plan/en": (45, 50)}, STRATA)
    assert half is not None and half.unread == ("physician/letter/es",) and half.of == 150


def test_nothing_read_has_no_share_and_all_right_of_a_few_is_not_a_hundred_percent() -> None:
    assert weighted({}, STRATA) is None and weighted({"nurse/care_plan/en": (0, 0)}, STRATA) is None
    found = weighted({"nurse/care_plan/en": (5, 5)}, STRATA)
    assert found is not None and found.value == 1 and found.low < 0.6
    every = weighted({"a": (2, 3)}, {"a": 3})
    assert every is not None and every.low == every.high == pytest.approx(2 / 3)
