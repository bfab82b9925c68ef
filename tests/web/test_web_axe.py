"""axe-core finds nothing serious on any page that the site has, as somebody sees it who may (WCAG 2.2 A and AA)."""

import re

import pytest
from django.urls import URLPattern, get_resolver
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from careloom import demo
from careloom.care.document import Proposal
from careloom.pipeline import Pipeline
from tests.flow.test_releasing import plan as a_change
from tests.web.axe import MARKS, look
from tests.web.test_web_matrix import staffed

pytestmark = [pytest.mark.browser, *MARKS]


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
    change = real.releasing.propose("operator", a_change())
    people = staffed(real)
    faults, looked = look(browser, live_server, people, addresses({**parts_of(plan), "change": change}))
    assert looked > 30
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
