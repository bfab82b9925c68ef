"""Invented people for the quality measures: FHIR resources in few words, and what a measure counts of them.

A code of the value set with the OID 1.2.3 is "http://example.org/codes|1.2.3": no terminology of others is needed.
"""

import io
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from careloom.care.entry import Message
from careloom.connect.fhir import read
from careloom.knowledge import load
from careloom.measure.quality import running
from careloom.measure.quality.noun import Measure, ValueSet, period_of
from careloom.measure.quality.writing import Writer, ingredients, write_members

CODES = "http://example.org/codes"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
CONDITION = "http://terminology.hl7.org/CodeSystem/condition-category"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
QICORE = "http://hl7.org/fhir/us/qicore/StructureDefinition"

Resource = dict[str, Any]
# What names its person "patient", not "subject".
OF_PATIENT = ("AllergyIntolerance", "ExplanationOfBenefit")
# Somebody's date of birth, and what is told of them.
Person = tuple[str, Sequence[Resource]]


def concept(said: ValueSet | str) -> Resource:
    """A CodeableConcept of a value set's code, or of "system|code"."""
    system, _, code = said.rpartition("|") if isinstance(said, str) else (CODES, "", said.oid)
    return {"coding": [{"system": system, "code": code}]}


def visit(
    said: ValueSet | str, day: str, *, status: str = "finished", last: str = "", **more: Any
) -> Resource:
    """An encounter of half an hour in the morning, or until another day."""
    period = {"start": f"{day}T09:00:00Z", "end": f"{last or day}T09:30:00Z"}
    return {
        "resourceType": "Encounter",
        "status": status,
        "class": {"code": "AMB"},
        "type": [concept(said)],
        "period": period,
        **more,
    }


def problem(said: ValueSet | str, since: str, *, kind: str = "problem-list-item", **more: str) -> Resource:
    """A diagnosis since a day: `until`, `clinical` ("active") and `verification` where they matter."""
    found: Resource = {"resourceType": "Condition", "code": concept(said), "onsetDateTime": since}
    found["clinicalStatus"] = {"coding": [{"system": CLINICAL, "code": more.get("clinical", "active")}]}
    found["category"] = [{"coding": [{"system": CONDITION, "code": kind}]}]
    if "until" in more:
        found["abatementDateTime"] = more["until"]
    if "verification" in more:
        found["verificationStatus"] = {"coding": [{"system": VERIFICATION, "code": more["verification"]}]}
    return found


def result(
    said: ValueSet | str,
    day: str,
    value: Any = None,
    unit: str = "",
    *,
    kind: str = "laboratory",
    status: str = "final",
) -> Resource:
    """An observation of a day: a number with its unit, a code, or nothing."""
    found: Resource = {
        "resourceType": "Observation",
        "status": status,
        "code": concept(said),
        "effectiveDateTime": f"{day}T10:00:00Z",
    }
    found["category"] = [{"coding": [{"system": CATEGORY, "code": kind}]}]
    if isinstance(value, str | ValueSet):
        found["valueCodeableConcept"] = concept(value)
    elif value is not None:
        found["valueQuantity"] = {
            "value": value,
            "unit": unit,
            "system": "http://unitsofmeasure.org",
            "code": unit,
        }
    return found


def order(said: ValueSet | str, day: str, **more: Any) -> Resource:
    """An active order of a drug: `days` it lasts, its `refills`, a `quantity` with its unit, and whatever else FHIR has."""
    supply: Resource = {}
    if "days" in more:
        supply["expectedSupplyDuration"] = {
            "value": more.pop("days"),
            "system": "http://unitsofmeasure.org",
            "code": "d",
        }
    if "refills" in more:
        supply["numberOfRepeatsAllowed"] = more.pop("refills")
    if "quantity" in more:
        value, unit = more.pop("quantity")
        supply["quantity"] = {
            "value": value,
            "unit": unit,
            "code": unit,
            "system": "http://unitsofmeasure.org",
        }
    found = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "authoredOn": f"{day}T09:10:00Z",
    }
    return {**found, "medicationCodeableConcept": concept(said), "dispenseRequest": supply, **more}


def not_ordered(
    said: ValueSet | str, day: str, because: ValueSet | str, *, status: str = "completed"
) -> Resource:
    """A drug that was not ordered, and why."""
    return order(said, day, status=status, doNotPerform=True, reasonCode=[concept(because)])


def done(said: ValueSet | str, at: str, *, status: str = "completed") -> Resource:
    """A procedure at a moment ("2025-03-01T09:10:00Z")."""
    return {"resourceType": "Procedure", "status": status, "code": concept(said), "performedDateTime": at}


def not_done(said: ValueSet | str, recorded: str, because: ValueSet | str) -> Resource:
    """A procedure that was not done, when that was written down, and why."""
    told = {"url": f"{QICORE}/qicore-recorded", "valueDateTime": recorded}
    reason = concept(because)
    found = {"resourceType": "Procedure", "status": "not-done", "code": concept(said), "extension": [told]}
    return {**found, "reasonCode": [reason], "statusReason": reason}


def fill(drug: str, day: str, days: int) -> Resource:
    """A drug handed out for some days, told by its name."""
    return {
        "resourceType": "MedicationDispense",
        "status": "completed",
        "medicationCodeableConcept": {"text": drug},
        "whenHandedOver": f"{day}T12:00:00Z",
        "daysSupply": {"value": days, "system": "http://unitsofmeasure.org", "code": "d"},
    }


def counted(
    measure: Measure, year: str, people: Mapping[str, Person], also: Sequence[tuple[ValueSet, str]] = ()
) -> dict[str, list[dict[str, int]]]:
    """What a measure counts of each person in a year: by group, by population. All are read and asked together.

    `also` puts further codes ("system|code") into value sets.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "views"
        with Writer(folder, ingredients(load().drugs)) as writer:
            for name, (birth, resources) in people.items():
                readings = list(_read(name, birth, resources))
                writer.add(
                    name,
                    [entry for one in readings for entry in one.entries],
                    [one.person for one in readings],
                )
        used = _asked(measure, year, folder, Path(made) / "none", [("none", "none")])[1].used
        members = [(one.oid, f"{CODES}|{one.oid}") for one in used] + [(one.oid, code) for one, code in also]
        connection, asked = _asked(measure, year, folder, Path(made) / "sets", members)
        return {
            one.patient: [dict(group) for group in one.groups] for one in running.counted(connection, asked)
        }


def _asked(
    measure: Measure, year: str, views: Path, sets: Path, members: Sequence[tuple[str, str]]
) -> tuple[Any, running.Asked]:
    """The measure over the views, with the members (OID, coding) of its value sets."""
    write_members(sets, members)
    connection, view_of = running.duckdb(views, sets)
    return connection, running.ask(measure, period_of(year), view_of)


def _read(name: str, birth: str, resources: Sequence[Resource]) -> Iterator[Any]:
    whole = [{"resourceType": "Patient", "id": name, "birthDate": birth, "gender": "female"}]
    for place, one in enumerate(resources):
        subject = "patient" if one["resourceType"] in OF_PATIENT else "subject"
        whole.append({"id": f"{name}-{place}", subject: {"reference": f"Patient/{name}"}, **one})
    entries = [
        {"fullUrl": f"http://example.org/fhir/{one['resourceType']}/{one['id']}", "resource": one}
        for one in whole
    ]
    body = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
    return read(Message(sha256="0" * 64, source="clinic", format="fhir"), io.BytesIO(body), max_json_mb=1)
