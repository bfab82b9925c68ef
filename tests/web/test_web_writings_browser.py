"""What stands in other systems' charts, in a real Chromium: the rows on a document and a patient are usable at both widths, and a person gives one up."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from careloom.care.writing import AS_DOCUMENT, Copy, State, Step, There, Writing
from careloom.pipeline import Pipeline
from tests.web.axe import SPEC, look
from tests.web.browser import NARROW, WIDE, absent, sign_in
from tests.web.desk import PASSWORD
from tests.web.test_web_matrix import staffed
from tests.web.test_web_writings import NIGHT, desk, queued

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]
__all__ = ["desk", "queued"]


@pytest.fixture
def three(desk: Pipeline, queued: Writing) -> Writing:
    """One that waits and was tried, one that was refused, and one that is there as a document."""
    for name in ("clinic", "county_hie"):
        desk.store.writings.add(queued.proposal, queued.patient, name, "fhir", at=NIGHT)
    waits, refused, there = desk.store.writings.of(queued.proposal)
    desk.store.writings.step(waits, Step(State.QUEUED, NIGHT, "again: mercy can't be reached"))
    desk.store.writings.step(refused, Step(State.REFUSED, NIGHT, "clinic took nothing: it is gone (410)"))
    notes = (f"{AS_DOCUMENT}it took no CarePlan (a rule of its own says no)",)
    held = There("document", "Patient/1", (Copy("k", "DocumentReference/7", "3", "{}"),), notes)
    desk.store.writings.step(there, Step(State.WRITTEN, NIGHT, there=held))
    return refused


def addresses(writing: Writing) -> list[str]:
    document = reverse("review", args=[writing.proposal])
    return [document, f"{document}/charts", reverse("patient", args=[writing.patient]), "/charts"]


@pytest.mark.skipif(SPEC is None, reason="axe-core is not installed")
def test_none_of_these_pages_has_a_serious_fault(
    desk: Pipeline, three: Writing, browser: Browser, live_server: LiveServer
) -> None:
    faults, looked = look(browser, live_server, staffed(desk), addresses(three))
    assert looked >= 4
    assert faults == [], "\n".join(map(str, faults))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_nurse_gives_up_what_was_refused_from_the_patients_page_and_nothing_is_cut_off(
    desk: Pipeline, three: Writing, browser: Browser, live_server: LiveServer, size: dict[str, int]
) -> None:
    page = browser.new_page(viewport={"width": size["width"], "height": size["height"]})
    sign_in(page, live_server.url, "rosa", PASSWORD)
    for address in addresses(three):
        page.goto(f"{live_server.url}{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto(f"{live_server.url}{reverse('patient', args=[three.patient])}")
    row = page.locator(f"#chart-{three.id}")
    expect(row).to_contain_text("Clinic took nothing: it is gone (410).")
    row.locator("summary").press("Enter")
    row.get_by_label("Why it is given up").fill("she moved away")
    row.get_by_role("button", name="Give it up", exact=True).click()
    expect(page.locator(f"#chart-{three.id}")).to_have_count(0)
    expect(page.get_by_role("heading", name="In other charts")).to_be_visible()
    assert desk.store.writings.get(three.id).state is State.CANCELLED
