"""Failure modes: told where they are seen, judged by the lead, linked to what prevents them now."""

import pytest
from django.test import Client

from careloom.care.document import Action
from careloom.pipeline import Pipeline
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_flow import plan_of_ada

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(real: Pipeline) -> Client:
    real.store.users.create("lena", role="quality_lead", name="Lena Ruiz", password=PASSWORD)
    return signed_in("lena")


def test_what_a_nurse_reports_with_its_severity_is_listed_judged_and_linked_to_a_rule(
    real: Pipeline, lead: Client
) -> None:
    assert "Nobody has said yet that a draft was wrong." in lead.get("/studies/failures").content.decode()
    plan = plan_of_ada(real)
    line = plan.document.statements[0].id
    told = {"key": line, "reason": "wrong", "words": "she never took it", "severity": "high"}
    assert signed_in("rosa").post(f"/review/{plan.id}/report", told).status_code == 302
    shown = lead.get("/studies/failures").content.decode()
    assert "she never took it" in shown and "nobody has judged it yet" in shown
    (failure,) = real.store.failures.newest(10)
    shown = lead.get(f"/studies/failures/{failure.id}").content.decode()
    assert '<option value="high" selected>' in shown and f"/review/{plan.id}" in shown
    given = {"failure": failure.id, "severity": "high", "cause": "reading", "prevents": "no_such_rule"}
    refused = lead.post("/studies/failures/judge", given)
    assert refused.status_code == 422 and "Name a rule of the check" in refused.content.decode()
    assert (
        lead.post(
            "/studies/failures/judge", {**given, "prevents": "grounding", "why": "reads it now"}
        ).status_code
        == 302
    )
    shown = lead.get("/studies/failures").content.decode()
    assert "Prevented now by:" in shown and "a rule or a test prevents it now" in shown
    test = "tests/safety/test_planted_faults.py::test_each_fault_is_stopped"
    assert lead.post("/studies/failures/judge", {**given, "prevents": test}).status_code == 302
    assert len(real.store.failures.newest(1)[0].judged) == 2


def test_a_rejected_draft_is_a_failure_that_waits_to_be_judged(real: Pipeline, lead: Client) -> None:
    plan = plan_of_ada(real)
    real.decide(real.store.users.reviewer("osei"), plan.id, Action.REJECT, reason="Wrong patient's drugs")
    shown = lead.get("/studies/failures").content.decode()
    assert "Wrong patient&#x27;s drugs" in shown and "nobody has judged it yet" in shown


def test_failures_are_the_leads_and_the_auditors_and_judged_by_the_lead_alone(
    real: Pipeline, lead: Client
) -> None:
    real.store.users.create("walt", role="auditor", name="Walt Iyer", password=PASSWORD)
    walt, rosa = signed_in("walt"), signed_in("rosa")
    assert walt.get("/studies/failures").status_code == 200
    assert rosa.get("/studies/failures").status_code == 403
    assert walt.post("/studies/failures/judge", {}).status_code == 403
    assert (
        lead.post(
            "/studies/failures/judge", {"failure": "0" * 32, "severity": "low", "cause": "wording"}
        ).status_code
        == 404
    )
