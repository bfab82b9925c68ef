"""The pages, with a nurse, a physician and a coordinator who may sign in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from careloom import draft
from careloom import pipeline as pipelines
from careloom.pipeline import Pipeline
from careloom.settings import Settings as SiteSettings
from careloom.store import Store
from tests.web.browser import WIDE, chromium, sign_in
from tests.web.desk import PASSWORD, AdasDesk, signed_in, staff
from tests.web.ehr import Ehr, registered
from tests.web.invented_kinds import INVENTED

HERE = Path(__file__).parent
# By these a test is let to the database; without one of them it is kept from it.
DATABASES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only those that ask a database: the others show the same there as on SQLite."""
    if connection.vendor != "postgresql":
        return
    same = [one for one in items if one.path.parent == HERE and not _asks(one)]
    config.hook.pytest_deselected(items=same)
    left = set(same)
    items[:] = [one for one in items if one not in left]


def _asks(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    return bool(marked) or not DATABASES.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture
def desk(store: Store, settings: Settings) -> AdasDesk:
    """The pages work on Ada's plan."""
    staff(store)
    made = AdasDesk(store)
    settings.CARELOOM_PIPELINE = lambda _: made
    return made


@pytest.fixture
def real(store: Store, home: Path, key: str, settings: Settings) -> Pipeline:
    """The pages work on a real store, empty at first."""
    staff(store)
    made = pipelines.build(SiteSettings(home=home, encryption_key=key, model="none", reading_rate=0))
    settings.CARELOOM_PIPELINE = lambda _: made
    return made


@pytest.fixture
def ehr(real: Pipeline, home: Path) -> Ehr:
    """An EHR that the site trusts at its hooks."""
    return registered(home)


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two invented kinds are offered beside those that there are."""
    for name, writing in INVENTED.items():
        monkeypatch.setitem(draft.KINDS, name, writing)  # type: ignore[arg-type]


@pytest.fixture
def nurse(desk: AdasDesk) -> Client:
    """Rosa's browser."""
    return signed_in("rosa")


@pytest.fixture
def physician(desk: AdasDesk) -> Client:
    """Dr. Osei's browser."""
    return signed_in("osei")


@pytest.fixture
def coordinator(desk: AdasDesk) -> Client:
    """Cam's browser."""
    return signed_in("cam")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def complains(said: ConsoleMessage) -> bool:
    """An error in the console, but for an answer of ours that refuses in words and a network that is gone."""
    told = f"{said.location['url']} {said.text}"
    ours = any(
        part in told for part in ("/review/", "/call/", "/here", "/studies/time/", "/api/time-studies/")
    )
    refused = said.text.startswith(("Failed to load resource", "Response Status Error Code")) and ours
    gone = said.text.startswith(("htmx:sendError", "htmx:afterRequest"))
    return said.type == "error" and not refused and not gone


@pytest.fixture
def open_as(browser: Browser, live_server: LiveServer, desk: AdasDesk) -> Iterator[Any]:
    """Sign somebody in on a screen of some size; at the end no page may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(name: str = "rosa", size: ViewportSize = WIDE, **how: Any) -> Page:
        context = browser.new_context(viewport=size, base_url=live_server.url, **how)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if complains(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda box: complaints.append(f"dialog: {box.message}"))
        sign_in(page, live_server.url, name, PASSWORD)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
