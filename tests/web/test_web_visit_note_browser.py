"""A nurse types a call in a real browser, on both widths, and reads her note."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from careloom.demo import HERE
from careloom.pipeline import Pipeline
from tests.web.browser import NARROW, WIDE, absent, sign_in
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_visit_note import SAMUEL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]


@pytest.fixture
def samuel(real: Pipeline) -> str:
    real.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
    signed_in("rosa")
    return real.find(SAMUEL)


def opened(browser: Browser, site: LiveServer, size: ViewportSize) -> Page:
    page = browser.new_context(viewport=size, base_url=site.url).new_page()
    page.set_default_timeout(20_000)
    sign_in(page, site.url, "rosa", PASSWORD)
    return page


def fits(page: Page) -> bool:
    """Whether nothing of the page must be scrolled sideways."""
    found: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return found


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_she_types_a_call_mends_what_does_not_fit_and_reads_the_note_with_its_red_flag(
    browser: Browser, live_server: LiveServer, real: Pipeline, samuel: str, size: ViewportSize
) -> None:
    page = opened(browser, live_server, size)
    page.goto(f"/draft/{samuel}/visit_note")
    assert fits(page)
    shot(page, f"form-{size['width']}")
    page.get_by_label("Day of the contact").fill("2026-11-20")
    page.get_by_label("Phone, video or visit").select_option("phone")
    page.get_by_label("Outcome").select_option("reached")
    page.get_by_label("With whom").select_option("patient")
    page.get_by_label("Reported", exact=True).fill("I have chest pain when I walk\n<b>My sister</b> shops")
    page.get_by_label("Measured").fill("BP 142/88")
    page.get_by_role("button", name="Draft it").click()
    expect(page.get_by_text("needs its unit")).to_be_visible()
    assert fits(page)
    shot(page, f"error-{size['width']}")
    page.get_by_label("Measured").fill("BP 142/88 mmHg")
    page.get_by_role("button", name="Draft it").click()
    page.wait_for_url("**/review/**")
    shot(page, f"note-{size['width']}")
    expect(page.get_by_text("Blood pressure: 142/88 mmHg.").first).to_be_visible()
    expect(page.get_by_text("Reported: “<b>My sister</b> shops”.").first).to_be_visible()
    expect(page.get_by_text("It tells of chest pain or pressure").first).to_be_visible()
    assert fits(page)
    shot(page, f"note-{size['width']}")
    assert [one.cause for one in real.store.pages.waiting()] == ["contact"]


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
