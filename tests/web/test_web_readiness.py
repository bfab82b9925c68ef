"""The data audit's page: what it says, to whom, and that it fits a phone and two sheets."""

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from careloom import pipeline as pipelines
from careloom.demo import AS_OF, HERE, PEOPLE
from careloom.jobs import handlers
from careloom.pipeline import Pipeline
from careloom.readiness import as_json, report
from careloom.settings import Settings
from careloom.store import Store
from tests.readiness.telling import ALLERGY, CLINIC, PROBLEM, daily, tally
from tests.web.browser import NARROW, WIDE, absent
from tests.web.desk import PASSWORD, AdasDesk, signed_in
from tests.web.test_web_pdf import pages

UPGRADE = date(2026, 11, 27)


def text(client: Client, address: str = "/readiness") -> str:
    said: str = client.get(address).content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", said)).split())


def an_upgrade(store: Store) -> None:
    """A run after an upgrade of the EHR that dropped allergies; a clinic goes on as before."""
    before = daily(UPGRADE - timedelta(days=20), 20, 4, PROBLEM, ALLERGY)
    after = daily(UPGRADE, 1, 4, PROBLEM)
    clinic = daily(UPGRADE - timedelta(days=3), 4, 2, PROBLEM, source=CLINIC)
    found = report(tally(*before, *after, *clinic, as_of=UPGRADE))
    store.readiness.add(as_json(found), actor="operator", at=datetime(2026, 11, 28, 3, tzinfo=UTC))


def test_before_anybody_counted_the_page_says_what_to_do(real: Pipeline) -> None:
    assert "It is counted once a day by itself" in text(signed_in("rosa"))


def test_the_nurse_reads_that_the_ehr_no_longer_sends_allergies(real: Pipeline, store: Store) -> None:
    an_upgrade(store)
    said = text(signed_in("rosa"), "/readiness?field=allergies")
    assert "RIVERSIDE_EHR no longer sends allergies since 27 Nov: 0 of 4 messages, 80 of 80 before." in said
    assert "Without it a nurse can't trust that a drug is safe" in said
    assert "Only riverside EHR has it" in said
    assert "northgate clinic ○ none" in said


def test_how_often_a_rule_was_signed_over_stands_on_the_page(real: Pipeline, store: Store) -> None:
    assert "What the checks said" not in text(signed_in("rosa"))
    real.connect([HERE / "riverside_ehr" / "ada-moreno.json"], source="riverside_ehr")
    plan = real.propose("test", *store.patients.all(), as_of=AS_OF, model="none")
    rule = plan.findings[0].rule
    fired = [one.severity for one in plan.findings if one.rule == rule]
    said = f"{rule} {len(fired)} {fired.count('high')} 0 0 {len(fired)} 0 –"
    assert said in text(signed_in("rosa"))


def test_whoever_audits_reads_it_and_has_nothing_counted(real: Pipeline, store: Store) -> None:
    store.users.create("aud", name="A. Udit", role="auditor", password=PASSWORD)
    store.users.create("qual", name="Q. Lead", role="quality_lead", password=PASSWORD)
    auditor = signed_in("aud")
    assert auditor.get("/readiness").status_code == 200
    assert auditor.post("/readiness/count").status_code == 403
    assert signed_in("qual").get("/readiness").status_code == 200


def test_the_nurse_has_it_counted_again_once_however_often_she_presses(real: Pipeline, store: Store) -> None:
    rosa = signed_in("rosa")
    for _ in range(2):
        assert "A worker counts now" in rosa.post("/readiness/count", follow=True).content.decode()
    assert 1 <= store.work.counts()["waiting"] <= 2
    handlers.standard(real.settings)["readiness"]({"actor": "rosa"})
    assert "of 34 fields are good" in text(rosa)
    store.users.create("aud", name="A. Udit", role="auditor", password=PASSWORD)
    assert signed_in("aud").post("/readiness/count").status_code == 403


def test_the_report_is_a_pdf_that_says_what_the_printed_page_says(real: Pipeline, store: Store) -> None:
    rosa = signed_in("rosa")
    assert rosa.get("/readiness/pdf").status_code == 404
    an_upgrade(store)
    for language in ("en", "es"):
        headers = {"Accept-Language": language}
        page = rosa.get("/readiness/printed", headers=headers).content.decode()
        page = re.sub(
            r'<p class="no-print.*?</p>|<caption.*?</caption>|<span class="hear">.*?</span>',
            " ",
            page,
            flags=re.S,
        )
        page = page[page.index('<main id="content"') : page.index("</main>")]
        answer = rosa.get("/readiness/pdf", headers=headers)
        assert answer["Content-Type"] == "application/pdf"
        said = " ".join(pages(answer.content)).replace("-", "")
        paper = set(
            re.findall(r"\w+", html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("-", "").casefold())
        )
        assert paper - set(re.findall(r"\w+", said.casefold())) == set() and len(paper) > 80
    assert "Qué falta" in said and "What lacks" not in said


def test_a_field_that_nobody_knows_is_no_page(real: Pipeline, store: Store) -> None:
    an_upgrade(store)
    assert signed_in("rosa").get("/readiness?field=horoscope").status_code == 404


@pytest.fixture
def shown(open_as: Callable[..., Page], desk: AdasDesk, store: Store, home: Path, key: str) -> Any:
    """The demo people's audit, and a second run."""
    made = pipelines.build(Settings(home=home, encryption_key=key, model="none"))
    for source, folder in PEOPLE:
        made.connect([folder], source=source)
    made.data_audit.run("operator", made.today)
    desk.data_audit = made.data_audit  # type: ignore[attr-defined]
    return open_as


browser_test = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]


class TestInABrowser:
    pytestmark = browser_test

    def test_the_matrix_scrolls_in_its_frame_and_never_widens_the_page(
        self, shown: Callable[..., Page], tmp_path: Path
    ) -> None:
        for size in (WIDE, NARROW):
            page = shown(size=size)
            page.goto("/readiness")
            page.get_by_role("link", name="allergies").click()
            page.wait_for_url("**field=allergies*")
            assert page.evaluate("document.scrollingElement.scrollWidth") == size["width"]
            words = page.get_by_text("can't trust that a drug is safe")
            assert sum(one.is_visible() for one in words.all()) == 1
            page.screenshot(path=tmp_path / f"readiness-{size['width']}.png", full_page=True)

    def test_the_printable_report_fits_a_phone_too(self, shown: Callable[..., Page]) -> None:
        page = shown(size=NARROW)
        page.goto("/readiness/printed")
        assert page.evaluate("document.scrollingElement.scrollWidth") == NARROW["width"]

    def test_the_report_prints_on_two_sheets(self, shown: Callable[..., Page], tmp_path: Path) -> None:
        page = shown()
        page.goto("/readiness/printed")
        paper = page.pdf(path=tmp_path / "readiness.pdf", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
