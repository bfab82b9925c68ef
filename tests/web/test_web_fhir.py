"""The FHIR facade, asked as a FHIR client asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle

from careloom import demo
from careloom.care.scopes import SERVED
from careloom.chart.parameters import PARAMETERS
from careloom.pipeline import Pipeline
from tests.chart.test_chart_fhir import references
from tests.web.charted import JSON, issue, machine, people, resources, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def chart(real: Pipeline) -> tuple[str, str]:
    """Two of the demo's people, the first with a signed plan; our ids."""
    one, other = people(real)
    signed(real, one)
    return one, other


def test_what_it_says_of_itself_is_open_and_fits_fhir(real: Pipeline) -> None:
    answer = Client().get("/fhir/metadata")
    assert answer.status_code == 200 and answer["Content-Type"].startswith(JSON)
    found = answer.json()
    get_fhir_model_class("CapabilityStatement").model_validate(found)
    assert {one["type"] for one in found["rest"][0]["resource"]} == set(PARAMETERS)
    assert set(SERVED) == set(PARAMETERS)


def test_a_signed_plan_is_found_and_read_and_every_reference_leads_somewhere(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    client = machine(real, *SERVED)
    (plan,) = resources(client.get(f"/fhir/CarePlan?patient={who}&category=assess-plan"))
    assert plan["status"] == "active" and plan["subject"]["reference"] == f"Patient/{who}"
    waiting, read = [f"CarePlan/{plan['id']}"], set()
    while waiting:
        one = waiting.pop()
        answer = client.get(f"/fhir/{one}")
        assert answer.status_code == 200, one
        found = answer.json()
        get_fhir_model_class(found["resourceType"]).model_validate(found)
        assert f"{found['resourceType']}/{found['id']}" == one
        assert answer["ETag"] == f'W/"{found["meta"]["versionId"]}"'
        read.add(one)
        waiting += [name for name in references(found) if name not in read and name not in waiting]
    assert {one.split("/")[0] for one in read} >= {"Patient", "CarePlan", "Goal", "Condition", "CareTeam"}


def test_every_type_of_a_chart_is_searched_by_its_patient_and_fits_fhir(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, other = chart
    client, found = machine(real, *SERVED), set()
    for kind, parameters in PARAMETERS.items():
        if "patient" in parameters and kind != "AuditEvent":
            bundle = client.get(f"/fhir/{kind}?patient={who}&_count=200").json()
            Bundle.model_validate(bundle)
            assert bundle["total"] == len(bundle.get("entry", ()))
            found |= {kind for _ in bundle.get("entry", ())}
            assert client.get(f"/fhir/{kind}?patient={other}").json()["total"] == 0
    assert found >= {"CarePlan", "Goal", "Task", "Provenance", "Condition", "ServiceRequest", "CareTeam"}


def test_a_draft_is_nowhere(real: Pipeline) -> None:
    (who,) = people(real, 1)
    real.propose("operator", who, model="none")
    client = machine(real, *SERVED)
    for kind, parameters in PARAMETERS.items():
        if "patient" in parameters and kind != "AuditEvent":
            assert client.get(f"/fhir/{kind}?patient={who}").json()["total"] == 0, kind
    assert client.get(f"/fhir/Patient/{who}").status_code == 200


def test_a_patient_is_found_by_id_number_name_and_birth_date(real: Pipeline, chart: tuple[str, str]) -> None:
    who, other = chart
    client = machine(real, "Patient")
    ada = client.get(f"/fhir/Patient/{who}").json()
    number, name = ada["identifier"][0], ada["name"][0]
    for asked in (
        {"_id": who},
        {"identifier": f"{number['system']}|{number['value']}"},
        {"family": name["family"].upper(), "given": name["given"][0][:3], "birthdate": ada["birthDate"]},
        {"name": name["family"], "gender": ada["gender"]},
    ):
        assert [one["id"] for one in resources(client.post("/fhir/Patient/_search", asked))] == [who], asked
    assert resources(client.get(f"/fhir/Patient?_id={who}&birthdate=1801-01-01")) == []
    assert {one["id"] for one in resources(client.get("/fhir/Patient"))} >= {who, other}


def test_what_the_client_has_already_is_not_sent_again(real: Pipeline, chart: tuple[str, str]) -> None:
    who, _ = chart
    client = machine(real, "Patient")
    first = client.get(f"/fhir/Patient/{who}")
    again = client.get(f"/fhir/Patient/{who}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and again.content == b""


def test_what_is_said_of_a_task_is_a_new_version_of_it_alone(real: Pipeline, chart: tuple[str, str]) -> None:
    who, _ = chart
    client = machine(real, "Task", "CarePlan", "Goal")
    tasks = resources(client.get(f"/fhir/Task?patient={who}&status=requested"))
    plan = resources(client.get(f"/fhir/CarePlan?patient={who}"))
    (task, *_) = real.tracking.open("test")
    real.tracking.say(real.store.users.reviewer("rosa"), task.id, "in-progress")
    (begun,) = resources(client.get(f"/fhir/Task?patient={who}&status=in-progress"))
    before = next(one for one in tasks if one["id"] == begun["id"])
    assert (before["meta"]["versionId"], begun["meta"]["versionId"]) == ("1", "2")
    assert resources(client.get(f"/fhir/CarePlan?patient={who}")) == plan
    since = f"gt{before['meta']['lastUpdated']}"
    assert resources(client.get("/fhir/Task", {"patient": who, "_lastUpdated": since})) == [begun]


def test_a_newer_plan_takes_the_place_of_the_one_before(real: Pipeline, chart: tuple[str, str]) -> None:
    who, _ = chart
    client = machine(real, "CarePlan", "Goal")
    (old,) = resources(client.get(f"/fhir/CarePlan?patient={who}"))
    signed(real, who, as_of=demo.AS_OF + timedelta(days=1))
    (new,) = resources(client.get(f"/fhir/CarePlan?patient={who}&status=active"))
    assert new["id"] != old["id"] and new["replaces"] == [
        {"reference": f"CarePlan/{old['id']}", "type": "CarePlan"}
    ]
    assert client.get(f"/fhir/CarePlan/{old['id']}").json()["status"] == "revoked"
    sought = {one["reference"] for one in new.get("goal", ())}
    for goal in resources(client.get(f"/fhir/Goal?patient={who}&lifecycle-status=active")):
        assert f"Goal/{goal['id']}" in sought


def test_pages_follow_by_links_that_tell_nothing_and_are_hers_alone(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    client = machine(real, "Goal", "Condition")
    every = [one["id"] for one in resources(client.get(f"/fhir/Condition?patient={who}&_sort=_id"))]
    assert len(every) > 2
    answer = client.post("/fhir/Condition/_search", {"patient": who, "_count": "1", "_sort": "_id"})
    told, links = [], set()
    while True:
        told += [one["id"] for one in resources(answer)]
        links |= {one["url"] for one in answer.json()["link"] if one["relation"] == "next"}
        following = [one["url"] for one in answer.json()["link"] if one["relation"] == "next"]
        if not following:
            break
        assert who not in following[0]
        answer = client.get(following[0].removeprefix("http://testserver"))
    assert told == every
    link = links.pop().removeprefix("http://testserver")
    assert machine(real, "Condition", user="osei").get(link).status_code == 400
    forged = link[:-4] + ("AAAA" if not link.endswith("AAAA") else "BBBB")
    assert issue(client.get(forged))["code"] == "invalid"
    assert client.get(link.replace("Condition", "Goal")).status_code == 400


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("/fhir/CarePlan", 400),
        ("/fhir/CarePlan?patient={who}&date=yesterday", 400),
        ("/fhir/CarePlan?patient={who}&status:above=active", 400),
        ("/fhir/CarePlan?patient={who}&_count=many", 400),
        ("/fhir/CarePlan?patient={who}&_sort=colour", 400),
        ("/fhir/CarePlan?patient={who}&_format=xml", 406),
        ("/fhir/Observation?patient={who}", 404),
        ("/fhir/CarePlan/nothing", 404),
        ("/fhir/CarePlan/nothing/_history/1/x", 404),
        ("/fhir/CarePlan?patient={who}%00", 400),
    ],
)
def test_what_it_cannot_answer_it_says_in_an_outcome(
    real: Pipeline, chart: tuple[str, str], asked: str, status: int
) -> None:
    answer = machine(real, "CarePlan").get(asked.format(who=chart[0]))
    assert answer.status_code == status
    issue(answer)


def test_it_writes_nothing(real: Pipeline, chart: tuple[str, str]) -> None:
    client = machine(real, "CarePlan")
    for method, address in (
        ("POST", "/fhir/CarePlan"),
        ("PUT", "/fhir/CarePlan/x"),
        ("DELETE", "/fhir/CarePlan/x"),
    ):
        answer = client.generic(method, address, "{}", content_type=JSON)
        assert answer.status_code == 405 and issue(answer)["code"] == "not-supported"


def test_an_unknown_parameter_is_left_out_of_the_self_link_or_refused(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    client, asked = machine(real, "CarePlan"), {"patient": who, "colour": "red"}
    lenient = client.get("/fhir/CarePlan", asked)
    (link,) = [one["url"] for one in lenient.json()["link"] if one["relation"] == "self"]
    assert link.endswith(f"/fhir/CarePlan?patient={who}")
    *_, told = lenient.json()["entry"]
    assert told["search"]["mode"] == "outcome" and lenient.json()["total"] == 1
    assert told["resource"]["issue"][0]["diagnostics"] == "left out: colour"
    Bundle.model_validate(lenient.json())
    strict = client.get("/fhir/CarePlan", asked, headers={"Prefer": "handling=strict"})
    assert strict.status_code == 400 and "colour" in issue(strict)["diagnostics"]


def test_provenance_comes_with_what_it_is_of(real: Pipeline, chart: tuple[str, str]) -> None:
    who, _ = chart
    client = machine(real, "CarePlan", "Provenance")
    bundle = client.get(f"/fhir/CarePlan?patient={who}&_revinclude=Provenance:target").json()
    assert [one["search"]["mode"] for one in bundle["entry"]] == ["match", "include"] and bundle["total"] == 1
    plan, told = (one["resource"] for one in bundle["entry"])
    assert f"CarePlan/{plan['id']}" in {one["reference"] for one in told["target"]}
    assert resources(client.get(f"/fhir/Provenance?target=CarePlan/{plan['id']}")) == [told]
    assert (
        machine(real, "CarePlan")
        .get(f"/fhir/CarePlan?patient={who}&_revinclude=Provenance:target")
        .status_code
        == 403
    )


def test_what_a_plan_refers_to_comes_with_it_as_far_as_the_token_reaches(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    asked = {"patient": who, "_include": ["CarePlan:subject:Patient", "CarePlan:goal", "CarePlan:care-team"]}
    bundle = machine(real, "CarePlan", "Patient", "Goal").get("/fhir/CarePlan", asked).json()
    Bundle.model_validate(bundle)
    (plan, *beside) = [one["resource"] for one in bundle["entry"]]
    assert {one["search"]["mode"] for one in bundle["entry"][1:]} == {"include"} and bundle["total"] == 1
    told = {f"{one['resourceType']}/{one['id']}" for one in beside}
    assert told == {f"Patient/{who}", *(one["reference"] for one in plan["goal"])}
    unknown = {"patient": who, "_include": "CarePlan:nothing"}
    client = machine(real, "CarePlan")
    assert "_include" in str(client.get("/fhir/CarePlan", unknown).json()["entry"][-1])
    strict = client.get("/fhir/CarePlan", unknown, headers={"Prefer": "handling=strict"})
    assert strict.status_code == 400


@pytest.mark.parametrize(
    "date", ["ap0001-01-01", "ap9999-12", "ge0001", "le9999-12-31", "lt9999-12-31T23:59:59Z"]
)
def test_a_date_at_an_end_of_all_time_is_searched_by_like_any_other(
    real: Pipeline, chart: tuple[str, str], date: str
) -> None:
    answer = machine(real, "CarePlan").get(f"/fhir/CarePlan?patient={chart[0]}&date={date}")
    assert answer.status_code == 200 and len(resources(answer)) == (0 if date.startswith("ap0001") else 1)


def test_elements_and_counts(real: Pipeline, chart: tuple[str, str]) -> None:
    who, _ = chart
    client = machine(real, "CarePlan")
    (short,) = resources(client.get(f"/fhir/CarePlan?patient={who}&_elements=title"))
    assert set(short) == {"resourceType", "id", "meta", "title", "status", "intent", "subject"}
    assert short["meta"]["tag"][0]["code"] == "SUBSETTED"
    counted = client.get(f"/fhir/CarePlan?patient={who}&_summary=count").json()
    assert counted["total"] == 1 and "entry" not in counted


def test_a_summary_is_as_much_of_a_resource_as_fhir_says_and_tells_that_there_is_more(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    client = machine(real, *SERVED)
    always, needed = {"resourceType", "id", "meta"}, {"status", "intent", "subject"}
    (whole,) = resources(client.get(f"/fhir/CarePlan?patient={who}&_summary=false"))
    for summary, there, gone in (
        ("true", {"title", "period", "category", *needed}, {"goal", "activity", "text", "careTeam"}),
        ("text", {"text", *needed}, {"title", "goal", "activity"}),
        ("data", {"title", "goal", "activity", *needed}, {"text"}),
    ):
        (found,) = resources(client.get(f"/fhir/CarePlan?patient={who}&_summary={summary}"))
        assert there | always <= set(found) and gone <= set(whole) and not gone & set(found), summary
        assert [one["code"] for one in found["meta"]["tag"]] == ["SUBSETTED"]
        get_fhir_model_class("CarePlan").model_validate(found)
        assert client.get(f"/fhir/CarePlan/{whole['id']}?_summary={summary}").json() == found
    assert "tag" not in whole["meta"]
    for kind in (one for one in SERVED if "patient" in PARAMETERS[one] and one != "AuditEvent"):
        for one in resources(client.get(f"/fhir/{kind}?_summary=true&patient={who}")):
            get_fhir_model_class(kind).model_validate(one)
    for wrong in (
        "_summary=some",
        "_summary=true&_elements=title",
        "_summary=text&_revinclude=Provenance:target",
    ):
        answer = client.get(f"/fhir/CarePlan?patient={who}&{wrong}")
        assert answer.status_code == 400 and "_summary" in issue(answer)["diagnostics"], wrong
    assert client.get(f"/fhir/CarePlan/{whole['id']}?_summary=count").status_code == 400


@pytest.mark.parametrize("address", ["/fhir", "/fhir/", "/fhir?_type=Patient"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
def test_the_address_of_the_server_itself_says_in_an_outcome_that_it_takes_nothing(
    real: Pipeline, address: str, method: str
) -> None:
    batch = '{"resourceType": "Bundle", "type": "batch"}'
    answer = machine(real, "Patient").generic(method, address, batch, JSON)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (405, JSON)
    assert issue(answer)["code"] == "not-supported" and "/fhir/metadata" in issue(answer)["diagnostics"]
    assert issue(machine(real, "Patient").put("/fhir/metadata", batch, JSON))["code"] == "not-supported"
    assert issue(machine(real, "Patient").patch("/fhir/a/b/c/d", batch, JSON))["code"] == "not-found"


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (f"{JSON}; fhirVersion=5.0", 406), (f'{JSON};fhirVersion="3.0"', 406), (f"{JSON}; fhirVersion=4.0", 200),
        (f"{JSON};charset=utf-8;FhirVersion=4.0.1", 200), (f"{JSON};fhirVersion=5.0, {JSON};q=0.5", 200),
        (f"{JSON};q=0", 406), (f"{JSON};q=0.000, text/xml", 406), ("application/fhir+xml", 406),
    ],
)  # fmt: skip
def test_whoever_asks_for_another_version_of_fhir_is_told_that_this_is_r4(
    real: Pipeline, chart: tuple[str, str], accept: str, status: int
) -> None:
    for address in (f"/fhir/Patient/{chart[0]}", "/fhir/metadata"):
        answer = machine(real, "Patient").get(address, headers={"Accept": accept})
        assert answer.status_code == status, accept
        assert status == 200 or "4.0" in issue(answer)["diagnostics"]


def test_every_chart_of_the_demo_is_valid_and_closed_in_itself(real: Pipeline) -> None:
    osei, walked = real.store.users.reviewer("osei"), 0
    for patient in people(real, 30):
        if signed(real, patient).status != "active":
            continue
        real.facade.read(osei, "Patient", patient)
        rows = real.store.shelf.of((patient,), closed=False)
        served = {f"{one.kind}/{one.name}" for one in rows}
        for one in rows:
            get_fhir_model_class(one.kind).model_validate(one.resource)
            assert set(references(one.resource)) <= served
        walked += len(rows)
    assert walked > 100


def test_a_read_asks_few_questions_and_no_more_of_a_long_chart(
    real: Pipeline, chart: tuple[str, str]
) -> None:
    who, _ = chart
    client = machine(real, *SERVED)
    plan = resources(client.get(f"/fhir/CarePlan?patient={who}"))[0]
    # Token; row, what the chart rests on and care team; begin, count, audit event, commit.
    for address, most in ((f"/fhir/CarePlan/{plan['id']}", 6), (f"/fhir/Condition?patient={who}", 6)):
        client.get(address)
        with CaptureQueriesContext(connection) as questions:
            assert client.get(address).status_code == 200
        assert len(questions) <= most, [one["sql"][:60] for one in questions]
