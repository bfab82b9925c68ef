"""What several readers say in the same words: how often a drug is taken, and figures typed as text."""

import pytest

from careloom.connect.often import often
from careloom.connect.typed import figure


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("1", "d"), "once daily"),
        (("8", "h"), "every 8 hours"),
        (("1", "h"), "every hour"),
        (("", "h"), ""),
        (("1", "fortnight"), ""),
    ],
)
def test_how_often_is_said_in_plain_words(given, said):
    assert often(*given) == said


def test_a_range_of_hours_and_a_range_of_times_are_told_apart():
    assert often("4", "h", longest="6") == "every 4 to 6 hours"
    assert often("1", "d", times="2", most="3") == "2 to 3 times daily"
    assert often("2", "d", times="3") == "three times every 2 days"


def test_a_typed_figure_takes_the_unit_of_its_range_where_it_has_none():
    assert figure(">60", "mL/min") == (">", "60", "mL/min")
    assert figure("3 drinks a day") is None
    assert figure("12") is None
