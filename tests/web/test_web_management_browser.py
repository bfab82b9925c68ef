"""The page of care management in a real Chromium: a physician records and attests, at both widths, with every form open and no serious fault."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from careloom.pipeline import Pipeline
from careloom.store.models import ManagementStep
from tests.web.axe import RULES, RUN, SPEC, axe
from tests.web.browser import NARROW, WIDE, absent, sign_in
from tests.web.desk import PASSWORD
from tests.web.test_web_management import her as her

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]


def faults(page: Page) -> list[Any]:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(axe())
    return [one for one in page.evaluate(RUN, RULES) if one[0] in ("serious", "critical")]


def test_a_physician_records_a_consent_and_attests_conditions(
    real: Pipeline, her: str, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    page = browser.new_context(viewport=WIDE, bypass_csp=True).new_page()
    sign_in(page, live_server.url, "osei", PASSWORD)
    page.goto(f"{live_server.url}/patients/{her}")
    page.get_by_role("link", name="Care management").click()
    page.get_by_text("A consent…").click()
    for one in page.get_by_role("group", name="Before, the patient was told").get_by_role("checkbox").all():
        one.check()
    page.get_by_label("By whom: the patient, or who may for the patient").fill("the patient")
    page.get_by_label("Responsible practitioner").select_option(index=1)
    page.locator("#consent-day").fill("2026-11-02")
    page.get_by_role("button", name="Record the consent").click()
    page.get_by_role("heading", name="In force: Chronic care management").wait_for()
    page.get_by_text("Conditions and risk…").click()
    for name in ("hypertension", "12 months", "significant risk"):
        page.get_by_label(name).check()
    page.locator("#attest-proof").fill(PASSWORD)
    page.get_by_role("button", name="Attest it").first.click()
    page.get_by_text("Recorded, with your name").wait_for()
    assert {row.what for row in ManagementStep.objects.all()} == {"consent", "attest"}
    found = faults(page)
    page.screenshot(path=tmp_path / "wide.png", full_page=True)
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    found += faults(page)
    page.screenshot(path=tmp_path / "narrow.png", full_page=True)
    assert found == []
