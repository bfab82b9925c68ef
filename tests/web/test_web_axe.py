"""axe-core finds nothing serious on any page that the site has, as somebody sees it who may (WCAG 2.2 A and AA)."""

import re
from dataclasses import replace
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
from careloom.care.document import Action, Finding, Proposal, Severity, Tier
from careloom.pipeline import Pipeline
from careloom.review.decisions import first_screen
from tests.flow.test_releasing import plan as a_change
from tests.web.browser import NARROW, WIDE, absent
from tests.web.desk import have_read
from tests.web.test_web_flow import sign
from tests.web.test_web_matrix import staffed

SPEC = find_spec("axe_playwright_python")
pytestmark = [
    pytest.mark.browser,
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


# No colour follows from a width, and no size from a scheme: each is seen on one of two screens.
SCREENS = ((WIDE, "light"), (NARROW, "dark"))


def test_no_page_has_a_serious_fault(real: Pipeline, browser: Browser, live_server: LiveServer) -> None:
    for source, folder in demo.PEOPLE:
        real.connect([folder], source=source)
    patient = real.find(demo.SHOWN)
    plan = real.propose("operator", patient, as_of=demo.AS_OF, model="none")
    change = real.releasing.propose("operator", a_change())
    people = staffed(real)
    faults, looked = look(browser, live_server, people, addresses({**parts_of(plan), "change": change}))
    assert looked > 30
    assert faults == [], "\n".join(map(str, faults))


def test_no_page_of_a_plan_that_people_have_worked_on_has_one(
    real: Pipeline, browser: Browser, live_server: LiveServer
) -> None:
    """Signed in part, with a line struck and one amended, more than four findings, some of one line, and a call that is going on."""
    for source, folder in demo.PEOPLE:
        real.connect([folder], source=source)
    patient = real.find(demo.SHOWN)
    drafted = real.propose("operator", patient, as_of=demo.AS_OF, model="none")
    short = tuple(
        Finding(rule="omission", severity=Severity.LOW, message=f"Nothing tells of the {one}.")
        for one in ("feet", "eyes", "teeth", "sleep", "mood")
    )
    plan = replace(drafted, findings=(*drafted.findings, *short))
    real.store.proposals.replace(drafted, plan)
    people = staffed(real)
    nurse = people["registered_nurse"]
    hers = [
        one.id for one in plan.document.statements if one.id in first_screen(plan) and one.tier is Tier.NURSE
    ]
    have_read(nurse, plan)
    rosa = real.store.users.reviewer("a_registered_nurse")
    line = next(one for one in plan.document.statements if one.id == hers[1])
    real.decide(rosa, plan.id, Action.AMEND, struck=(hers[0],))
    real.decide(rosa, plan.id, Action.AMEND, edits={line.id: f"{line.text} It was asked again."})
    sign(nurse, real, plan.id)
    assert nurse.post(f"/call/{patient}/begin").status_code == 302
    seen = [
        f"/review/{plan.id}",
        f"/review/{plan.id}?line=f0",
        f"/review/{plan.id}?line={hers[0]}",
        f"/review/{plan.id}?line={hers[1]}",
    ]
    faults, looked = look(
        browser,
        live_server,
        people,
        [*seen, f"/review/{plan.id}/done", f"/call/{patient}", "/panel", "/queue", "/tasks"],
    )
    assert looked > 8
    assert faults == [], "\n".join(map(str, faults))


def test_no_page_of_an_empty_site_has_one(real: Pipeline, browser: Browser, live_server: LiveServer) -> None:
    faults, looked = look(browser, live_server, staffed(real), addresses({}))
    assert looked > 20
    assert faults == [], "\n".join(map(str, faults))


def parts_of(plan: Proposal) -> dict[str, str]:
    """What fills the addresses that are about a plan."""
    line = plan.document.statements[0].id
    return {
        "proposal": plan.id,
        "patient": plan.document.patient,
        "kind": "visit_note",
        "line_id": line,
        "key": line,
    }


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
    page.goto(address)
    page.evaluate(script)
    for size, scheme in SCREENS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found += [(address, size["width"], scheme, *one) for one in page.evaluate(RUN, RULES)]
    context.close()
    return [one for one in found if one[3] in ("serious", "critical")]
