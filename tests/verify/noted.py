"""Notes about invented people, each as it is and with one error put into it, and the record that holds the truth."""

import base64
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from careloom import connect, record
from careloom.care.entry import LOINC, SNOMED, Message
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge

HERE = Path(__file__).parent / "notes"
AS_OF = date(2026, 11, 23)
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
# "{as it is||with the error}"
_MARK = re.compile(r"\{([^{}]*)\|\|([^{}]*)\}")
_OF_PATIENT = ("AllergyIntolerance", "Immunization", "FamilyMemberHistory")
Resource = dict[str, Any]


@dataclass(frozen=True)
class Noted:
    """One note. `kind` says what its error is about; `parts` what its record holds."""

    kind: str
    sex: str
    birth: str
    parts: tuple[list[Any], ...]
    marked: str

    @property
    def original(self) -> str:
        """The note as it is."""
        return _MARK.sub(r"\1", self.marked)

    @property
    def erroneous(self) -> str:
        """The note with its error."""
        return _MARK.sub(r"\2", self.marked)

    def record(self, knowledge: Knowledge) -> PatientRecord:
        """The record, read from one FHIR Bundle as a clinic sends it."""
        return _read(self.bundle(), knowledge)

    def record_of_the_note(self, knowledge: Knowledge) -> PatientRecord:
        """A record that holds nothing but the note as it is."""
        bundle = replace(self, parts=()).bundle()
        text = base64.b64encode(self.original.encode()).decode()
        note = {
            "resourceType": "DocumentReference",
            "id": "note",
            "status": "current",
            "type": {"text": "Progress note"},
            "subject": {"reference": "urn:uuid:p"},
            "date": "2026-11-20T10:00:00Z",
            "content": [{"attachment": {"contentType": "text/plain", "data": text}}],
        }
        bundle["entry"].append({"fullUrl": "urn:uuid:note", "resource": note})
        return _read(bundle, knowledge)

    def bundle(self) -> Resource:
        """The Bundle."""
        patient = {
            "resourceType": "Patient",
            "id": "p",
            "identifier": [{"system": "urn:clinic", "value": "1"}],
            "name": [{"family": "Case", "given": ["Test"]}],
            "gender": self.sex,
            "birthDate": self.birth,
        }
        found = [patient, *(_resource(part, f"r{number}") for number, part in enumerate(self.parts))]
        entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in found]
        return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def noted(name: str) -> Iterator[Noted]:
    """The notes of a file, one a line."""
    for line in (HERE / name).read_text("utf-8").splitlines():
        given = orjson.loads(line)
        yield Noted(given["kind"], given["sex"], given["birth"], tuple(given["record"]), given["note"])


def _read(bundle: Resource, knowledge: Knowledge) -> PatientRecord:
    body = orjson.dumps(bundle)
    message = Message(hashlib.sha256(body).hexdigest(), "clinic", "fhir", name="b.json")
    readings = list(connect.read(message, io.BytesIO(body), knowledge=knowledge, max_json_mb=64))
    entries = [entry for reading in readings for entry in reading.entries]
    return record.assemble("p", entries, knowledge, AS_OF, [reading.person for reading in readings])


def _resource(part: list[Any], name: str) -> Resource:
    what, *given = part
    more = given.pop() if given and isinstance(given[-1], dict) else {}
    made = _MAKE[what](*given, **more)
    whose = "patient" if made["resourceType"] in _OF_PATIENT else "subject"
    return {**made, "id": name, whose: {"reference": "urn:uuid:p"}}


def _code(text: str, system: str | None = None, code: str | None = None) -> Resource:
    return {"text": text, **({"coding": [{"system": system, "code": code, "display": text}]} if code else {})}


