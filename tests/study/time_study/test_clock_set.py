"""A phone whose clock is set during a shift: told, and what was tapped between two sendings moved or in doubt."""

from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.observed import Placed, Tap
from careloom.study.time_study.clocks import placed
from careloom.study.time_study.shifts import Doubt, Shift, shifts
from careloom.study.time_study.totals import totals
from tests.study.time_study.test_time_study import NEXT_DAY, at, minutes_of, tap

HOUR = timedelta(hours=1)


def batch(*taps: Tap, received: float, ahead: timedelta = timedelta()) -> tuple[Placed, ...]:
    """Taps as one sending of a phone whose clock is `ahead` then; after a new loading of the page, so that no monotonic clock helps."""
    loaded = tuple(replace(one, load=f"at {one.number}") for one in taps)
    return placed(loaded, "olga", at(received) + ahead, 0.0, "now", received=at(received))


def morning(ahead: timedelta, *, late: float = 90) -> Shift:
    """Two taps sent at once, two tapped at 30 and 60 minutes without a network, the last after the clock was set by `ahead`; all sent `late`."""
    first = batch(tap(0, "begin", 0, whom="cam"), tap(1, "activity", 0, "synthesise_plan"), received=0)
    between = tap(2, "activity", 30, "call_patient")
    after = replace(tap(3, "end", 60), phone=at(60) + ahead)
    (found,) = shifts((*first, *batch(between, after, received=late, ahead=ahead)), (), NEXT_DAY)
    return found


@pytest.mark.parametrize("ahead", [2 * HOUR, -2 * HOUR])
def test_a_clock_that_was_set_is_told_and_what_lies_in_one_place_alone_is_moved(ahead: timedelta) -> None:
    found = morning(ahead)
    (told,) = found.clock_sets
    assert (told.after, told.before, told.by) == (at(0), at(90), ahead.total_seconds())
    assert (told.moved, told.unplaced) == (1, 0)
    assert minutes_of(found) == {"synthesise_plan": 30, "call_patient": 30} and not found.doubtful
    assert totals([found], ["cam"], None).clock_sets == 1


def test_what_may_lie_in_two_places_is_in_doubt_and_counts_for_nothing() -> None:
    """Sent five hours later, the tap between fits by the clock before as well as by the clock after."""
    found = morning(-timedelta(minutes=90), late=300)
    (told,) = found.clock_sets
    assert (told.moved, told.unplaced) == (0, 1)
    assert minutes_of(found) == {} and all(Doubt.CLOCK_SET in one.doubts for one in found.stretches)


@pytest.mark.parametrize("ahead", [timedelta(seconds=59), timedelta(), -timedelta(seconds=59)])
def test_less_than_a_minute_is_the_networks(ahead: timedelta) -> None:
    found = morning(ahead)
    assert found.clock_sets == () and not found.doubtful


def test_a_tap_that_was_sent_at_once_stands_whatever_was_set_before() -> None:
    first = batch(tap(0, "begin", 0, whom="cam"), tap(1, "activity", 0, "synthesise_plan"), received=0)
    end = replace(tap(2, "end", 60), phone=at(60) + HOUR)
    (found,) = shifts((*first, *batch(end, received=60.5, ahead=HOUR)), (), NEXT_DAY)
    (told,) = found.clock_sets
    assert (told.moved, told.unplaced) == (0, 0) and minutes_of(found) == {"synthesise_plan": 60}
