"""A physician answers with one key in a real Chromium, at a desk and on a phone; where a yes is an order the key asks who she is."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, ViewportSize, expect

from careloom.pipeline import Pipeline
from tests.web.axe import RULES, RUN, SPEC, axe
from tests.web.browser import NARROW, WIDE, absent
from tests.web.desk import PASSWORD
from tests.web.test_web_call import ada, rosa
from tests.web.test_web_questions import NO_ORDER, ask

__all__ = ["ada", "rosa"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(absent(), reason="no Chromium here"),
]


@pytest.fixture
def desk(real: Pipeline) -> Pipeline:
    """The pages work on a real store, not on Ada's plan alone."""
    return real


@pytest.fixture
def osei(open_as: Any, ada: str) -> Callable[..., Page]:
    """Sign Dr. Osei in on a screen of some size."""
    return partial(open_as, "osei")


def test_one_key_answers_and_an_order_asks_first(osei: Any, rosa: Client, real: Pipeline, ada: str) -> None:
    order, plain = ask(rosa, real, ada), ask(rosa, real, ada, NO_ORDER)
    page = osei()
    page.goto("/questions")
    page.locator(f"#q-{plain.id}").focus()
    page.keyboard.press("m")
    page.wait_for_url("**/questions#*")
    page.wait_for_load_state("load")
    expect(page.locator(f"#q-{plain.id}")).to_contain_text("call me")
    page.keyboard.press("y")
    expect(page.get_by_label("Your password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    assert real.store.questions.get(order.id).open
    page.keyboard.press("Enter")
    expect(page.locator(f"#q-{order.id}")).to_contain_text(": yes,")
    answered = real.store.questions.get(order.id).answer
    assert answered is not None and answered.what == "yes"


@pytest.mark.skipif(SPEC is None, reason="axe-core is not installed")
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["desk", "phone"])
def test_it_fits_and_axe_finds_nothing_serious(
    osei: Any, rosa: Client, real: Pipeline, ada: str, size: ViewportSize
) -> None:
    ask(rosa, real, ada)
    page = osei(size=size)
    page.goto("/questions")
    page.get_by_text("Yes…").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(axe())
    assert [one for one in page.evaluate(RUN, RULES) if one[0] in ("serious", "critical")] == []
