"""Every kind of bad input as whoever mends it sees it: in a real browser, from the list to the corrected message."""

from typing import Any

import pytest
from playwright.sync_api import expect

from careloom import pipeline as pipelines
from careloom.pipeline import Pipeline
from careloom.settings import Settings
from careloom.store import Store
from tests.flow.spoiled import MOST_UNPACKED_MB, every, good
from tests.web.browser import absent
from tests.web.desk import AdasDesk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="Chromium is not installed"),
]
# What a person mends in the text itself; the rest comes as a corrected file.
TYPED = {"delimiters.hl7", "short.json", "event.hl7", "counts.x12", "two.json", "later.json", "ndc.csv"}


@pytest.fixture
def real(desk: AdasDesk, store: Store, home: Any, key: str, settings: Any, tmp_path: Any) -> Pipeline:
    """All bad files beside ten good ones, connected."""
    made = pipelines.build(
        Settings(home=home, encryption_key=key, model="none", max_unpacked_mb=MOST_UNPACKED_MB)
    )
    settings.CARELOOM_PIPELINE = lambda _: made
    folder = tmp_path / "in"
    folder.mkdir()
    good(folder)
    for one in every():
        (folder / one.name).write_bytes(one.bad)
    made.connect(sorted(folder.iterdir()), source="sender")
    assert len(made.store.patients.all()) >= 10
    return made


def test_everything_that_was_wrong_is_seen_and_mended_on_the_page(real: Pipeline, open_as: Any) -> None:
    page = open_as()
    page.goto("/rejected")
    left = every()
    expect(page.locator("ol.letters > li")).to_have_count(len(left))
    for one in left:
        shown = page.locator("ol.letters > li").filter(
            has=page.get_by_role("link", name=one.name, exact=True)
        )
        expect(shown.locator(".faults")).to_contain_text(one.why, ignore_case=True)
        if one.where:
            expect(shown.locator(".faults")).to_contain_text(one.where)
    while left:
        one = left.pop()
        page.get_by_role("link", name=one.name, exact=True).click()
        expect(page.locator("h1")).to_have_text(one.name)
        if one.name in TYPED:
            page.locator("#text").fill(one.good.decode().replace("\r", "\n"))
        else:
            page.locator("#file").set_input_files(
                {"name": one.name, "mimeType": "application/octet-stream", "buffer": one.good}
            )
        page.get_by_label("Why, and who was asked").fill("the sender was asked")
        page.get_by_role("button", name="Take in the corrected message").click()
        assert "Not taken" not in page.inner_text("main"), (one.name, page.inner_text("main")[:300])
        page.wait_for_url("**/rejected?done=corrected")
        expect(page.locator("ol.letters > li")).to_have_count(len(left))
    expect(page.locator("h1")).to_have_text("Every message could be read")
    real.replay()
    page.reload()
    expect(page.locator("h1")).to_have_text("Every message could be read")
