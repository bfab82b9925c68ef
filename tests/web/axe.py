"""axe-core on the pages of a test's site, as everybody sees them who gets one."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.web.browser import NARROW, WIDE, absent

SPEC = find_spec("axe_playwright_python")
MARKS = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What differs in a page from one person to the next and is nothing to look at: names of forms and of whoever is signed in.
NAMED = re.compile(r'name="(?:csrfmiddlewaretoken|form)" value="[^"]*"|hx-headers=\'[^\']*\'|\ba_\w+')
RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(found => found.violations.map(
  one => [one.impact, one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(" | ")]))"""


def axe() -> str:
    assert SPEC is not None and SPEC.origin is not None
    return (Path(SPEC.origin).parent / "axe.min.js").read_text(encoding="utf-8")


# No colour follows from a width, and no size from a scheme: each is seen on one of two screens.
SCREENS = ((WIDE, "light"), (NARROW, "dark"))


def look(
    browser: Browser, live_server: LiveServer, people: dict[str, Client], asked: list[str]
) -> tuple[list[tuple[Any, ...]], int]:
    """The faults of these pages as everybody sees them who gets one, and how many were looked at; what differs in nothing is looked at once."""
    script, faults, known = axe(), [], set()
    for address in ["/sign-in", *asked]:
        for client in [Client()] if address == "/sign-in" else people.values():
            answer = client.get(address)
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            main = NAMED.sub("", answer.content.decode().partition("<main")[2])
            if main not in known:
                known.add(main)
                faults += faults_of(browser, live_server, address, client, script)
    return faults, len(known)


def faults_of(
    browser: Browser, live_server: LiveServer, address: str, client: Client, script: str
) -> list[tuple[Any, ...]]:
    found = []
    context = browser.new_context(viewport=WIDE, base_url=live_server.url, bypass_csp=True)
    session = client.cookies.get(django_settings.SESSION_COOKIE_NAME)
    if session is not None:
        context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
    page = context.new_page()
    for size, scheme in SCREENS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        page.evaluate(script)
        found += [(address, size["width"], scheme, *one) for one in page.evaluate(RUN, RULES)]
    context.close()
    return [one for one in found if one[3] in ("serious", "critical")]
