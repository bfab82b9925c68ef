"""A parallel run in a real Chromium: no page of it has a serious fault or is wider than a phone, and a judge answers by keyboard."""

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from careloom.care.parallel import CaseStage
from careloom.pipeline import Pipeline
from tests.web.axe import SPEC, axe, faults_of
from tests.web.browser import NARROW, WIDE, absent
from tests.web.test_web_parallel import Written, begun, lead, reviews, writes

__all__ = ["begun", "lead"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]


@pytest.fixture
def compared(real: Pipeline, begun: Written) -> Written:
    """A case of which both documents are finished."""
    writes(real, begun)
    reviews(real, begun)
    for one in (begun.writer, begun.reviewer):
        assert one.post(f"{begun.address}/finish").status_code == 302
    return begun


@pytest.fixture
def judge(browser: Browser, live_server: LiveServer, compared: Written) -> Iterator[Page]:
    """The judge's browser."""
    context = browser.new_context(viewport=WIDE, base_url=live_server.url)
    context.add_cookies([cookie(compared.judge, live_server)])
    yield context.new_page()
    context.close()


def cookie(client: Client, live_server: LiveServer) -> dict[str, str]:
    session = client.cookies[django_settings.SESSION_COOKIE_NAME]
    return {"name": session.key, "value": session.value, "url": live_server.url}


def test_no_page_of_a_run_has_a_serious_fault(
    lead: Client, compared: Written, browser: Browser, live_server: LiveServer
) -> None:
    run = compared.address.partition("/cases/")[0]
    seen = [
        *((lead, one) for one in ("/studies/parallel", "/studies/parallel/new", run, f"{run}/report")),
        (compared.judge, "/studies/parallel"),
        (compared.judge, compared.address),
        (compared.writer, f"/draft/{compared.case.patient}"),
    ]
    found = [one for who, page in seen for one in faults_of(browser, live_server, page, who, axe())]
    assert found == [], "\n".join(map(str, found))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_a_judge_says_on_any_screen_who_was_right_and_the_case_is_judged(
    judge: Page, compared: Written, real: Pipeline, size: dict[str, int]
) -> None:
    judge.set_viewport_size(size)  # type: ignore[arg-type]
    judge.goto(compared.address)
    assert judge.evaluate("document.documentElement.scrollWidth <= innerWidth")
    differences = judge.locator("fieldset.difference")
    for place in range(differences.count()):
        one = differences.nth(place)
        one.get_by_label("both will do").check()
        one.get_by_label("How serious").select_option("none")
    judge.get_by_role("button", name="Keep what I said").press("Enter")
    expect(judge.get_by_role("status")).to_contain_text("Judged.")
    expect(judge.get_by_role("heading", name="Side by side")).to_be_visible()
    [run] = real.store.parallels.all()
    assert run.cases[0].stage is CaseStage.JUDGED
