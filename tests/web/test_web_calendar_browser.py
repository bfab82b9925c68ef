"""Calendar and alarms in a real Chromium: at both widths, with everything open, without a serious fault."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from careloom.care.document import Action, Severity
from careloom.care.programme import period_of
from careloom.pipeline import Pipeline
from tests.web.axe import SPEC
from tests.web.browser import NARROW, WIDE, absent, sign_in
from tests.web.desk import PASSWORD
from tests.web.test_web_calendar import AFTER, BEFORE, at
from tests.web.test_web_flow import plan_of_ada
from tests.web.test_web_management_browser import faults

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]


def test_calendar_alarms_and_a_reading_at_both_widths(
    real: Pipeline, home: Path, key: str, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    plan = plan_of_ada(real)
    real.decide(real.store.users.reviewer("osei"), plan.id, Action.REJECT, reason="Wrong drugs")
    at(home, key, BEFORE).keep_up("worker")
    at(home, key, AFTER).keep_up("worker")
    last = at(home, key, datetime(2027, 1, 8, 15, tzinfo=UTC))
    last.keep_up("worker")
    month = period_of("monthly", real.today)
    last.auditing._drawn(month)
    alarm = real.alarming.raise_alarm(
        "safety", "stop:care_plan", "Drafting of {kind} was stopped", values={"kind": "care plans"},
        evidence="2026-11-30", severity=Severity.HIGH,
    ).id  # fmt: skip
    real.store.users.create("ada", role="administrator", name="Ada Invented", password=PASSWORD)
    week = period_of("weekly", real.today).name
    seen = {
        "osei": ("/calendar?year=2026", f"/calendar/weekly/{week}", "/calendar/monthly/2026-10", f"/calendar/monthly/{month.name}",
                 "/calendar/quarterly/2026-Q4", "/calendar/yearly/2026", "/alarms", f"/alarms/{alarm}"),
        "ada": ("/calendar", "/alarms"),
        "rosa": (f"/calendar/readings/{month.name}", f"/calendar/readings/{month.name}/{plan.id}"),
    }  # fmt: skip
    found = []
    for who, addresses in seen.items():
        page = browser.new_context(viewport=WIDE, bypass_csp=True).new_page()
        sign_in(page, live_server.url, who, PASSWORD)
        for number, address in enumerate(addresses):
            for name, size in (("wide", WIDE), ("narrow", NARROW)):
                page.set_viewport_size(size)
                assert page.goto(f"{live_server.url}{address}").status == 200, address  # type: ignore[union-attr]
                found += [(address, name, *one) for one in faults(page)]
                if address == "/calendar?year=2026" and name == "narrow":
                    assert page.evaluate("document.querySelector('[data-newest]').scrollLeft") > 0
                width = page.evaluate("document.documentElement.scrollWidth")
                found += [(address, name, width)] if width > size["width"] else []
                page.screenshot(path=tmp_path / f"{who}-{number}-{name}.png", full_page=True)
    assert found == []
