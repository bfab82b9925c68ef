"""The JSON API's pages: what can't wait is taken, called about, ended and taken back, by the same people as on the page Urgent."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from careloom import pipeline as pipelines
from careloom.pipeline import Pipeline
from tests.connect.made import body, bundle, patient
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_api import issue
from tests.web.test_web_urgent import a_critical_level


@pytest.fixture
def desk(real: Pipeline, home: Path, settings: Any) -> Pipeline:
    made = pipelines.build(replace(real.settings, urgent_people="R. Blake <blake@harbor.example>"))
    settings.CARELOOM_PIPELINE = lambda _: made
    home.mkdir(exist_ok=True)
    return made


@pytest.fixture
def page(desk: Pipeline, tmp_path: Path) -> str:
    """The id of the page about a critical level."""
    a_critical_level(desk, tmp_path)
    (one,) = desk.store.pages.waiting()
    return one.id


def post(client: Client, address: str, body: Any = None) -> Any:
    return client.post(f"/api/pages/{address}", json.dumps(body or {}), content_type="application/json")


def test_a_page_is_listed_taken_called_about_ended_and_taken_back(desk: Pipeline, page: str) -> None:
    rosa, osei = signed_in("rosa"), signed_in("osei")
    me = desk.store.users.reviewer("rosa").user
    (listed,) = rosa.get("/api/pages").json()["pages"]
    assert listed["id"] == page and listed["state"] == "open" and "18.4 ng/mL" in listed["words"]
    assert [one["what"] for one in listed["steps"]] == ["told"] and listed["steps"][0]["who"] == "R. Blake"
    taken = post(rosa, f"{page}/take").json()
    assert taken["state"] == "taken" and taken["taken_by"] == me
    ticked = post(rosa, f"{page}/calls", {"reached": False, "calls": 0}).json()
    assert ticked["calls"] == 1 and ticked["state"] == "taken"
    assert (ticked["steps"][-1]["what"], ticked["steps"][-1]["said"]) == ("called", "not reached")
    over = post(rosa, f"{page}/outcome", {"words": "Level held."}).json()
    assert over["state"] == "over" and over["steps"][-1]["said"] == "Level held."
    assert rosa.get("/api/pages").json() == {"pages": []}
    assert [one["id"] for one in rosa.get("/api/pages?over=true").json()["pages"]] == [page]
    again = post(osei, f"{page}/undo", {"why": "It was Ada, not Marta"}).json()
    assert again["state"] == "open" and again["steps"][-2]["said"] == "It was Ada, not Marta"
    assert again["steps"][-1]["what"] == "told"
    assert desk.store.pages.get(page).is_open
    assert post(osei, f"{page}/take").status_code == 200
    assert post(osei, f"{page}/give-back").json()["state"] == "open"
    assert post(rosa, f"{page}/give-back").status_code == 422


def test_a_tick_is_taken_back_by_whoever_ticked_it_until_the_page_is_over(desk: Pipeline, page: str) -> None:
    rosa, osei = signed_in("rosa"), signed_in("osei")
    first = post(rosa, f"{page}/calls", {"reached": True, "calls": 0}).json()["steps"][-1]["number"]
    second = post(rosa, f"{page}/calls", {"reached": False, "calls": 1}).json()["steps"][-1]["number"]
    refused = post(osei, f"{page}/calls/{first}/undo")
    assert refused.status_code == 422 and "no call of yours" in issue(refused)["diagnostics"]
    back = post(rosa, f"{page}/calls/{first}/undo").json()
    assert back["calls"] == 1 and back["steps"][-1]["what"] == "uncalled"
    assert back["steps"][-1]["said"] == str(first)
    assert post(rosa, f"{page}/calls/{first}/undo").status_code == 422, "it was taken back before"
    assert post(rosa, f"{page}/calls/1/undo").status_code == 422, "whom it was told is no call"
    post(rosa, f"{page}/outcome", {"words": "Level held."})
    assert "over" in issue(post(rosa, f"{page}/calls/{second}/undo"))["diagnostics"]
    actions = [one["action"] for one in desk.store.audit.of(desk.store.pages.get(page).patient)]
    assert "call about page" in actions and "untick call about page" in actions


def test_the_same_sent_twice_is_done_once(desk: Pipeline, page: str) -> None:
    rosa = signed_in("rosa")
    for address, said, again in (
        ("take", {}, 200),
        ("calls", {"reached": True, "calls": 0}, 409),
        ("outcome", {"words": "Level held."}, 200),
        ("undo", {"why": "Not hers."}, 422),
    ):
        assert post(rosa, f"{page}/{address}", said).status_code == 200
        after = desk.store.pages.get(page)
        assert post(rosa, f"{page}/{address}", said).status_code == again, address
        assert desk.store.pages.get(page) == after, address


def test_what_says_nothing_is_refused_and_an_unknown_page_is_not_found(desk: Pipeline, page: str) -> None:
    rosa = signed_in("rosa")
    assert post(rosa, f"{page}/outcome", {"words": "  "}).status_code == 422
    assert post(rosa, f"{page}/undo", {"why": "too early"}).status_code == 422
    assert post(rosa, f"{page}/calls", {"reached": True}).status_code == 422
    assert post(rosa, f"{page}/outcome", {"words": "x" * 501}).status_code == 422
    for unknown in ("01900000-0000-7000-8000-000000000000", "nothing"):
        assert post(rosa, f"{unknown}/take").status_code == 404
        assert post(rosa, f"{unknown}/undo", {"why": "a reason"}).status_code == 404


@pytest.mark.parametrize("role", ["medical_assistant", "care_coordinator", "auditor"])
def test_who_may_not_act_reads_them_and_does_nothing(desk: Pipeline, page: str, role: str) -> None:
    desk.store.users.create("milo", name="Milo", role=role, password=PASSWORD)
    milo = signed_in("milo")
    assert [one["id"] for one in milo.get("/api/pages").json()["pages"]] == [page]
    for address, said in (
        ("take", {}),
        ("give-back", {}),
        ("outcome", {"words": "fine"}),
        ("calls", {"reached": True, "calls": 0}),
        ("calls/1/undo", {}),
        ("undo", {"why": "mine"}),
    ):
        assert post(milo, f"{page}/{address}", said).status_code == 403, address
    assert desk.store.pages.get(page).is_open


def test_whoever_does_not_see_the_patient_is_told_neither_the_value_nor_what_was_done(
    desk: Pipeline, page: str
) -> None:
    desk.access.join("operator", desk.store.pages.get(page).patient, "rosa")
    desk.store.users.create("ned", name="N. Ash", role="registered_nurse", password=PASSWORD)
    ned, rosa = signed_in("ned"), signed_in("rosa")
    (listed,) = ned.get("/api/pages").json()["pages"]
    assert "18.4" not in listed["words"] and "acrolimus" in listed["words"]
    post(rosa, f"{page}/outcome", {"words": "Level held."})
    post(rosa, f"{page}/undo", {"why": "It was Ada."})
    told = {one["what"]: one["said"] for one in ned.get("/api/pages").json()["pages"][0]["steps"]}
    assert told["outcome"] == told["undone"] == ""
    assert "Level held." in rosa.get("/api/pages").content.decode()


def test_a_programmes_page_is_nobodys_in_the_api_who_reads_no_programme(
    real: Pipeline, home: Path, settings: Any, tmp_path: Path
) -> None:
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text('[lighthouse]\npart2 = true\nprogramme = "Lighthouse Recovery"\n')
    made = pipelines.build(replace(real.settings, consent_names="Harbor Clinic"))
    settings.CARELOOM_PIPELINE = lambda _: made
    (tmp_path / "name.json").write_bytes(body(bundle(patient())))
    made.connect([tmp_path / "name.json"], source="ehr")
    made.store.users.create("dee", name="Dee", role="dietitian", password=PASSWORD)
    a_critical_level(made, tmp_path, "lighthouse")
    assert signed_in("dee").get("/api/pages").json() == {"pages": []}
    (told,) = signed_in("rosa").get("/api/pages").json()["pages"]
    assert told["restricted"] and "acrolimus" not in json.dumps(told)
