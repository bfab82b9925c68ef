"""A case written by hand in a real Chromium: begun, cited by choosing, added, a slip taken out, timed as writing."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from careloom.care.document import Proposal
from careloom.pipeline import Pipeline
from tests.flow.test_timing import Hands
from tests.web.browser import NARROW, WIDE, absent
from tests.web.test_web_timing_browser import go, hands, rosa, seconds, site
from tests.web.test_web_timing_browser import plan as plan

__all__ = ["hands", "plan", "rosa", "site"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="no Chromium here"),
]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_a_nurse_writes_a_plan_by_hand_on_any_screen(
    rosa: Page, site: Pipeline, plan: Proposal, hands: Hands, size: Any
) -> None:
    rosa.set_viewport_size(size)
    rosa.goto(f"/draft/{plan.document.patient}")
    rosa.get_by_role("button", name="Write by hand: Care plan").click()
    expect(rosa.get_by_role("heading", name="Write a line")).to_be_visible()
    rosa.locator(".write summary").first.click()
    rosa.get_by_label("Search the entries").fill("hypertensive")
    expect(rosa.locator("#cite label:visible")).to_have_count(1)
    rosa.locator("#cite label:visible").click()
    rosa.get_by_label("The line", exact=True).fill("Hypertension has been active since 2010-10-10.")
    assert rosa.evaluate("document.documentElement.scrollWidth <= innerWidth")
    go(rosa, hands, 30)
    rosa.get_by_role("button", name="Add the line").click()
    expect(rosa.locator(".line .marks").first).to_contain_text("supported")
    rosa.get_by_label("The line", exact=True).fill("He walks slowy.")
    rosa.get_by_role("button", name="Add the line").click()
    expect(rosa.locator(".line")).to_have_count(2)
    rosa.get_by_text("Your lines that nobody signed (2)").click()
    rosa.get_by_role("button", name="Take out: He walks slowy.").click()
    expect(rosa.locator(".line")).to_have_count(1)
    assert seconds(site)["write"] >= 25


def test_what_a_typed_line_matches_best_is_cited_by_one_key(rosa: Page, plan: Proposal) -> None:
    rosa.goto(f"/draft/{plan.document.patient}")
    rosa.get_by_role("button", name="Write by hand: Care plan").click()
    rosa.get_by_label("The line", exact=True).fill("Hypertension has been active since 2010-10-10.")
    rosa.get_by_role("button", name="Add the line").click()
    expect(rosa.locator(".line .marks").first).to_contain_text("not in its sources")
    expect(rosa.locator("#evidence .offered")).to_contain_text("bears out the whole line")
    rosa.locator(".line > a").first.focus()
    rosa.keyboard.press("i")
    expect(rosa.locator(".line .marks").first).to_contain_text("supported")
    expect(rosa.locator("#evidence .offered")).to_have_count(0)
