"""In a real browser: a nurse asks with the keyboard, a physician settles and takes it back, on a wide and a narrow screen; axe finds nothing serious."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.axe import RULES, RUN, SPEC, axe
from tests.web.browser import NARROW, WIDE, absent
from tests.web.desk import PASSWORD
from tests.web.test_web_settling import dispute, her

__all__ = ["her"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]


@pytest.fixture
def desk(real):
    """The pages work on a real store, not on Ada's plan alone."""
    return real


def is_sound(page: Page, size: Any) -> None:
    """It is no wider than the screen, and axe finds nothing serious."""
    assert page.evaluate("document.scrollingElement.scrollWidth") == size["width"]
    page.evaluate(axe())
    found = page.evaluate(RUN, RULES)
    assert [one for one in found if one[0] in ("serious", "critical")] == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_a_physician_settles_it_and_takes_it_back(desk, her, open_as: Any, size: Any, tmp_path: Path) -> None:
    page = open_as("osei", size=size, bypass_csp=True)
    page.goto(f"/patients/{her}/medications")
    page.get_by_role("link", name="Settle", exact=True).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The sources disagree")
    page.goto(f"/patients/{her}/settle/{dispute(desk, her).key}")
    is_sound(page, size)
    page.screenshot(path=tmp_path / "open.png", full_page=True)
    page.get_by_role("radio", name="20 mg once daily").check()
    page.get_by_label("Why").fill("as she and I agreed")
    page.get_by_role("button", name="See what follows").click()
    expect(page.get_by_role("heading", name="If you settle it so")).to_be_visible()
    is_sound(page, size)
    page.screenshot(path=tmp_path / "follows.png", full_page=True)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Settle it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Settled")
    is_sound(page, size)
    page.screenshot(path=tmp_path / "settled.png", full_page=True)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The sources disagree")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_a_nurse_asks_with_one_tap(desk, her, open_as: Any, size: Any, tmp_path: Path) -> None:
    page = open_as("rosa", size=size, bypass_csp=True)
    page.goto(f"/patients/{her}/medications")
    page.screenshot(path=tmp_path / "medications.png", full_page=True)
    name = desk.store.users.reviewer("osei").name
    page.get_by_role("button", name=f"Ask {name}").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("it stands on the list")
    is_sound(page, size)
    page.screenshot(path=tmp_path / "asked.png", full_page=True)
