"""A home that must be left by a day: the goal has that day, and not one weeks after it."""

import pytest

from tests.draft.drafted import plan, texts, unsupported
from tests.draft.people import Told

GOAL = "A safe and stable place to live is arranged by {day}."


def _goals(quote: str, on: str = "2026-11-12") -> tuple[list[str], list[str]]:
    told = Told()
    told.patient()
    told.need("housing", quote, on)
    document = plan(told)
    return texts(document, "goals"), [one.text for one in unsupported(told, document)]


@pytest.mark.parametrize(
    ("quote", "day"),
    [
        ("An eviction notice was served and she must leave by 2026-12-15.", "2026-12-15"),
        ("The landlord says they have to be out by December 4.", "2026-12-04"),
        ("Se le dio aviso de desalojo: debe salir antes del 18 de diciembre.", "2026-12-18"),
    ],
)
def test_the_goal_has_the_day_that_the_note_sets(quote, day):
    goals, faults = _goals(quote)
    assert GOAL.format(day=day) in goals
    assert not faults


@pytest.mark.parametrize(
    "quote",
    [
        "She stays with her sister and looks for a place.",
        "She sleeps at a shelter; the housing authority sees her on December 4.",
        "She got an eviction notice. The housing authority sees her on December 4.",
        "She was evicted and had to leave by 2026-11-02.",
        "The eviction is set for March 9, 2027.",
    ],
)
def test_a_day_of_something_else_or_past_or_far_ahead_sets_none(quote):
    goals, _ = _goals(quote)
    assert GOAL.format(day="2027-01-22") in goals


def test_of_two_days_the_first_counts():
    goals, faults = _goals("Eviction court is on December 8 and they must leave by December 20.")
    assert GOAL.format(day="2026-12-08") in goals
    assert not faults
