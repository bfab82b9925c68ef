"""The timer in a real Chromium on a phone: one tap an activity, no network loses nothing, and a sign-out neither."""

from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from careloom.pipeline import Pipeline
from tests.web.axe import RULES, RUN, SPEC, axe
from tests.web.browser import NARROW, absent
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_time_study import an_hour_ago, begun, send, shift

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
def study(real: Pipeline) -> str:
    users = real.store.users
    users.create("lena", name="L. Ead", role="quality_lead", password=PASSWORD)
    users.create("olga", name="O. Ber", role="medical_assistant", password=PASSWORD)
    return begun(signed_in("lena"), {one.username: one.id for one in users.accounts()})


@pytest.fixture
def phone(open_as: Any, study: str) -> Page:
    page: Page = open_as("olga", size=NARROW)
    page.goto(f"/studies/time/{study}/timer")
    return page


def start(page: Page) -> None:
    page.get_by_role("button", name="Start the shift").click()
    expect(page.locator("[data-state]")).to_have_text("All taps are sent.")


def taken_over(page: Page) -> None:
    """The service worker has the page and its files, as on a phone's second visit."""
    page.evaluate("""new Promise(done => navigator.serviceWorker.controller ? done()
      : navigator.serviceWorker.addEventListener("controllerchange", () => done()))""")
    deadline = monotonic() + 10
    while (
        page.evaluate("caches.open('time-study').then(kept => kept.keys()).then(found => found.length)") < 6
    ):
        assert monotonic() < deadline
        sleep(0.1)


def kept(real: Pipeline, study: str) -> list[str]:
    return [
        one.tap.what for one in sorted(real.store.observations.taps(study), key=lambda one: one.tap.number)
    ]


def test_a_shift_with_a_thumb(phone: Page, real: Pipeline, study: str) -> None:
    start(phone)
    plan = phone.get_by_role("button", name="Putting a care plan together")
    box = plan.bounding_box()
    assert box is not None and box["height"] >= 60 and box["width"] >= 150
    plan.click()
    expect(plan).to_have_attribute("aria-pressed", "true")
    expect(phone.locator("[data-runs]")).to_have_text("Putting a care plan together")
    phone.get_by_role("button", name="Pause").click()
    expect(phone.locator("[data-runs]")).to_have_text("Pause")
    phone.get_by_role("button", name="Undo").click()
    expect(phone.locator("[data-runs]")).to_have_text("Putting a care plan together")
    phone.get_by_role("button", name="Note", exact=True).click()
    phone.get_by_role("textbox", name="Note").fill("two screens for one form")
    expect(phone.get_by_text("Nothing of a patient:")).to_be_visible()
    phone.get_by_role("button", name="Keep the note").click()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.get_by_role("button", name="End", exact=True).click()
    expect(phone.locator("[data-runs]")).to_have_text("The shift is over.")
    expect(phone.locator("[data-state]")).to_have_text("All taps are sent.")
    assert kept(real, study) == ["begin", "activity", "pause", "undo", "note", "end"]


def test_without_a_network_the_page_opens_anew_and_every_tap_comes_later_once(
    phone: Page, real: Pipeline, study: str
) -> None:
    taken_over(phone)
    start(phone)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Making and moving appointments").click()
    expect(phone.locator("[data-state]")).to_contain_text(
        "1 tap is on this phone and not sent yet. No network"
    )
    phone.reload()
    expect(phone.locator("[data-runs]")).to_have_text("Making and moving appointments")
    phone.get_by_role("button", name="Talking with the care team").click()
    phone.get_by_role("button", name="End", exact=True).click()
    expect(phone.locator("[data-state]")).to_contain_text("3 taps are on this phone")
    # A tap may have reached the site as the network went, its answer lost: it is sent again, and counts once.
    assert "end" not in kept(real, study)
    phone.context.set_offline(False)
    expect(phone.locator("[data-state]")).to_have_text("All taps are sent.", timeout=20_000)
    assert kept(real, study) == ["begin", "activity", "activity", "end"]


