"""Methotrexate that a note tells of as taken every day is told as it is, and nothing else is."""

import pytest

from careloom import check
from careloom.care.document import Severity
from tests.draft.people import KNOWLEDGE, Told


def of_note(text, *problems, on="2026-11-18", drugs=("methotrexate 2.5 MG Oral Tablet",)):
    told = Told()
    told.patient()
    for name, code in problems:
        told.problem(name, code)
    for name in drugs:
        told.drug(name, "Take 6 tablets by mouth once a week", on="2026-10-01")
    told.add("DocumentReference", text=text, on=on, status="current", system="notes")
    return [one for one in check.standing(told.record(), KNOWLEDGE) if one.rule == "weekly"]


@pytest.mark.parametrize(
    "text",
    [
        "Takes six methotrexate tablets every day since the new bottle.",
        "Has been taking her methotrexate daily for ten days, mouth is sore.",
        "Toma el metotrexato todos los días.",
        "MTX 15 mg daily per patient.",
    ],
)
def test_methotrexate_every_day_is_high_and_names_the_note(text):
    (finding,) = of_note(text)
    assert finding.severity is Severity.HIGH and "blood count and creatinine" in finding.message
    assert "2026-11-18" in finding.message


def test_it_is_told_where_methotrexate_is_on_no_list():
    assert of_note("Takes methotrexate daily.", drugs=())


@pytest.mark.parametrize(
    "text",
    [
        "Takes methotrexate once a week and folic acid daily.",
        "Takes methotrexate on Mondays, and prednisone every day.",
        "Told her that methotrexate is never taken daily.",
        "Does not take methotrexate every day.",
        "The label says methotrexate daily, he takes it weekly.",
        "Takes metformin every day.",
    ],
)
def test_a_week_another_drug_or_a_denial_is_none(text):
    assert of_note(text) == []


def test_an_old_note_and_a_leukemia_are_none():
    assert of_note("Takes methotrexate daily.", on="2026-09-18") == []
    assert of_note("Takes methotrexate daily.", ("Acute lymphoblastic leukemia", "C91.00")) == []
