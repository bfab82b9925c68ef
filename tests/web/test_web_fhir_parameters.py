"""Each search parameter that the FHIR facade's statement names finds what has the value and leaves out what hasn't."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from careloom import demo
from careloom.care.scopes import SERVED
from careloom.chart.parameters import PARAMETERS, By
from careloom.pipeline import Pipeline
from tests.outside.profiles import standing
from tests.web.charted import machine, people, resources, signed

pytestmark = pytest.mark.django_db
# No signed chart of these people has a value of these: nobody died, a practice has no address with us, no goal is about a need of Gravity's
# categories; a Provenance is of a chart and not of a Patient. Nothing asks for anything of a payer or was settled.
NOT_THERE = {
    "Patient": {"death-date"},
    "Organization": {"address"},
    "Task": {"owner"},
    "DocumentReference": {"period"},
    "Condition": {"recorded-date"},
    "Goal": {"category"},
    "Provenance": {"patient"},
}
NOT_SERVED = {"AllergyIntolerance", "Claim", "Coverage", "MedicationStatement", "PractitionerRole"}
# US Core 6.1.0, CapabilityStatement us-core-server: what a server SHALL or SHOULD be searched by, as far as we hold it.
TOGETHER = [
    ("Patient", ["_id"]),
    ("Patient", ["identifier"]),
    ("Patient", ["name"]),
    ("Patient", ["birthdate", "name"]),
    ("Patient", ["gender", "name"]),
    ("Patient", ["birthdate", "family"]),
    ("Patient", ["family", "gender"]),
    ("CarePlan", ["patient", "category"]),
    ("CarePlan", ["patient", "category", "status"]),
    ("CarePlan", ["patient", "category", "date"]),
    ("CarePlan", ["patient", "category", "status", "date"]),
    ("CareTeam", ["patient", "status"]),
    ("CareTeam", ["patient", "role"]),
    ("Condition", ["patient"]),
    ("Condition", ["patient", "category"]),
    ("Condition", ["patient", "category", "clinical-status"]),
    ("Condition", ["patient", "clinical-status"]),
    ("Condition", ["patient", "code"]),
    ("Condition", ["patient", "onset-date"]),
    ("DocumentReference", ["_id"]),
    ("DocumentReference", ["patient"]),
    ("DocumentReference", ["patient", "category"]),
    ("DocumentReference", ["patient", "category", "date"]),
    ("DocumentReference", ["patient", "type"]),
    ("DocumentReference", ["patient", "status"]),
    ("Goal", ["patient"]),
    ("Goal", ["patient", "lifecycle-status"]),
    ("Goal", ["patient", "target-date"]),
    ("ServiceRequest", ["patient"]),
    ("ServiceRequest", ["patient", "category"]),
    ("ServiceRequest", ["patient", "category", "authored"]),
    ("ServiceRequest", ["patient", "status"]),
    ("ServiceRequest", ["patient", "code"]),
    ("ServiceRequest", ["patient", "code", "authored"]),
    ("Goal", ["patient", "description"]),
]
NOBODY = {By.TOKEN: "nonesuch", By.STRING: "Nonesuch", By.DATE: "1801-01-01", By.REFERENCE: "Patient/none"}


@pytest.fixture
def charts(real: Pipeline) -> list[str]:
    """Three of the demo's people with a plan and a summary; one of them with two plans."""
    found = people(real, 3)
    for who in found:
        signed(real, who)
        signed(real, who, kind="clinical_summary")
    signed(real, found[0], as_of=demo.AS_OF + timedelta(days=1))
    (task, *_) = real.tracking.open("test")
    real.tracking.say(real.store.users.reviewer("rosa"), task.id, "in-progress")
    return found


def said(value: Any, by: By) -> tuple[str, str]:
    """A value as a search asks for it, after the modifier; "" where it can't be asked for."""
    if not isinstance(value, dict):
        return "", str(value)[:10] if by is By.DATE else str(value).replace(",", "\\,")
    if by is By.REFERENCE:
        return "", str(value.get("reference", ""))
    if by is By.DATE:
        return "", f"ge{value['start'][:10]}" if "start" in value else f"le{value['end'][:10]}"
    coding = value.get("coding", [value])[0]
    code = coding.get("code", coding.get("value", ""))
    if "system" in coding and code:
        return "", f"{coding['system']}|{code}"
    return ":text", value.get("text", "").replace(",", "\\,")


