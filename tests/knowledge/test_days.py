"""How old somebody is on a day."""

from datetime import date

import pytest

from careloom.knowledge.days import age_on


@pytest.mark.parametrize(
    ("day", "born", "age"),
    [
        (date(2026, 4, 1), "1968-04-02", 57),
        (date(2026, 4, 2), "1968-04-02", 58),
        (date(2026, 2, 28), "2004-02-29", 21),
        (date(2026, 3, 1), "2004-02-29", 22),
        (date(2026, 3, 1), "2004-02", None),
        (date(2026, 3, 1), None, None),
    ],
)
def test_years_are_whole_ones_and_nobody_is_given_an_age_whose_birthday_is_not_known(day, born, age):
    assert age_on(day, born) == age
