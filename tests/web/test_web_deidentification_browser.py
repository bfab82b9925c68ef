"""De-identification in a real Chromium: with a count, a statement, a sample and a job that was given up, at both widths, without a serious fault."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from careloom.pipeline import Pipeline
from careloom.privacy.modes import Statement
from tests.web.axe import SPEC
from tests.web.browser import NARROW, WIDE, absent, sign_in
from tests.web.desk import PASSWORD
from tests.web.test_web_deidentification import STATEMENT, drawn, noted
from tests.web.test_web_management_browser import faults

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]


def test_what_is_left_of_the_risk_at_both_widths(
    real: Pipeline, browser: Browser, live_server: LiveServer
) -> None:
    noted(real)
    real.store.users.create("lena", role="quality_lead", name="Lena Invented", password=PASSWORD)
    lead = real.store.users.reviewer("lena")
    real.residue.count(lead, real.today, 11)
    days = {one: real.today + timedelta(days=gap) for one, gap in (("on", -30), ("until", 300))}
    parts = {one: said for one, said in STATEMENT.items() if one not in days}
    real.residue.state(lead, Statement(**parts, **days))
    drawn(real, 2)
    task, _ = real.store.work.add("residue", "residue:counting:then", {"actor": lead.user, "k": "11"})
    claimed = real.store.work.claim(task.id, "worker")
    assert claimed is not None
    real.store.work.failed(claimed, "OSError", attempts=1, pause=timedelta())
    page = browser.new_context(viewport=WIDE, bypass_csp=True).new_page()
    sign_in(page, live_server.url, "lena", PASSWORD)
    found = []
    for name, size in (("wide", WIDE), ("narrow", NARROW)):
        page.set_viewport_size(size)
        assert page.goto(f"{live_server.url}/deidentification").status == 200  # type: ignore[union-attr]
        assert (
            page.get_by_text("was given up at").is_visible() and page.get_by_text("Piece 1 of 2").is_visible()
        )
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found += [(name, *one) for one in faults(page)]
        width = page.evaluate("document.documentElement.scrollWidth")
        found += [(name, width)] if width > size["width"] else []
    assert found == [], "\n".join(map(str, found))