def asked(one: dict[str, Any], name: str) -> tuple[str, str]:
    """A parameter with its modifier, and a value of it that a resource has ("" for none)."""
    parameter = PARAMETERS[one["resourceType"]][name]
    found = (value for path in parameter.paths for value in standing(one, path.split(".")))
    modifier, text = next((each for value in found if (each := said(value, parameter.by))[1]), ("", ""))
    return f"{name}{modifier}", text


def every(client: Client, kind: str, who: str, beside: dict[str, list[str]]) -> list[dict[str, Any]]:
    if kind == "Patient":
        return resources(client.get("/fhir/Patient?_count=200"))
    if "patient" in PARAMETERS[kind]:
        return resources(client.get(f"/fhir/{kind}", {"patient": who, "_count": "200"}))
    return [one for name in beside.get(kind, ()) for one in resources(client.get(f"/fhir/{kind}?_id={name}"))]


def test_each_parameter_of_the_statement_finds_what_has_its_value_and_nothing_else(
    real: Pipeline, charts: list[str]
) -> None:
    client = machine(real, *SERVED)
    assert all(client.get(f"/fhir/Patient/{who}").status_code == 200 for who in charts)
    shelf = real.store.shelf.of(charts, closed=False)
    beside = {
        kind: [one.name for one in shelf if one.kind == kind] for kind in ("Practitioner", "Organization")
    }
    tried: dict[str, set[str]] = {}
    for told in client.get("/fhir/metadata").json()["rest"][0]["resource"]:
        kind, names = told["type"], [one["name"] for one in told["searchParam"]]
        if kind == "AuditEvent":
            continue
        for who in charts:
            for one in every(client, kind, who, beside):
                done = tried.setdefault(kind, set())
                base = (
                    {"patient": who}
                    if "patient" in names
                    else {}
                    if kind == "Patient"
                    else {"_id": one["id"]}
                )
                for name in (name for name in names if name not in done):
                    said_so, value = asked(one, name)
                    if value:
                        query = {**base, said_so: value, "_count": "200"}
                        meant = resources(client.get(f"/fhir/{kind}", query))
                        assert one["id"] in [each["id"] for each in meant], (kind, name, value)
                        done.add(name)
    assert {
        kind: set(PARAMETERS[kind]) - done for kind, done in tried.items() if set(PARAMETERS[kind]) - done
    } == (NOT_THERE)
    assert set(PARAMETERS) - tried.keys() == {*NOT_SERVED, "AuditEvent"}


def test_a_value_that_nothing_has_finds_nothing(real: Pipeline, charts: list[str]) -> None:
    client = machine(real, *SERVED)
    who = charts[0]
    for kind, known in PARAMETERS.items():
        if "patient" not in known or kind == "AuditEvent":
            continue
        for name, one in known.items():
            if name in ("patient", "subject") or not one.paths:
                continue
            answer = client.get(f"/fhir/{kind}", {"patient": who, name: NOBODY[one.by]})
            assert resources(answer) == [], (kind, name)


def test_what_us_core_wants_to_be_asked_together_is(real: Pipeline, charts: list[str]) -> None:
    held: dict[str, tuple[Client, list[tuple[str, dict[str, Any]]]]] = {}
    for kind, names in TOGETHER:
        if kind not in held:
            client = machine(real, kind)
            held[kind] = client, [(who, one) for who in charts for one in every(client, kind, who, {})]
        client, every_one = held[kind]
        who, wanted = next(
            (who, one)
            for who, one in every_one
            if all(name == "patient" or asked(one, name)[1] for name in names)
        )
        values = dict(("patient", who) if name == "patient" else asked(wanted, name) for name in names)
        found = resources(client.get(f"/fhir/{kind}", values))
        assert wanted["id"] in [one["id"] for one in found], (kind, names)
        assert resources(client.post(f"/fhir/{kind}/_search", values)) == found, (kind, names)
