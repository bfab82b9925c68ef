"""In a real browser: a physician takes back what she has just filed, with the keyboard, on a wide and a narrow screen; axe finds nothing serious."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from careloom.care.document import Proposal
from careloom.care.unfiled import STATUS
from careloom.pipeline import Pipeline
from tests.web.axe import SPEC
from tests.web.browser import NARROW, WIDE, absent
from tests.web.charted import people, signed
from tests.web.desk import PASSWORD
from tests.web.test_web_settling_browser import is_sound

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])


@pytest.fixture
def desk(real: Pipeline) -> Pipeline:
    """The pages work on a real store, not on Ada's plan alone."""
    return real


@pytest.fixture
def filed(desk: Pipeline) -> Proposal:
    return signed(desk, people(desk, 1)[0])


def gives(page: Page, password: str) -> None:
    """The form, with the keyboard alone from its first field on."""
    page.get_by_label("Why").focus()
    page.keyboard.type("It is about")
    page.keyboard.press("Tab")
    page.keyboard.type("It is Ana's plan, not hers.")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


@SIZES
def test_what_was_filed_a_moment_ago_is_taken_back_from_the_page_that_says_so(
    desk: Pipeline, filed: Proposal, open_as: Any, size: Any, tmp_path: Path
) -> None:
    page = open_as("osei", size=size, bypass_csp=True)
    page.goto(f"/review/{filed.id}/done")
    expect(page.get_by_label("Why")).to_be_hidden()
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Why")).to_be_visible()
    is_sound(page, size)
    gives(page, "not hers")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was taken back")
    expect(page.get_by_label("In your words")).to_have_value("It is Ana's plan, not hers.")
    is_sound(page, size)
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Taken back")).to_contain_text("it is about the wrong patient")
    expect(page.locator(".line:not(.struck)")).to_have_count(0)
    page.screenshot(path=tmp_path / "back.png")
    is_sound(page, size)
    assert desk.store.proposals.get(filed.id).status == STATUS
    assert desk.tracking.open("test") == ()


def test_later_it_is_taken_back_from_the_documents_own_page_and_a_nurse_is_told_whose_it_is(
    desk: Pipeline, filed: Proposal, open_as: Any
) -> None:
    rosa = open_as("rosa", bypass_csp=True)
    rosa.goto(f"/review/{filed.id}")
    rosa.keyboard.press("u")
    rosa.keyboard.press("Enter")
    expect(rosa.locator("main")).to_contain_text("A physician takes this back")
    page = open_as("osei", bypass_csp=True)
    page.goto(f"/review/{filed.id}")
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("back out of the chart")
    is_sound(page, WIDE)
    gives(page, PASSWORD)
    expect(page.get_by_role("region", name="Taken back")).to_be_visible()
    rosa.reload()
    expect(rosa.locator("main")).to_contain_text("taken back already")
