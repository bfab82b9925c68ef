"""A call in a real Chromium, at a desk and on a phone: ticks are kept at once, keys suffice, no network loses nothing."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from careloom.demo import HERE
from careloom.pipeline import Pipeline
from tests.web.axe import RULES, RUN, SPEC, axe
from tests.web.browser import NARROW, WIDE, absent
from tests.web.test_web_call import ADA, afraid

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="no Chromium here"),
]


@pytest.fixture
def desk(real: Pipeline) -> Pipeline:
    """The pages work on a real store, not on Ada's plan alone."""
    return real


@pytest.fixture
def ada(real: Pipeline) -> str:
    for source in ("riverside_ehr", "harbor_pharmacy", "social_services"):
        real.connect([HERE / source], source=source)
    return real.find(ADA)


@pytest.fixture
def phone(open_as: Any, ada: str) -> Callable[..., Page]:
    """Sign Rosa in on a screen of some size."""
    return partial(open_as, "rosa")


def start(page: Page, who: str) -> None:
    page.goto(f"/call/{who}")
    page.get_by_role("button", name="Start the call").click()
    expect(page.get_by_role("heading", name="Call since")).to_be_visible()
    expect(page.locator("[data-save]")).to_be_hidden()


def kept(page: Page) -> None:
    expect(page.locator("[data-kept]")).to_have_text("Kept.")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
def test_a_call_from_start_to_end_with_a_thumb(
    phone: Any, ada: str, real: Pipeline, size: ViewportSize
) -> None:
    page = phone(size=size)
    start(page, ada)
    page.get_by_text("The patient, through an interpreter").click()
    kept(page)
    to(page, "drugs")
    drug = page.locator("li.drug").first
    for word in ("Taking", "Not", "Differently", "not asked"):
        box = drug.locator(".segments span", has_text=word).first.bounding_box()
        # A thumb needs 44 px; a mouse at a desk has a whole row of the screen more instead.
        thumb = 44 if size is NARROW else 32
        assert box is not None and box["height"] >= thumb and box["width"] >= 44
    drug.get_by_text("Differently", exact=True).click()
    drug.get_by_label("How much").fill("half of it")
    expect(page.locator("[data-ends]")).to_contain_text("1 medicine as reported")
    kept(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(page.locator("li.drug").first.get_by_label("How much")).to_have_value("half of it")
    page.get_by_role("button", name="End the call").click()
    expect(page.get_by_role("heading", name="is over")).to_be_visible()
    page.get_by_role("link", name="The note", exact=True).click()
    expect(page.locator("body")).to_contain_text("is reported as taken in another way: “half of it”")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
def test_what_is_said_before_dialling_to_who_is_afraid_at_home_is_read_without_scrolling_sideways(
    phone: Any, real: Pipeline, tmp_path: Path, size: ViewportSize
) -> None:
    page = phone(size=size)
    who = afraid(real, tmp_path)
    page.goto(f"/call/{who}")
    expect(page.get_by_role("note")).to_contain_text("this call is with the patient alone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    start(page, who)
    expect(page.get_by_role("note")).to_contain_text("this call is with the patient alone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def to(page: Page, part: str) -> None:
    """To a step of the call, by the line that stands on top."""
    page.locator(f"[data-step={part}]").click()
    expect(page.locator(f"details#{part}")).to_have_attribute("open", "")


def test_on_a_phone_one_step_is_open_and_the_line_of_steps_stays_and_says_how_far_each_is(
    phone: Any, ada: str
) -> None:
    page = phone(size=NARROW)
    start(page, ada)
    opened = page.locator("details.part[open]")
    expect(opened).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollHeight") < 2500
    page.get_by_text("The patient, through an interpreter").click()
    expect(page.locator("[data-step=whom] [data-count]")).to_have_text("1/1")
    expect(page.locator("#whom > summary [data-count]")).to_have_text("1/1")
    page.locator("[data-step=drugs]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#drugs > summary")).to_be_focused()
    expect(opened).to_have_count(1)
    expect(page.locator("[data-step=drugs]")).to_have_attribute("aria-current", "step")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#drugs') !== null")
    page.locator("#needs > summary").focus()
    page.keyboard.press("Enter")
    expect(opened).to_have_count(2)
    page.mouse.wheel(0, 5000)
    line = page.locator(".progress").bounding_box()
    assert line is not None and 0 <= line["y"] < 200
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_desk_the_whole_call_fits_less_than_two_screens_and_a_step_says_what_it_lacks(
    phone: Any, ada: str
) -> None:
    page = phone()
    start(page, ada)
    high = page.evaluate("document.documentElement.scrollHeight")
    assert high <= 1.9 * WIDE["height"], high
    fold = page.locator("#bar").bounding_box()
    assert fold is not None
    # What is asked first and the first medicine stand whole above the bar; needs and steps have a column beside them.
    for what in (
        ".three > li:first-child textarea",
        "li.drug:first-child .segments",
        "li.need:first-child .segments",
    ):
        box = page.locator(what).first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= fold["y"], what
    page.get_by_label("Step 1", exact=True).fill("Call the pharmacy")
    page.get_by_label("Step 1", exact=True).blur()
    kept(page)
    expect(page.locator("[data-wrong=steps]")).to_contain_text("somebody whose it is and a day")
    expect(page.locator("[data-ends]")).not_to_contain_text("1 task")
    step = page.locator(".step-of").first
    step.get_by_label("whose").select_option("nurse")
    step.get_by_label("by").fill("2027-01-04")
    kept(page)
    expect(page.locator("[data-wrong=steps]")).to_be_hidden()
    expect(page.locator("[data-ends]")).to_contain_text("1 task")


def test_on_a_desk_every_step_stands_open_and_without_javascript_on_a_phone_too(phone: Any, ada: str) -> None:
    page = phone()
    start(page, ada)
    expect(page.locator("details.part:not([open])")).to_have_count(0)
    state = page.context.storage_state()
    still = page.context.browser.new_context(viewport=NARROW, java_script_enabled=False, storage_state=state)
    bare = still.new_page()
    bare.goto(page.url)
    expect(bare.locator("details.part:not([open])")).to_have_count(0)
    bare.locator("[data-step=minutes]").click()
    assert bare.url.endswith("#minutes")
    expect(bare.get_by_label("Minutes in the note")).to_be_in_viewport()


def test_with_keys_alone(phone: Any, ada: str, real: Pipeline) -> None:
    page = phone()
    page.goto(f"/patients/{ada}")
    expect(page.locator("[data-call-up]")).to_be_visible()
    page.keyboard.press("c")
    page.wait_for_url("**/call/*")
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Call since")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="The patient", exact=True)).to_be_checked()
    kept(page)
    page.keyboard.press("u")
    expect(page.get_by_role("radio", name="The patient", exact=True)).not_to_be_checked()
    page.locator("fieldset[data-block]").first.focus()
    page.keyboard.press("1")
    kept(page)
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="is over")).to_be_visible()


