"""The clock of a case in a real Chromium: it runs while she works, stands still while she doesn't, and a call runs by itself."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from careloom import pipeline as pipelines
from careloom.care.document import Proposal
from careloom.demo import AS_OF, HERE
from careloom.pipeline import Pipeline
from careloom.settings import Settings as SiteSettings
from careloom.store import Store
from tests.flow.samuel import SAMUEL
from tests.flow.test_timing import Hands
from tests.web.browser import NARROW, WIDE, absent, sign_in
from tests.web.desk import PASSWORD, staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="no Chromium here"),
]
TIME = "[data-timer] [data-time]"


@pytest.fixture
def hands() -> Hands:
    """The site's clock, which goes only where a test lets it go."""
    return Hands()


@pytest.fixture
def site(store: Store, home: Path, key: str, settings: Settings, hands: Hands) -> Pipeline:
    staff(store)
    made = pipelines.build(SiteSettings(home=home, encryption_key=key, model="none"), clock=hands)
    settings.CARELOOM_PIPELINE = lambda _: made
    made.connect(
        [HERE / "riverside_ehr" / "samuel-green.json", HERE / "riverside_ehr" / "ada-moreno.json"],
        source="riverside_ehr",
    )
    return made


@pytest.fixture
def plan(site: Pipeline) -> Proposal:
    return site.propose("test", site.find(SAMUEL), as_of=AS_OF, model="none")


@pytest.fixture
def rosa(browser: Browser, live_server: LiveServer, plan: Proposal) -> Iterator[Page]:
    """Her browser, whose clock goes only where a test lets it go."""
    context = browser.new_context(viewport=WIDE, base_url=live_server.url)
    complaints: list[str] = []

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    page = context.new_page()
    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, live_server.url, "rosa", PASSWORD)
    page.clock.install()
    yield page
    context.close()
    assert complaints == []


