"""The pages of safety events and of the stop switch, pressed as people press them."""

import re

import pytest
from django.test import Client

from careloom.pipeline import Pipeline
from tests.flow.test_protecting import FILLED
from tests.flow.test_safety import ACTION, CAUSE, SAID
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_flow import plan_of_ada
from tests.web.test_web_site_rules import somebody

pytestmark = pytest.mark.django_db
WORDS = "Ada Moreno was told to take it twice."


def test_from_a_review_page_to_an_event_that_somebody_else_closes(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    lead, rosa = somebody(real, "lena", "quality_lead"), signed_in("rosa")
    shown = rosa.get(f"/review/{plan.id}").content.decode()
    (address,) = re.findall(r'href="(/safety/report\?document=[^"]*)"', shown)
    form = rosa.get(address.replace("&amp;", "&")).content.decode()
    assert "the document that you came from" in form and plan.id in form
    said = {**SAID, "words": WORDS, "document": plan.id, "happened": "2020-11-22"}
    wrong = rosa.post("/safety/reported", {**said, "category": "Z"})
    assert wrong.status_code == 422 and WORDS in wrong.content.decode()
    event = rosa.post("/safety/reported", said)["Location"].partition("?")[0]
    assert (
        WORDS in rosa.get(event).content.decode() and "Look into it" not in rosa.get(event).content.decode()
    )
    assert "B: an error that did not reach the patient" in lead.get("/safety").content.decode()
    people = {one.name: one.user for one in real.store.users.all()}
    for what, given in (
        ("judge", {"category": "D", "harm": "none"}),
        ("cause", {"factors": CAUSE["factors"].split(","), "why": CAUSE["why"]}),
        ("act", {**ACTION, "owner": people["Lena Invented"]}),
        ("worked", {"action": "1", "worked": "yes", "found": "none in a month"}),
    ):
        assert say(lead, event, what, given) == 302, what
    assert say(lead, event, "close", {"why": "over"}) == 403
    phil = somebody(real, "phil", "pharmacist")
    assert say(phil, event, "close", {"why": "none in three months"}) == 302
    closed = phil.get(event).content.decode()
    assert "closed it (none in three months)" in closed and "Open it again" in closed
    told = lead.get("/safety/export").content.decode()
    assert (
        '"D"' in told and "Moreno" not in told and "22" not in told.partition("\n")[2].partition("D")[0][33:]
    )
    assert rosa.get("/safety/export").status_code == 403


def test_a_nurse_stops_care_plans_and_every_page_says_so_until_two_roles_start_them_again(
    real: Pipeline,
) -> None:
    plan = plan_of_ada(real)
    rosa, osei = signed_in("rosa"), signed_in("osei")
    assert "Stopped here" not in osei.get("/queue").content.decode()
    given = {"what": "kind:care_plan", "why": "doses are wrong"}
    assert rosa.post("/safety/stop", {**given, "why": ""}).status_code == 422
    assert rosa.post("/safety/stop", given).status_code == 302
    for address in ("/queue", f"/review/{plan.id}", "/safety/stops", "/panel"):
        assert "Stopped here: Care plan" in osei.get(address).content.decode(), address
    body = {"patient": plan.document.patient}
    assert (
        rosa.post(
            f"/api/patients/{body['patient']}/drafts", {"kind": "care_plan"}, "application/json"
        ).status_code
        == 423
    )
    (start,) = re.findall(
        r'action="(/safety/stops/[0-9a-f]{32}/start)"', osei.get("/safety/stops").content.decode()
    )
    assert osei.post(start, {"note": "mended", "password": "wrong"}).status_code == 403
    assert osei.post(start, {"note": "mended", "password": PASSWORD}).status_code == 302
    assert osei.post(start, {"note": "mended", "password": PASSWORD}).status_code == 403
    assert "Stopped here" in osei.get("/queue").content.decode()
    assert rosa.post(start, {"note": "looked at three", "password": PASSWORD}).status_code == 302
    assert "Stopped here" not in osei.get("/queue").content.decode()
    assert "Runs again since" in rosa.get("/safety/stops").content.decode()


def test_a_missed_result_becomes_an_active_rule_by_clicking_and_machines_read_it(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    lead, phil = somebody(real, "lena", "quality_lead"), somebody(real, "phil", "pharmacist")
    frozen = real.store.site_rules.frozen_of(plan.id)
    assert frozen is not None and frozen.drugs
    form = lead.get("/studies/rules/new?template=no_result").content.decode()
    assert 'list="labs"' in form and "a drug and a condition" in form
    given = {"template": "no_result", "one": frozen.drugs[0], "lab": "tsh", "days": "30", **{
        name: FILLED[name] for name in ("severity", "why", "action", "source", "section", "year")
    }}  # fmt: skip
    wrong = lead.post("/studies/rules/draft", {**given, "days": "soon"})
    assert wrong.status_code == 422 and "from 1 to 3650" in wrong.content.decode()
    rule = lead.post("/studies/rules/draft", given)["Location"].partition("?")[0]
    assert lead.post(f"{rule}/try").status_code == 302
    shown = lead.get(rule).content.decode()
    assert "without TSH in the last 30 days" in shown and "no lab:" not in shown
    assert "It is about no pair of drugs" not in shown
    assert f"/review/{plan.id}" in shown and "<svg" in shown
    assert lead.get(f"{rule}/trying", headers={"HX-Request": "true"}).status_code == 200
    real.store.site_rules.trial_at(rule.rpartition("/")[2], real.clock(), 20_000, 100_000)
    assert "20000 of 100000" in lead.get(rule).content.decode()
    real.store.site_rules.trial_over(rule.rpartition("/")[2])
    assert lead.post(f"{rule}/run").status_code == 302
    for who in (phil, signed_in("osei")):
        assert who.post(f"{rule}/sign", {"password": PASSWORD}).status_code == 302
    anew = real.propose("operator", plan.document.patient, as_of=plan.document.as_of, model="none")
    assert any(FILLED["why"] in one.message for one in anew.findings)
    (told,) = phil.get("/api/rules").json()["rules"]
    assert (told["state"], told["signed"]) == ("active", ["pharmacist", "physician"])
    assert phil.get("/api/failures").json() == {"failures": [], "total": 0}
    assert signed_in("rosa").get("/api/rules").status_code == 403
    assert signed_in("rosa").get("/api/stops").json() == {"stopped": []}


def say(who: Client, event: str, what: str, given: dict[str, object]) -> int:
    (read, *_) = re.findall(r'name="read" value="(\d+)"', who.get(event).content.decode())
    return who.post(f"{event}/{what}", {**given, "read": read}).status_code
