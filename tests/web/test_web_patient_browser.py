"""A nurse reads a record by the keyboard and by the thumb: parts load when they are opened, sources beside or under the fact."""

from typing import Any

import pytest
from playwright.sync_api import expect

from careloom.demo import HERE
from tests.web.browser import NARROW, WIDE, absent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]


@pytest.fixture
def desk(real):
    """The pages work on a real store, not on Ada's plan alone."""
    return real


@pytest.fixture
def ada(desk) -> str:
    found = desk.connect([HERE / "riverside_ehr" / "ada-moreno.json"], source="riverside_ehr").patients
    desk.connect([HERE / "harbor_pharmacy"], source="harbor_pharmacy")
    (one,) = found
    return one


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_a_part_loads_when_it_is_opened_and_a_source_shows_its_words(ada, open_as: Any, size) -> None:
    page = open_as("rosa", size=size)
    page.goto(f"/patients/{ada}")
    medications = page.locator("#medications")
    expect(medications.get_by_text("lisinopril")).to_have_count(0)
    medications.locator("summary").first.focus()
    page.keyboard.press("Enter")
    link = medications.get_by_role("link", name="Sources of lisinopril")
    expect(link).to_be_visible()
    assert page.url.endswith(f"/patients/{ada}")
    link.focus()
    page.keyboard.press("Enter")
    words = page.locator("#evidence")
    expect(words.locator(".entry").first).to_be_visible()
    expect(words).to_contain_text("lisinopril")
    expect(link).to_have_attribute("aria-current", "true")
    assert page.evaluate("document.scrollingElement.scrollWidth") == size["width"]
    below = link.bounding_box()["y"] < words.bounding_box()["y"]
    beside = words.bounding_box()["x"] > link.bounding_box()["x"] + 300
    assert beside if size is WIDE else below
    if size is NARROW:
        # Its words stand under the fact, not at the end of the page.
        assert words.bounding_box()["y"] - link.bounding_box()["y"] < 60


def test_what_is_small_to_touch_is_at_least_24_pixels_high(ada, open_as: Any) -> None:
    page = open_as("rosa", size=NARROW)
    for part in ("medications", "timeline", "results"):
        page.goto(f"/patients/{ada}/{part}")
        small = page.evaluate(
            """() => [...document.querySelectorAll('main nav a, main .said-by, main button, main select')]
              .filter((one) => one.getBoundingClientRect().height < 24).map((one) => one.textContent.trim())"""
        )
        assert small == []
