"""Texts are read as people write them: numbers in words, units in many spellings, dates in several forms."""

import pytest

from careloom.knowledge import load
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.parse import figure, frequencies, limits, parse
from careloom.verify.polarity import polarity
from careloom.verify.tokens import Sort, tokens, unit_named

DRUGS = load().drugs


def quantities(text: str) -> list[tuple[str, str]]:
    return [(token.key, token.unit) for token in tokens(text) if token.sort is Sort.NUMBER]


def dates(text: str) -> list[str]:
    return [token.key for token in tokens(text) if token.sort is Sort.DATE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8.2 %", [("8.2", "%")]),
        ("8.2%.", [("8.2", "%")]),
        ("38 mL/min/1.73 m2", [("38", "mL/min/1.73 m2")]),
        ("38 mL/min/{1.73_m2}", [("38", "mL/min/1.73 m2")]),
        ("154/88 mm[Hg]", [("154/88", "mm[Hg]")]),
        ("154/88 mm Hg", [("154/88", "mm[Hg]")]),
        ("500mg", [("500", "mg")]),
        ("500 MCG", [("500", "ug")]),
        ("1,200 mL", [("1200", "mL")]),
        ("three months", [("3", "mo")]),
        ("twenty-one days", [("21", "d")]),
        ("68-year-old", [("68", "a")]),
        ("stage III", [("3", "")]),
        ("score of 14 {score}", [("14", "")]),
        ("6.1 10*3/uL", [("6.1", "10*3/uL")]),
        ("stage 3b", []),
        ("one is recorded", []),
        ("one week", [("1", "wk")]),
    ],
)
def test_numbers_carry_their_units(text: str, expected: list[tuple[str, str]]) -> None:
    assert quantities(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-09", ["2026-10-09"]),
        ("2026-10-09T13:45:00-04:00", ["2026-10-09"]),
        ("9 Oct 2026", ["2026-10-09"]),
        ("October 9th, 2026", ["2026-10-09"]),
        ("10/09/2026", ["2026-10-09"]),
        ("10/09/26", ["2026-10-09"]),
        ("2026-10", ["2026-10"]),
        ("October 2026", ["2026-10"]),
        ("9 October", ["--10-09"]),
        ("may take 5 mg", []),
        ("154/88", []),
    ],
)
def test_dates_have_one_form(text: str, expected: list[str]) -> None:
    assert dates(text) == expected


def denied(text: str) -> set[str]:
    found = tokens(text)
    under = polarity(found)
    return {
        token.key
        for place, token in enumerate(found)
        if under.denied[place] and place not in under.cues and token.key not in LEXICON.small
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Diabetes without complications is active", {"complication"}),
        ("No fever, and lisinopril is taken", {"fever", ","}),
        ("Lisinopril is taken but metformin is not taken", {"metformin", "taken"}),
        (
            "No eye exam, foot exam or weight is recorded",
            {"ey", "eye", "exam", "foot", "weight", "record", ","},
        ),
        ("The patient denies pain", {"pain"}),
        ("The claim was denied", set()),
        ("She isn't taking metformin", {"she", "tak", "metformin"}),
        ("whether or not it is taken", set()),
    ],
)
def test_a_negation_reaches_as_far_as_its_clause(text: str, expected: set[str]) -> None:
    assert denied(text) <= expected
    assert bool(denied(text)) == bool(expected)


def test_two_negations_cancel_out() -> None:
    assert "record" not in denied("No result is not recorded")


def test_a_brand_is_read_as_its_ingredient() -> None:
    found = parse("Glucophage 500 mg is prescribed", DRUGS)
    assert found.drugs == {0: ("metformin",)}
    assert found.tokens[0].key == "metformin"


def test_comparisons_know_their_side_and_number() -> None:
    found = tokens("below 7 %, at least 30 minutes, over 12 months, > 5 mg/dL")
    assert [(side, number.key) for _, side, number in limits(found)] == [
        ("below", "7"),
        ("above", "30"),
        ("above", "5"),
    ]


def test_frequencies_are_counts_per_period() -> None:
    found = tokens("twice daily, 3 times a day, once weekly, 2 refills")
    assert [(figure(number.key), period) for number, period in frequencies(found)] == [
        ("2", "day"),
        ("3", "day"),
        ("1", "week"),
        ("2", "refill"),
    ]


def test_a_figure_has_one_spelling() -> None:
    assert figure("7.0") == figure("07") == figure("7") == "7"
    assert figure("154/088") == "154/88"
    assert figure("0.0") == "0"


def test_units_of_sources_and_of_texts_meet() -> None:
    assert unit_named("mL/min/{1.73_m2}") == "mL/min/1.73 m2"
    assert unit_named("{score}") == unit_named(None) == unit_named("1") == ""
    assert unit_named("MG") == unit_named("mg") != unit_named("ug")


def test_forms_of_a_word_share_a_stem_and_opposites_do_not() -> None:
    assert stem("recorded") == stem("records") == stem("recording") == stem("record")
    assert stem("allergies") == stem("allergy")
    for one, other in (("active", "inactive"), ("start", "stop"), ("increase", "decrease"), ("low", "high")):
        assert stem(one) != stem(other)


def test_no_plain_word_says_what_is_true_of_a_patient() -> None:
    assert not {"active", "resolved", "high", "low", "above", "below", "rising", "falling"} & LEXICON.plain
    for word in (
        "start",
        "stop",
        "increase",
        "decrease",
        "avoid",
        "worse",
        "better",
        "before",
        "after",
        "hold",
    ):
        assert stem(word) not in LEXICON.plain, word
