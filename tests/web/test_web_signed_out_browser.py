"""The session's cookies are gone while somebody types: she is told to sign in, and no word that she typed is lost."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import absent
from tests.web.desk import PASSWORD, AdasDesk
from tests.web.people import PROPOSAL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]
PLAN = f"/review/{PROPOSAL.id}"
WORDS = "Walk to the mailbox and back each morning, with the cane."


def sign_in_elsewhere(page: Page, name: str = "rosa") -> None:
    """By the link in the notice, in another tab; then she comes back to this one."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    other = opened.value
    other.get_by_label("User name").fill(name)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(lambda address: "/sign-in" not in address)
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")


def amending(page: Page) -> None:
    page.goto(f"{PLAN}?line=s6&do=amend")
    page.locator("#text-s6").fill("Walk daily.")
    expect(page.locator("#kept-text-s6")).to_have_text("Kept.")


@pytest.mark.parametrize("gone", ["all", "the token alone", "the session alone"])
def test_an_amendment_outlives_the_cookies(open_as: Any, desk: AdasDesk, gone: str) -> None:
    page = open_as()
    amending(page)
    cookies = {
        "all": None,
        "the token alone": re.compile("csrf"),
        "the session alone": re.compile("session"),
    }[gone]
    page.context.clear_cookies(name=cookies) if cookies else page.context.clear_cookies()
    page.locator("#text-s6").fill(WORDS)
    page.get_by_role("button", name="See what it becomes").click()
    if gone != "the token alone":
        expect(page.locator("#notice")).to_contain_text("What you typed still stands on this page")
        expect(page.locator("#text-s6")).to_have_value(WORDS)
        sign_in_elsewhere(page)
    expect(page.locator("#notice")).to_contain_text("You are signed in again")
    expect(page.locator("#kept-text-s6")).to_have_text("Kept.")
    page.get_by_role("button", name="See what it becomes").click()
    page.get_by_role("button", name="Keep this wording").click()
    expect(page.locator("#notice")).to_contain_text("Line amended")
    assert WORDS in [one.text for one in desk.proposals[PROPOSAL.id].document.statements]


def test_words_that_were_kept_are_found_again_after_signing_in(open_as: Any) -> None:
    page = open_as()
    page.goto(f"{PLAN}?line=s6&do=amend")
    page.locator("#text-s6").fill(WORDS)
    expect(page.locator("#kept-text-s6")).to_have_text("Kept.")
    page.context.clear_cookies()
    page.get_by_role("button", name="See what it becomes").click()
    page.wait_for_url("**/sign-in?**")
    expect(page.locator(".notice")).to_contain_text("What you pressed last was not done")
    assert "not yours" not in page.content()
    page.get_by_label("User name").fill("rosa")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#text-s6")).to_have_value(WORDS)


def test_a_reason_in_a_form_that_leaves_the_page_outlives_the_cookies(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(PLAN)
    page.keyboard.press("r")
    reason = page.locator("#words-return")
    page.context.clear_cookies()
    reason.fill("The dose of the walker is wrong.")
    reason.evaluate(
        "field => [...field.form.querySelectorAll('select')].forEach(one => { one.selectedIndex = one.options.length - 1; })"
    )
    reason.evaluate("field => field.form.noValidate = true")
    reason.evaluate("field => field.form.requestSubmit()")
    expect(page.locator("#notice")).to_contain_text("What you typed still stands on this page")
    expect(reason).to_have_value("The dose of the walker is wrong.")
    assert not desk.decisions


def test_somebody_else_who_signs_in_sees_none_of_the_words(open_as: Any) -> None:
    page = open_as()
    amending(page)
    page.context.clear_cookies()
    page.locator("#text-s6").fill(WORDS)
    page.get_by_role("button", name="See what it becomes").click()
    expect(page.locator("#notice")).to_contain_text("You are signed out")
    sign_in_elsewhere(page, "osei")
    page.wait_for_load_state()
    expect(page.locator("body")).not_to_contain_text("You are signed out")
    assert WORDS not in page.content()


def test_who_typed_nothing_is_led_to_the_sign_in_page(open_as: Any) -> None:
    page = open_as()
    page.goto(PLAN)
    page.context.clear_cookies()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in?**")
