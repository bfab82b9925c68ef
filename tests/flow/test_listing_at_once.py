"""The work list when somebody lists, decides or sets a care team at the same moment as somebody else."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connection

from careloom.care.document import Action
from careloom.care.worklist import Sought
from careloom.store.models import CareTeamMember, CareTeamStep
from careloom.store.worklists import Listed
from tests.flow.test_working import NOW, alice, desk, message, nora, osei, queued, shown

__all__ = ["alice", "desk", "message", "nora", "osei"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_decided_while_somebody_lists_it_is_on_nobodys_list(desk, nora, osei, alice):
    made = queued(desk, alice)
    read, go_on = Event(), Event()

    def slowly(proposals: Sequence[str]) -> Sequence[Listed]:
        found = tuple(desk.working.listed(proposals))
        read.set()
        go_on.wait(20)
        return found

    def give_back() -> None:
        desk.decide(nora, made.id, Action.RETURN, reason="not hers")

    def does(what, *given) -> None:
        try:
            what(*given)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        lists = pool.submit(does, desk.store.work_lists.keep_up, slowly)
        assert read.wait(20)
        decides = pool.submit(does, give_back)
        asks = pool.submit(does, desk.work, osei, Sought())
        with pytest.raises(TimeoutError):
            asks.result(timeout=1)
        go_on.set()
        for one in (lists, decides, asks):
            one.result(timeout=30)
    assert shown(desk, nora) == [] == shown(desk, osei)


def test_of_two_who_say_opposite_things_of_a_care_team_the_later_counts_in_the_list_too(desk, nora, alice):
    together = Barrier(2)

    def says(joined: bool) -> None:
        together.wait(20)
        try:
            at = NOW + timedelta(minutes=joined)
            desk.store.teams.step(alice, nora.user, joined=joined, who="a test", why="", at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for _ in range(8):
            list(pool.map(says, (True, False)))
    assert CareTeamStep.objects.count() == 16
    assert [one.user for one in desk.store.teams.of(alice)] == [nora.user]
    assert [one.member for one in CareTeamMember.objects.all()] == [nora.user]
