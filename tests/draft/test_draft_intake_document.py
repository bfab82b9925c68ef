"""An intake document: what is known with its sources, and questions for what isn't."""

from dataclasses import replace

import pytest

from careloom import check, draft
from careloom.errors import InputError, Refused
from careloom.llm import Remembered
from tests.draft.drafted import nobody, texts, unsupported
from tests.draft.people import KNOWLEDGE, Told, ana
from tests.draft.test_draft_clinical_summary import (
    a_child,
    an_infant,
    in_hospice,
    known_from_claims_alone,
    pregnant_and_spanish_speaking,
)


def intake(told):
    return draft.write(told.record(), KNOWLEDGE, None, kind="intake_document", calls=0, answers=Remembered())


def on_400_drugs():
    told = nobody()
    for number in range(400):
        told.drug(f"Drugname{number} 10 MG Oral Tablet", "Take 1 tablet daily")
    return told


@pytest.mark.parametrize(
    "person",
    [ana, nobody, a_child, an_infant, pregnant_and_spanish_speaking, in_hospice, known_from_claims_alone, on_400_drugs],
)  # fmt: skip
def test_whoever_it_is_each_line_follows_from_its_entries(person):
    told = person()
    document = intake(told)
    assert document.statements
    assert unsupported(told, document) == []
    findings = check.check(document, told.record(), KNOWLEDGE)
    assert [one.message for one in findings if one.severity == "high" and one.statement] == []


def test_what_is_asked_is_what_the_record_lacks_and_no_prognosis():
    told = ana()
    asked = texts(intake(told), "ask")
    assert "No caregiver assessment is recorded." in asked
    assert "No functional assessment is recorded." in asked
    assert not any("prognosis" in one for one in asked)
    told.add(
        "Observation", on="2026-10-01", text="Caregiver assessment", value="daughter, tired", status="final"
    )
    assert not any("caregiver" in one for one in texts(intake(told), "ask"))


@pytest.mark.parametrize("child", [a_child, an_infant])
def test_no_child_is_asked_for_what_adults_do_alone(child):
    asked = texts(intake(child()), "ask")
    assert "No caregiver assessment is recorded." in asked
    assert not any("functional" in one or "cognitive" in one for one in asked)


def test_that_allergies_were_never_recorded_has_a_line_of_its_own_before_all_others():
    assert texts(intake(nobody()), "ask")[0] == "No allergy status is recorded."


def test_what_the_summary_has_no_room_for_is_here():
    told = ana()
    told.lab("44261-6", "PHQ-9", "6", "{score}", "2026-09-20")
    assert any("PHQ-9" in one for one in texts(intake(told), "problems"))


def test_that_the_questions_are_english_alone_is_told_to_whoever_asks_a_spanish_speaker():
    left_out = intake(pregnant_and_spanish_speaking()).left_out
    assert [one.what for one in left_out] == ["the questions in the patient's own language (es)"]
    assert intake(nobody()).left_out == ()


@pytest.mark.parametrize(
    ("language", "told"),
    [("English", ""), ("eng", ""), ("unknown", ""), ("Spanish", "es"), ("中文", "中文")],
)
def test_who_speaks_english_however_it_is_called_lacks_no_questions(language, told):
    record = nobody().record()
    record = replace(record, demographics=replace(record.demographics, language=language))
    document = draft.write(record, KNOWLEDGE, None, kind="intake_document", calls=0, answers=Remembered())
    wanted = [f"the questions in the patient's own language ({told})"] if told else []
    assert [one.what for one in document.left_out] == wanted


def test_of_somebody_who_died_or_of_whom_nothing_is_known_none_is_written():
    told = Told(replace(ana().person, deceased="2026-10-01"))
    told.patient(deceased="2026-10-01")
    with pytest.raises(Refused, match="deceased"):
        intake(told)
    with pytest.raises(InputError, match="nothing is recorded"):
        intake(Told())
