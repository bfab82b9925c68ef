"""Alarms in the web page: seen by who watches, taken and ended by who tends, owned by whom the administrator names."""

import pytest
from django.test import Client

from careloom.care.document import Severity
from careloom.pipeline import Pipeline
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db


def somebody(real: Pipeline, name: str, role: str) -> Client:
    real.store.users.create(name, role=role, name=f"{name.title()} Invented", password=PASSWORD)
    return signed_in(name)


def test_an_alarm_is_acknowledged_and_ended_with_a_note(real: Pipeline) -> None:
    lead = somebody(real, "lena", "quality_lead")
    assert "No alarm stands" in lead.get("/alarms").content.decode()
    alarm = real.alarming.raise_alarm(
        "practice", "override:renal_dose", "The rule {rule} is signed over more often",
        values={"rule": "renal_dose"}, evidence="2026-W47", severity=Severity.HIGH, link="/studies/rules",
    ).id  # fmt: skip
    listed = lead.get("/alarms").content.decode()
    assert "1 alarm stands" in listed and "The rule renal_dose is signed over more often" in listed
    assert "to be acknowledged by" in listed
    assert "1 alarm waits for you to acknowledge it." in lead.get("/notices").content.decode()
    assert lead.get("/api/alarms").json()["standing"][0]["state"] == "raised"
    assert lead.post(f"/alarms/{alarm}/acknowledge").status_code == 302
    assert "Lena Invented acknowledged it" in lead.get(f"/alarms/{alarm}").content.decode()
    refused = lead.post(f"/alarms/{alarm}/end", {"note": " "})
    assert refused.status_code == 422 and "Say what was found" in refused.content.decode()
    assert lead.post(f"/alarms/{alarm}/note", {"note": "asked the pharmacist"}).status_code == 302
    assert (
        lead.post(f"/alarms/{alarm}/end", {"note": "a new guideline; the rule was changed"}).status_code
        == 302
    )
    shown = lead.get(f"/alarms/{alarm}").content.decode()
    assert "asked the pharmacist" in shown and "End it" not in shown
    assert "a new guideline; the rule was changed" in lead.get("/alarms").content.decode()
    assert lead.get("/api/alarms?kind=data").json() == {"standing": [], "ended": []}


def test_an_auditor_reads_and_a_nurse_does_not(real: Pipeline) -> None:
    walt, rosa = somebody(real, "walt", "auditor"), signed_in("rosa")
    alarm = real.alarming.raise_alarm("queue", "age", "w", evidence="e").id
    assert walt.get(f"/alarms/{alarm}").status_code == 200
    assert walt.post(f"/alarms/{alarm}/acknowledge").status_code == 403
    assert rosa.get("/alarms").status_code == 403 and rosa.get("/api/alarms").status_code == 403
    assert walt.get("/alarms/" + "0" * 32).status_code == 404


def test_the_administrator_names_who_answers_for_a_kind(real: Pipeline) -> None:
    boss, lead = somebody(real, "ada", "administrator"), somebody(real, "lena", "quality_lead")
    user = real.store.users.reviewer("lena").user
    assert lead.post("/alarms/owner", {"duty": "alarm:data", "owner": user}).status_code == 403
    assert boss.post("/alarms/owner", {"duty": "alarm:nothing", "owner": user}).status_code == 404
    wrong = boss.post("/alarms/owner", {"duty": "alarm:data", "owner": "role:dietitian"})
    assert wrong.status_code == 422 and "Choose a person or a role of the list" in wrong.content.decode()
    assert boss.post("/alarms/owner", {"duty": "alarm:data", "owner": user}).status_code == 302
    assert "Lena Invented" in lead.get("/alarms").content.decode()
    real.store.users.activate("lena", active=False)
    assert "has left or changed roles" in boss.get("/alarms").content.decode()
