"""axe-core finds nothing serious on the pages of an empty site and of a plan that people have worked on (WCAG 2.2 A and AA)."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from careloom import demo
from careloom.care.document import Action, Finding, Severity, Tier
from careloom.pipeline import Pipeline
from careloom.review.decisions import first_screen
from tests.web.axe import MARKS, look
from tests.web.desk import have_read
from tests.web.test_web_axe import addresses
from tests.web.test_web_flow import sign
from tests.web.test_web_matrix import staffed

pytestmark = [pytest.mark.browser, *MARKS]


def test_no_page_of_a_plan_that_people_have_worked_on_has_one(
    real: Pipeline, browser: Browser, live_server: LiveServer
) -> None:
    """Signed in part, with a line struck and one amended, more than four findings, some of one line, and a call that is going on."""
    for source, folder in demo.PEOPLE:
        real.connect([folder], source=source)
    patient = real.find(demo.SHOWN)
    drafted = real.propose("operator", patient, as_of=demo.AS_OF, model="none")
    short = tuple(
        Finding(rule="omission", severity=Severity.LOW, message=f"Nothing tells of the {one}.")
        for one in ("feet", "eyes", "teeth", "sleep", "mood")
    )
    plan = replace(drafted, findings=(*drafted.findings, *short))
    real.store.proposals.replace(drafted, plan)
    people = staffed(real)
    nurse = people["registered_nurse"]
    hers = [
        one.id for one in plan.document.statements if one.id in first_screen(plan) and one.tier is Tier.NURSE
    ]
    have_read(nurse, plan)
    rosa = real.store.users.reviewer("a_registered_nurse")
    line = next(one for one in plan.document.statements if one.id == hers[1])
    real.decide(rosa, plan.id, Action.AMEND, struck=(hers[0],))
    real.decide(rosa, plan.id, Action.AMEND, edits={line.id: f"{line.text} It was asked again."})
    sign(nurse, real, plan.id)
    assert nurse.post(f"/call/{patient}/begin").status_code == 302
    seen = [
        f"/review/{plan.id}",
        f"/review/{plan.id}?line=f0",
        f"/review/{plan.id}?line={hers[0]}",
        f"/review/{plan.id}?line={hers[1]}",
    ]
    faults, looked = look(
        browser,
        live_server,
        people,
        [*seen, f"/review/{plan.id}/done", f"/call/{patient}", "/panel", "/queue", "/tasks"],
    )
    assert looked > 8
    assert faults == [], "\n".join(map(str, faults))


def test_no_page_of_an_empty_site_has_one(real: Pipeline, browser: Browser, live_server: LiveServer) -> None:
    faults, looked = look(browser, live_server, staffed(real), addresses({}))
    assert looked > 20
    assert faults == [], "\n".join(map(str, faults))
