"""The speed promise of the FHIR server: a read and a search of a signed chart, against a bare view of the same rows without authorisation and audit,
and a search in the chart of somebody of whom a server told 3,000 resources, each with its version.

The bare view reads the resources from a table in which they stand in clear, filters by patient and type, and gives the same Bundle. On PostgreSQL with CARELOOM_DATABASE_URL.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from bench.measure import Row

PROMISED = 0.5
MANY = 3_000
PLAIN = "CREATE TABLE bench_fhir (kind varchar(32), name varchar(64) PRIMARY KEY, patient varchar(36), resource text)"
JSON = "application/fhir+json; charset=utf-8"


def rows(home: Path) -> Iterable[Row]:
    """A patient's conditions searched for and one care plan read, by a signed-in nurse and by a machine with a token, and the same from the bare view to who is signed in, in alternation."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from bench.bare import against, hospital

    # The requests are counted as always; a batch has more of them than a minute allows.
    settings.CARELOOM_API_PER_MINUTE = 10**9
    patient, plan, many = _filled(home)
    search, read = _bare()
    tokens = hospital(home)[0].store.tokens
    scopes = ("system/CarePlan.rs", "system/Condition.rs")
    _, secret = tokens.add("bench", user="nora", scopes=scopes, now=timezone.now(), days=1)
    machine = Client(headers={"Authorization": f"Bearer {secret}"})
    for user, who in (("nora", "a nurse"), (machine, "a machine")):
        for name, address, view, what in (
            ("fhir_search", f"/fhir/Condition?patient={patient}", search, "search of a patient's conditions"),
            ("fhir_read", f"/fhir/CarePlan/{plan}", read, "read of a care plan"),
            (
                "fhir_many",
                f"/fhir/Condition?patient={many}",
                search,
                f"search of conditions, {MANY:,} entries,",
            ),
        ):
            query = address.partition("?")[2] or f"name={plan}"
            said = f"FHIR server: {what} by {who}"
            yield against(name, address, view, user, said, query=query, promised=PROMISED)


def _filled(home: Path) -> tuple[str, str, str]:
    """The demo's people, one of them with a signed plan, and somebody of 3,000 entries with one; her id, the plan's and that one's, and every
    served row in clear."""
    from django.db import connection

    from bench.bare import hospital
    from careloom import demo
    from careloom.chart.parts import ident

    built, staff = hospital(home)
    for source, folder in demo.PEOPLE:
        built.connect([folder], source=source)
    built.connect([_told_of(home)], source="bench_ehr")
    patient, many = built.find(demo.SHOWN), built.find("urn:bench:mrn|F-1")
    plans = []
    for one in (patient, many):
        proposal = built.propose("operator", one, as_of=demo.AS_OF, model="none")
        known = built.store.proposals.get(proposal.id)
        lines = {line.id: staff["nora"] for line in known.document.statements}
        signed = replace(known, released=lines, status="active")
        built.store.proposals.replace(known, signed)
        built.store.chart.file(signed, built.clock())
        plans.append(ident("CarePlan", proposal.id))
        built.facade.read(built.store.users.reviewer("nora"), "CarePlan", plans[-1])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_fhir")
        cursor.execute(PLAIN)
        cursor.executemany(
            "INSERT INTO bench_fhir VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [
                (one.kind, one.name, one.patient, one.json.decode())
                for one in built.store.shelf.of((patient, many), closed=False)
            ],
        )
        cursor.execute("CREATE INDEX bench_fhir_of ON bench_fhir (patient, kind)")
    return patient, plans[0], many


def _told_of(home: Path) -> Path:
    """A file of everything that a server tells of somebody, each resource in its second version."""
    patient = {
        "resourceType": "Patient", "id": "f1", "birthDate": "1950-03-02", "gender": "female", "name": [{"family": "Long", "given": ["Ann"]}],
        "identifier": [{"system": "urn:bench:mrn", "value": "F-1"}],
    }  # fmt: skip
    about = {
        "subject": {"reference": "Patient/f1"},
        "meta": {"versionId": "2", "lastUpdated": "2026-10-03T08:00:00Z"},
    }
    problem = {
        "resourceType": "Condition", "id": "c1", "clinicalStatus": {"coding": [{"code": "active"}]}, **about,
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "38341003"}], "text": "Hypertension"},
    }  # fmt: skip
    results = [
        {
            "resourceType": "Observation", "id": f"o{number}", "status": "final", **about,
            "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}], "text": "Creatinine"},
            "effectiveDateTime": f"20{10 + number % 16}-{number % 12 + 1:02d}-{number % 28 + 1:02d}T08:{number % 60:02d}:00Z",
            "valueQuantity": {"value": 0.8 + number % 40 / 100, "unit": "mg/dL"},
        }
        for number in range(MANY)
    ]  # fmt: skip
    file = home / "many.json"
    entries = [{"resource": one} for one in (patient, problem, *results)]
    file.write_bytes(orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    return file


def _bare() -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    from django.db import connection
    from django.http import HttpResponse

    def search(request: Any) -> Any:
        patient = request.GET["patient"]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT kind, name, resource FROM bench_fhir WHERE patient = %s AND kind = %s",
                [patient, "Condition"],
            )
            found = cursor.fetchall()
        base = request.build_absolute_uri("/fhir")
        bundle = {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(found),
            "link": [{"relation": "self", "url": f"{base}/Condition?patient={patient}"}],
            "entry": [
                {
                    "fullUrl": f"{base}/{kind}/{name}",
                    "resource": orjson.loads(resource),
                    "search": {"mode": "match"},
                }
                for kind, name, resource in found
            ],
        }
        return HttpResponse(orjson.dumps(bundle), content_type=JSON)

    def read(request: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT resource FROM bench_fhir WHERE kind = %s AND name = %s",
                ["CarePlan", request.GET["name"]],
            )
            (resource,) = cursor.fetchone()
        return HttpResponse(orjson.dumps(orjson.loads(resource)), content_type=JSON)

    return search, read
