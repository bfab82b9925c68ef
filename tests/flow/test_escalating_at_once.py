"""Two processes that tell of what waits at the same moment tell it once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from careloom.care.notices import NoticeKind
from tests.flow.test_escalating import NOW, alice, clock, desk, told

__all__ = ["alice", "clock", "desk"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_question_one_that_waits_long_and_an_opened_record_are_told_once_by_two_at_once(desk, alice, clock):
    osei = desk.store.users.reviewer("osei").user
    desk.store.rulings.ask(
        alice, "k", "lisinopril", "", who="nora", whom=osei, at=clock.now - timedelta(days=7)
    )
    desk.access.join("operator", alice, "ned")
    desk.access.break_glass(desk.store.users.reviewer("nora"), alice, "she fell at home")
    clock.now = NOW + timedelta(days=1)

    def tells() -> None:
        try:
            desk.escalating.run()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with desk.store.transaction():
            desk.escalating.run()
            telling = pool.submit(tells)
            with pytest.raises(TimeoutError):
                telling.result(timeout=1)
        telling.result(timeout=20)
    assert told(desk, "osei") == [(NoticeKind.QUESTION, 1)]
    assert sorted(told(desk, "quinn")) == [(NoticeKind.EMERGENCY, 1), (NoticeKind.UNANSWERED, 1)]
