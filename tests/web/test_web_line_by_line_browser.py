"""In a real Chromium: high findings first, lines marked by a key, and words that survive a closed window."""

from typing import Any

import pytest
from playwright.sync_api import expect

from careloom.care.progress import Progress
from tests.web.browser import NARROW, WIDE, absent
from tests.web.desk import PASSWORD, AdasDesk
from tests.web.people import PROPOSAL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]
PLAN = f"/review/{PROPOSAL.id}"


def test_a_nurse_opens_what_is_high_marks_two_lines_and_signs_them_by_keyboard_alone(
    open_as: Any, desk: AdasDesk
) -> None:
    desk.begun.first = Progress()
    desk.doubts["s4"] = "A language model joined what the sources say into this sentence."
    page = open_as()
    page.goto(PLAN)
    bar = page.locator("#bar .will")
    expect(bar).to_contain_text("must be opened before you sign")
    page.keyboard.press("s")
    expect(page.locator("#password")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(bar).to_contain_text("Sign 13 lines")
    expect(bar).to_contain_text("1 asks for your yes or no first")
    page.locator('[data-key="s4"]').focus()
    page.keyboard.press("y")
    expect(page.locator("#asks-s4")).to_contain_text("You said yes")
    expect(page.locator('[data-key="s4"]')).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("#line-s4 .marks")).to_contain_text("to sign")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("#line-s5 .marks")).to_contain_text("to sign")
    expect(bar).to_contain_text("Sign 2 marked lines")
    page.keyboard.press("s")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/done")
    assert set(desk.proposals[PROPOSAL.id].released) == {"s4", "s5"}


def test_one_line_is_sent_back_by_keyboard(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(PLAN)
    page.locator('[data-key="s5"]').focus()
    page.keyboard.press("b")
    form = page.locator("#edit-s5")
    form.get_by_label("What is wrong").select_option("wrong")
    form.get_by_label("In your words").fill("She stopped it in May.")
    form.get_by_role("button", name="Send it back").click()
    expect(page.locator("#line-s5 .marks")).to_contain_text("sent back")
    expect(page.locator("#notice")).to_contain_text("Sent back")
    assert desk.proposals[PROPOSAL.id].sent_back.keys() == {"s5"}


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_what_she_typed_survives_a_closed_window_and_another_window_shows_it(
    open_as: Any, desk: AdasDesk, size: Any
) -> None:
    page = open_as(size=size)
    page.goto(f"{PLAN}?line=s6&do=amend")
    other = page.context.new_page()
    other.goto(f"{PLAN}?line=s6&do=amend")
    page.locator("#text-s6").fill("Her knees hurt on most days.")
    expect(page.locator("#kept-text-s6")).to_have_text("Kept.")
    page.close()
    field = other.locator("#text-s6")
    field.fill("Something else.")
    expect(other.locator("#kept-text-s6")).to_contain_text("Her knees hurt on most days.")
    other.get_by_role("button", name="Take those").click()
    expect(field).to_have_value("Her knees hurt on most days.")
    other.goto(f"{PLAN}?line=s6&do=amend")
    expect(other.locator("#text-s6")).to_have_value("Her knees hurt on most days.")
    assert other.evaluate("document.scrollingElement.scrollWidth") == size["width"]