def test_signed_out_in_the_middle_she_goes_on_tapping_and_it_is_sent_when_she_is_back(
    phone: Page, real: Pipeline, study: str
) -> None:
    start(phone)
    Session.objects.all().delete()
    phone.get_by_role("button", name="Talking with the care team").click()
    expect(phone.locator("[data-state]")).to_contain_text(
        "You are signed out; what you tapped stays on this phone."
    )
    phone.get_by_role("button", name="End", exact=True).click()
    with phone.context.expect_page() as opened:
        phone.get_by_role("link", name="Sign in to send it").click()
    door = opened.value
    door.get_by_label("User name").fill("olga")
    door.get_by_label("Password").fill(PASSWORD)
    door.get_by_role("button", name="Sign in").click()
    door.wait_for_url(lambda address: "/sign-in" not in address)
    door.close()
    phone.evaluate("dispatchEvent(new Event('focus'))")
    expect(phone.locator("[data-state]")).to_have_text("All taps are sent.")
    assert kept(real, study) == ["begin", "activity", "end"]


def test_nobody_elses_taps_are_sent_under_a_colleagues_name(phone: Page, real: Pipeline, study: str) -> None:
    start(phone)
    Session.objects.all().delete()
    phone.get_by_role("button", name="Talking with the care team").click()
    expect(phone.locator("[data-state]")).to_contain_text("You are signed out")
    rosa = signed_in("rosa").cookies["sessionid"].value
    phone.context.add_cookies(
        [{"name": "sessionid", "value": rosa, "url": f"{phone.url.split('/studies')[0]}/"}]
    )
    phone.evaluate("dispatchEvent(new Event('focus'))")
    expect(phone.locator("[data-state]")).to_contain_text("Somebody else is signed in on this phone")
    assert kept(real, study) == ["begin"]


def test_a_phone_two_hours_ahead_is_told_and_corrected(phone: Page, real: Pipeline, study: str) -> None:
    phone.clock.install(time=datetime.now(UTC) + timedelta(hours=2))
    phone.reload()
    start_ahead = phone.get_by_role("button", name="Start the shift")
    start_ahead.click()
    expect(phone.locator("[data-state]")).to_contain_text("This phone's clock is 120 min ahead.")
    (first,) = real.store.observations.taps(study)
    assert abs(first.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert first.tap.phone - first.at == pytest.approx(timedelta(hours=2), abs=timedelta(minutes=1))


@pytest.mark.skipif(SPEC is None, reason="axe-core is not installed")
def test_the_timer_has_no_serious_fault_before_and_during_a_shift(phone: Page) -> None:
    phone.evaluate(axe())
    assert phone.evaluate(RUN, RULES) == []
    start(phone)
    phone.get_by_role("button", name="Talking with the care team").click()
    phone.get_by_role("button", name="Note", exact=True).click()
    assert phone.evaluate(RUN, RULES) == []


@pytest.mark.skipif(SPEC is None, reason="axe-core is not installed")
def test_the_pages_of_a_study_and_of_its_ranking_have_no_serious_fault_on_a_phone(
    open_as: Any, real: Pipeline, study: str
) -> None:
    people = {one.username: one.id for one in real.store.users.accounts()}
    send(signed_in("olga"), study, shift(people["cam"], an_hour_ago()))
    signed_in("cam").post(f"/studies/time/{study}/put", {"what": "agree"})
    lena = signed_in("lena")
    for was, name in enumerate(("synthesise_plan", "call_patient")):
        said = {
            "label": f"Kind {was}",
            "outcome": "2",
            "satisfaction": "1",
            "volume": "40",
            "share": "60",
            "setup": "20",
        }
        lena.post(f"/studies/time/activities/{name}", {**said, "used": "on", "was": str(was)})
    seen = {
        "lena": (
            f"{study}",
            "activities/synthesise_plan",
            f"rank?study={study}",
            f"rank/synthesise_plan?study={study}",
        ),
        "olga": (f"{study}", f"{study}/shifts/s1"),
        "cam": (f"{study}",),
    }
    for who, addresses in seen.items():
        page = open_as(who, size=NARROW)
        for address in addresses:
            page.goto(f"/studies/time/{address}")
            expect(page.locator("h1")).to_be_visible()
            for one in page.locator("main details").all():
                one.evaluate("one => one.open = true")
            page.evaluate(axe())
            assert page.evaluate(RUN, RULES) == [], (who, address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (who, address)
