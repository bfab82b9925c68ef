"""In a real Chromium the EHR's page, of another site, opens Careloom in a frame of 600 points with the patient of its chart."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from careloom.store import Store
from tests.web.browser import WIDE, absent, sign_in
from tests.web.desk import PASSWORD
from tests.web.launched import Site, ehr, site_of
from tests.web.scripted_ehr import Ehr

__all__ = ["ehr"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="there is no Chromium here"),
]


@pytest.fixture
def site(ehr: Ehr, store: Store, home: Path, key: str, settings: Settings, live_server: LiveServer) -> Site:
    # The two have names of two sites, so that a cookie that isn't made for frames is not sent.
    ehr.app = live_server.url.replace("127.0.0.1", "localhost")
    return site_of(ehr, store, home, key, settings)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=WIDE)
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def chart(context: BrowserContext, site: Site) -> tuple[Page, FrameLocator]:
    """The EHR's page with its frame, as it is after the launch."""
    page = context.new_page()
    page.goto(f"{site.ehr.url}/chart?wide=600")
    inside = page.frame_locator("iframe")
    expect(inside.locator("body")).to_contain_text("Opened from Mercy")
    return page, inside


def test_the_plan_opens_in_the_ehrs_frame_and_is_worked_on_there(site: Site, context: BrowserContext) -> None:
    page, inside = chart(context, site)
    expect(inside.locator("#banner")).to_contain_text("Ada Quill")
    frame = page.frames[1]
    assert re.search(rf"/smart/in/\w+/review/{site.plan}$", frame.url)
    wide = frame.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], "nothing stands outside a frame of 600"
    # Its links and htmx stay in the window and send its cookie.
    inside.get_by_role("link", name="Ada Quill").click()
    expect(inside.get_by_role("heading", name="The record")).to_be_visible()
    assert "/smart/in/" in page.frames[1].url
    cookies = {one["name"] for one in context.cookies()}
    assert "careloom_window" in cookies and "sessionid" not in cookies


def test_two_charts_beside_each_other_stay_two(site: Site, context: BrowserContext) -> None:
    first, ada = chart(context, site)
    site.ehr.patient = "p2"
    _, bo = chart(context, site)
    expect(bo.locator("#banner")).to_contain_text("Bo Stone")
    ada.get_by_role("link", name="Ada Quill").click()
    expect(ada.get_by_role("heading", name="The record")).to_be_visible()
    expect(ada.locator("#banner")).to_contain_text("Ada Quill")
    # By hand to the other patient, within Ada's window.
    door = first.frames[1].url.split("/patients/")[0]
    first.frames[1].goto(f"{door}/patients/{site.bo}")
    expect(ada.locator("body")).to_contain_text("another chart than the one that is open")
    expect(ada.locator("body")).not_to_contain_text("Bo Stone")


def test_signing_out_in_the_frame_closes_it_and_not_the_tab_beside_it(
    site: Site, context: BrowserContext
) -> None:
    tab = context.new_page()
    sign_in(tab, site.ehr.app, "rosa", PASSWORD)
    _, inside = chart(context, site)
    inside.get_by_role("button", name="Sign out").click()
    expect(inside.locator("body")).to_contain_text("This window is closed")
    tab.goto(f"{site.ehr.app}/queue")
    expect(tab.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_page_that_is_no_ehr_of_the_site_frames_nothing(site: Site, context: BrowserContext) -> None:
    page, _ = chart(context, site)
    inside = page.frames[1].url
    # The very same server under another name is another site.
    other = context.new_page()
    other.goto(site.ehr.url.replace("127.0.0.1", "localhost") + "/nothing")
    other.set_content(f"<iframe src='{inside}'></iframe><iframe src='{site.ehr.app}/sign-in'></iframe>")
    other.wait_for_timeout(1_500)
    for frame in other.frames[1:]:
        assert "Ada Quill" not in frame.content() and "User name" not in frame.content()


def test_by_itself_it_opens_in_a_tab(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{site.ehr.app}/smart/standalone/mercy")
    expect(page.locator("#banner")).to_contain_text("Ada Quill")


def test_she_links_her_account_and_no_policy_of_ours_stops_her_on_the_way(
    site: Site, context: BrowserContext
) -> None:
    launching, rosa = site.pipeline.launching, str(site.pipeline.store.users.account("rosa").pk)
    launching.forget(rosa, "mercy")
    page = context.new_page()
    sign_in(page, site.ehr.app, "rosa", PASSWORD)
    page.goto(f"{site.ehr.app}/yours")
    # The EHR asked her a moment from now, for what its clock may be worth.
    site.ehr.proved = int(time.time()) + 1
    page.get_by_text("Link it…").click()
    page.locator("form[action='/yours/ehr/mercy/link']").get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go to Mercy").click()
    page.get_by_role("button", name="That is me: link it").click()
    expect(page.get_by_text("linked since")).to_be_visible()
    assert launching.account("mercy", site.ehr.base, "Practitioner/rosa-1") == rosa
