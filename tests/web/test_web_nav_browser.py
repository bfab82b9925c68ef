"""The folded pages of the head in a real Chromium: by mouse and by keyboard, wide and narrow."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from careloom.pipeline import Pipeline
from tests.web.axe import SPEC, axe, faults_of
from tests.web.browser import NARROW, WIDE, absent
from tests.web.test_web_matrix import staffed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]
UNFOLD = "document.querySelector('[data-more]').open = true;"


def opened(browser: Browser, live_server: LiveServer, client: Client, size: ViewportSize) -> Page:
    """The panel in the browser of whoever this is."""
    context = browser.new_context(viewport=size, base_url=live_server.url)
    session = client.cookies[django_settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
    page = context.new_page()
    page.goto("/panel")
    return page


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_two_keys_unfold_the_rest_and_escape_folds_it_again(
    real: Pipeline, browser: Browser, live_server: LiveServer, size: ViewportSize
) -> None:
    page = opened(browser, live_server, staffed(real)["registered_nurse"], size)
    rest = page.locator("[data-more]")
    expect(page.get_by_role("link", name="Studies")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(rest.get_by_role("link", name="Questions")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Escape")
    expect(rest.locator("summary")).to_be_focused()
    expect(page.get_by_role("link", name="Studies")).to_be_hidden()
    page.keyboard.press("Enter")
    rest.get_by_role("link", name="Studies").click()
    expect(page.get_by_role("heading", name="Studies", level=1)).to_be_visible()
    expect(page.locator("[data-more] summary")).to_have_text("More: Studies")


def test_the_unfolded_pages_fold_when_the_cursor_goes_on(
    real: Pipeline, browser: Browser, live_server: LiveServer
) -> None:
    page = opened(browser, live_server, staffed(real)["quality_lead"], WIDE)
    rest = page.locator("[data-more]")
    rest.locator("summary").click()
    rest.get_by_role("link").last.focus()
    page.keyboard.press("Tab")
    expect(rest).not_to_have_attribute("open", "")
    rest.locator("summary").click()
    page.mouse.click(640, 780)
    expect(rest).not_to_have_attribute("open", "")


def test_the_unfolded_pages_have_no_serious_fault(
    real: Pipeline, browser: Browser, live_server: LiveServer
) -> None:
    client = staffed(real)["quality_lead"]
    found = faults_of(browser, live_server, "/panel", client, f"{axe()}; {UNFOLD}")
    assert found == []
