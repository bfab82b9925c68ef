"""A change is proposed, signed by two, begun and rolled back by clicking; criteria stand beside results, and the registry below."""

import pytest

from careloom.care.change import Criterion, Result
from careloom.pipeline import Pipeline
from tests.flow.test_releasing import CONTENT
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_flow import plan_of_ada
from tests.web.test_web_site_rules import somebody

pytestmark = pytest.mark.django_db
FORM = {
    "kind": "prompt", "title": "Briefer", "description": "One more sentence of rules.", "why": "Lines were long.",
    "impact": "It may leave facts out; verification refuses that.", "task": "care_plan join", "content": CONTENT,
    "shadow_fewest": "2", "worse_most": "0.5", "group_fewest": "1", "group_most": "0.9", "stages": "5/0, 100/7",
}  # fmt: skip


def test_a_change_goes_through_its_gate_by_clicking(real: Pipeline) -> None:
    plan_of_ada(real)
    lead, phil = somebody(real, "lena", "quality_lead"), somebody(real, "phil", "pharmacist")
    assert "There is no change yet." in lead.get("/studies/changes").content.decode()
    wrong = lead.post("/studies/changes/propose", {**FORM, "stages": "50/1"})
    assert wrong.status_code == 422 and "the last has everybody" in wrong.content.decode()
    address = lead.post("/studies/changes/propose", FORM)["Location"].partition("?")[0]
    shown = lead.get(address).content.decode()
    assert (
        shown.count("open</span>") == 5 and "Have it measured" in shown and "Begin the roll-out" not in shown
    )
    change = address.rpartition("/")[2]
    assert lead.post(f"{address}/measure").status_code == 302
    assert real.store.work.counts()["waiting"] >= 1
    assert phil.post(f"{address}/sign", {"password": PASSWORD}).status_code == 403
    for one in Criterion:
        real.releasing.keep("operator", change, Result(criterion=one, met=True, words="so it is"))
    assert phil.post(f"{address}/sign", {"password": "wrong"}).status_code == 403
    assert phil.post(f"{address}/sign", {"password": PASSWORD}).status_code == 302
    assert lead.post(f"{address}/sign", {"password": PASSWORD}).status_code == 403
    ari = somebody(real, "ari", "administrator")
    assert ari.post(f"{address}/sign", {"password": PASSWORD}).status_code == 302
    assert lead.post(f"{address}/on").status_code == 302
    assert lead.post(f"{address}/on").status_code == 302
    rolling = lead.get(address).content.decode()
    assert "100 % of patients from" in rolling and rolling.count("<rect") == 2 and "met</span>" in rolling
    assert lead.post(f"{address}/back", {"why": ""}).status_code == 422
    assert lead.post(f"{address}/back", {"why": "lines are worse"}).status_code == 302
    assert "rolled back" in lead.get("/studies/changes").content.decode()
    assert "lines are worse" in lead.get(address).content.decode()


def test_the_registry_stands_below_and_those_who_sign_drafts_alone_are_not_asked(real: Pipeline) -> None:
    plan_of_ada(real)
    walt = somebody(real, "walt", "auditor")
    listed = walt.get("/studies/changes").content.decode()
    assert "check rule" in listed and "Propose a change" not in listed
    assert signed_in("rosa").get("/studies/changes").status_code == 403
    assert walt.get("/studies/changes/new").status_code == 403
    assert walt.get(f"/studies/changes/{'0' * 32}").status_code == 404
