"""Aspirin in a child reaches a person, and at once where there is a fever, the flu or chickenpox."""

import pytest

from careloom.care.record import Demographics
from careloom.check.reye import rule
from tests.check.records import a_drug, a_record, found
from tests.check.test_check_head_injury import noted

BOY = Demographics(birth_date="2017-04-08", sex="male")
FOR_FEVER = "Take 1 tablet daily as needed for fever"


@pytest.mark.parametrize("dose", [FOR_FEVER, "1 tableta para la fiebre", "for flu symptoms"])
def test_aspirin_for_a_fever_at_nine_years_is_high(dose: str) -> None:
    (finding,) = found(rule, a_record(a_drug("Aspirin 325 MG Oral Tablet", dose=dose), person=BOY))
    assert (finding.severity, finding.statement) == ("high", None)
    assert set(finding.evidence) == {"Aspirin 325 MG Oral Tablet"}
    assert "aspirin at age 9" in finding.message and "21 CFR 201.314(h)" in finding.message


@pytest.mark.parametrize(
    "text", ["He has had a fever of 102 since yesterday.", "Chickenpox, day 3.", "Tiene gripe."]
)
def test_a_note_that_tells_of_it_makes_it_high_and_is_its_evidence(text: str) -> None:
    record = a_record(a_drug("Bismuth subsalicylate 262 MG Oral Tablet"), noted(text), person=BOY)
    (finding,) = found(rule, record)
    assert finding.severity == "high" and "note" in finding.evidence


@pytest.mark.parametrize(
    "text", ["Denies fever.", "Mother had the flu.", "Past Medical History:\nVaricella 2020."]
)
def test_without_such_an_illness_it_is_asked_about(text: str) -> None:
    (finding,) = found(rule, a_record(a_drug("Aspirin 81 MG"), noted(text), person=BOY))
    assert finding.severity == "moderate" and "ask what for" in finding.message


def test_grown_ups_other_drugs_and_what_is_no_longer_taken_are_none_of_it() -> None:
    aspirin = a_drug("Aspirin 325 MG Oral Tablet", dose=FOR_FEVER)
    assert found(rule, a_record(aspirin)) == []
    assert found(rule, a_record(a_drug("Acetaminophen 325 MG", dose=FOR_FEVER), person=BOY)) == []
    assert found(rule, a_record(a_drug("Aspirin 325 MG", current=False), person=BOY)) == []
    nineteen = Demographics(birth_date="2007-05-01", sex="male")
    assert len(found(rule, a_record(aspirin, person=nineteen))) == 1
    assert found(rule, a_record(aspirin, person=Demographics(birth_date="2006-05-01", sex="male"))) == []
