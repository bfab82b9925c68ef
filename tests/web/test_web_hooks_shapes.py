"""Marta's orders in the many shapes in which EHRs send them: none goes unchecked without a word, and none is read as another's."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from careloom.pipeline import Pipeline
from tests.connect.made import Resource, bundle, coded
from tests.web.ehr import (
    AMOXICILLIN,
    ISSUER,
    RX,
    SELECT,
    SIGN,
    VIEW,
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
LONG = "eWf7TRi." * 22
RECENT = (date.today() - timedelta(days=9)).isoformat()


def referring(**reference: Any) -> Resource:
    """An order that refers to its drug."""
    return {**without(order(""), "medicationCodeableConcept"), "medicationReference": reference}


AMOXICILLIN_INSIDE = {
    "resourceType": "Medication",
    "id": "drug",
    "code": coded("308182", AMOXICILLIN, RX),
}
SHAPES = {
    "text alone": order(AMOXICILLIN),
    "code with its words": {
        **order(""),
        "medicationCodeableConcept": coded("308182", AMOXICILLIN, RX),
    },
    "ingredient by its code alone": {
        **order(""),
        "medicationCodeableConcept": {"coding": [{"system": RX, "code": "723"}]},
    },
    "brand": order("Moxatag 775 MG Oral Tablet"),
    "contained": {**referring(reference="#drug"), "contained": [AMOXICILLIN_INSIDE]},
    "elsewhere, with words": referring(reference="Medication/elsewhere", display=AMOXICILLIN),
    "dose without its list": order(
        AMOXICILLIN,
        dosageInstruction=[{"text": "1 capsule", "doseAndRate": {"doseQuantity": {"value": 500, "unit": "mg"}}}],
    ),
    "dose as before R4": order(
        AMOXICILLIN, dosageInstruction=[{"text": "1 capsule", "doseQuantity": {"value": 500, "unit": "mg"}}]
    ),
    "signed once before": order(AMOXICILLIN, status="active"),
    "no id, no status, no patient": without(order(AMOXICILLIN), "id", "status", "intent", "subject"),
    "fields nobody knows": order(AMOXICILLIN, insurance={"reference": "Coverage/1"}, somethingNew=[1]),
    "DSTU2": {
        "resourceType": "MedicationOrder",
        "id": "draft-1",
        "status": "draft",
        "dateWritten": "2026-11-01",
        "patient": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {"text": AMOXICILLIN},
    },
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_an_order_against_her_allergy_stops_in_whatever_shape_it_comes(ehr: Ehr, shape: str) -> None:
    [said] = stops(ehr.cards(SIGN, sign(SHAPES[shape])))
    assert "an allergy to Penicillin is recorded" in said


def test_a_drug_that_came_along_in_the_bundle_of_orders_is_followed(ehr: Ehr) -> None:
    draft = referring(reference="Medication/drug")
    assert stops(ehr.cards(SIGN, sign(draft, AMOXICILLIN_INSIDE)))


def test_an_order_that_the_ehr_names_longer_than_fhir_allows_is_chosen_and_can_be_taken_back(
    ehr: Ehr,
) -> None:
    asked = sign(order("Acetaminophen 500 MG", f"{LONG}a"), order(AMOXICILLIN, LONG))
    asked |= {"hook": "order-select"}
    asked["context"]["selections"] = [f"MedicationRequest/{LONG}"]
    cards = ehr.cards(SELECT, asked)
    [action] = cards[0]["suggestions"][0]["actions"]
    assert stops(cards) and action["resourceId"] == f"MedicationRequest/{LONG}"


@pytest.mark.parametrize(
    "chosen",
    [
        ["MedicationRequest/draft-1"],
        ["draft-1"],
        [f"{ISSUER}/fhir/MedicationRequest/draft-1"],
        ["urn:uuid:6a1c"],
        ["MedicationRequest/nothing-of-these"],
        [],
    ],
)
def test_what_was_chosen_is_found_however_it_is_named_and_where_it_is_not_all_are_checked(
    ehr: Ehr, chosen: list[str]
) -> None:
    asked = sign(order(AMOXICILLIN), order("Acetaminophen 500 MG", "draft-2")) | {"hook": "order-select"}
    asked["context"]["selections"] = chosen
    asked["context"]["draftOrders"]["entry"][0]["fullUrl"] = "urn:uuid:6a1c"
    assert stops(ehr.cards(SELECT, asked))


def test_where_another_order_was_chosen_that_is_none_of_a_drug_nothing_is_told(ehr: Ehr) -> None:
    test = {"resourceType": "ServiceRequest", "id": "s1", "status": "draft", "subject": {"reference": "Patient/p1"}}  # fmt: skip
    asked = sign(order(AMOXICILLIN), test) | {"hook": "order-select"}
    asked["context"]["selections"] = ["ServiceRequest/s1"]
    assert stops(ehr.cards(SELECT, asked)) == []


def test_two_orders_under_one_id_are_both_checked(ehr: Ehr) -> None:
    assert stops(ehr.cards(SIGN, sign(order(AMOXICILLIN), order("Acetaminophen 500 MG"))))


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "stopped", "completed"])
def test_an_order_that_is_over_is_no_order(ehr: Ehr, status: str) -> None:
    assert ehr.cards(SIGN, sign(order(AMOXICILLIN, status=status))) == []


def test_orders_of_other_things_are_passed_over_alone_without_a_card_and_beside_others_in_one_line(
    ehr: Ehr,
) -> None:
    others = [
        {"resourceType": kind, "id": "x", "status": "draft", "subject": {"reference": "Patient/p1"}}
        for kind in ("ServiceRequest", "ServiceRequest", "DeviceRequest")
    ]
    diet = {"resourceType": "NutritionOrder", "id": "n", "status": "draft", "patient": {"reference": "Patient/p1"}}  # fmt: skip
    assert ehr.cards(SIGN, sign(*others, diet)) == []
    assert ehr.cards(SIGN, asks()) == []
    cards = ehr.cards(SIGN, sign(order("Zorbitol 5 MG"), *others, diet))
    assert (
        "Only orders of drugs are checked. Not looked at: 1 device request, 1 nutrition order, 2 service requests."
        in told(cards)
    )


def test_one_pair_of_products_with_two_ingredients_in_common_is_one_duplicate(ehr: Ehr) -> None:
    both = "Amoxicillin 875 MG / Clavulanate 125 MG Oral Tablet"
    cards = ehr.cards(SIGN, asks(order(both, "a"), order(both, "b"), patient=marta()))
    assert sum("is in two products" in one["summary"] for one in cards) == 1


def test_what_came_along_without_naming_anybody_is_of_whom_was_asked_for(ehr: Ehr) -> None:
    meds = searched(without(taking("Clarithromycin 500 MG"), "subject"))
    assert stops(ehr.cards(SIGN, sign(order("Simvastatin 40 MG"), meds=meds)))


def test_what_came_along_as_a_list_a_wrapped_resource_or_one_alone_is_read(ehr: Ehr) -> None:
    meds = [taking("Clarithromycin 500 MG")]
    egfr = {"response": {"status": "200 OK"}, "resource": result("62238-1", 22, "mL/min/{1.73_m2}", RECENT)}
    cards = ehr.cards(SIGN, sign(order("Simvastatin 40 MG"), order("Metformin 500 MG", "m"), m=meds, r=egfr))
    assert len(stops(cards)) == 2


def test_what_came_along_as_no_resource_at_all_is_told_and_the_rest_is_checked(ehr: Ehr) -> None:
    cards = ehr.cards(SIGN, sign(order(AMOXICILLIN), results="<a Bundle>", vitals=7))
    assert stops(cards) and "The EHR could not send: results, vitals." in told(cards)


def test_an_allergy_that_cannot_be_read_is_no_small_matter(ehr: Ehr) -> None:
    broken = allergic("Penicillin", code="Penicillin")
    cards = ehr.cards(SIGN, sign(order(AMOXICILLIN), allergies=searched(broken)))
    [scope] = [one for one in cards if one["source"]["topic"]["code"] == "scope"]
    assert scope["indicator"] == "warning" and "1 resource that came along could not be read" in told(cards)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"hook": None}, "hook: is missing"),
        ({"hookInstance": None}, "hookInstance: is missing"),
        ({"hookInstance": " "}, "hookInstance: is empty"),
        ({"hook": "patient-view"}, "hook: this service answers order-sign"),
        ({"context": {"draftOrders": bundle()}}, "context.patientId: is missing"),
        ({"context": {"patientId": "p1"}}, "context.draftOrders: is missing"),
    ],
)  # fmt: skip
def test_a_question_that_lacks_a_part_is_refused_with_the_place_of_it(
    ehr: Ehr, changed: Resource, why: str
) -> None:
    asked = {name: value for name, value in (sign(order(AMOXICILLIN)) | changed).items() if value is not None}
    answer = ehr.post(SIGN, asked)
    assert answer.status_code == 400
    assert why in json.loads(answer.content)["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    "changed",
    [
        {"hookInstance": "epic-hookinstance-7"},
        {"fhirAuthorization": None},
        {"fhirAuthorization": "Bearer secret"},
        {"extension": {"com.example.trigger": 18}, "user": "Practitioner/1", "somethingNew": {}},
    ],
)
def test_what_matters_to_no_check_is_passed_over(ehr: Ehr, changed: Resource) -> None:
    assert stops(ehr.cards(SIGN, sign(order(AMOXICILLIN)) | changed))


@pytest.mark.parametrize("patient", ["p1", "Patient/p1"])
@pytest.mark.parametrize("user", ["Practitioner/1", "PractitionerRole/1", "RelatedPerson/1", "", None])
def test_whoever_orders_is_answered_and_the_patient_is_found_by_id_or_reference(
    ehr: Ehr, user: str | None, patient: str
) -> None:
    asked = sign(order(AMOXICILLIN))
    asked["context"] |= {"userId": user, "patientId": patient}
    assert stops(ehr.cards(SIGN, asked))


@pytest.mark.parametrize("user", ["Patient/p1", "RelatedPerson/7", f"{ISSUER}/fhir/Patient/p1"])
def test_a_patient_who_looks_at_her_own_chart_is_shown_no_draft(
    ehr: Ehr, real: Pipeline, tmp_path: Path, user: str
) -> None:
    file = tmp_path / "marta.json"
    file.write_text(json.dumps(bundle(marta())))
    real.connect([file], source="clinic")
    asked = asks(hook="patient-view")
    assert ehr.cards(VIEW, asked)
    asked["context"]["userId"] = user
    assert ehr.cards(VIEW, asked) == []
