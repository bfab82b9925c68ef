"""A pilot stops when it must, by the look that its protocol locked, and not for what chance does."""

from math import exp

import pytest

from careloom.study.statistics.cases import Case
from careloom.study.statistics.chance import uniforms
from careloom.study.statistics.proportions import Count
from careloom.study.statistics.stopping import accuracy_floor, review_time, safety_rate, serious_event


def pilot(seed: str, longer: float, cases: int = 120) -> list[Case]:
    """Three coordinators take turns; every second case of each is by draft and takes exp(`longer`) times as long."""
    from scipy.stats import norm

    draws = norm.ppf(uniforms(seed, "stopping", cases))
    return [
        Case(
            str(n),
            f"p{n % 3}",
            str(n),
            ("usual", "draft")[n // 3 % 2],
            exp(3 + n % 3 + longer * (n // 3 % 2) + 0.5 * draws[n]),
        )
        for n in range(cases)
    ]


def looks(cases: list[Case], at: tuple[int, ...] = (30, 60, 90, 120)) -> list[list[Case]]:
    return [cases[:number] for number in at]


def test_one_serious_event_stops_at_once() -> None:
    assert serious_event(1, 7).fires and "1 serious safety event in 7 cases" in serious_event(1, 7).words
    assert not serious_event(0, 150).fires


def test_an_accuracy_far_below_the_floor_stops_early() -> None:
    """The floor is 85 %; 16 of 40 drafts needed substantial revision, then more."""
    found = accuracy_floor([Count(14, 20), Count(24, 40), Count(35, 60)], 0.85, 100)
    assert found.fires and found.at == 1
    assert found.looks[1].seen == 16 and found.looks[1].boundary is not None and found.looks[1].boundary <= 16


def test_an_accuracy_at_the_floor_goes_on() -> None:
    assert not accuracy_floor(
        [Count(17, 20), Count(34, 40), Count(51, 60), Count(68, 80), Count(85, 100)], 0.85, 100
    ).fires


def test_too_early_to_say_has_no_boundary() -> None:
    """After 2 of 100 cases no count is so rare that O'Brien and Fleming would stop for it."""
    found = safety_rate([Count(2, 2)], 0.05, 100)
    assert found.looks[0].boundary is None and not found.fires


def test_safety_events_above_what_is_accepted_stop() -> None:
    assert safety_rate([Count(6, 20)], 0.05, 100, how="pocock").fires
    assert safety_rate([Count(1, 20), Count(14, 60)], 0.05, 100).at == 1


def test_a_look_without_a_new_case_changes_nothing() -> None:
    once, twice = (
        accuracy_floor([Count(30, 40)], 0.85, 100),
        accuracy_floor([Count(30, 40), Count(30, 40)], 0.85, 100),
    )
    assert twice.looks[0] == once.looks[0] and twice.looks[1].boundary is None


def test_more_cases_than_planned_are_looked_at_without_spending_more() -> None:
    assert not accuracy_floor([Count(85, 100), Count(110, 130)], 0.85, 100).fires


def test_drafts_that_take_twice_as_long_stop_before_the_end() -> None:
    found = review_time(looks(pilot("twice", 0.7)), 120)
    assert found.fires and found.at is not None and found.at < 3


def test_drafts_that_save_time_never_stop() -> None:
    assert not review_time(looks(pilot("faster", -0.4)), 120).fires


def test_before_each_coordinator_has_two_of_both_nothing_stops() -> None:
    found = review_time([pilot("few", 3.0)[:6], pilot("few", 3.0)[:30]], 120)
    assert (
        found.looks[0].seen is None
        and found.looks[0].boundary is None
        and found.looks[1].boundary is not None
    )


def test_drafts_that_take_as_long_stop_about_as_rarely_as_allowed() -> None:
    """200 seeded pilots without a difference: 5 % stop, within 3 standard errors (4.6 points)."""
    stopped = sum(review_time(looks(pilot(f"same {n}", 0.0), (60, 120)), 120).fires for n in range(200))
    assert stopped / 200 == pytest.approx(0.05, abs=0.046)
