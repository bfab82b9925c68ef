"""Severe pressure in a pregnancy or in the weeks after birth pages somebody as it comes, and the plan has it in its top three."""

from datetime import timedelta
from pathlib import Path

import pytest

from careloom.demo import AS_OF
from careloom.pipeline import Pipeline
from tests.connect.made import Resource, about, coded
from tests.flow.test_calling import begun, desk, hands, him, nora
from tests.flow.test_calling_harm import known, order
from tests.flow.test_paging import note

__all__ = ["begun", "desk", "hands", "him", "nora"]
pytestmark = pytest.mark.django_db
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
ACTIVE = coded("active", "", "http://terminology.hl7.org/CodeSystem/condition-clinical")


def diagnosis(code: str, title: str, days: int = 9) -> Resource:
    on = (AS_OF - timedelta(days=days)).isoformat()
    return about("Condition", code=coded(code, title, ICD), clinicalStatus=ACTIVE, onsetDateTime=on) | {
        "id": code
    }


def pressure(systolic: int, diastolic: int, days: int = 0) -> Resource:
    parts = [
        {
            "code": coded(code, name),
            "valueQuantity": {
                "value": value,
                "unit": "mm[Hg]",
                "system": "http://unitsofmeasure.org",
                "code": "mm[Hg]",
            },
        }
        for code, name, value in (("8480-6", "Systolic", systolic), ("8462-4", "Diastolic", diastolic))
    ]
    on = (AS_OF - timedelta(days=days)).isoformat()
    made = about(
        "Observation",
        status="final",
        code=coded("85354-9", "Blood pressure"),
        effectiveDateTime=on,
        component=parts,
    )
    return made | {"id": f"pressure-{days}"}


PUERPERIUM = ("O90.89", "Other complications of the puerperium, not elsewhere classified")
PREGNANT = ("Z34.83", "Encounter for supervision of other normal pregnancy, third trimester")


@pytest.mark.parametrize("state", [PUERPERIUM, PREGNANT])
@pytest.mark.parametrize(("systolic", "diastolic"), [(164, 98), (150, 112)])
def test_severe_pressure_pages_with_or_without_symptoms_and_leads_the_plan(
    desk: Pipeline, tmp_path: Path, state: tuple[str, str], systolic: int, diastolic: int
) -> None:
    who = known(desk, tmp_path, diagnosis(*state), pressure(systolic, diastolic))
    (page,) = desk.store.pages.waiting()
    assert (page.cause, page.patient) == ("critical_result", who)
    assert "ACOG Committee Opinion 767" in page.words and f"{systolic}/{diastolic} mmHg" in page.words
    plan = desk.propose("test", who, model="none").document
    first = [one for one in plan.statements if one.id in plan.top]
    assert any("critical result" in one.text for one in first)
    (today,) = [one for one in plan.statements if "measured again within 15 minutes" in one.text]
    assert today.activity and today.activity.due == AS_OF.isoformat()


def test_the_same_pressure_in_somebody_else_pages_nobody(desk: Pipeline, tmp_path: Path) -> None:
    known(desk, tmp_path, diagnosis("I10", "Essential (primary) hypertension"), pressure(164, 112))
    assert desk.store.pages.waiting() == ()


def test_nor_does_it_months_after_the_birth(desk: Pipeline, tmp_path: Path) -> None:
    known(desk, tmp_path, diagnosis(*PUERPERIUM, days=120), pressure(164, 112))
    assert desk.store.pages.waiting() == ()


def test_of_somebody_who_gave_birth_nothing_of_a_pregnancy_is_said(desk: Pipeline, tmp_path: Path) -> None:
    who = known(
        desk,
        tmp_path,
        diagnosis(*PUERPERIUM),
        pressure(164, 112),
        order("acetaminophen 300 MG / codeine 30 MG"),
        order("ibuprofen 600 MG"),
    )
    proposal = desk.propose("test", who, model="none")
    said = [*(one.text for one in proposal.document.statements), *(one.message for one in proposal.findings)]
    assert not [one for one in said if "pregnan" in one.lower()]


def test_a_headache_with_spots_in_a_fresh_note_pages_after_a_birth_and_only_then(
    desk: Pipeline, tmp_path: Path
) -> None:
    words = "Headache since yesterday that does not go away, and she sees spots."
    known(desk, tmp_path, note(words, AS_OF.isoformat()))
    assert desk.store.pages.waiting() == ()
    known(desk, tmp_path, diagnosis(*PUERPERIUM), note(words, AS_OF.isoformat(), 2))
    (page,) = desk.store.pages.waiting()
    assert page.cause == "maternal" and "spots" not in page.words
