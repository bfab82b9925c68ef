"""What quality measures ask of FHIR's own elements is kept, and what says "not done" is never read as done."""

import io
import json
from typing import Any

from careloom import connect
from careloom.care.entry import Entry, Message
from careloom.knowledge import load

QICORE = "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-"
SET = "http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113883.3.526.3.1278"
ADA = {"reference": "Patient/ada"}


def read(*resources: dict[str, Any]) -> list[Entry]:
    """The entries of a Bundle about Ada, after the one that says who she is."""
    ada = {"resourceType": "Patient", "id": "ada", "name": [{"family": "Moreno"}], "birthDate": "1950-02-01"}
    whole = {
        "resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in (ada, *resources)],
    }  # fmt: skip
    body = json.dumps(whole).encode()
    (reading,) = connect.read(
        Message("0" * 64, "clinic", "fhir"), io.BytesIO(body), knowledge=load(), max_json_mb=64
    )
    assert reading.rejected == ()
    return list(reading.entries)[1:]


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://snomed.info/sct", "code": code}]}


def test_a_visits_class_discharge_and_diagnoses_keep_their_codes() -> None:
    (visit,) = read(
        {
            "resourceType": "Encounter", "id": "v", "status": "finished", "subject": ADA, "class": {"system": "urn:act", "code": "IMP"},
            "meta": {"profile": [f"{QICORE}encounter|6.0.0"]}, "period": {"start": "2025-01-02"},
            "diagnosis": [{"condition": {"reference": "Condition/c1"}}],
            "hospitalization": {"dischargeDisposition": coded("428361000124107")},
        }
    )  # fmt: skip
    assert visit.elements == {
        "id": ("v",),
        "profile": ("qicore-encounter",),
        "class": ("urn:act|IMP",),
        "disposition": ("http://snomed.info/sct|428361000124107",),
        "diagnosis": ("c1",),
        "period": ("period",),
    }


def test_none_of_a_value_set_that_was_not_done_is_negated_and_names_the_set() -> None:
    nothing = {"extension": [{"url": f"{QICORE}notDoneValueSet", "valueCanonical": SET}]}
    (done,) = read(
        {
            "resourceType": "Procedure", "id": "p", "status": "not-done", "subject": ADA, "code": nothing,
            "statusReason": coded("183932001"), "extension": [{"url": f"{QICORE}recorded", "valueDateTime": "2025-03-04"}],
        }
    )  # fmt: skip
    assert done.negated
    assert [(one.system, one.code) for one in done.codes] == [(f"{QICORE}notDoneValueSet", SET)]
    assert done.elements["reason"] == ("http://snomed.info/sct|183932001",)
    assert done.elements["recorded"] == ("2025-03-04",)


def test_an_order_of_a_device_that_is_forbidden_is_negated_and_one_that_is_not_stands() -> None:
    order = {
        "resourceType": "DeviceRequest", "status": "active", "intent": "order", "subject": ADA, "authoredOn": "2025-02-03",
        "codeCodeableConcept": coded("183240000"),
    }  # fmt: skip
    forbidden = {"modifierExtension": [{"url": f"{QICORE}doNotPerform", "valueBoolean": True}]}
    kept, refused = read({**order, "id": "a"}, {**order, "id": "b", **forbidden})
    assert (kept.kind, kept.status, kept.detail["intent"], kept.negated) == (
        "DeviceRequest",
        "active",
        "order",
        False,
    )
    assert refused.negated


def test_harm_and_what_was_told_are_read() -> None:
    harm, told = read(
        {
            "resourceType": "AdverseEvent", "id": "h", "actuality": "actual", "subject": ADA, "date": "2025-05-06",
            "event": coded("240131006"),
        },
        {
            "resourceType": "Communication", "id": "t", "status": "not-done", "subject": ADA, "sent": "2025-06-07T08:00:00Z",
            "topic": coded("308273005"), "statusReason": coded("183932001"),
        },
    )  # fmt: skip
    assert (harm.kind, harm.status, harm.dated, harm.codes[0].code) == (
        "AdverseEvent",
        "actual",
        "2025-05-06",
        "240131006",
    )
    assert told.negated
    assert told.elements["reason"] == ("http://snomed.info/sct|183932001",)


def test_how_often_and_how_much_an_order_says_is_kept_in_parts() -> None:
    (order,) = read(
        {
            "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order", "subject": ADA,
            "authoredOn": "2025-02-03", "medicationCodeableConcept": coded("1"),
            "dosageInstruction": [
                {
                    "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
                    "doseAndRate": [{"doseQuantity": {"value": 1.5, "unit": "tablet"}}],
                }
            ],
            "dispenseRequest": {"quantity": {"value": 90}, "numberOfRepeatsAllowed": 1},
        }
    )  # fmt: skip
    kept = {key: order.elements[key] for key in ("often", "every", "dose", "quantity")}
    assert kept == {"often": ("2",), "every": ("1", "d"), "dose": ("1.5", "tablet"), "quantity": ("90", "")}
