"""axe-core finds nothing serious on any page that the site has, as somebody sees it who may (WCAG 2.2 A and AA)."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import URLPattern, get_resolver
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from careloom import demo
from careloom.pipeline import Pipeline
from tests.web.browser import WIDE, absent
from tests.web.test_web_matrix import staffed

SPEC = find_spec("axe_playwright_python")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent() or SPEC is None, reason="Chromium or axe-core is not installed"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(found => found.violations.map(
  one => [one.impact, one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(" | ")]))"""


def axe() -> str:
    assert SPEC is not None and SPEC.origin is not None
    return (Path(SPEC.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def addresses(parts: dict[str, str]) -> list[str]:
    """The pages of which every part of the address is known."""
    found = []
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            route, known = str(pattern.pattern), pattern.pattern.converters
            if all(name in parts for name in known):
                for name in known:
                    route = re.sub(rf"<(\w+:)?{name}>", parts[name], route)
                found.append(f"/{route}")
    return found


def test_no_page_has_a_serious_fault(real: Pipeline, browser: Browser, live_server: LiveServer) -> None:
    for source, folder in demo.PEOPLE:
        real.connect([folder], source=source)
    patient = real.find(demo.SHOWN)
    plan = real.propose("operator", patient, as_of=demo.AS_OF, model="none")
    line = plan.document.statements[0].id
    parts = {"proposal": plan.id, "patient": patient, "kind": "visit_note", "line_id": line, "key": line}
    people = staffed(real)
    faults, looked = [], 0
    script = axe()
    for address in ["/sign-in", *addresses(parts)]:
        seen_by = who_sees(people, address)
        if seen_by is None:
            continue
        looked += 1
        faults += faults_of(browser, live_server, address, seen_by, script)
    assert looked > 30
    assert faults == [], "\n".join(map(str, faults))


def who_sees(people: dict[str, Client], address: str) -> Client | None:
    """Somebody who gets a page of her own there; nobody where it is a form, a part or a file."""
    if address == "/sign-in":
        return Client()
    for role in ("registered_nurse", "quality_lead", "administrator"):
        answer = people[role].get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            return people[role]
    return None


def faults_of(
    browser: Browser, live_server: LiveServer, address: str, client: Client, script: str
) -> list[tuple[Any, ...]]:
    context = browser.new_context(viewport=WIDE, base_url=live_server.url, bypass_csp=True)
    session = client.cookies.get(django_settings.SESSION_COOKIE_NAME)
    if session is not None:
        context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(address)
    page.evaluate(script)
    found = page.evaluate(RUN, RULES)
    context.close()
    return [(address, *one) for one in found if one[0] in ("serious", "critical")]
