"""Versions of what the FHIR facade serves: the one in force is held, and told as FHIR tells versions."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import http_date
from fhir.resources.R4B.bundle import Bundle

from careloom import demo
from careloom.care.audited import Asked
from careloom.pipeline import Pipeline
from careloom.store.charted import ChartMark
from tests.web.charted import issue, machine, resources, signed
from tests.web.desk import PASSWORD
from tests.web.test_web_fhir import chart

__all__ = ["chart"]
pytestmark = pytest.mark.django_db


def test_the_version_in_force_is_read_by_its_number_and_no_other_is_held(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    client = machine(real, "CarePlan")
    (plan,) = resources(client.get(f"/fhir/CarePlan?patient={who}"))
    address = f"/fhir/CarePlan/{plan['id']}"
    first = client.get(f"{address}/_history/1")
    assert first.json() == plan and first["ETag"] == 'W/"1"'
    assert first.headers["Last-Modified"] == client.get(address).headers["Last-Modified"]
    signed(real, who, as_of=demo.AS_OF + timedelta(days=1))
    assert client.get(f"{address}/_history/2").json()["status"] == "revoked"
    for other in ("1", "3", "x"):
        answer = client.get(f"{address}/_history/{other}")
        assert answer.status_code == 404 and issue(answer)["code"] == "not-found", other
    assert client.get("/fhir/CarePlan/nothing/_history/1").status_code == 404


def test_the_history_has_the_version_in_force_alone(real: Pipeline, chart: tuple[str, str]) -> None:
    who, _ = chart
    client = machine(real, "CarePlan")
    (plan,) = resources(client.get(f"/fhir/CarePlan?patient={who}"))
    address = f"/fhir/CarePlan/{plan['id']}/_history"

    def told(query: str = "") -> list[tuple[str, str, str]]:
        found = client.get(address + query).json()
        Bundle.model_validate(found)
        entries = found.get("entry", ())
        assert found["type"] == "history" and found["total"] == len(entries)
        return [
            (one["request"]["method"], one["response"]["status"], one["response"]["etag"]) for one in entries
        ]

    assert told() == [("POST", "201", 'W/"1"')]
    signed(real, who, as_of=demo.AS_OF + timedelta(days=1))
    assert told() == [("PUT", "200", 'W/"2"')]
    assert client.get(address).json()["entry"][0]["resource"]["status"] == "revoked"
    assert told("?_since=2020-01-01T00:00:00Z") == told()
    assert told("?_since=2120-01-01T00:00:00Z") == []
    assert client.get(f"{address}?_since=yesterday").status_code == 400


def test_what_left_the_chart_is_told_as_deleted_and_not_shown(real: Pipeline, chart: tuple[str, str]) -> None:
    who, _ = chart
    client = machine(real, "CarePlan")
    (plan,) = resources(client.get(f"/fhir/CarePlan?patient={who}"))
    mark = ChartMark.objects.get(patient=who, view="whole").mark
    real.store.shelf.keep(who, mark, {}, closed=False, at=timezone.now(), gone=lambda _: None)
    address = f"/fhir/CarePlan/{plan['id']}"
    assert client.get(address).status_code == 410
    found = client.get(f"{address}/_history").json()
    Bundle.model_validate(found)
    (entry,) = found["entry"]
    assert entry["request"]["method"] == "DELETE" and "resource" not in entry
    assert client.get(f"{address}/_history/2").status_code == 410
    assert client.get(f"{address}/_history/1").status_code == 404


def test_what_the_client_has_by_its_version_or_its_time_is_not_sent_again(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    client = machine(real, "Patient")
    address = f"/fhir/Patient/{who}"
    first = client.get(address)
    earlier = http_date((timezone.now() - timedelta(days=1)).timestamp())
    for said, status in (
        ({"If-None-Match": first["ETag"]}, 304),
        ({"If-None-Match": '"1"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": 'W/"7", W/"8"'}, 200),
        ({"If-Modified-Since": first["Last-Modified"]}, 304),
        ({"If-Modified-Since": earlier}, 200),
        ({"If-Modified-Since": "some day"}, 200),
        # What the version says goes before the time.
        ({"If-None-Match": 'W/"7"', "If-Modified-Since": first["Last-Modified"]}, 200),
    ):
        for at in (address, f"{address}/_history/1"):
            again = client.get(at, headers=said)
            assert again.status_code == status, (at, said)
            assert bool(again.content) is (status == 200)


def test_a_version_is_as_closed_as_the_resource_and_every_look_at_one_is_noted(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    (plan,) = resources(machine(real, "CarePlan").get(f"/fhir/CarePlan?patient={who}"))
    addresses = [f"/fhir/CarePlan/{plan['id']}/_history{rest}" for rest in ("", "/1")]
    for address in addresses:
        assert machine(real, "Goal").get(address).status_code == 403
        assert machine(real, "CarePlan").post(address).status_code == 405
    real.access.join("operator", who, "rosa")
    real.store.users.create("ned", name="N. Ash", role="registered_nurse", password=PASSWORD)
    for address in addresses:
        assert machine(real, "CarePlan", user="ned").get(address).status_code == 403

    def looks() -> int:
        events = real.store.audit.page(Asked(), 200)
        return sum((one.action, one.what) == ("read", f"CarePlan/{plan['id']}") for one in events)

    before = looks()
    for address in addresses:
        assert machine(real, "CarePlan").get(address).status_code == 200
    assert looks() == before + 2


def test_an_audit_event_has_no_versions(real: Pipeline, chart: tuple[str, str]) -> None:
    answer = machine(real, "AuditEvent").get(f"/fhir/AuditEvent/{chart[0]}/_history")
    assert answer.status_code == 404
    statement = machine(real, "AuditEvent").get("/fhir/metadata").json()["rest"][0]["resource"]
    by_type = {one["type"]: {each["code"] for each in one["interaction"]} for one in statement}
    assert by_type["AuditEvent"] == {"read", "search-type"}
    assert by_type["CarePlan"] == {"read", "search-type", "vread", "history-instance"}
    assert not any(one["readHistory"] for one in statement)
