"""How old somebody is on a day."""

from datetime import date

import pytest

from careloom.knowledge.days import age_on, is_child


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


@pytest.mark.parametrize(
    ("born", "child"),
    [("2008-04-03", True), ("2008-04-02", False), ("1968-04-02", False), ("2020", False), (None, False)],
)
def test_a_child_is_who_is_known_to_be_under_18_on_the_day(born, child):
    assert is_child(date(2026, 4, 2), born) is child
