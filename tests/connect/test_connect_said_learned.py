"""Needs that no phrase tells, read by likeness to labelled sentences."""

import pytest

from careloom.connect.said import learned
from tests.connect.telling import needs, told

LIKENESS = "likeness to labelled sentences"
TEXTS = (
    "He was handed a pink slip on Friday.",
    "He was booked at the county lockup last night.",
    "He sleeps in the laundry room of the building.",
    "He is afraid to walk past the corner after the shooting.",
)


def by_likeness(text: str) -> set[tuple[str, str]]:
    return {
        (entry.detail["domain"], entry.detail["adverse"])
        for entry in told(text)
        if entry.detail.get("found_by") == LIKENESS
    }


@pytest.mark.parametrize("text", TEXTS)
def test_a_need_that_no_phrase_tells_is_found_by_likeness_and_points_at_its_words(text):
    found = [entry for entry in told(text) if entry.detail.get("found_by") == LIKENESS]
    assert [entry.detail["adverse"] for entry in found] == ["true"]
    begin, end = found[0].source.where.removeprefix("characters ").split("-")
    assert 0 <= int(begin) < int(end) <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "Lives in own single-story home, no steps to enter.",
        "They reconciled over the summer and are doing well.",
    ],
)
def test_what_is_in_order_is_a_denied_need_and_never_said_as_one(text):
    found = [entry for entry in told(text) if entry.detail.get("found_by") == LIKENESS]
    assert found
    assert all(entry.negated and entry.detail["adverse"] == "false" for entry in found)


@pytest.mark.parametrize("text", TEXTS)
def test_a_need_found_by_likeness_is_denied_by_nothing(text):
    assert [one.negated for one in told(text) if one.detail.get("found_by") == LIKENESS] == [False]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_only_supposed_or_a_relatives_is_not_told_by_likeness(text):
    said = text[0].lower() + text[1:]
    assert not by_likeness(f"Call the office if {said}")
    assert not by_likeness(f"Family history: {said}")


@pytest.mark.parametrize("text", TEXTS)
def test_likeness_does_not_weigh_who_somebody_is(text):
    for other in ("She", "Joseph", "The 80-year-old Korean woman", "Mrs. O'Brien", "The Muslim patient"):
        assert needs(text.replace("He ", f"{other} ", 1)) == needs(text)


@pytest.mark.parametrize(
    "text",
    [
        "He takes metformin once a day only because it upsets his stomach.",
        "Lungs are clear and the wound is dry.",
        "The power of the new lens is adequate.",
        "Takes six methotrexate tablets every day since the new bottle.",
        "Takes two of the blue pills every night since the refill.",
        "Her hands shake, she vomits and walks like drunk since Thursday.",
        "Slurs her words like a drunk person, glucose was 48.",
        "He has drunk two glasses of water since noon.",
        "Staggers as if drunk since the dose was raised.",
    ],
)
def test_clinical_sentences_are_like_no_need(text):
    assert needs(text) == set()


def test_no_weight_is_of_a_word_that_says_who_somebody_is():
    words = {
        one
        for feature in learned.learned().of
        for one in ([feature] if isinstance(feature, str) else feature)
    }
    assert len(words) > 5_000
    assert not words & {
        "black",
        "muslim",
        "korean",
        "mother",
        "husband",
        "she",
        "elderly",
        "washington",
        "joseph",
    }