def test_without_a_network_nothing_is_lost_and_the_page_says_so(phone: Any, ada: str, real: Pipeline) -> None:
    page = phone(size=NARROW)
    start(page, ada)
    to(page, "reported")
    page.context.set_offline(True)
    page.get_by_label("Reported, in the patient's words (a line each)").fill("Feels better")
    expect(page.locator("[data-kept]")).to_contain_text("can't be reached")
    page.context.set_offline(False)
    kept(page)
    call = real.store.calls.open_of(ada, real.store.users.reviewer("rosa").user)
    assert call is not None and call.said["reported"] == "Feels better"


def test_words_of_another_window_are_shown_and_told(phone: Any, ada: str) -> None:
    page = phone()
    start(page, ada)
    other = page.context.new_page()
    other.goto(f"/call/{ada}")
    label = "Reported, in the patient's words (a line each)"
    other.get_by_label(label).fill("from the other window")
    kept(other)
    page.get_by_label(label).fill("from this one")
    expect(page.locator("[data-kept]")).to_contain_text("In another window you typed “from the other window”")
    expect(page.locator("[data-kept]")).to_contain_text("“from this one”")


def test_its_sources_are_one_tap_away(phone: Any, ada: str) -> None:
    page = phone(size=NARROW)
    start(page, ada)
    to(page, "asks")
    page.locator(".three .said-by").first.click()
    expect(page.locator(".three #evidence .entry").first).to_be_visible()


@pytest.mark.skipif(SPEC is None, reason="axe-core is not installed")
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
def test_axe_finds_nothing_serious_before_during_and_after(phone: Any, ada: str, size: ViewportSize) -> None:
    page, script = phone(size=size), axe()

    def faults() -> list[Any]:
        page.evaluate(script)
        return [one for one in page.evaluate(RUN, RULES) if one[0] in ("serious", "critical")]

    page.goto(f"/call/{ada}")
    assert faults() == []
    start(page, ada)
    page.get_by_text("The patient", exact=True).click()
    to(page, "needs")
    page.get_by_text("A new need…").click()
    to(page, "steps")
    page.get_by_text("More steps…").click()
    assert faults() == []
    to(page, "drugs")
    page.get_by_text("Differently", exact=True).first.click()
    page.locator("li.drug").first.get_by_label("How often").fill("now and then")
    assert faults() == []
    page.get_by_role("button", name="End the call").click()
    expect(page.get_by_role("heading", name="is over")).to_be_visible()
    assert faults() == []


def test_what_was_typed_last_is_kept_before_signing_out_ends_the_session(
    phone: Any, ada: str, real: Pipeline
) -> None:
    page = phone()
    start(page, ada)

    def slowly(route: Route) -> None:
        sleep(0.4)
        route.continue_()

    page.route("**/say", slowly)
    page.locator("[name='f-reported']").fill("She sleeps badly.")
    page.locator("[name='f-reaction']").fill("None new.")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in**")
    call = real.store.calls.open_of(ada, real.store.users.reviewer("rosa").user)
    assert call is not None
    assert (call.of("reported"), call.of("reaction")) == ("She sleeps badly.", "None new.")
