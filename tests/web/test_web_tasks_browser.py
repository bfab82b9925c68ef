"""Tasks in a real browser, wide and on a telephone: nothing overflows, and a task is closed by hand and undone."""

import pytest

from tests.web.browser import NARROW, WIDE, absent
from tests.web.test_web_tasks import desk

__all__ = ["desk"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_task_is_closed_with_a_reason_and_undone(desk, open_as, size):
    page = open_as("rosa", size)
    page.goto("/tasks?whose=")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    task = page.locator("ol.tasks > li").first
    words = task.locator("p.what").inner_text()
    task.get_by_text("Not done…").click()
    task.get_by_label("Why").select_option("declined")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    task.get_by_role("button", name="Close it as not done").click()
    assert "closed as not done" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Undo").click()
    assert "stands again" in page.get_by_role("status").inner_text()
    assert words in page.locator("main").inner_text()
