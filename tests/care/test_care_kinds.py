"""What people give when they ask for a document is checked field by field, by name."""

import pytest

from careloom.care.kinds import Field, Given, checked
from careloom.errors import InputError

FIELDS = (
    Field("day", "Day of the visit", "date", required=True),
    Field("starts", "Start", "time"),
    Field("place", "Where"),
    Field("said", "What the patient said", "lines"),
    Field("way", "How", "choice", choices=("phone", "visit")),
    Field("taught", "What was taught", "ticks", choices=("foot care", "low salt")),
)


def test_what_was_told_is_kept_without_what_is_empty():
    said = {"day": " 2026-11-28 ", "place": "  ", "said": "knee hurts\r\nsleeps well", "way": "phone"}

    assert checked(FIELDS, said) == {"day": "2026-11-28", "said": "knee hurts\nsleeps well", "way": "phone"}


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({}, "day"),
        ({"day": ""}, "day"),
        ({"day": "28.11.2026"}, "day"),
        ({"day": "2026-11-28", "starts": "half past two"}, "starts"),
        ({"day": "2026-11-28", "place": "Room 1\nRoom 2"}, "place"),
        ({"day": "2026-11-28", "way": "letter"}, "way"),
        ({"day": "2026-11-28", "taught": "foot care\nflying"}, "taught"),
        ({"day": "2026-11-28", "said": "x" * 20_001}, "said"),
        ({"day": "2026-11-28", "diagnosis": "asthma"}, "diagnosis"),
    ],
)
def test_what_does_not_fit_is_told_by_its_field_and_never_by_its_words(said, where):
    with pytest.raises(InputError) as refused:
        checked(FIELDS, said)

    assert refused.value.where == where
    assert "asthma" not in str(refused.value) and "flying" not in str(refused.value)


def test_the_lines_of_a_field_come_without_empty_ones():
    assert Given({"said": "knee hurts\n\n sleeps well "}).lines("said") == ("knee hurts", "sleeps well")
    assert Given().lines("said") == ()
