"""Orders, fills, what is taken and vaccines as a FHIR server tells them."""

from careloom.care.entry import Dosage
from tests.connect.made import DAILY, METFORMIN, RXNORM, SNOMED, about, coded, the_entry


def test_an_order_says_dose_route_and_frequency_in_words():
    entry = the_entry(
        about(
            "MedicationRequest",
            status="active",
            intent="order",
            authoredOn="2026-02-01",
            medicationCodeableConcept=METFORMIN,
            dosageInstruction=[
                {
                    "text": "1 tab po bid",
                    "timing": DAILY,
                    "route": coded("26643006", "Oral", SNOMED),
                    "doseAndRate": [{"doseQuantity": {"value": 500, "unit": "mg"}}],
                }
            ],
            dispenseRequest={"numberOfRepeatsAllowed": 3, "quantity": {"value": 60, "unit": "tablets"}},
        )
    )
    assert entry.dosage == Dosage("1 tab po bid", "500 mg", "Oral", "twice daily")
    assert (entry.text, entry.detail["refills"], entry.detail["quantity"]) == (
        "Metformin 500 mg tablet",
        "3",
        "60 tablets",
    )


def test_an_order_without_instructions_has_no_dosage():
    assert the_entry(about("MedicationRequest", medicationCodeableConcept=METFORMIN)).dosage is None


def test_an_order_that_must_not_be_carried_out_is_negated():
    assert the_entry(
        about("MedicationRequest", medicationCodeableConcept=METFORMIN, doNotPerform=True)
    ).negated


def test_a_contained_drug_is_resolved():
    entry = the_entry(
        about(
            "MedicationRequest",
            medicationReference={"reference": "#m"},
            contained=[{"resourceType": "Medication", "id": "m", "code": METFORMIN}],
        )
    )
    assert (entry.text, entry.codes[0].code) == ("Metformin 500 mg tablet", "860975")


def test_a_referenced_drug_known_by_its_ingredients_is_resolved():
    drug = {
        "resourceType": "Medication",
        "id": "m9",
        "ingredient": [{"itemCodeableConcept": coded("6809", "metformin", RXNORM)}],
    }
    entry = the_entry(about("MedicationRequest", medicationReference={"reference": "Medication/m9"}), drug)
    assert (entry.text, entry.codes[0].code) == ("metformin", "6809")


def test_a_drug_that_is_not_taken_is_negated():
    entry = the_entry(about("MedicationStatement", status="not-taken", medicationCodeableConcept=METFORMIN))
    assert (entry.status, entry.negated) == ("not-taken", True)


def test_a_fill_keeps_days_of_supply_and_the_pharmacy():
    entry = the_entry(
        about(
            "MedicationDispense",
            status="completed",
            medicationCodeableConcept=METFORMIN,
            quantity={"value": 60, "unit": "TAB"},
            daysSupply={"value": 30, "unit": "d"},
            whenHandedOver="2026-02-03T10:00:00-05:00",
            performer=[{"actor": {"display": "Harbor Pharmacy"}}],
        )
    )
    assert (entry.detail["days_supply"], entry.detail["pharmacy"]) == ("30", "Harbor Pharmacy")
    assert entry.effective.start.text == "2026-02-03T10:00:00-05:00"


def test_a_vaccine_that_was_not_given_is_negated_and_says_why():
    entry = the_entry(
        {
            "resourceType": "Immunization",
            "status": "not-done",
            "patient": {"reference": "Patient/p1"},
            "vaccineCode": coded("140", "Influenza", "http://hl7.org/fhir/sid/cvx"),
            "statusReason": {"text": "patient declined"},
        }
    )
    assert (entry.negated, entry.detail["note"]) == (True, "patient declined")