def go(page: Page, hands: Hands, seconds: int) -> None:
    """Let time pass on both sides, with each sign of life answered."""
    for _ in range(seconds // 5):
        hands.go(5)
        page.clock.run_for(5_000)
        page.wait_for_timeout(40)


def open_plan(page: Page, plan: Proposal) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/clock") and answer.ok):
        page.goto(f"/review/{plan.id}")
    expect(page.locator(TIME)).to_be_visible()


def seconds(site: Pipeline) -> dict[str, int]:
    who = site.store.users.reviewer("rosa").user
    day = site.timing.today
    return {row.activity: row.seconds for row in site.timing.worked(who, day, day)}


def test_the_clock_stands_still_when_nothing_was_typed_for_a_minute_and_the_site_agrees(
    rosa: Page, site: Pipeline, plan: Proposal, hands: Hands
) -> None:
    open_plan(rosa, plan)
    go(rosa, hands, 20)
    rosa.keyboard.press("j")
    go(rosa, hands, 40)
    expect(rosa.locator(TIME)).to_have_text(re.compile("00:5[89]|01:0[0-2]"))
    expect(rosa.get_by_text("paused: nothing typed for a minute")).to_be_hidden()
    go(rosa, hands, 300)
    expect(rosa.get_by_text("paused: nothing typed for a minute")).to_be_visible()
    assert abs(seconds(site)["review"] - 80) <= 2
    open_plan(rosa, plan)
    expect(rosa.locator(TIME)).to_have_text(re.compile("01:(19|2[0-3])"))


def test_a_call_runs_without_typing_until_it_is_over_and_is_asked_about_after_an_hour(
    rosa: Page, site: Pipeline, plan: Proposal, hands: Hands
) -> None:
    open_plan(rosa, plan)
    rosa.locator("[data-timer] summary").click()
    rosa.get_by_role("button", name="On the phone").click()
    expect(rosa.get_by_text("On the phone: runs until you stop it")).to_be_visible()
    go(rosa, hands, 300)
    assert abs(seconds(site)["call"] - 300) <= 16
    for _ in range(57):
        # She is still there: nobody at all signs her out.
        rosa.keyboard.press("Shift")
        hands.go(60)
        rosa.clock.fast_forward(60_000)
        rosa.wait_for_timeout(60)
    expect(rosa.get_by_text("On the phone: does it still go on?")).to_be_visible()
    rosa.get_by_role("button", name="It still goes on").click()
    expect(rosa.get_by_text("On the phone: runs until you stop it")).to_be_visible()
    rosa.get_by_role("button", name="It is over").click()
    expect(rosa.get_by_text("On the phone: runs until you stop it")).to_be_hidden()
    assert abs(seconds(site)["call"] - 62 * 60) <= 16


def test_a_killed_browser_loses_one_sign_at_most(
    browser: Browser, live_server: LiveServer, site: Pipeline, plan: Proposal, hands: Hands
) -> None:
    context = browser.new_context(viewport=WIDE, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, live_server.url, "rosa", PASSWORD)
    page.clock.install()
    open_plan(page, plan)
    go(page, hands, 55)
    # What it would still say never arrives.
    page.route("**/clock", lambda route: route.abort())
    context.close()
    assert 40 <= seconds(site)["review"] <= 55


def test_another_patients_page_stops_the_call_and_says_so(
    rosa: Page, site: Pipeline, plan: Proposal, hands: Hands
) -> None:
    ada = next(one for one in site.store.patients.all() if one != plan.document.patient)
    open_plan(rosa, plan)
    rosa.locator("[data-timer] summary").click()
    rosa.get_by_role("button", name="On the phone").click()
    expect(rosa.get_by_text("On the phone: runs until you stop it")).to_be_visible()
    go(rosa, hands, 30)
    rosa.goto(f"/draft/{ada}/visit_note")
    expect(
        rosa.get_by_text("On the phone: its clock stopped when you opened another patient")
    ).to_be_visible()
    go(rosa, hands, 60)
    assert abs(seconds(site)["call"] - 30) <= 15
    assert 40 <= seconds(site)["write"] <= 60


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_my_time_is_corrected_and_attested_on_any_screen(
    rosa: Page, site: Pipeline, plan: Proposal, hands: Hands, size: Any
) -> None:
    rosa.set_viewport_size(size)
    open_plan(rosa, plan)
    go(rosa, hands, 60)
    hands.go(timedelta(hours=1).total_seconds())
    day = site.timing.today.isoformat()
    rosa.goto(f"/time?day={day}")
    assert rosa.evaluate("document.documentElement.scrollWidth <= innerWidth")
    rosa.get_by_text("Correct…").first.click()
    rosa.get_by_label("It was").fill("12")
    rosa.get_by_label("Why").first.fill("read it on paper first")
    rosa.get_by_role("button", name="Correct it").click()
    expect(rosa.get_by_text("Corrected by +12 min: read it on paper first")).to_be_visible()
    rosa.get_by_role("button", name="Attest minutes for Samuel Green").click()
    expect(rosa.get_by_text(re.compile("1[23] min attested · 0 min left"))).to_be_visible()


def test_what_the_page_has_yet_to_say_is_said_before_signing_out_ends_the_session(
    rosa: Page, site: Pipeline, plan: Proposal, hands: Hands
) -> None:
    open_plan(rosa, plan)
    answers: list[tuple[str, int]] = []
    rosa.on("response", lambda one: answers.append((one.url.rsplit("/", 1)[-1], one.status)))
    go(rosa, hands, 10)
    rosa.keyboard.press("r")
    rosa.locator("#words-return").fill("Which drug?")
    rosa.get_by_role("button", name="Sign out").click()
    expect(rosa.locator("h1")).to_have_text("Sign in")
    assert abs(seconds(site)["review"] - 10) <= 1
    who = site.store.users.reviewer("rosa")
    assert site.attention.kept(who, plan.id, "return:words") == "Which drug?"
    assert {name for name, _ in answers} >= {"clock", "keep", "left", "sign-out"}
    assert all(status < 400 for _, status in answers)
