"""Days that a note names, seen from the day on which it was written."""

from datetime import date

import pytest

from careloom.text.days import days_named

WRITTEN = date(2026, 11, 19)  # a Thursday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("must leave the apartment by 2026-12-01", date(2026, 12, 1)),
        ("an eviction notice for 1 December", date(2026, 12, 1)),
        ("eviction hearing on December 3rd, 2026", date(2026, 12, 3)),
        ("has to be out by Dec. 1", date(2026, 12, 1)),
        ("power is cut off on 11/30", date(2026, 11, 30)),
        ("court on 12/04/2026", date(2026, 12, 4)),
        ("tiene que dejar el apartamento el 1 de diciembre", date(2026, 12, 1)),
        ("electricity will be shut off in ten days", date(2026, 11, 29)),
        ("must move out within 2 weeks", date(2026, 12, 3)),
        ("the marshal comes on Monday", date(2026, 11, 23)),
        ("has no food until next Thursday", date(2026, 11, 26)),
        ("le cortan la luz mañana", date(2026, 11, 20)),
        ("loses the apartment this week", date(2026, 11, 25)),
        ("evicted on January 2", date(2027, 1, 2)),
    ],
)
def test_a_day_is_found_however_it_is_written(text, day):
    assert days_named(text, WRITTEN) == (day,)


@pytest.mark.parametrize(
    "text", ["takes 1/2 tablet", "blood pressure 154/90", "on 31 February", "may need help"]
)
def test_what_is_no_day_is_passed_over(text):
    assert days_named(text, WRITTEN) == ()
