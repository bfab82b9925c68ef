"""In a real Chromium with a passkey of its own: Rosa makes one, signs in with it, signs a plan with it, without a password."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.web.browser import NARROW, WIDE, absent
from tests.web.desk import PASSWORD, AdasDesk
from tests.web.people import PROPOSAL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="there is no Chromium here"),
]


def with_key(page: Page) -> None:
    """This browser has a passkey device that always finds the right finger."""
    chrome = page.context.new_cdp_session(page)
    chrome.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    chrome.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_a_passkey_from_the_first_day_to_a_signature(
    open_as: Any, desk: AdasDesk, live_server: LiveServer
) -> None:
    page: Page = open_as("rosa")
    with_key(page)
    page.goto("/yours")
    page.get_by_text("Add a passkey…").click()
    page.get_by_label("A name for it").fill("my phone")
    page.locator("#pk").fill(PASSWORD)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("my phone").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto("/sign-in?next=/queue")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.goto(f"/review/{PROPOSAL.id}")
    page.keyboard.press("a")
    page.locator("#bar").get_by_role("button", name="Or use your passkey").click()
    page.wait_for_url("**/done")
    assert len(desk.decisions) == 1


def test_her_passkey_is_her_second_step_and_its_absence_is_said_in_words(
    open_as: Any, desk: AdasDesk
) -> None:
    page: Page = open_as("rosa")
    with_key(page)
    page.goto("/yours")
    page.get_by_text("Add a passkey…").click()
    page.get_by_label("A name for it").fill("my phone")
    page.locator("#pk").fill(PASSWORD)
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="I have kept them").click()
    stranger = page.context.browser.new_page(base_url=page.url.partition("/yours")[0])  # type: ignore[union-attr]
    stranger.goto("/sign-in")
    stranger.get_by_label("User name").fill("rosa")
    stranger.get_by_label("Password").fill(PASSWORD)
    stranger.get_by_role("button", name="Sign in", exact=True).click()
    expect(stranger.get_by_role("heading", name="One more step, rosa")).to_be_visible()
    with_key(stranger)
    stranger.get_by_role("button", name="Use your passkey").click()
    expect(stranger.get_by_text("The passkey was not used")).to_be_visible()
    stranger.close()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_setting_up_an_app_by_keyboard_fits_the_screen(open_as: Any, size: Any) -> None:
    page: Page = open_as("rosa", size)
    page.goto("/yours")
    page.get_by_text("Set up an authenticator app…").press("Enter")
    page.locator("#app").fill(PASSWORD)
    page.locator("#app").press("Enter")
    expect(page.get_by_role("heading", name="Set up an authenticator app")).to_be_visible()
    picture = page.locator(".qr svg")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box and box["width"] >= 150
    expect(page.get_by_label("Type the six digits")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/yours")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
