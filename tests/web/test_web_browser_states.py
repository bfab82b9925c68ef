"""The desk when something is long, slow, gone or in the way: a real Chromium."""

from dataclasses import replace
from typing import Any

import pytest

from careloom.care.entry import HumanName
from tests.web.browser import NARROW, absent
from tests.web.desk import AdasDesk
from tests.web.people import ENTRIES, PROPOSAL, RECORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]
PLAN = f"/review/{PROPOSAL.id}"
LONG = "unbrokenwordofasourcethatnobodycanbreak" * 6


@pytest.mark.parametrize("size", [NARROW, {"width": 320, "height": 640}], ids=["390", "400 % zoom"])
def test_nothing_that_a_source_says_widens_the_page(
    open_as: Any, desk: AdasDesk, size: dict[str, int]
) -> None:
    entries = tuple(replace(one, text=f"{one.text} {LONG}") for one in ENTRIES)
    (drug, *others) = RECORD.medications
    who = replace(RECORD.demographics, names=(HumanName(LONG, ("Ada",)),), proxy=LONG)
    desk.record = replace(
        RECORD,
        demographics=who,
        entries=entries,
        medications=(replace(drug, name=LONG, why=LONG), *others),
    )
    page = open_as(size=size)
    page.goto(PLAN)
    for line in ("s1", "s2", "s4", "s6"):
        page.locator(f'[data-key="{line}"]').click()
        page.locator(f"#line-{line} #evidence").wait_for()
        assert page.evaluate("document.scrollingElement.scrollWidth") == size["width"]
