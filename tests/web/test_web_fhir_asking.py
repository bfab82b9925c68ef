"""Who may ask the FHIR facade for what, how often, and what is kept of it."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from fhir.resources.R4B import get_fhir_model_class
from pytest_django import Settings

from careloom import pipeline as pipelines
from careloom.care.audited import Asked
from careloom.care.scopes import SERVED
from careloom.pipeline import Pipeline
from careloom.settings import Settings as SiteSettings
from tests.web.charted import issue, machine, resources
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_fhir import chart

__all__ = ["chart"]
pytestmark = pytest.mark.django_db


def test_nobody_outside_the_care_team_reads_or_finds_anything(real: Pipeline, chart: tuple[str, str]) -> None:
    who, other = chart
    (plan,) = resources(machine(real, "CarePlan").get(f"/fhir/CarePlan?patient={who}"))
    real.access.join("operator", who, "rosa")
    real.store.users.create("ned", name="N. Ash", role="registered_nurse", password=PASSWORD)
    ned = machine(real, *SERVED, user="ned")
    for address in (
        f"/fhir/Patient/{who}", f"/fhir/CarePlan/{plan['id']}", f"/fhir/CarePlan?patient={who}",
        f"/fhir/Goal?subject=Patient/{who}",
    ):  # fmt: skip
        answer = ned.get(address)
        assert answer.status_code == 403 and issue(answer)["code"] == "forbidden", address
    assert resources(ned.get(f"/fhir/CarePlan?_id={plan['id']}")) == []
    assert resources(ned.get(f"/fhir/Patient?_id={who}")) == []
    seen = {one["id"] for one in resources(ned.get("/fhir/Patient?_count=200"))}
    assert other in seen and who not in seen
    assert machine(real, "CarePlan").get(f"/fhir/CarePlan/{plan['id']}").status_code == 200


def test_a_token_reads_the_types_of_its_scopes_alone(real: Pipeline, chart: tuple[str, str]) -> None:
    who, _ = chart
    client = machine(real, "CarePlan")
    assert client.get(f"/fhir/CarePlan?patient={who}").status_code == 200
    refused = client.get(f"/fhir/Goal?patient={who}")
    assert refused.status_code == 403 and "system/Goal.rs" in issue(refused)["diagnostics"]
    assert client.post("/fhir/Goal/_search", {"patient": who}).status_code == 403
    wrong = Client(headers={"Authorization": "Bearer careloom_token_wrong"}).get(f"/fhir/Patient/{who}")
    assert (
        wrong.status_code == 401 and issue(wrong)["code"] == "login" and wrong["WWW-Authenticate"] == "Bearer"
    )
    assert Client().get(f"/fhir/Patient/{who}").status_code == 401


def test_who_runs_the_site_sees_no_patient(real: Pipeline, chart: tuple[str, str]) -> None:
    real.store.users.create("adm", name="A. Dmin", role="administrator", password=PASSWORD)
    for address in (f"/fhir/Patient/{chart[0]}", "/fhir/Patient", f"/fhir/CarePlan?patient={chart[0]}"):
        assert signed_in("adm").get(address).status_code == 403


def test_each_read_and_search_is_in_the_audit_log_without_what_was_looked_for(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    client = machine(real, "Patient", "CarePlan")
    patient = client.get(f"/fhir/Patient/{who}").json()
    client.post("/fhir/Patient/_search", {"family": patient["name"][0]["family"]})
    (plan,) = resources(client.get(f"/fhir/CarePlan?patient={who}"))
    client.get(f"/fhir/CarePlan/{plan['id']}")
    rosa = real.store.users.reviewer("rosa").user
    told = [
        one for one in real.store.audit.page(Asked(actor=rosa), 10) if one.whence.through.startswith("token")
    ]
    assert [(one.action, one.what, one.patient) for one in reversed(told)] == [
        ("read", f"Patient/{who}", who),
        ("search", "Patient?family", who),
        ("search", "CarePlan?patient", who),
        ("read", f"CarePlan/{plan['id']}", who),
    ]


def test_a_person_searches_by_her_session_and_posts_with_her_pages_token_alone(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    assert len(resources(signed_in("rosa").get(f"/fhir/CarePlan?patient={who}"))) == 1
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in("rosa").cookies
    assert strict.get(f"/fhir/Patient/{who}").status_code == 200
    answer: Any = strict.post("/fhir/Patient/_search", {"_id": who})
    assert answer.status_code == 403 and issue(answer)["code"] == "forbidden"


def test_auditors_alone_read_the_audit_log_as_audit_events(real: Pipeline, chart: tuple[str, str]) -> None:
    who, other = chart
    real.store.users.create("ana", name="A. Udit", role="auditor", password=PASSWORD)
    rosa = real.store.users.reviewer("rosa").user
    machine(real, "Patient").get(f"/fhir/Patient/{who}")
    machine(real, "Patient").get(f"/fhir/Patient/{other}")
    refused = machine(real, "AuditEvent").get(f"/fhir/AuditEvent?patient={who}")
    assert refused.status_code == 403 and "audit log" in issue(refused)["diagnostics"]
    ana = machine(real, "AuditEvent", user="ana")
    (seen,) = resources(
        ana.get(
            "/fhir/AuditEvent",
            {"patient": who, "action": "R", "agent:identifier": f"urn:careloom:user|{rosa}"},
        )
    )
    get_fhir_model_class("AuditEvent").model_validate(seen)
    assert seen["entity"][0]["what"]["reference"] == f"Patient/{who}"
    assert ana.get(f"/fhir/AuditEvent/{seen['id']}").json() == seen
    assert resources(ana.get("/fhir/AuditEvent?date=lt2001")) == []
    first = ana.get("/fhir/AuditEvent", {"entity": f"Patient/{who}", "_count": "2"})
    (link,) = [one["url"] for one in first.json()["link"] if one["relation"] == "next"]
    then = resources(ana.get(link.removeprefix("http://testserver")))
    assert [one["recorded"] for one in [*resources(first), *then]] == sorted(
        (one["recorded"] for one in [*resources(first), *then]), reverse=True
    )
    assert not {one["id"] for one in resources(first)} & {one["id"] for one in then}
    assert ana.get("/fhir/AuditEvent?_summary=count&action=R").json()["total"] >= 2
    (told,) = real.store.audit.page(Asked(), 1)
    assert (told.action, told.what) == ("read", "audit log")


def test_a_token_that_was_ended_elsewhere_is_refused_at_the_very_next_request(
    real: Pipeline, chart: tuple[str, str], home: Path, key: str
) -> None:
    who, _ = chart
    client = machine(real, "Patient")
    assert [client.get(f"/fhir/Patient/{who}").status_code for _ in range(3)] == [200] * 3
    elsewhere = pipelines.build(SiteSettings(home=home, encryption_key=key, model="none"))
    (token,) = elsewhere.store.tokens.all()
    elsewhere.store.tokens.revoke(token.name, timezone.now())
    assert client.get(f"/fhir/Patient/{who}").status_code == 401


def test_whoever_asks_too_often_is_shown_nothing_and_each_request_is_counted_once(
    real: Pipeline, chart: tuple[str, str], settings: Settings
) -> None:
    who, _ = chart
    settings.CARELOOM_API_PER_MINUTE = 4
    client = machine(real, "Patient", "Task")
    assert issue(client.get("/fhir/Goal/none"))["code"] == "forbidden"
    assert issue(client.get("/fhir/Patient/none"))["code"] == "not-found"
    asked = [client.get(f"/fhir/Patient/{who}") for _ in range(12)]
    shown = [one for one in asked if one.status_code == 200]
    limited = [one for one in asked if one.status_code == 429]
    # The minute may turn in between.
    assert 2 <= len(shown) <= 6 and len(shown) + len(limited) == 12
    assert all("Retry-After" in one.headers and issue(one)["code"] == "throttled" for one in limited)
    reads = [one for one in real.store.audit.page(Asked(action="read"), 50) if one.what == f"Patient/{who}"]
    assert len(reads) == len(shown)
    assert 1 <= sum("TooOften" in one.what for one in real.store.audit.page(Asked(action="refused"), 50)) <= 2
