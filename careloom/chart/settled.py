"""What was settled where sources disagreed, as FHIR R4: the word of whoever settled it, and the Provenance with the sources it rests on.

Source   HL7 FHIR R4 (4.0.1): MedicationStatement, AllergyIntolerance (ait-1), Condition, Provenance; US Core 6.1.0, which has no profile of
         MedicationStatement
"""

from collections.abc import Callable, Iterator, Mapping

from careloom.care.entry import Entry
from careloom.care.record import PatientRecord, Settled
from careloom.chart.parts import accounted, behalf, ident, refer, supporting
from careloom.chart.people import Custodian, Resource, claims, uri, whose

TERMS = "http://terminology.hl7.org/CodeSystem"
# FHIR's required value set; what a source writes otherwise is left out.
ALLERGY_CATEGORIES = frozenset({"food", "medication", "environment", "biologic"})


def settled(record: PatientRecord, custodian: Custodian) -> Iterator[Resource]:
    """For everything that stands settled in a record its resources, each with what it says, and one Provenance."""
    for one in record.settled:
        made = [_resource(record.by_id[entry], one, record) for entry in one.own]
        yield from made
        yield _provenance(one, made, record, custodian)


def _resource(entry: Entry, one: Settled, record: PatientRecord) -> Resource:
    return {
        "resourceType": entry.kind,
        "id": ident(entry.kind, entry.id),
        "identifier": [{"system": "urn:careloom:entry", "value": entry.id}],
        **_OF_KIND[entry.kind](entry, one, record),
        "note": [{"text": one.reason}],
    }


def _medication(entry: Entry, one: Settled, record: PatientRecord) -> Resource:
    how = entry.dosage.text if entry.dosage else ""
    return {
        "status": entry.status,
        "medicationCodeableConcept": _concept(entry),
        "subject": whose(record),
        "effectiveDateTime": one.at,
        "dateAsserted": _recorded(entry),
        "informationSource": {"display": one.by},
        **({"dosage": [{"text": how}]} if how else {}),
    }


def _allergy(entry: Entry, one: Settled, record: PatientRecord) -> Resource:
    kind, reaction = entry.detail.get("allergy_type", ""), entry.detail.get("reaction", "")
    categories = [name for name in entry.category if name in ALLERGY_CATEGORIES]
    return {
        "meta": claims("us-core-allergyintolerance"),
        "clinicalStatus": _coded("allergyintolerance-clinical", entry.status),
        "verificationStatus": _coded("allergyintolerance-verification", entry.certainty),
        **({"type": kind} if kind else {}),
        **({"category": categories} if categories else {}),
        "code": _concept(entry),
        "patient": whose(record),
        "recordedDate": _recorded(entry),
        "asserter": {"display": one.by},
        **({"reaction": [{"manifestation": [{"text": reaction}]}]} if reaction else {}),
    }


def _condition(entry: Entry, one: Settled, record: PatientRecord) -> Resource:
    return {
        "meta": claims("us-core-condition-problems-health-concerns"),
        "clinicalStatus": _coded("condition-clinical", entry.status),
        "verificationStatus": _coded("condition-ver-status", entry.certainty),
        "category": [_coded("condition-category", "problem-list-item")],
        "code": _concept(entry),
        "subject": whose(record),
        "recordedDate": _recorded(entry),
        "asserter": {"display": one.by},
    }


_OF_KIND: Mapping[str, Callable[[Entry, Settled, PatientRecord], Resource]] = {
    "MedicationStatement": _medication,
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
}


def _provenance(one: Settled, made: list[Resource], record: PatientRecord, custodian: Custodian) -> Resource:
    sources = [record.by_id[entry] for entry in one.entries if entry in record.by_id]
    author = {"type": _coded("provenance-participant-type", "author"), "who": {"display": one.by}}
    meta = accounted(custodian)
    return {
        "resourceType": "Provenance",
        "id": ident("Provenance", one.ruling),
        **({"meta": meta} if meta else {}),
        "target": [refer(resource) for resource in made],
        "recorded": _recorded(record.by_id[one.own[0]]),
        "agent": [{**author, **behalf(custodian)}],
        "entity": [{"role": "source", "what": supporting(entry)} for entry in sources],
    }


def _recorded(entry: Entry) -> str:
    return entry.recorded.text if entry.recorded else ""


def _concept(entry: Entry) -> Resource:
    coding = [
        {
            "system": uri(code.system),
            "code": code.code,
            **({"display": code.display} if code.display else {}),
        }
        for code in entry.codes
    ]
    return {**({"coding": coding} if coding else {}), "text": entry.name}


def _coded(system: str, code: str | None) -> Resource:
    return {"coding": [{"system": f"{TERMS}/{system}", "code": code}]}
