"""A nurse types a call at the desk, is told beside the field what doesn't fit, and reads her note."""

import re
from typing import Any

import pytest
from django.test import Client

from careloom.demo import HERE
from careloom.pipeline import Pipeline
from tests.flow.samuel import SAMUEL
from tests.web.desk import signed_in

CALL = {
    "f-day": "2026-11-20",
    "f-way": "phone",
    "f-reached": "reached",
    "f-whom": "patient",
    "f-reported": "I have chest pain when I walk\r\nMy sister does the shopping",
    "f-measured": "BP 142/88 mmHg",
}


@pytest.fixture
def rosa(real: Pipeline) -> Client:
    """Her browser, on a site where Samuel is known."""
    real.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
    return signed_in("rosa")


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_she_types_a_call_and_reads_the_note_of_it(rosa: Client, real: Pipeline) -> None:
    him = real.find(SAMUEL)
    told = rosa.post(f"/draft/{him}/visit_note", CALL, follow=True)
    shown = text(told)
    assert told.status_code == 200
    assert "Telephone call with the patient, 2026-11-20" in shown
    assert "Reported: “My sister does the shopping”." in shown
    assert "Blood pressure: 142/88 mmHg" in shown
    assert "It tells of chest pain or pressure: act on it now, outside this note" in shown
    assert "From the chart" not in shown


def test_what_does_not_fit_is_told_beside_its_field_and_what_she_typed_is_kept(
    rosa: Client, real: Pipeline
) -> None:
    him, before = real.find(SAMUEL), real.store.messages.count()
    told = rosa.post(f"/draft/{him}/visit_note", {**CALL, "f-minutes": "600"})
    shown = text(told)
    assert told.status_code == 422
    assert "This is a whole number from 1 to 480." in shown
    assert "My sister does the shopping" in shown
    assert real.store.messages.count() == before


def test_the_questionnaire_is_given_to_whoever_works_with_patients(rosa: Client, real: Pipeline) -> None:
    asked = rosa.get(f"/api/patients/{real.find(SAMUEL)}/questionnaire").json()
    assert [one["resource"]["resourceType"] for one in asked["entry"]] == [
        "Patient",
        "Questionnaire",
        "QuestionnaireResponse",
    ]
    assert rosa.get("/api/patients/01a2239f-48df-76fd-a246-d4f13be1646e/questionnaire").status_code == 404
    assert Client().get(f"/api/patients/{real.find(SAMUEL)}/questionnaire").status_code == 401
