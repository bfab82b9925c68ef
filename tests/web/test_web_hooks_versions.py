"""Marta's orders as FHIR DSTU2, STU3 and R5 have them, and as the hooks before today's asked: each harm is told all the same."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from careloom.connect.hooks.forms import in_todays_form, is_todays
from tests.connect.made import Resource, bundle, coded
from tests.web.ehr import (
    AMOXICILLIN,
    RX,
    SELECT,
    SIGN,
    Ehr,
    allergic,
    asks,
    marta,
    order,
    result,
    searched,
    sign,
    stops,
    taking,
    told,
    without,
)

pytestmark = pytest.mark.django_db
RECENT = (date.today() - timedelta(days=9)).isoformat()
TWICE = {"frequency": 2, "period": 1, "periodUnits": "d"}


def said(cards: list[dict[str, Any]]) -> str:
    """Every summary."""
    return " / ".join(one["summary"] for one in cards)


def of_dstu2(drug: str, id: str = "m1", **given: Any) -> Resource:
    """An order as DSTU2 has it."""
    return {
        "resourceType": "MedicationOrder",
        "id": id,
        "status": "active",
        "dateWritten": "2026-10-01",
        "patient": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {"text": drug},
        **given,
    }


def of_r5(drug: str, id: str = "m1", kind: str = "MedicationStatement", **given: Any) -> Resource:
    """What is taken, or ordered, as R5 has it."""
    return {
        "resourceType": kind,
        "id": id,
        "status": "recorded",
        "subject": {"reference": "Patient/p1"},
        "medication": {"concept": {"text": drug}},
        **given,
    }


ALLERGIES = {
    "DSTU2": {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "status": "confirmed",
        "category": "medication",
        "substance": {"text": "Penicillin"},
        "patient": {"reference": "Patient/p1"},
        "note": "told by her sister",
    },
    "STU3": allergic("Penicillin", clinicalStatus="active", verificationStatus="confirmed"),
    "R5": allergic(
        "Penicillin",
        type={"coding": [{"code": "allergy"}]},
        reaction=[{"manifestation": [{"concept": {"text": "Hives"}}]}],
    ),
}


@pytest.mark.parametrize("version", ALLERGIES)
def test_an_allergy_in_the_form_of_another_fhir_counts(ehr: Ehr, version: str) -> None:
    asked = sign(order(AMOXICILLIN), allergies=searched(ALLERGIES[version]))
    cards = ehr.cards(SIGN, asked)
    assert stops(cards) and "could not be read" not in told(cards)


@pytest.mark.parametrize(
    "given",
    [
        {**ALLERGIES["DSTU2"], "status": "refuted"},
        {**ALLERGIES["DSTU2"], "status": "entered-in-error"},
        allergic("Penicillin", clinicalStatus="resolved", verificationStatus="confirmed"),
    ],
    ids=["refuted", "in error", "resolved"],
)
def test_an_allergy_that_is_none_is_none_in_an_older_form_too(ehr: Ehr, given: Resource) -> None:
    assert stops(ehr.cards(SIGN, sign(order(AMOXICILLIN), allergies=searched(given)))) == []


def test_drugs_and_problems_of_an_older_fhir_count(ehr: Ehr) -> None:
    pregnant = {
        "resourceType": "Condition",
        "id": "c1",
        "patient": {"reference": "Patient/p1"},
        "clinicalStatus": "active",
        "verificationStatus": "confirmed",
        "category": {"coding": [{"code": "problem"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "77386006", "display": "Pregnancy"}]},
    }  # fmt: skip
    given = {"meds": searched(of_dstu2("Clarithromycin 500 MG")), "conditions": searched(pregnant)}
    cards = ehr.cards(SIGN, sign(order("Simvastatin 40 MG"), **given))
    assert any("larithromycin" in one for one in stops(cards))
    assert "could not be read" not in told(cards)


@pytest.mark.parametrize("kind", ["MedicationStatement", "MedicationRequest", "MedicationDispense"])
def test_a_drug_as_r5_names_it_is_taken_beside_the_order(ehr: Ehr, kind: str) -> None:
    status = {
        "MedicationStatement": "recorded",
        "MedicationRequest": "active",
        "MedicationDispense": "completed",
    }
    given = of_r5("Clarithromycin 500 MG", kind=kind, status=status[kind], whenHandedOver=RECENT,
                  informationSource=[{"reference": "Patient/p1"}])  # fmt: skip
    cards = ehr.cards(SIGN, sign(order("Simvastatin 40 MG"), given=searched(given)))
    assert any("larithromycin" in one for one in stops(cards))
    assert "could not be read" not in told(cards)


@pytest.mark.parametrize("day", [None, "2019-03-01"])
def test_what_the_ehr_still_lists_as_taken_counts_however_old_the_report_is(
    ehr: Ehr, day: str | None
) -> None:
    given = of_r5("Clarithromycin 500 MG", effectiveDateTime=day)
    assert stops(ehr.cards(SIGN, sign(order("Simvastatin 40 MG"), given=searched(given))))
    ended = of_r5("Clarithromycin 500 MG", effectivePeriod={"start": day, "end": "2020-01-01"})
    assert not stops(ehr.cards(SIGN, sign(order("Simvastatin 40 MG"), given=searched(ended))))


@pytest.mark.parametrize(
    "denied",
    [
        {"adherence": {"code": {"coding": [{"code": "not-taking"}]}}},
        {"wasNotTaken": True, "status": "active"},
        {"taken": "n", "status": "active"},
    ],
    ids=["R5", "DSTU2", "STU3"],
)
def test_what_a_statement_says_is_not_taken_harms_nobody_in_any_form(ehr: Ehr, denied: Resource) -> None:
    given = of_r5("Clarithromycin 500 MG", **denied)
    assert stops(ehr.cards(SIGN, sign(order("Simvastatin 40 MG"), given=searched(given)))) == []


@pytest.mark.parametrize("draft", [
    of_r5(AMOXICILLIN, "draft-1", "MedicationRequest", status="draft"),
    of_dstu2(AMOXICILLIN, "draft-1", status="draft"),
    {**without(of_r5("", "draft-1", "MedicationRequest", status="draft"), "medication", "subject"),
     "medication": {"reference": {"reference": "#drug"}},
     "contained": [{"resourceType": "Medication", "id": "drug", "code": coded("308182", AMOXICILLIN, RX)}]},
], ids=["R5", "DSTU2", "R5 by reference"])  # fmt: skip
def test_an_order_against_her_allergy_stops_in_the_form_of_another_fhir(ehr: Ehr, draft: Resource) -> None:
    [one] = [card for card in ehr.cards(SIGN, sign(draft)) if card["indicator"] == "critical"]
    [action] = one["suggestions"][0]["actions"]
    assert action["resourceId"] == f"{draft['resourceType']}/draft-1"


def test_an_older_result_with_one_interpretation_is_read(ehr: Ehr) -> None:
    potassium = result("2823-3", 5.9, "mmol/L", RECENT) | {
        "interpretation": {"coding": [{"code": "H"}]},
        "category": {"coding": [{"code": "laboratory"}]},
    }
    cards = ehr.cards(SIGN, sign(order("Spironolactone 25 MG"), results=searched(potassium)))
    assert "Spironolactone at potassium 5.9 mmol/L" in said(cards)
    assert "could not be read" not in told(cards)


def test_who_she_is_is_read_from_an_older_patient_too(ehr: Ehr) -> None:
    older = marta(name=[{"family": ["Quill"], "given": ["Marta"]}], birthDate="1940-02-01")
    dosage = [{"text": "5 mg twice daily"}]
    cards = ehr.cards(SIGN, asks(order("Diazepam 5 MG", dosageInstruction=dosage), patient=older))
    assert "at age" in said(cards) and "could not be read" not in told(cards)


def test_how_much_of_an_older_order_is_taken_is_counted(ehr: Ehr) -> None:
    dosage = [{"timing": {"repeat": TWICE}, "doseQuantity": {"value": 60, "unit": "mg"}}]
    cards = ehr.cards(SIGN, asks(of_dstu2("Morphine 60 MG", "d", status="draft", dosageInstruction=dosage)))
    assert "Opioids: 120 MME a day (morphine 120)" in said(cards)


def test_a_patch_that_rxnorm_names_in_milligrams_an_hour_is_counted(ehr: Ehr) -> None:
    patch = order(
        "", medicationCodeableConcept=coded("197696", "72 HR Fentanyl 0.075 MG/HR Transdermal System", RX)
    )
    assert "Opioids: 180 MME a day (fentanyl 180)" in said(ehr.cards(SIGN, asks(patch, patient=marta())))


def older_hook(hook: str, context: Any, **beside: Any) -> Resource:
    asked = sign() | {"hook": hook, "context": context, **beside}
    return {name: value for name, value in asked.items() if value is not None}


DRAFT = order(AMOXICILLIN)
OLDER_HOOKS = {
    "medication-prescribe at its signing": (SIGN, older_hook("medication-prescribe", {"patientId": "p1", "medications": bundle(DRAFT)})),
    "medication-prescribe at its choice": (SELECT, older_hook("medication-prescribe", {"patientId": "p1", "medications": [DRAFT]})),
    "order-review": (SIGN, older_hook("order-review", {"patientId": "p1", "orders": bundle(DRAFT)})),
    "today's hook with an older context": (SIGN, older_hook("order-sign", {"patientId": "p1", "medications": [DRAFT]})),
    "a context that is the list itself": (SIGN, older_hook("medication-prescribe", [DRAFT], patient="Patient/p1", user="Practitioner/1")),
}  # fmt: skip


@pytest.mark.parametrize("name", OLDER_HOOKS)
def test_what_an_older_hook_asks_is_answered_as_todays(ehr: Ehr, name: str) -> None:
    service, asked = OLDER_HOOKS[name]
    assert stops(ehr.cards(service, asked))


@pytest.mark.parametrize(
    ("service", "asked", "why"),
    [
        (SELECT, older_hook("order-review", {"patientId": "p1", "orders": []}), "answers order-select"),
        (SIGN, older_hook("medication-prescribe", [DRAFT]), "context: does not fit"),
        (SIGN, older_hook("medication-prescribe", [DRAFT], patient=7), "context: does not fit"),
        (SIGN, older_hook("medication-prescribe", {"patientId": "p1"}), "context.draftOrders: is missing"),
    ],
)
def test_an_older_question_that_names_nobody_or_no_order_is_refused(
    ehr: Ehr, service: str, asked: Resource, why: str
) -> None:
    answer = ehr.post(service, asked)
    assert answer.status_code == 400
    assert why in json.loads(answer.content)["issue"][0]["diagnostics"]


def test_what_came_by_other_names_than_ours_is_not_said_to_be_missing(ehr: Ehr) -> None:
    given = {"item1": marta(), "item2": None, "item3": searched(of_dstu2("Lisinopril 20 MG"))}
    [line] = [one for one in told(ehr.cards(SIGN, asks(order("Zorbitol 5 MG"), **given))).split("\n") if "not send" in one]  # fmt: skip
    assert line == "- The EHR did not send: allergies, conditions, statements, results, vitals."


@pytest.mark.parametrize(
    "todays", [order("x"), allergic("x"), taking("x"), marta(), result("1-8", 1, "1", RECENT)], ids=lambda one: one["resourceType"]
)  # fmt: skip
def test_what_is_in_todays_form_is_passed_on_as_it_is(todays: Resource) -> None:
    kind, raw = todays["resourceType"], json.dumps(todays).encode()
    assert is_todays(kind, raw)
    assert json.loads(in_todays_form(kind, raw)) == todays
