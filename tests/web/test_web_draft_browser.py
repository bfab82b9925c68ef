"""Drafting in a real browser: with the keyboard alone, on both widths, and without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from careloom import draft
from careloom.care.document import Statement
from careloom.demo import HERE
from careloom.pipeline import Pipeline
from tests.flow.samuel import SAMUEL
from tests.web.browser import NARROW, WIDE, absent, sign_in
from tests.web.desk import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]


@pytest.fixture
def site(real: Pipeline, invented: None, live_server: LiveServer) -> LiveServer:
    """A site where Samuel is known."""
    report = real.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr")
    assert report.rejected == []
    return live_server


def opened(
    browser: Browser, site: LiveServer, size: ViewportSize = WIDE, **how: Any
) -> tuple[Page, list[str]]:
    complaints: list[str] = []
    page = browser.new_context(viewport=size, base_url=site.url, **how).new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    sign_in(page, site.url, "rosa", PASSWORD)
    return page, complaints


def fits(page: Page) -> bool:
    """Whether nothing of the page must be scrolled sideways."""
    found: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return found


def test_she_drafts_with_the_keyboard_alone_and_reads_what_she_gave(
    browser: Browser, site: LiveServer
) -> None:
    page, complaints = opened(browser, site)
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/draft")
    page.keyboard.press("/")
    page.keyboard.type("gree")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 found")).to_be_visible()
    assert "gree" not in page.url.lower()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What shall be drafted?")).to_be_visible()
    page.get_by_role("link", name="Draft: Invented letter").focus()
    page.keyboard.press("Enter")
    page.get_by_label("To whom").fill("The depot")
    page.get_by_label("What you want to say").fill("He can't lift.\nHe tires.")
    page.get_by_label("no night shifts").check()
    page.get_by_role("button", name="Draft it").press("Enter")
    page.wait_for_url("**/review/*")
    expect(page.locator("#given")).to_contain_text("no night shifts")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Invented letter")
    assert complaints == []


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_page_fits_the_screen(browser: Browser, site: LiveServer, size: ViewportSize) -> None:
    page, complaints = opened(browser, site, size)
    page.goto("/draft")
    assert fits(page)
    page.locator("[data-row]").first.click()
    expect(page.get_by_role("heading", name="What shall be drafted?")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="Draft: Invented letter").click()
    expect(page.get_by_label("To whom")).to_be_visible()
    assert fits(page)
    page.get_by_label("To whom").fill("The depot")
    page.get_by_role("button", name="Draft it").click()
    page.wait_for_url("**/review/*")
    assert fits(page)
    page.get_by_role("link", name="Print").click()
    expect(page.get_by_text("not to be given to anybody")).to_be_visible()
    assert fits(page) and complaints == []


def test_without_javascript_a_form_that_is_wrong_comes_back_with_what_was_typed(
    browser: Browser, site: LiveServer
) -> None:
    page, _ = opened(browser, site, java_script_enabled=False)
    page.get_by_role("link", name="Draft", exact=True).click()
    page.get_by_label("Whose?").fill("RV160001")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Samuel Green").click()
    page.get_by_role("link", name="Draft: Invented letter").click()
    page.get_by_label("What you want to say").fill("He can't lift.")
    page.get_by_label("To whom").fill("   ")
    page.get_by_role("button", name="Draft it").click()
    expect(page.get_by_role("alert")).to_contain_text("1 field below needs another look")
    expect(page.get_by_text("This is needed.")).to_be_visible()
    expect(page.get_by_label("What you want to say")).to_have_value("He can't lift.")
    page.get_by_label("To whom").fill("The depot")
    page.get_by_role("button", name="Draft it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Invented letter")


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_a_hand_written_line_is_put_further_up_and_back_with_the_keyboard_alone(
    browser: Browser, site: LiveServer, real: Pipeline, size: ViewportSize
) -> None:
    rosa = real.store.users.reviewer("rosa")
    begun = real.by_hand(rosa, real.find(SAMUEL), "clinical_summary").id
    part = draft.kind_of("clinical_summary").sections[0].id
    texts = ["He walks alone.", "He eats well.", "He sleeps badly."]
    for text in texts:
        real.handwriting.add(rosa, begun, Statement(id="", section=part, kind="fact", text=text))
    page, complaints = opened(browser, site, size)
    page.goto(f"/review/{begun}")
    lines = page.locator("#plan .line .text")
    expect(lines).to_have_text(texts)
    for _ in texts:
        page.keyboard.press("j")
    page.keyboard.press("Shift+K")
    expect(lines).to_have_text([texts[0], texts[2], texts[1]])
    page.keyboard.press("Shift+K")
    expect(lines).to_have_text([texts[2], texts[0], texts[1]])
    page.keyboard.press("Shift+J")
    expect(lines).to_have_text([texts[0], texts[2], texts[1]])
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    expect(lines).to_have_text([texts[2], texts[0], texts[1]])
    assert fits(page) and complaints == []
