"""Headings of notes, in the ways in which people write them."""

import pytest

from careloom.text.sections import heading, kind_of
from careloom.text.sentences import sentences


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Current Outpatient Medications", "medications"),
        ("Medications prior to admission", "medications"),
        ("MAR (last given)", "medications"),
        ("OTC / Herbal", "medications"),
        ("STOP TAKING", "stopped_medications"),
        ("Discontinued medications", "stopped_medications"),
        ("Held medications", "held_medications"),
        ("Medications given in ED", "given"),
        ("Allergies / Intolerances", "allergies"),
        ("Allergies reviewed", "allergies"),
        ("Family psychiatric history", "family_history"),
        ("Past Psychiatric History", "past_history"),
        ("Assessment/Plan", "plan"),
        ("Her favourite colour", ""),
    ],
)
def test_a_heading_begins_a_section_of_its_kind(words, kind):
    assert kind_of(words) == kind


def test_a_line_of_its_own_in_small_letters_is_a_heading_only_where_we_know_it():
    assert heading("Past Medical History").kind == "past_history"
    assert heading("Lives with her sister") is None


def test_a_marked_item_of_a_plan_is_no_heading():
    assert [one.text for one in sentences("## Plan\n# DM2: hold metformin.\n#2 Gout\n# COPD")] == [
        "DM2: hold metformin.",
        "Gout",
        "COPD",
    ]
    assert heading("## Anything else").kind == ""


def test_a_list_of_allergies_is_over_where_prose_follows_a_blank_line():
    found = sentences("Allergies\nCodeine\n\nLatex\n\nCall us if you have a fever over 101 or pain.")
    assert [one.kind for one in found] == ["allergies", "allergies", ""]


def test_what_stands_behind_allergies_on_one_line_ends_where_the_note_goes_on():
    found = sentences(
        "Allergies: penicillin (hives)\nsulfa (rash)\nShe came in today with her son for a cough."
    )
    assert [one.kind for one in found] == ["allergies", "allergies", ""]
    assert sentences("HELD: metoprolol\nquetiapine")[1].kind == ""
