"""A note is cut where a reader would cut it, and every piece knows its place."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from careloom.text.sentences import sentences


def said(text: str) -> list[str]:
    return [one.text for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("She lives alone. She has no car.", ["She lives alone.", "She has no car."]),
        ("Dr. Osei saw her. Pt. reports pain.", ["Dr. Osei saw her.", "Pt. reports pain."]),
        ("HbA1c 7.4 % today. Weight 86.1 kg.", ["HbA1c 7.4 % today.", "Weight 86.1 kg."]),
        ("Is she safe? Yes.", ["Is she safe?", "Yes."]),
        ("¿Vive sola? Sí. No tiene carro.", ["¿Vive sola?", "Sí.", "No tiene carro."]),
        ("- no car\n- no job\n2) no food", ["no car", "no job", "no food"]),
        ("She cannot pay\nthe rent this month.", ["She cannot pay\nthe rent this month."]),
        ("She has no car\nShe has no job", ["She has no car", "She has no job"]),
        ("L. Osei called.", ["L. Osei called."]),
        (
            "Meds:\nglipizide 10 mg tablet, take one tablet by mouth every morning before\nbreakfast\namlodipine 5 mg tablet",
            [
                "glipizide 10 mg tablet, take one tablet by mouth every morning before\nbreakfast",
                "amlodipine 5 mg tablet",
            ],
        ),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, cut):
    assert said(text) == cut


def test_a_heading_stands_over_what_follows_and_is_no_sentence():
    text = (
        "HOUSING\nShe was evicted.\n\nAllergies: penicillin\n\nSocial history:\nLives alone.\n## Plan\nCall."
    )
    assert [(one.section, one.kind, one.text) for one in sentences(text)] == [
        ("HOUSING", "housing", "She was evicted."),
        ("Allergies", "allergies", "penicillin"),
        ("Social history", "social_history", "Lives alone."),
        ("Plan", "plan", "Call."),
    ]


def test_a_label_that_is_no_heading_stays_in_its_sentence():
    assert said("Food insecurity: No") == ["Food insecurity: No"]


def test_a_statement_in_capitals_is_no_heading():
    assert said("NKDA") == ["NKDA"]
    assert said("ALLERGIES\nNKDA") == ["NKDA"]


def test_a_blank_line_begins_a_paragraph():
    assert [one.paragraph for one in sentences("One.\nTwo.\n\nThree.")] == [0, 0, 1]


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=400))
@example("A.\u2028B\x1c c.\r\nD")
@example("İ. ß. \u0301x")
def test_every_sentence_is_the_notes_own_words_at_its_place(text):
    found = sentences(text)
    for one in found:
        assert text[one.start : one.end] == one.text
        assert one.text == one.text.strip() != ""
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))


def test_a_text_without_full_stops_is_cut_between_words_into_parts_that_follow_each_other():
    text = "she has no ride and no food " * 1_000
    found = sentences(text)
    assert max(len(one.text) for one in found) <= 1_200
    assert " ".join(one.text for one in found) == text.strip()
    assert all(text[one.start : one.end] == one.text for one in found)


def test_a_text_without_a_gap_is_cut_too():
    assert "".join(one.text for one in sentences("x" * 5_000)) == "x" * 5_000


def test_a_unit_of_one_letter_ends_its_sentence_and_an_initial_does_not():
    found = [one.text for one in sentences("Temperature was 38.6 C. She saw John F. Miller today.")]
    assert found == ["Temperature was 38.6 C.", "She saw John F. Miller today."]
