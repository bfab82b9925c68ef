"""The pages in the head: a nurse's five first and the rest folded under heads, by mouse and by keyboard, at any width."""

import pytest
from django.urls import resolve

from careloom.care.access import ROLES
from careloom.pipeline import Pipeline
from careloom.web.present.nav import FIRST, HEADS, menu
from careloom.web.views.guard import NEEDS
from tests.web.test_web_matrix import staffed


@pytest.fixture
def desk(real: Pipeline) -> Pipeline:
    """The pages work on a real store, not on Ada's plan alone."""
    return real


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.django_db
def test_everybody_finds_five_pages_first_and_every_page_that_is_hers_once(role: str, real: Pipeline) -> None:
    shown = menu(role, "/")
    folded = [link.address for _, links in shown.more for link in links]
    first = [link.address for link in shown.first]
    assert 3 <= len(first) <= 5 and len({*first, *folded}) == len(first) + len(folded)
    client = staffed(real)[role]
    for address in first + folded:
        assert client.get(address).status_code == 200, address


def test_a_nurse_finds_what_cannot_wait_unfolded_and_the_administrator_her_faults() -> None:
    assert [str(one.word) for one in menu("registered_nurse", "/panel").first] == [
        "Panel", "Queue", "Draft", "Tasks", "Urgent",
    ]  # fmt: skip
    assert "Questions" in [str(one.word) for one in menu("physician", "/panel").first]
    assert menu("administrator", "/").first[0].address == "/rejected"
    assert menu("stranger", "/") == menu("nobody", "/") and not menu("stranger", "/").first


def test_the_fold_says_on_which_of_its_pages_she_is_and_a_page_below_counts_to_it() -> None:
    assert menu("registered_nurse", "/panel").here == ""
    assert str(menu("registered_nurse", "/studies/time").here) == "Studies"
    on_panel = menu("registered_nurse", "/panel").first[0]
    assert on_panel.current == "page" and menu("registered_nurse", "/panels").first[0].current == ""
    below = [link.current for _, links in menu("registered_nurse", "/studies/time").more for link in links]
    assert below.count("true") == 1 and "page" not in below


def test_every_page_that_somebody_is_given_first_is_a_page() -> None:
    names = {place.name for _, places in HEADS for place in places}
    assert {one for first in FIRST.values() for one in first} <= names
    assert all(hasattr(resolve(link.address).func, NEEDS) for link in menu("quality_lead", "/").first)
