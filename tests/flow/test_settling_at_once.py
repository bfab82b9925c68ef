"""What was settled is taken back at the moment in which somebody signs a line that rests on it: one of the two is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from careloom.care.document import Action, Proposal
from careloom.errors import NotApproved, StaleRecord
from careloom.pipeline import Pipeline
from tests.flow.test_settling import ada, desk, sends, settle, who

__all__ = ["ada", "desk", "sends"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ruling(desk: Pipeline, ada: str) -> str:
    """A dose that Dr. Osei chose."""
    return settle(desk, ada, "20 mg once daily").id


@pytest.fixture
def plan(desk: Pipeline, ada: str, ruling: str) -> Proposal:
    """A draft with a line that rests on it, opened."""
    made = desk.propose("operator", ada, model="none")
    desk.open_lines(who(desk, "osei"), made.id, [one.id for one in made.document.statements])
    return desk.store.proposals.get(made.id)


def meanwhile(does: Callable[[], object]) -> Callable[[], None]:
    """The same in a thread with a connection of its own."""

    def alone() -> None:
        try:
            does()
        finally:
            connection.close()

    return alone


def signs(desk: Pipeline, plan: Proposal) -> None:
    line = next(one for one in plan.document.statements if "settled" in one.text)
    desk.decide(who(desk, "osei"), plan.id, Action.APPROVE, statements=[line.id])


def test_what_is_being_signed_is_not_taken_back(desk, ada, ruling, plan):
    lind = who(desk, "lind")
    with ThreadPoolExecutor(1) as pool:
        with desk.store.transaction():
            signs(desk, plan)
            undoing = pool.submit(meanwhile(lambda: desk.settling.undo(lind, ada, ruling)))
            with pytest.raises(TimeoutError):
                undoing.result(timeout=1)
        with pytest.raises(NotApproved, match="a signed line rests on it"):
            undoing.result(timeout=20)
    assert [one.ruling for one in desk.record("operator", ada).settled] == [ruling]


def test_what_is_being_taken_back_is_not_signed(desk, ada, ruling, plan):
    with ThreadPoolExecutor(1) as pool:
        with desk.store.transaction():
            desk.settling.undo(who(desk, "lind"), ada, ruling)
            signing = pool.submit(meanwhile(lambda: signs(desk, plan)))
            with pytest.raises(TimeoutError):
                signing.result(timeout=1)
        with pytest.raises(StaleRecord, match="settled or taken back"):
            signing.result(timeout=20)
    assert desk.store.proposals.get(plan.id).released == {}
    assert desk.record("operator", ada).settled == ()
