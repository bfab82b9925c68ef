"""The JSON API drafts what the command drafts, for whoever is signed in and works with patients."""

import json
from typing import Any

import pytest
from django.test import Client

from careloom import draft
from careloom.cli.draft import kind_json
from careloom.demo import HERE
from careloom.pipeline import Pipeline
from tests.flow.samuel import SAMUEL
from tests.web.desk import signed_in
from tests.web.test_web_api import issue


@pytest.fixture
def rosa(real: Pipeline, invented: None) -> Client:
    """Her client, on a site where Samuel is known."""
    report = real.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
    assert report.rejected == []
    return signed_in("rosa")


def post(client: Client, address: str, body: Any) -> Any:
    return client.post(address, json.dumps(body), content_type="application/json")


def test_the_kinds_are_those_that_the_command_lists(rosa: Client) -> None:
    found = rosa.get("/api/kinds").json()
    assert found == {"kinds": [kind_json(draft.kind_of(name)) for name in draft.KINDS]}
    assert found["kinds"][0]["id"] == "care_plan" and found["kinds"][-1]["needs_signed_plan"]


def test_he_is_found_by_name_and_number_or_stands_among_the_last(rosa: Client, real: Pipeline) -> None:
    him = real.find(SAMUEL)
    (listed,) = rosa.get("/api/patients").json()["patients"]
    assert listed["id"] == him and listed["drafted"] is None and "RV160001" in listed["identifiers"]
    for found in (
        post(rosa, "/api/patients/find", {"find": "Green"}),
        post(rosa, "/api/patients/find", {"find": "RV160001"}),
        post(rosa, "/api/patients/find", {"find": "1960-06-30"}),
    ):
        assert [one["name"] for one in found.json()["patients"]] == ["Samuel Green"]
    too_little = post(rosa, "/api/patients/find", {"find": "G"})
    assert too_little.status_code == 422 and "two letters" in issue(too_little)["diagnostics"]


def test_a_draft_is_the_commands_proposal_and_waits_in_the_queue(rosa: Client, real: Pipeline) -> None:
    him = real.find(SAMUEL)
    body = {"kind": "invented_letter", "fields": {"to": "The depot", "tone": "plain"}, "model": "none"}
    answer = post(rosa, f"/api/patients/{him}/drafts", body)
    made = answer.json()
    assert answer.status_code == 200 and made["kind"] == "invented_letter" and made["statements"]
    assert made["given"] == {"to": "The depot", "tone": "plain"} and made["status"] == "draft"
    assert made == rosa.get(f"/api/proposals/{made['id']}").json()
    assert [one["id"] for one in rosa.get("/api/queue").json()["proposals"]] == [made["id"]]
    assert rosa.get("/api/patients").json()["patients"][0]["drafted"] is not None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"kind": "poem"}, "there is no kind 'poem'"),
        ({"kind": "invented_letter"}, "to: is needed"),
        ({"kind": "invented_letter", "fields": {"to": "x", "day": "soon"}}, "day: is no date"),
        ({"kind": "invented_letter", "fields": {"to": "x", "colour": "red"}}, "colour: no such field"),
        ({"kind": "care_plan", "model": "gpt-9"}, "model: this site offers none"),
        ({"kind": "care_plan", "fields": ["x"]}, "fields"),
    ],
)
def test_what_does_not_fit_is_an_outcome_that_names_the_place(
    rosa: Client, real: Pipeline, body: dict[str, Any], said: str
) -> None:
    answer = post(rosa, f"/api/patients/{real.find(SAMUEL)}/drafts", body)
    assert answer.status_code == 422 and said in issue(answer)["diagnostics"]


def test_a_kind_that_needs_a_signed_plan_is_refused_until_there_is_one(rosa: Client, real: Pipeline) -> None:
    answer = post(rosa, f"/api/patients/{real.find(SAMUEL)}/drafts", {"kind": "invented_copy"})
    assert answer.status_code == 403 and "sign one first" in issue(answer)["diagnostics"]


def test_nobody_of_that_id_and_nobody_signed_in_are_outcomes_too(rosa: Client, real: Pipeline) -> None:
    for nobody in ("0" * 32, "somebody"):
        answer = post(rosa, f"/api/patients/{nobody}/drafts", {"kind": "care_plan"})
        assert answer.status_code == 404 and issue(answer)["code"] == "not-found"
    for address in ("/api/kinds", "/api/patients"):
        assert issue(Client().get(address))["code"] == "login"
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = rosa.cookies
    forged = post(strict, f"/api/patients/{real.find(SAMUEL)}/drafts", {"kind": "care_plan"})
    assert forged.status_code == 403 and real.store.proposals.of(real.find(SAMUEL)) == ()
