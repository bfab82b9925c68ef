"""Every plan prints on two pages: the demo people's, those of synthetic patients, and one far too long."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from playwright.sync_api import Page

from careloom import draft, settings
from careloom import pipeline as pipelines
from careloom.care.document import Proposal
from careloom.care.record import PatientRecord
from careloom.demo import AS_OF, PEOPLE
from careloom.llm import Remembered
from careloom.pipeline import Review
from careloom.pipeline.drafting import Drafting
from careloom.web.present.banner import banner
from careloom.web.present.printed import sheet
from careloom.web.present.receipt import receipt
from tests.draft.people import KNOWLEDGE
from tests.draft.test_draft_outside import FOLDER, assembled, people
from tests.web.browser import absent, chromium
from tests.web.people import NOW

# A store in which nobody decided anything yet, nor approved a text.
EMPTY: Any = SimpleNamespace(
    proposals=SimpleNamespace(of=lambda _patient: ()), approvals=SimpleNamespace(in_force=frozenset)
)

STATIC = Path(__file__).resolve().parents[2] / "careloom" / "web" / "static" / "web"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=False),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]
Told = tuple[PatientRecord, Proposal]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> list[Told]:
    """The demo people's records and plans."""
    home: Path = tmp_path_factory.mktemp("paper")
    with django_db_blocker.unblock(), transaction.atomic():
        built = pipelines.build(replace(settings.read(), home=home, organisation="paper", model="none"))
        for source, folder in PEOPLE:
            built.connect([folder], source=source)
        found = [
            (built.record("test", one, AS_OF), built.draft("test", one, as_of=AS_OF, model="none"))
            for one in built.store.patients.all()
        ]
        transaction.set_rollback(True)
    return found


def html(told: Told) -> str:
    """The printed page as a browser gets it, its styles inside it."""
    record, proposal = told
    review = Review(
        proposal=proposal, record=record, may={}, who={}, decisions=(), previous=None, new_entries=()
    )
    shown = banner(record)
    context = {"sheet": sheet(review, NOW, shown.words), "banner": shown, "receipt": receipt(record)}
    made = render_to_string("web/printed.html", {**context, "proposal": "1", "signed_in": "R. Blake"})
    return re.sub(
        r'<link rel="stylesheet" href="[^"]*/(\w+\.css)">',
        lambda found: f"<style>{(STATIC / found[1]).read_text()}</style>",
        made,
    )


def pages(page: Page, told: Told) -> int:
    page.set_content(html(told))
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_every_demo_persons_plan_takes_two_pages_at_most(page: Page, demo: list[Told]) -> None:
    assert len(demo) == 13
    assert [pages(page, one) for one in demo if pages(page, one) > 2] == []


def test_no_letter_on_paper_is_smaller_than_nine_pixels(page: Page, demo: list[Told]) -> None:
    page.set_content(html(demo[0]))
    page.emulate_media(media="print")
    sizes = page.evaluate(
        "[...document.querySelectorAll('.sheet-page *')].filter(one => one.textContent.trim())"
        ".map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert len(sizes) > 100 and min(sizes) >= 9


@pytest.mark.outside
@pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/data is absent")
@pytest.mark.parametrize("place", range(0, 24, 5))
def test_a_synthetic_patients_plan_takes_two_pages_at_most(page: Page, place: int) -> None:
    record = assembled(people()[place])
    if record.demographics.deceased:
        pytest.skip("nobody plans for somebody who has died")
    document = draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())
    judged = Drafting(EMPTY, KNOWLEDGE, settings.read()).check(document, record, NOW)
    assert pages(page, (record, judged)) <= 2


def test_the_plans_of_thirteen_people_as_one_take_two_pages_and_say_what_is_folded(
    page: Page, demo: list[Told]
) -> None:
    records, proposals = zip(*demo, strict=True)
    lines = {one.id: one for proposal in proposals for one in proposal.document.statements}
    first = proposals[0]
    record = replace(records[0], entries=tuple(entry for one in records for entry in one.entries))
    whole = replace(
        first,
        document=replace(first.document, statements=tuple(lines.values())),
        findings=tuple(finding for one in proposals for finding in one.findings),
    )
    assert len(lines) > 400
    assert pages(page, (record, whole)) == 2
    assert re.search(r"\d{3} more lines in the record", html((record, whole)))
