"""In a real Chromium: a second reading by keyboard alone, both readings side by side, and the agreement on a wide and a narrow screen."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from careloom.care.document import Action, Proposal
from careloom.care.second import LineSaid, Mode, Stage
from careloom.pipeline import Pipeline
from careloom.review.second import stage
from tests.web.axe import RULES, RUN, SPEC, axe
from tests.web.browser import NARROW, WIDE, absent
from tests.web.desk import PASSWORD
from tests.web.test_web_second import again, decided, plan

__all__ = ["again", "plan"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]


@pytest.fixture
def desk(real: Pipeline) -> Pipeline:
    """The pages work on a real store, not on Ada's plan alone."""
    return real


def test_a_second_reader_reads_by_keyboard_alone(
    real: Pipeline, plan: Proposal, again: Any, open_as: Any
) -> None:
    again(Mode.AFTER)
    decided(real, plan, Action.APPROVE)
    page = open_as("ned")
    page.goto(f"/review/{plan.id}")
    expect(page.locator("#second")).to_contain_text("R. Blake read it first")
    expect(page.locator("[data-claim]")).to_have_count(0)
    lines = page.locator("#plan .line > a")
    first, second = lines.nth(0), lines.nth(1)
    one, other = (link.get_attribute("data-key") for link in (first, second))
    first.focus()
    page.keyboard.press("x")
    expect(page.locator(f"#line-{one} .marks")).to_contain_text("you: strike")
    expect(page.locator("#bar .will")).to_contain_text("1 you would strike")
    page.keyboard.press("x")
    expect(page.locator(f"#line-{one} .marks")).not_to_contain_text("you: strike")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator(f"#line-{other} .marks")).to_contain_text("you: reword")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("#plan .marks").nth(2)).to_contain_text("you: approve")
    page.keyboard.press("s")
    page.get_by_label("Your password").locator("visible=true").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#second")).to_contain_text("N. Marsh read it a second time")
    given = real.store.seconds.get(plan.id).reading
    assert given is not None and given.lines[str(other)] is LineSaid.AMEND
    assert given.lines[str(one)] is LineSaid.APPROVE
    assert stage(real.store.seconds.get(plan.id)) is Stage.DONE


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_no_page_of_second_readings_has_a_serious_fault_or_is_wider_than_its_screen(
    real: Pipeline, plan: Proposal, again: Any, open_as: Any, size: Any
) -> None:
    again(Mode.AFTER)
    decided(real, plan, Action.APPROVE)
    ned, quinn, script = open_as("ned", size=size), open_as("quinn", size=size), axe()
    review = f"/review/{plan.id}"
    looked = [(ned, "/second-readings"), (ned, review), (quinn, "/second-readings"), (quinn, review)]
    looked += [(quinn, "/second-readings/policy"), (quinn, "/agreement")]
    for page, address in looked:
        must_be_whole(page, address, script)
    ned.goto(review)
    ned.locator('[data-act="return"] > summary').click()
    form = ned.locator('[data-act="return"] form')
    form.get_by_label("Reason").select_option("wrong")
    form.get_by_label("In your words").fill("an ulcer is missing")
    form.get_by_label("Your password").fill(PASSWORD)
    form.get_by_role("button", name="Would return").click()
    expect(ned.locator("#second")).to_contain_text("differ in something that matters")
    for page, address in ((ned, review), (quinn, review), (quinn, "/agreement")):
        must_be_whole(page, address, script)


def must_be_whole(page: Page, address: str, script: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.evaluate(script)
    found = [one for one in page.evaluate(RUN, RULES) if one[0] in ("serious", "critical")]
    assert found == [], (address, found)
