"""The panel with the keyboard alone: to a row by its number, into the record, or straight to its next step."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from careloom.pipeline import Pipeline
from tests.web.browser import absent
from tests.web.test_web_panel import arrive, potassium, stay

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="no Chromium here"),
]


@pytest.fixture
def desk(real: Pipeline) -> Pipeline:
    """The pages work on a real store, not on Ada's plan alone."""
    return real


def test_a_row_is_reached_by_its_number_and_its_next_step_by_a_key(
    open_as: Any, real: Pipeline, tmp_path: Path
) -> None:
    first = arrive(real, tmp_path, 1, potassium("6.9"))
    home_again = arrive(real, tmp_path, 2, stay(3, 1))
    page = open_as()
    page.goto("/panel")
    page.keyboard.press("2")
    expect(page.locator(f'[data-row][href="/patients/{home_again}"]')).to_be_focused()
    page.keyboard.press("d")
    page.wait_for_url(f"**/call/{home_again}")
    page.go_back()
    page.keyboard.press("2")
    page.keyboard.press("k")
    expect(page.locator(f'[data-row][href="/patients/{first}"]')).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{first}")
    page.goto("/panel")
    page.keyboard.press("d")
    page.wait_for_url("**/urgent")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_contain_text("do the next step of this row")
