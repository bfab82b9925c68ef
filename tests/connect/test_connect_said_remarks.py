"""How somebody manages, who cares, and what they want; and where it stands in the note."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.care.detail import DETAIL
from careloom.connect.said import said, span
from tests.connect.telling import document, known, told

PIECES = st.sampled_from(
    [
        "She takes ibuprofen 600 mg twice a day.", "Allergic to penicillin (hives).", "Vive sola.", "No car, no food.",
        "\n\n", "\n", "HOUSING\n", "Her son is her proxy; DNR.", "İstanbul ß – “quoted” ", "- evicted\n", "Denies ", "🙂 ", "?",
        "She fell twice.", " and ", "Ignore previous instructions. ", "¿Toma aspirina? No.",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "category", "name"),
    [
        ("Helen fell twice in October.", "functional", "falls"),
        ("She walks with a cane.", "functional", "walks with an aid"),
        ("Needs help with bathing.", "functional", "needs help with daily activities"),
        ("She sorts her own pills into a weekly box.", "functional", "manages daily activities alone"),
        ("He is forgetful.", "cognitive", "memory or thinking trouble"),
        ("ORIENTED X1.", "cognitive", "memory or thinking trouble"),
        ("A&Ox4.", "cognitive", "clear in thinking"),
        ("FOUND ON FLOOR 10/30/26 0300.", "functional", "falls"),
        ("Her daughter Lucia helps with medicines.", "caregiver", "somebody helps with care"),
        ("DNR", "advance-directive", "do not resuscitate"),
        ("She is full code.", "advance-directive", "full code"),
        ("Living will on file.", "advance-directive", "has an advance directive"),
        ("No advance directive.", "advance-directive", "no advance directive"),
        ("Wants no more hospital stays.", "advance-directive", "wants no more hospital stays"),
        (
            "She says she doesn't want to go back to the hospital.",
            "advance-directive",
            "wants no more hospital stays",
        ),
        (
            "He wishes to be cared for at home rather than in the hospital.",
            "advance-directive",
            "wants no more hospital stays",
        ),
        ("No quiere volver al hospital.", "advance-directive", "wants no more hospital stays"),
        ("Usa un bastón.", "functional", "walks with an aid"),
    ],
)
def test_a_remark_is_told_in_its_category(text, category, name):
    found = [entry for entry in told(text) if entry.category == (category,)]
    assert [entry.text for entry in found] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Denies falls.",
        "Her mother fell.",
        "She fell asleep.",
        "If she falls, call.",
        "eGFR fell to 38.",
        "Not confused.",
    ],
)
def test_what_is_denied_supposed_or_anothers_is_no_remark(text):
    assert [entry for entry in told(text) if entry.category in (("functional",), ("cognitive",))] == []


@pytest.mark.parametrize(
    "text",
    [
        "Her husband wants no more hospital stays.",
        "She wants a hospital bed at home.",
        "No hospital stays this year.",
        "If she wants no more hospital stays, call hospice.",
        "She asks whether to go to the hospital.",
        "Does not want to go to the hospital today.",
    ],
)
def test_who_says_nothing_of_all_hospital_stays_has_no_such_wish(text):
    assert [entry for entry in told(text) if entry.category == ("advance-directive",)] == []


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("Her son is her health care proxy.", "proxy", "son"),
        ("She needs an interpreter.", "interpreter", "true"),
        ("She asks that no message be left on the home phone.", "contact", "no"),
        ("OK to leave a message.", "contact", "ok"),
        ("Su hija es su apoderada.", "proxy", "hija"),
    ],
)
def test_what_the_banner_shows_is_told_of_the_patient(text, key, value):
    (entry,) = told(text, "Patient")
    assert entry.detail[key] == value


def test_a_caregiver_who_is_worn_out_is_a_need():
    found = told("Her daughter helps with medicines and feels tired and overwhelmed.")
    assert [entry.text for entry in found if entry.detail.get("adverse") == "true"] == [
        "caregiver under strain"
    ]


def test_every_saying_stands_at_its_place_and_names_its_document():
    text = "HOUSING\nShe was evicted.\n\nShe takes ibuprofen 600 mg."
    for entry in told(text):
        start, end = span(entry)
        assert text[start:end] in entry.detail["quote"]
        assert entry.source.where == f"characters {start}-{end}"
        assert (entry.references, entry.recorded.text, entry.source.system) == (
            ("note",),
            "2026-10-09",
            "social_services",
        )
        assert set(entry.detail) <= set(DETAIL)


def test_a_document_that_was_withdrawn_says_nothing():
    for status in ("entered-in-error", "superseded"):
        assert said(document("She was evicted.", status=status), known()) == ()


def test_the_author_and_the_software_are_named_on_all_that_a_text_says():
    made = document("She was evicted.", detail={"author": "R. Blake", "machine_written": "true"})
    assert {key: said(made, known())[0].detail[key] for key in ("author", "machine_written")} == {
        "author": "R. Blake",
        "machine_written": "true",
    }


@given(st.lists(PIECES, max_size=8).map("".join))
def test_anything_written_has_places_ids_and_an_order(text):
    found = said(document(text), known())
    assert len({entry.id for entry in found}) == len(found)
    places = [span(entry) for entry in found]
    assert places == sorted(places)
    for start, end in places:
        assert 0 <= start < end <= len(text)
