"""Payback: a month is told only where a study measured what is saved and the whole interval pays back."""

import pytest

from careloom.study.payback import Payback, payback
from careloom.study.statistics.estimate import Estimate, NotSaid

SAVED = Estimate(20.0, 10.0, 30.0, 0.95, "made up", 60)


def test_minutes_saved_at_the_wage_less_running_costs_pay_back_with_the_interval():
    found = payback(6000.0, 500.0, SAVED, 100.0, 60.0)
    assert isinstance(found, Payback)
    # 100 documents at 20 minutes at 60 an hour are 2000 a month, less 500.
    assert (found.monthly.value, found.monthly.low, found.monthly.high) == (1500.0, 500.0, 2500.0)
    assert (found.months, found.fewest, found.most) == (4.0, 2.4, 12.0)


def test_an_interval_that_holds_never_has_no_last_month():
    found = payback(6000.0, 1500.0, SAVED, 100.0, 60.0)
    assert isinstance(found, Payback)
    assert (found.months, found.most) == (12.0, None)


def test_programme_revenue_is_added_only_where_it_is_asked_for():
    alone, beside = (payback(6000.0, 500.0, SAVED, 100.0, 60.0, one) for one in (0.0, 1000.0))
    assert isinstance(alone, Payback) and isinstance(beside, Payback)
    assert beside.monthly.value - alone.monthly.value == 1000.0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((6000.0, 500.0, NotSaid("too_few", "Two cases are too few."), 100.0, 60.0), "too few"),
        ((None, 500.0, SAVED, 100.0, 60.0), "set_up"),
        ((6000.0, None, SAVED, 100.0, 60.0), "running"),
        ((6000.0, 500.0, SAVED, 100.0, None), "wages"),
        ((6000.0, 500.0, SAVED, 0.0, 60.0), "No document from a draft"),
    ],
)
def test_what_is_not_known_is_said_and_nothing_is_guessed(given, words):
    found = payback(*given)
    assert isinstance(found, NotSaid) and words in found.words
