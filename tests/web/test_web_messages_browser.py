"""Sending in a real browser: with the keyboard alone, and on both widths."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from careloom.pipeline import Pipeline
from tests.web.browser import NARROW, WIDE, absent, sign_in
from tests.web.desk import PASSWORD
from tests.web.test_web_messages import ready, reminded

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]


@pytest.fixture
def desk(real: Pipeline, home: Path, settings: Settings) -> Pipeline:
    return ready(real, home, settings)


@pytest.fixture
def filed(desk: Pipeline, tmp_path: Path) -> str:
    return reminded(desk, tmp_path / "sent.json").id


def opened(browser: Browser, site: LiveServer, size: ViewportSize) -> Page:
    page = browser.new_context(viewport=size, base_url=site.url).new_page()
    page.set_default_timeout(20_000)
    sign_in(page, site.url, "rosa", PASSWORD)
    return page


def fits(page: Page) -> bool:
    """Whether nothing of the page must be scrolled sideways."""
    found: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return found


def test_she_sends_a_filed_reminder_from_its_page_with_the_keyboard_and_takes_it_back(
    browser: Browser, live_server: LiveServer, filed: str
) -> None:
    page = opened(browser, live_server, WIDE)
    page.goto(f"/review/{filed}")
    page.get_by_role("link", name="Send to the patient").press("Enter")
    expect(page.get_by_role("heading", name="Send this reminder to the patient")).to_be_visible()
    page.get_by_text("The whole message by e-mail").press("Enter")
    expect(page.get_by_text("To reach a person, call 555-555-0100.").first).to_be_visible()
    page.get_by_role("button", name="Send it").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("It waits to be sent")
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.get_by_text("cancelled")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_page_about_messages_fits_the_screen(
    browser: Browser, live_server: LiveServer, desk: Pipeline, filed: str, size: ViewportSize
) -> None:
    who = desk.store.proposals.get(filed).document.patient
    desk.replying.take(b"I can't breathe since this morning", "text", patient=who)
    desk.delivering.queue("rosa", filed, "email")
    page = opened(browser, live_server, size)
    for address in (f"/review/{filed}/send", "/messages", "/urgent", "/replies"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert fits(page)
