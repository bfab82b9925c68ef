"""Two records compared, merged and parted by the keyboard alone, on a desk and on a phone: a real Chromium."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.connect.hl7 import hl7
from tests.flow.test_merging import LATEX, NOTE, OLD, PENICILLIN, merge
from tests.flow.test_used_again import IVER, arrives
from tests.web.browser import NARROW, WIDE, absent

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]
# A street that nobody can break into lines.
LONG = "unbrokenstreetofasource" * 12


@pytest.fixture
def desk(real):
    """The pages work on a real store, not on Ada's plan alone."""
    return real


@pytest.fixture
def twice(desk, tmp_path):
    """Marta, registered twice with two birth dates; a sender says that she is one."""
    parts = (
        hl7("ADT^A01", PENICILLIN, pid=OLD.replace("19490630", "19490603") + f"|||{LONG}"),
        hl7("ADT^A01", LATEX),
        merge(),
    )
    for number, part in enumerate(parts):
        (tmp_path / f"{number}.hl7").write_bytes(part)
        desk.connect([tmp_path / f"{number}.hl7"], source="harbor")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_a_pair_is_merged_and_parted_by_the_keyboard(desk, twice, tmp_path, open_as: Any, size) -> None:
    page = open_as("cam", size=size)
    page.goto("/people")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") == size["width"]
    page.get_by_label("Why").fill("her passport")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("one record now")
    assert len(desk.store.patients.all()) == 1

    (tmp_path / "note.txt").write_bytes(NOTE)
    desk.connect([tmp_path / "note.txt"], source="clinic")
    page.goto("/people")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_text("names neither: whose is it?")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") == size["width"]
    page.get_by_label("Why they are two people").fill("two sisters")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("two records again")
    assert len(desk.store.patients.all()) == 2


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_somebody_new_is_said_and_undone_by_the_keyboard(desk, tmp_path, open_as: Any, size) -> None:
    for number, part in enumerate((hl7("ADT^A01", PENICILLIN), arrives("ADT^A01", LATEX, IVER))):
        (tmp_path / f"{number}.hl7").write_bytes(part)
        desk.connect([tmp_path / f"{number}.hl7"], source="harbor")
    page = open_as("cam", size=size)
    page.goto("/rejected")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Iver Ost")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") == size["width"]
    page.get_by_label("Why").fill("the hospital used the number again")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Somebody new was founded")
    assert len(desk.store.patients.all()) == 2
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("on the list again")
    assert len(desk.store.patients.all()) == 1
