"""The desk as a nurse uses it: a real Chromium, keys and mouse, wide and narrow, with and without JavaScript."""

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from careloom.care.entry import HumanName
from tests.web.browser import NARROW, WIDE, absent
from tests.web.desk import PASSWORD, AdasDesk
from tests.web.people import DOCUMENT, ENTRIES, PROPOSAL, RECORD, STATEMENTS, statement, with_line

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]
PLAN = f"/review/{PROPOSAL.id}"


def test_a_nurse_signs_with_the_keyboard_alone(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#evidence")).to_contain_text("eGFR (CKD-EPI 2021)")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#evidence")).to_contain_text("A physician signs this line")
    page.keyboard.press("f")
    expect(page.locator("#bar .will")).to_contain_text("Sign 16 lines")
    page.keyboard.press("a")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/done")
    expect(page.locator("h1")).to_have_text("Signed 16 lines")
    assert desk.proposals[PROPOSAL.id].opened == ("s16", "s17")


def test_a_line_is_amended_in_place_and_the_change_is_seen_first(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(PLAN)
    page.locator("#fold-goals > summary").click()
    page.locator('[data-key="s6"]').click()
    expect(page.locator("#line-s6")).to_have_class(re.compile("chosen"))
    page.keyboard.press("e")
    field = page.locator("#text-s6")
    expect(field).to_be_focused()
    field.fill("Knee pain is reported on 5 days, as told on 2026-10-09.")
    expect(page.locator("#preview-s6 ins")).to_have_text("5", use_inner_text=True)
    expect(page.locator("#preview-s6 button.main")).to_be_in_viewport()
    expect(page.locator("#preview-s6")).to_contain_text("not in its sources")
    field.fill("Knee pain is reported, as told on 2026-10-09.")
    expect(page.locator("#preview-s6 del")).to_have_text("on most days", use_inner_text=True)
    expect(page.locator("#preview-s6")).to_contain_text("supported")
    page.get_by_role("button", name="Keep this wording").click()
    expect(page.locator("#line-s6 .text")).to_have_text("Knee pain is reported, as told on 2026-10-09.")
    expect(page.locator("#line-s6 .marks")).to_contain_text("person")
    expect(page.locator("#notice")).to_contain_text("checked and classed again")
    assert page.locator("#fold-goals").get_attribute("open") is not None


def test_a_key_on_another_line_amends_that_line(open_as: Any) -> None:
    page = open_as()
    page.goto(PLAN)
    page.locator('[data-key="s4"]').focus()
    page.keyboard.press("e")
    expect(page.locator("#text-s4")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#text-s4")).to_have_count(0)
    expect(page.locator('[data-key="s4"]')).to_be_focused()


def test_a_line_is_struck_after_a_second_look(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(f"{PLAN}?line=s6")
    page.locator('[data-key="s6"]').focus()
    page.keyboard.press("x")
    expect(page.locator("#edit-s6")).to_contain_text("You can undo it until the plan is filed")
    page.get_by_role("button", name="Strike it").click()
    expect(page.locator("#edit-s6 input[type=radio]:invalid").first).to_be_focused()
    page.keyboard.press("1")
    page.get_by_role("button", name="Strike it").click()
    expect(page.locator("#line-s6")).to_have_class(re.compile("struck"))
    expect(page.locator("#bar .will")).to_contain_text("Sign 13 lines")


def test_a_strike_is_undone_with_two_keys(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(f"{PLAN}?line=s6")
    page.locator('[data-key="s6"]').focus()
    page.keyboard.press("x")
    expect(page.locator("#edit-s6 input[type=radio]").first).to_be_focused()
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator("#line-s6")).to_have_class(re.compile("struck"))
    expect(page.locator("#bar .last")).to_contain_text("You struck 1 line")
    assert desk.decisions[-1].reason == "The record behind it is out of date"
    page.keyboard.press("u")
    expect(page.locator("[data-undo]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**undone=1")
    expect(page.locator("#notice")).to_contain_text("Taken back")
    expect(page.locator("#line-s6")).not_to_have_class(re.compile("struck"))
    expect(page.locator("#bar .last")).to_contain_text("You took back your strike")
    expect(page.locator("[data-undo]")).to_have_count(0)
    assert desk.proposals[PROPOSAL.id] == PROPOSAL


def test_a_signature_is_undone_from_the_result_page_on_a_phone(open_as: Any, desk: AdasDesk) -> None:
    page = open_as(size=NARROW)
    page.goto(PLAN)
    page.locator('[data-act="approve"] > summary').click()
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/done")
    page.get_by_role("button", name="Undo the signature of 14 lines").click()
    page.wait_for_url("**undone=1")
    expect(page.locator("#bar .will")).to_contain_text("Sign 14 lines")
    assert desk.proposals[PROPOSAL.id].released == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_physicians_line_is_not_offered_to_a_nurse_by_any_key(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(f"{PLAN}?line=s2")
    page.locator('[data-key="s2"]').focus()
    for key in ("e", "x"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.locator("#edit-s2").inner_text() == ""
    assert desk.proposals[PROPOSAL.id] == PROPOSAL


def test_a_plan_is_returned_with_a_reason_by_mouse(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(PLAN)
    page.locator('[data-act="return"] > summary').click()
    page.locator("#reason-return").select_option("wrong")
    page.locator("#words-return").fill("The dose is not hers; ask the pharmacy. j k a")
    page.get_by_role("button", name="Return this plan").click()
    expect(page.locator("h1")).to_have_text("Returned")
    assert desk.decisions[0].reason.endswith("ask the pharmacy. j k a")


def test_a_wrong_password_keeps_her_place(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(PLAN)
    page.keyboard.press("a")
    page.keyboard.type("not mine")
    page.keyboard.press("Enter")
    expect(page.locator('[data-act="approve"] [role="alert"]')).to_contain_text("That is not your password")
    expect(page.locator("#password")).to_be_visible()
    assert not desk.decisions


def test_a_record_that_moved_is_checked_again_in_one_step(open_as: Any, desk: AdasDesk) -> None:
    desk.stale, desk.new_entries = True, (ENTRIES[2].id,)
    page = open_as()
    page.goto(PLAN)
    page.keyboard.press("a")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("The record moved while you were reading")
    desk.stale = False
    page.get_by_role("button", name="Check again").click()
    page.wait_for_url(f"**/review/{'6' * 32}")


def test_an_error_in_a_part_of_the_page_is_said_in_words(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(f"{PLAN}?line=s6")
    desk.proposals.clear()
    with page.expect_response(lambda answer: answer.status == 404):
        page.locator('[data-key="s4"]').click()
    expect(page.locator("#notice")).to_contain_text("There is no such page")


def test_keys_are_shown_and_can_be_turned_off(open_as: Any) -> None:
    page = open_as()
    page.goto(PLAN)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.get_by_label("Turn the single-letter keys off").check()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("a")
    expect(page.locator("#password")).to_be_hidden()


def test_letters_typed_in_the_search_are_words_not_keys(open_as: Any) -> None:
    page = open_as()
    page.goto(PLAN)
    page.keyboard.press("/")
    page.keyboard.type("ride")
    expect(page.locator(".line:visible")).to_have_count(1)
    expect(page.locator("#password")).to_be_hidden()
    page.locator("#find").fill("")
    expect(page.locator(".line:visible")).to_have_count(15)


def test_without_javascript_the_plan_its_folds_and_its_evidence_can_be_read(
    open_as: Any, desk: AdasDesk
) -> None:
    page = open_as(java_script_enabled=False)
    page.get_by_role("link", name="Ada Moreno").click()
    page.locator('[data-key="s6"]').click()
    expect(page.locator("#evidence mark")).to_contain_text("She takes ibuprofen 600")
    page.locator("#fold-caregiver > summary").click()
    page.get_by_role("link", name="Show this line").click()
    expect(page.locator("#line-s18")).to_be_visible()
    page.locator("#fold-caregiver").get_by_role("button", name="I have read these lines").click()
    assert desk.proposals[PROPOSAL.id].opened == ("s18",)


def inside(page: Page, selector: str) -> bool:
    """Whether a part stands wholly on the screen."""
    found: bool = page.locator(selector).evaluate(
        "part => { const box = part.getBoundingClientRect();"
        " return box.top >= -1 && box.bottom <= innerHeight + 1 && box.left >= -1 && box.right <= innerWidth + 1; }"
    )
    return found


@pytest.mark.parametrize(
    "size", [WIDE, NARROW, {"width": 640, "height": 400}], ids=["1280", "390", "200 % zoom"]
)
def test_banner_and_bar_never_leave_the_screen_and_nothing_runs_off_it(
    open_as: Any, size: ViewportSize
) -> None:
    page = open_as(size=size)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= size["width"]
    page.goto(PLAN)
    for _ in range(2):
        assert inside(page, "#banner") and inside(page, "#bar")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= size["width"]
        page.evaluate("scrollTo(0, document.scrollingElement.scrollHeight)")
    assert page.evaluate("scrollY") > 0


def test_on_a_phone_the_evidence_slides_under_the_chosen_line(open_as: Any) -> None:
    page = open_as(size=NARROW)
    page.goto(PLAN)
    expect(page.locator("#evidence")).to_be_hidden()
    for line in ("s1", "s6", "s4"):
        page.locator(f'[data-key="{line}"]').click()
        expect(page.locator(f"#line-{line} #evidence")).to_be_visible()
        banner = page.locator("#banner").bounding_box()
        text = page.locator(f"#line-{line} .text").bounding_box()
        assert banner and text and text["y"] >= banner["y"] + banner["height"] - 1


def test_on_a_wide_screen_the_evidence_stands_beside_the_plan(open_as: Any) -> None:
    page = open_as()
    page.goto(PLAN)
    page.locator('[data-key="s3"]').click()
    expect(page.locator("#evidence .line-is")).to_contain_text("eviction notice")
    line, pane = page.locator("#line-s3").bounding_box(), page.locator("#evidence").bounding_box()
    assert line and pane and pane["x"] >= line["x"] + line["width"] - 1


CONTRAST = """
() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgba = (color) => { canvas.clearRect(0,0,1,1); canvas.fillStyle = color; canvas.fillRect(0,0,1,1); return [...canvas.getImageData(0,0,1,1).data]; };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const back = (at) => { for (; at; at = at.parentElement) { const c = rgba(getComputedStyle(at).backgroundColor); if (c[3] === 255) return c; } return [255,255,255]; };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !at.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const [a, b] = [light(rgba(getComputedStyle(at).color)), light(back(at))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(`${ratio.toFixed(2)} ${at.className || at.tagName}: ${walker.currentNode.data.trim().slice(0, 30)}`);
  }
  return bad;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_has_contrast_enough(open_as: Any, desk: AdasDesk, scheme: str) -> None:
    desk.proposals[PROPOSAL.id] = replace(PROPOSAL, struck=("s3",), released={"s4": "u1"}, opened=("s16",))
    page = open_as(color_scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    page.goto(f"{PLAN}?line=s6&do=amend")
    page.locator("#text-s6").fill("Knee pain is reported on 5 days.")
    expect(page.locator("#preview-s6 ins").first).to_be_visible()
    page.keyboard.press("Escape")
    for key in ("a", "?"):
        page.locator("body").press(key)
        assert page.evaluate(CONTRAST) == []
    page.goto(f"{PLAN}?line=s2")
    assert page.evaluate(CONTRAST) == []


def test_the_printed_plan_takes_two_pages_at_most(open_as: Any, desk: AdasDesk) -> None:
    sections = ("problem_list", "goals", "interventions", "medication_management", "coordination")
    words = "The nurse calls the patient by 2026-12-07 about step {} of the plan, asks how it went, and writes down"
    more = tuple(
        statement(
            number, sections[number % 5], "activity", f"{words.format(number)} the answer.", 1 + number % 12
        )
        for number in range(100, 140)
    )
    document = replace(DOCUMENT, statements=(*STATEMENTS, *more))
    desk.proposals[PROPOSAL.id] = replace(PROPOSAL, document=document)
    page = open_as()
    page.goto(f"{PLAN}/printed")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) <= 2


def test_a_patient_named_script_runs_nothing(open_as: Any, desk: AdasDesk) -> None:
    bad = "<script>alert(1)</script>"
    who = replace(RECORD.demographics, names=(HumanName(bad, ("Bobby",)),))
    desk.record = replace(RECORD, demographics=who)
    desk.proposals[PROPOSAL.id] = with_line("s1", text=f"{bad}<img src=x onerror=alert(2)> is falling.")
    page = open_as()
    page.goto(PLAN)
    page.locator('[data-key="s3"]').click()
    expect(page.locator("#evidence")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("#banner")).to_contain_text(bad)


def test_a_desk_that_nobody_sits_at_is_cleared_and_signed_out(open_as: Any) -> None:
    page = open_as()
    page.clock.install()
    page.goto(PLAN)
    page.clock.fast_forward("16:00")
    page.wait_for_url(f"**/sign-in?away=idle&next=%2Freview%2F{PROPOSAL.id}")
    expect(page.locator(".notice")).to_contain_text("15 minutes passed without activity")
    page.goto("/queue")
    expect(page.locator("h1")).to_have_text("Sign in")


def test_a_folded_part_comes_when_it_is_opened_and_j_goes_on_into_it(open_as: Any, desk: AdasDesk) -> None:
    page = open_as()
    page.goto(PLAN)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/folded" in one.url else None)
    assert page.locator("#line-s16").count() == 0
    page.locator("#fold-goals > summary").focus()
    page.keyboard.press("f")
    page.keyboard.press("j")
    expect(page.locator("#line-s16 > a")).to_be_focused()
    expect(page.locator("#bar .will")).to_contain_text("Sign 16 lines")
    page.keyboard.press("a")
    expect(page.locator("#line-s16 .marks")).to_contain_text("to sign")
    expect(page.locator("#line-s17")).to_be_visible()
    assert len(asked) == 1, "what stands open stays, and is not asked for again"
    assert desk.proposals[PROPOSAL.id].opened == ("s16", "s17")


def test_the_search_finds_lines_of_parts_that_nobody_opened_and_opens_none_for_signing(
    open_as: Any, desk: AdasDesk
) -> None:
    page = open_as()
    page.goto(PLAN)
    page.keyboard.press("/")
    page.keyboard.type("caregiver assessment")
    expect(page.locator("#fold-caregiver")).to_be_visible()
    expect(page.locator("#fold-goals")).to_be_hidden()
    assert desk.proposals[PROPOSAL.id].opened == ()
    page.locator("#fold-caregiver > summary").click()
    expect(page.locator("#line-s18")).to_be_visible()
    expect(page.locator("#fold-caregiver [data-unopened]")).to_have_count(0)


def test_a_part_that_could_not_be_fetched_counts_as_unread_and_comes_when_it_is_opened_again(
    open_as: Any, desk: AdasDesk
) -> None:
    page = open_as()
    page.goto(PLAN)
    page.route("**/folded*", lambda route: route.abort())
    page.locator("#fold-goals > summary").click()
    expect(page.locator("#notice")).to_contain_text("can't be reached")
    expect(page.locator("#fold-goals [data-unopened]")).to_have_count(1)
    page.unroute("**/folded*")
    page.locator("#fold-goals > summary").click()
    page.locator("#fold-goals > summary").click()
    expect(page.locator("#line-s16")).to_be_visible()
    expect(page.locator("#bar .will")).to_contain_text("Sign 16 lines")
