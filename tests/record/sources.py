"""One person in the FHIR exports of several systems, read and woven as the product does."""

import hashlib
import io

from careloom.care.entry import Entry, Message, Person
from careloom.care.record import PatientRecord
from careloom.connect import fhir
from careloom.record import assemble
from tests.connect.made import Resource, body, bundle, coded, patient
from tests.record.people import (
    AS_OF,
    KNOWLEDGE,
    a_fill,
    the_only,
)

SCT = "http://snomed.info/sct"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
RX = "http://www.nlm.nih.gov/research/umls/rxnorm"


def sct(code: str, display: str = "", **given: str) -> Resource:
    """A SNOMED CT concept."""
    return coded(code, display, SCT, **given)


def icd(code: str, display: str = "", **given: str) -> Resource:
    """An ICD-10-CM concept."""
    return coded(code, display, ICD, **given)


def of(kind: str, **given: object) -> Resource:
    """A resource about the one patient; AllergyIntolerance and Consent name her in `patient`."""
    who = "patient" if kind in ("AllergyIntolerance", "Consent") else "subject"
    return {"resourceType": kind, who: {"reference": "Patient/p1"}, **given}


def allergy(
    code: Resource | None, on: str = "2020-01-01", verified: str = "confirmed", **given: object
) -> Resource:
    """An allergy on a system's list."""
    more = {"code": code} if code else {}
    return of(
        "AllergyIntolerance",
        clinicalStatus=coded(
            "active", system="http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
        ),
        verificationStatus=coded(
            verified, system="http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
        ),
        recordedDate=on,
        **more,
        **given,
    )


def condition(code: Resource, on: str = "2020-01-01", status: str = "active", **given: object) -> Resource:
    """A problem on a system's list."""
    return of(
        "Condition",
        clinicalStatus=coded(status),
        verificationStatus=coded("confirmed"),
        code=code,
        onsetDateTime=on,
        **given,
    )


def observation(code: Resource, on: str, value: Resource | str | None = None, **given: object) -> Resource:
    """An observation whose value is a concept or words."""
    key = "valueString" if isinstance(value, str) else "valueCodeableConcept"
    more = {key: value} if value is not None else {}
    return of("Observation", status="final", code=code, effectiveDateTime=on, **more, **given)


def order(name: str, on: str = "2026-10-01", **given: object) -> Resource:
    """A drug on a system's list."""
    return of(
        "MedicationRequest",
        **{
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": name},
            "authoredOn": on,
        }
        | given,
    )


def the_record_of(who: Resource | None = None, as_of=AS_OF, **exports: list[Resource]) -> PatientRecord:
    """The record of one person from exports of systems, each a list of resources; a Patient is added where none is."""
    entries: list[Entry] = []
    persons: list[Person] = []
    for system, resources in exports.items():
        known = [one for one in resources if one["resourceType"] == "Patient"]
        data = body(bundle(*(known or [who or patient()]), *(one for one in resources if one not in known)))
        message = Message(hashlib.sha256(data).hexdigest(), system, "fhir", "export.json", "America/New_York")
        for reading in fhir.read(message, io.BytesIO(data), max_json_mb=8):
            assert not reading.rejected, reading.rejected
            entries += reading.entries
            persons.append(reading.person)
    return assemble("p-1", entries, KNOWLEDGE, as_of, persons)


METFORMIN = "Metformin 1000 MG Oral Tablet"


def the_drug(record, name):
    """The one medication of this name."""
    return the_only([drug for drug in record.medications if drug.name == name])


def the_conflict(record, kind):
    """The one conflict of this kind."""
    return the_only([conflict for conflict in record.conflicts if conflict.kind == kind])


def other_claims(*days):
    """Claims for another drug, which show that the pharmacy tells of these days."""
    return [a_fill("Levothyroxine 50 MCG Oral Tablet", on=day, quantity="30") for day in days]