def _condition(
    text: str,
    sys: str | None = None,
    c: str | None = None,
    *,
    status: str = "active",
    onset: str = "",
    side: str = "",
    abated: str = "",
) -> Resource:
    system = {"SNOMED": SNOMED}.get(sys or "", sys)
    made: Resource = {
        "resourceType": "Condition",
        "code": _code(text, system, c),
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": status}]},
        "verificationStatus": {"coding": [{"system": _VERIFIED, "code": "confirmed"}]},
    }
    made |= {"onsetDateTime": onset} if onset else {}
    made |= {"abatementDateTime": abated} if abated else {}
    return made | ({"bodySite": [{"text": side}]} if side else {})


def _refuted(text: str) -> Resource:
    made = _condition(text)
    del made["clinicalStatus"]
    made["verificationStatus"]["coding"][0]["code"] = "refuted"
    return made


def _order(
    text: str, dose: str | None = None, start: str = "2026-01-10", *, status: str = "active"
) -> Resource:
    made: Resource = {
        "resourceType": "MedicationRequest",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": {"text": text},
        "authoredOn": start,
    }
    return made | ({"dosageInstruction": [{"text": dose}]} if dose else {})


def _allergy(text: str, reaction: str = "", *, code: Resource | None = None) -> Resource:
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    made: Resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {"coding": [{"system": system, "code": "active"}]},
        "code": code or {"text": text},
    }
    return made | ({"reaction": [{"manifestation": [{"text": reaction}]}]} if reaction else {})


def _result(
    loinc: str,
    text: str,
    value: float,
    unit: str,
    day: str,
    low: float | None = None,
    high: float | None = None,
) -> Resource:
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    made = _observed(text, day, loinc) | {"valueQuantity": quantity}
    ends = {
        key: {"value": end, "unit": unit} for key, end in (("low", low), ("high", high)) if end is not None
    }
    return made | ({"referenceRange": [ends]} if ends else {})


def _observed(text: str, day: str, loinc: str | None = None) -> Resource:
    code = _code(text, LOINC if loinc else None, loinc)
    return {"resourceType": "Observation", "status": "final", "code": code, "effectiveDateTime": day}


def _pressure(systolic: float, diastolic: float, day: str) -> Resource:
    parts = [
        ("Systolic blood pressure", "8480-6", systolic),
        ("Diastolic blood pressure", "8462-4", diastolic),
    ]
    components = [
        {
            "code": _code(text, LOINC, loinc),
            "valueQuantity": {"value": value, "unit": "mmHg", "code": "mm[Hg]"},
        }
        for text, loinc, value in parts
    ]
    return _observed("Blood pressure", day, "85354-9") | {"component": components}


def _procedure(text: str, day: str, side: str = "") -> Resource:
    made: Resource = {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"text": text},
        "performedDateTime": day,
    }
    return made | ({"bodySite": [{"text": side}]} if side else {})


def _visit(text: str, start: str, end: str, kind: str = "AMB") -> Resource:
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": kind},
        "type": [{"text": text}],
        "period": {"start": start, "end": end},
    }


def _relative(who: str, condition: str) -> Resource:
    return {
        "resourceType": "FamilyMemberHistory",
        "status": "completed",
        "relationship": {"text": who},
        "condition": [{"code": {"text": condition}}],
    }


_NONE_KNOWN = {"coding": [{"system": SNOMED, "code": "716186003", "display": "No known allergy"}]}
_MAKE: dict[str, Callable[..., Resource]] = {
    "condition": _condition,
    "refuted": _refuted,
    "order": _order,
    "allergy": _allergy,
    "no_allergy": lambda: _allergy("", code=_NONE_KNOWN),
    "result": _result,
    "pressure": _pressure,
    "finding": lambda text, value, day, loinc=None: (
        _observed(text, day, loinc) | {"valueCodeableConcept": {"text": value}}
    ),
    "procedure": _procedure,
    "relative": _relative,
    "report": lambda title, said, day: {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": title},
        "effectiveDateTime": day,
        "conclusion": said,
    },
    "vaccine": lambda text, day: {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"text": text},
        "occurrenceDateTime": day,
    },
    "request": lambda text, day: {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "code": {"text": text},
        "authoredOn": day,
    },
    "visit": _visit,
}
