"""Served: the resources of a chart as a FHIR server gives them: each by its own id, its references to others of the same chart relative.

Takes    a chart's Bundle (`bundle`)
Gives    its resources, by type and id
Never    leaves a reference that leads out of the chart, or says of something taken back that it stands
"""

from collections.abc import Mapping
from typing import Any

from careloom.chart.people import Resource

URN = "urn:uuid:"
# Counted up with whatever changes what the same chart is served as: charts are then made anew.
SHAPE = "2"
Name = tuple[str, str]
TERMS = "http://terminology.hl7.org/CodeSystem"
# Where a type says that it was entered in error (FHIR R4): the element, and the code system of a CodeableConcept.
IN_ERROR: Mapping[str, tuple[str, str]] = {
    "AllergyIntolerance": ("verificationStatus", f"{TERMS}/allergyintolerance-verification"),
    "Condition": ("verificationStatus", f"{TERMS}/condition-ver-status"),
    "MedicationStatement": ("status", ""),
}
SETTLED_BY = "urn:careloom:entry"


def served(bundle: Resource) -> dict[Name, Resource]:
    """The resources of a Bundle of type collection, by (type, id)."""
    resources: list[Resource] = [one["resource"] for one in bundle["entry"]]
    known = {f"{URN}{one['id']}": f"{one['resourceType']}/{one['id']}" for one in resources}
    return {(one["resourceType"], one["id"]): _relative(one, known) for one in resources}


def _relative(node: Any, known: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _relative(value, known) for key, value in node.items()}
    if isinstance(node, list):
        return [_relative(one, known) for one in node]
    return known.get(node, node) if isinstance(node, str) else node


def entered_in_error(resource: Resource) -> Resource | None:
    """What was settled and is taken back, as entered in error; None for anything else, which is gone from the chart."""
    said = IN_ERROR.get(resource["resourceType"])
    settled = any(one.get("system") == SETTLED_BY for one in resource.get("identifier", ()))
    if said is None or not settled:
        return None
    element, system = said
    code: Any = {"coding": [{"system": system, "code": "entered-in-error"}]} if system else "entered-in-error"
    # FHIR R4 con-5, ait-2: what was entered in error has no clinical status.
    return {key: value for key, value in resource.items() if key != "clinicalStatus"} | {element: code}
