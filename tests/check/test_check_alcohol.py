"""Drinking beside an opioid reaches a person."""

from dataclasses import replace

import pytest

from careloom.check.alcohol import rule
from tests.check.records import a_drug, a_record, found
from tests.check.test_check_head_injury import noted

OPIOID, CALM = a_drug("Oxycodone 10 MG Oral Tablet"), a_drug("Alprazolam 1 MG Oral Tablet")


@pytest.mark.parametrize(
    "text",
    [
        "Back pain. He drinks a six-pack of beer nightly. He sleeps in his truck.",
        "Drinking vodka most evenings.",
        "Has 4 beers a night.",
        "Bebe seis cervezas cada noche.",
    ],
)
def test_drinking_beside_an_opioid_and_a_benzodiazepine_is_high(text: str) -> None:
    (finding,) = found(rule, a_record(OPIOID, CALM, noted(text, "2026-11-04")))
    assert (finding.severity, finding.statement) == ("high", None)
    assert set(finding.evidence) == {"note", "Oxycodone 10 MG Oral Tablet", "Alprazolam 1 MG Oral Tablet"}
    assert "oxycodone and alprazolam" in finding.message and "FDA" in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "He does not drink alcohol.",
        "Denies drinking beer or wine.",
        "Used to drink beer every night, sober since 2019.",
        "His father drinks whiskey every night.",
        "Drinks root beer.",
        "Do not drink alcohol with this medicine.",
        "Drinks plenty of water.",
    ],
)
def test_what_is_denied_over_anothers_or_taught_is_none(text: str) -> None:
    assert found(rule, a_record(OPIOID, CALM, noted(text))) == []


def test_without_an_opioid_long_ago_or_stopped_since_it_is_none() -> None:
    note = noted("He drinks a six-pack of beer nightly.")
    assert found(rule, a_record(CALM, note)) == []
    assert found(rule, a_record(OPIOID, noted(note.text, "2025-01-02"))) == []
    later = replace(noted("Quit drinking, sober for two weeks.", "2026-11-22"), id="later")
    assert found(rule, a_record(OPIOID, noted(note.text, "2026-11-01"), later)) == []
    assert found(rule, a_record(OPIOID, replace(note, detail={"part2": "1"}))) == []
