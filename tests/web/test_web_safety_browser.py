"""A failure becomes an active rule by clicks alone, timed; and its pages and those of safety have no serious fault at both widths."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from careloom.pipeline import Pipeline
from tests.flow.test_protecting import FILLED
from tests.flow.test_safety import SAID
from tests.web.axe import SPEC
from tests.web.browser import NARROW, WIDE, absent, sign_in
from tests.web.desk import PASSWORD
from tests.web.test_web_flow import plan_of_ada
from tests.web.test_web_management_browser import faults
from tests.web.test_web_site_rules import somebody

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]
# What somebody who clicks may take (docs/failures.md); a machine that clicks takes seconds.
MOST_SECONDS = 600


def whose(browser: Browser, live_server: LiveServer, name: str) -> Page:
    page = browser.new_context(viewport=WIDE, bypass_csp=True).new_page()
    sign_in(page, live_server.url, name, PASSWORD)
    return page


def test_a_failure_becomes_an_active_rule_by_clicks_and_no_page_of_safety_has_a_serious_fault(
    real: Pipeline, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    plan = plan_of_ada(real)
    real.flag_for_improvement(plan, {"code": "missing", "words": "nothing said of the missing result"})
    somebody(real, "lena", "quality_lead")
    somebody(real, "phil", "pharmacist")
    frozen = real.store.site_rules.frozen_of(plan.id)
    assert frozen is not None
    began = time.monotonic()
    lead = whose(browser, live_server, "lena")
    lead.goto(f"{live_server.url}/studies/failures")
    lead.get_by_role("link", name="nothing said of the missing result").click()
    lead.get_by_role("link", name="a drug without a result").click()
    fields = {"one": frozen.drugs[0], "lab": "tsh", "days": "30"}
    fields |= {name: FILLED[name] for name in ("why", "action", "source", "section", "year")}
    for name, words in fields.items():
        lead.locator(f"main [name={name}]").fill(words)
    lead.locator("main [name=severity]").select_option("moderate")
    lead.get_by_role("button", name="Keep the draft").click()
    lead.get_by_role("button", name="Try it over the past").click()
    lead.get_by_role("button", name="Let it run silently").click()
    lead.get_by_text("It runs silently from now on").wait_for()
    address = lead.url.partition("?")[0]
    for name in ("phil", "osei"):
        page = whose(browser, live_server, name)
        page.goto(address)
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="I have read it: sign it").click()
        page.get_by_text("Signed.").wait_for()
    assert len(real.store.site_rules.active()) == 1
    assert time.monotonic() - began < MOST_SECONDS
    event = real.safety.report(real.store.users.reviewer("lena"), {**SAID, "happened": "2020-01-02"})
    real.stop_switch.stop("operator", "model", "a-model", "a drill")
    found = []
    for path in (address, "/studies/rules/new?template=drug_result", "/studies/failures", "/safety",
                 "/safety/report", f"/safety/events/{event}", "/safety/stops"):  # fmt: skip
        lead.set_viewport_size(WIDE)
        lead.goto(path if path.startswith("http") else f"{live_server.url}{path}")
        found += [(path, one) for one in faults(lead)]
        lead.screenshot(path=tmp_path / f"{len(found)}-wide.png", full_page=True)
        lead.set_viewport_size(NARROW)
        wide = lead.evaluate("document.documentElement.scrollWidth")
        found += [(path, one) for one in faults(lead)] + ([(path, wide)] if wide > NARROW["width"] else [])
        lead.screenshot(path=tmp_path / f"{len(found)}-narrow.png", full_page=True)
    assert found == []
