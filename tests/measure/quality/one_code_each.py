"""Invented people and invented value sets (one code each), so that measures are tried where the published ones are absent."""

from typing import Any

from careloom.measure.quality import cms122, cms165, shared
from careloom.measure.quality.noun import ValueSet
from careloom.measure.quality.sets import Sets

SYSTEM = "http://example.org/codes"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
SETS = [
    one for module in (shared, cms122, cms165) for one in vars(module).values() if isinstance(one, ValueSet)
]
ALL = Sets({one.url: frozenset({(SYSTEM, one.oid)}) for one in SETS})


def concept(code: str | ValueSet, system: str = SYSTEM) -> dict[str, Any]:
    """A CodeableConcept of one code, or of the code of a value set."""
    return {
        "coding": [{"system": system, "code": code.oid if isinstance(code, ValueSet) else code}],
        "text": "invented",
    }


def person(id: str, born: str) -> dict[str, Any]:
    """Somebody of that name; her sender gives no other number."""
    name = [{"family": "Invented", "given": [id.title()]}]
    return {"resourceType": "Patient", "id": id, "birthDate": born, "gender": "female", "name": name}


def subject(id: str) -> dict[str, str]:
    return {"reference": f"Patient/{id}"}


def visit(who: str, day: str, kind: ValueSet = shared.OFFICE_VISIT, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter", "id": f"visit-{day}", "status": "finished", "subject": subject(who),
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [concept(kind)], "period": {"start": f"{day}T09:00:00Z", "end": f"{day}T09:30:00Z"}, **more,
    }  # fmt: skip


def condition(who: str, kind: ValueSet, since: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition", "id": f"condition-{kind.oid}-{since}", "subject": subject(who), "code": concept(kind),
        "clinicalStatus": {"coding": [{"code": "active"}]}, "onsetDateTime": since, **more,
    }  # fmt: skip


def result(
    who: str, kind: ValueSet, at: str, value: str | None, unit: str = "%", **more: Any
) -> dict[str, Any]:
    found = {
        "resourceType": "Observation", "id": f"result-{at}", "status": "final", "subject": subject(who), "code": concept(kind),
        "category": [concept("laboratory", CATEGORY)], "effectiveDateTime": at, **more,
    }  # fmt: skip
    if value is not None:
        found["valueQuantity"] = {
            "value": float(value), "unit": unit, "system": "http://unitsofmeasure.org", "code": unit,
        }  # fmt: skip
    return found


def pressure(who: str, at: str, systolic: int, diastolic: int, **more: Any) -> dict[str, Any]:
    parts = ((cms165.SYSTOLIC, systolic), (cms165.DIASTOLIC, diastolic))
    return {
        "resourceType": "Observation", "id": f"pressure-{at}-{systolic}", "status": "final", "subject": subject(who),
        "code": concept("85354-9", "http://loinc.org"), "effectiveDateTime": at,
        "component": [
            {
                "code": concept(code.partition("|")[2], "http://loinc.org"),
                "valueQuantity": {"value": value, "unit": "mm[Hg]", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
            }
            for code, value in parts
        ],
        **more,
    }  # fmt: skip
