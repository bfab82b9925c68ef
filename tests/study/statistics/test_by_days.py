"""What something takes once, with an interval by days: by hand, with few days, and against a truth that is known."""

import random
from math import exp, log, sqrt

import pytest

from careloom.study.statistics.by_days import FEWEST_DAYS, mean_by_day
from careloom.study.statistics.estimate import Estimate, NotSaid


def test_the_interval_is_what_a_hand_reckons() -> None:
    """Once a day, 10 to 14 minutes: a day left out leaves 12.5, 12.25, 12, 11.75 and 11.5; t of 4 degrees of freedom is 2.776."""
    found = mean_by_day([(1, minutes) for minutes in (10.0, 11.0, 12.0, 13.0, 14.0)])
    assert isinstance(found, Estimate) and found.value == 12 and found.number == 5
    logs = [log(one) for one in (12.5, 12.25, 12.0, 11.75, 11.5)]
    error = sqrt(0.8 * sum((one - sum(logs) / 5) ** 2 for one in logs))
    assert found.low == pytest.approx(12 * exp(-2.776 * error), abs=0.001)
    assert found.high == pytest.approx(12 * exp(2.776 * error), abs=0.001)


def test_many_times_of_few_days_are_few_days() -> None:
    found = mean_by_day([(100, 1200.0)] * (FEWEST_DAYS - 1))
    assert isinstance(found, NotSaid) and (found.have, found.need) == (FEWEST_DAYS - 1, FEWEST_DAYS)


def test_days_without_any_time_say_nothing() -> None:
    assert isinstance(mean_by_day([(1, 0.0)] * 4 + [(1, 9.0)]), NotSaid)


def test_days_that_differ_are_less_sure_than_times_that_do() -> None:
    """The same forty times, spread over the days, or slow days and quick ones."""
    even = mean_by_day([(4, 48.0)] * 9 + [(4, 52.0)])
    uneven = mean_by_day([(4, 24.0)] * 5 + [(4, 72.8)] * 5)
    assert isinstance(even, Estimate) and isinstance(uneven, Estimate)
    assert uneven.high - uneven.low > 10 * (even.high - even.low)


@pytest.mark.parametrize("days", [5, 15])
def test_skewed_times_are_covered_as_often_as_is_said(days: int) -> None:
    drawn, held = random.Random(days), 0
    for _ in range(300):
        rows = []
        for _ in range(days):
            times, slow = drawn.randint(1, 6), 20 * exp(drawn.gauss(-(0.25**2) / 2, 0.25))
            rows.append((times, sum(slow * exp(drawn.gauss(-(0.5**2) / 2, 0.5)) for _ in range(times))))
        found = mean_by_day(rows)
        assert isinstance(found, Estimate)
        held += found.low <= 20 <= found.high
    assert 0.89 <= held / 300 <= 0.98
