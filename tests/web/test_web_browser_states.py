"""The desk when something is long, slow, gone or in the way: a real Chromium."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from careloom.care.entry import HumanName
from tests.web.browser import NARROW, absent
from tests.web.desk import PASSWORD, AdasDesk
from tests.web.people import ENTRIES, PROPOSAL, RECORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]
PLAN = f"/review/{PROPOSAL.id}"
LONG = "unbrokenwordofasourcethatnobodycanbreak" * 6


@pytest.mark.parametrize("size", [NARROW, {"width": 320, "height": 640}], ids=["390", "400 % zoom"])
def test_nothing_that_a_source_says_widens_the_page(open_as: Any, desk: AdasDesk, size: ViewportSize) -> None:
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


FOCUSED = "document.activeElement.dataset.key ?? document.activeElement.tagName"


def focused(page: Page) -> str:
    found: str = page.evaluate(FOCUSED)
    return found


def test_j_and_k_stop_at_findings_and_go_on_where_f_unfolded(open_as: Any) -> None:
    page = open_as()
    page.goto(PLAN)
    begins = page.locator("#plan .line.chosen > a").get_attribute("data-key")
    page.keyboard.press("k")
    assert focused(page) == begins
    page.keyboard.press("k")
    assert focused(page) == "f2"
    page.keyboard.press("k")
    assert focused(page) == "f1"
    page.keyboard.press("Enter")
    expect(page.locator("#evidence")).to_contain_text("Two sources list lisinopril")
    page.keyboard.press("f")
    assert focused(page) == "SUMMARY"
    page.keyboard.press("j")
    # The part is on its way; she goes on into it when it is there.
    page.wait_for_function(f"({FOCUSED}) === 's16'")
    page.keyboard.press("k")
    assert focused(page) == "s15"


def test_enter_before_anything_was_chosen_opens_what_the_page_shows_as_chosen(open_as: Any) -> None:
    page = open_as()
    page.goto(PLAN)
    begins = page.locator("#plan .line.chosen > a").get_attribute("data-key")
    with page.expect_response(lambda answer: "evidence" in answer.url and answer.ok):
        page.keyboard.press("Enter")
    page.wait_for_function(f"({FOCUSED}) === '{begins}'")
    page.keyboard.press("j")
    page.wait_for_function(f"({FOCUSED}) !== '{begins}'")


def test_j_reaches_the_head_of_every_folded_part_and_two_keys_unfold_them(open_as: Any) -> None:
    page = open_as()
    page.goto(PLAN)
    folded = page.locator("#plan details.fold:not([open])")
    heads = folded.count()
    assert heads > 1
    reached = set()
    for _ in range(60):
        page.keyboard.press("j")
        reached.add(page.evaluate("document.activeElement.closest('summary')?.parentElement.id"))
    assert len(reached - {None}) == heads
    page.keyboard.press("f")
    page.keyboard.press("f")
    expect(folded).to_have_count(heads - 2)
    page.keyboard.press("Shift+F")
    expect(folded).to_have_count(0)


def test_a_finding_that_names_a_line_lets_a_physician_amend_it_by_key(open_as: Any) -> None:
    page = open_as("osei")
    page.goto(f"{PLAN}?line=f0")
    page.keyboard.press("e")
    expect(page.locator("#text-s2")).to_be_focused()


def slow(route: Route) -> None:
    time.sleep(1)
    route.continue_()


def test_what_takes_long_says_what_it_does_in_words(open_as: Any) -> None:
    page = open_as()
    page.goto(PLAN)
    expect(page.locator("#busy")).to_be_hidden()
    page.route("**/evidence/s6", slow)
    page.locator('[data-key="s6"]').click()
    expect(page.locator("#busy")).to_be_visible()
    expect(page.locator("#busy")).to_have_text("Asking the record…")
    expect(page.locator("#evidence")).to_contain_text("Knee pain")
    expect(page.locator("#busy")).to_be_hidden()


def test_a_desk_without_a_network_says_so_and_sends_nothing(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(PLAN)
    page.context.set_offline(True)
    page.locator('[data-key="s6"]').click()
    expect(page.locator("#notice")).to_contain_text(
        re.compile(r"Careloom can't be reached. What you see is from \d\d:\d\d")
    )
    page.keyboard.press("s")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_have_value(PASSWORD)
    expect(page).to_have_url(re.compile(PLAN))
    assert not desk.decisions
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Signed 14 lines")


def test_a_button_pressed_twice_is_sent_once_and_says_what_it_does(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(PLAN)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/decide") else None)
    page.route("**/decide", slow)
    page.keyboard.press("a")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Signed 14 lines")
    assert len(sent) == len(desk.decisions) == 1


@pytest.mark.parametrize(
    "size",
    [NARROW, {"width": 640, "height": 400}, {"width": 320, "height": 256}],
    ids=["390", "200 %", "400 %"],
)
def test_the_form_to_return_a_plan_is_usable_at_every_zoom_and_covers_no_banner(
    open_as: Any, size: ViewportSize
) -> None:
    page = open_as(size=size)
    page.goto(PLAN)
    page.keyboard.press("r")
    expect(page.locator("#reason-return")).to_be_focused()
    expect(page.locator("#reason-return")).to_be_in_viewport()
    page.keyboard.press("Tab")
    page.keyboard.type("Too long.")
    expect(page.locator("#words-return")).to_be_in_viewport()
    banner, field = page.locator("#banner").bounding_box(), page.locator("#words-return").bounding_box()
    assert banner and field and field["y"] + field["height"] > banner["y"] + banner["height"]
    assert page.evaluate("document.scrollingElement.scrollWidth") == size["width"]


def test_a_problem_with_a_line_is_reported_where_it_is_seen(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(f"{PLAN}?line=s2")
    page.get_by_text("Report a problem").click()
    page.get_by_label("What is wrong with this line").select_option("wrong")
    page.locator("#report-words").fill("She takes naproxen. j k a r")
    page.get_by_role("button", name="Report it").click()
    expect(page.locator("#report")).to_contain_text("this plan stays as it is")
    assert desk.flagged[0]["statement"] == "s2" and desk.proposals[PROPOSAL.id] == PROPOSAL


def test_escape_does_not_throw_away_what_was_typed(open_as: Any) -> None:
    page = open_as()
    page.goto(f"{PLAN}?line=s6")
    page.keyboard.press("e")
    expect(page.locator("#text-s6")).to_be_focused()
    page.keyboard.type(" Typed on a phone.")
    page.keyboard.press("Escape")
    expect(page.locator("#text-s6")).to_have_value(re.compile("Typed on a phone"))
    expect(page.locator("#text-s6")).not_to_be_focused()
    assert focused(page) == "s6"


def test_after_signing_out_the_back_button_shows_no_plan(open_as: Any) -> None:
    page = open_as()
    page.goto(PLAN)
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Sign in")
    assert "Ada Moreno" not in page.content()


def test_a_notice_covers_neither_the_chosen_line_nor_its_evidence(open_as: Any) -> None:
    page = open_as()
    page.goto(f"{PLAN}?line=s6")
    page.keyboard.press("x")
    expect(page.locator("#edit-s6 input[type=radio]").first).to_be_focused()
    page.keyboard.press("1")
    page.get_by_role("button", name="Strike it").click()
    expect(page.locator("#notice")).to_contain_text("Line struck")
    page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
    notice, pane = page.locator("#notice").bounding_box(), page.locator("#evidence").bounding_box()
    assert notice and pane and pane["y"] >= notice["y"] + notice["height"] - 1


def test_printing_the_page_unfolds_it_on_paper_and_opens_nothing_for_signing(
    open_as: Any, desk: AdasDesk
) -> None:
    page = open_as()
    page.goto(PLAN)
    seen = "addEventListener('beforeprint', () => { window.unfolded = document.querySelectorAll('details.fold[open]').length; })"
    page.evaluate(seen)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(400)
    assert page.evaluate("window.unfolded") == page.locator("details.fold").count()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_timeout(400)
    assert page.locator("details.fold[open]").count() == 0 and desk.proposals[PROPOSAL.id].opened == ()
    page.locator("#fold-goals > summary").click()
    expect(page.locator("#bar .will")).to_contain_text("Sign 16 lines")
