"""Second readings when two people do something about one at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from careloom.care.document import Action, Reviewer
from careloom.care.second import Happened, Mode, Stage, Step
from careloom.errors import NotApproved, StaleRecord
from tests.flow.test_seconding import FINE, NOW, alva, clock, decided, desk, now, plan, who

__all__ = ["alva", "clock", "desk", "plan", "who"]
pytestmark = pytest.mark.django_db


def test_of_two_who_claim_it_at_once_one_has_it(desk, plan, who, alva):
    desk.access.join("operator", alva, "osei")
    decided(desk, plan, Mode.AFTER)
    desk.seconding.release(who("nell"), plan.id)
    seen = desk.store.seconds.get(plan.id)
    desk.seconding.claim(who("osei"), plan.id)
    with pytest.raises(StaleRecord):
        nell = who("nell").user
        desk.store.seconds.add(seen, Happened(what=Step.CLAIM, who=nell, whom=nell, at=NOW))
    with pytest.raises(NotApproved):
        desk.seconding.claim(who("nell"), plan.id)
    assert desk.store.seconds.get(plan.id).reader == who("osei").user


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_it_in_the_same_moment_one_reads(desk, plan, who, alva):
    desk.access.join("operator", alva, "osei")
    decided(desk, plan, Mode.AFTER)
    desk.seconding.release(who("nell"), plan.id)
    people = [who(name) for name in ("nell", "osei")]
    together = Barrier(len(people))

    def claims(one: Reviewer) -> str:
        together.wait(20)
        try:
            return desk.seconding.claim(one, plan.id).reader
        except (NotApproved, StaleRecord):
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        had = [one for one in pool.map(claims, people) if one]
    assert had == [desk.store.seconds.get(plan.id).reader]


@pytest.mark.django_db(transaction=True)
def test_a_reading_that_is_given_while_the_first_signs_anew_is_compared_with_what_she_signs(desk, plan, who):
    decided(desk, plan, Mode.HOLD)
    desk.undo(who("nora"), plan.id)
    nora, nell = who("nora"), who("nell")

    def reads() -> None:
        try:
            desk.seconding.read(nell, plan.id, FINE)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with desk.store.transaction():
            desk.decide(nora, plan.id, Action.APPROVE)
            reading = pool.submit(reads)
            with pytest.raises(TimeoutError):
                reading.result(timeout=1)
        reading.result(timeout=20)
    assert now(desk, plan) is Stage.DONE and desk.store.proposals.get(plan.id).status == "active"
