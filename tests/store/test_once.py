"""What a page asks twice is asked once, for the length of its reading and not longer."""

import pytest

from careloom.store import Store
from careloom.store.once import once, reading
from tests.store.people import BOB


def test_a_question_is_asked_once_while_one_reads_and_each_time_otherwise() -> None:
    asked = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    assert [once("how many", ask), once("how many", ask)] == [1, 2]
    with reading():
        assert [once("how many", ask), once("how many", ask), once("how much", ask)] == [3, 3, 4]
    with reading():
        assert once("how many", ask) == 5
    assert once("how many", ask) == 6


def test_who_is_one_person_is_known_anew_by_the_next_reading(
    store: Store, alice: str, message: object
) -> None:
    bob = store.patients.create(BOB, message)  # type: ignore[arg-type]
    with reading():
        assert store.sameness.members(alice) == store.sameness.members(alice)
    store.sameness.say(alice, bob, "same", who="u", why="a test")
    with reading():
        assert len(store.sameness.members(alice)) == 2


def test_no_question_is_kept_where_an_answer_fails() -> None:
    def fail() -> int:
        raise ValueError

    with reading():
        with pytest.raises(ValueError):
            once("how many", fail)
        assert once("how many", lambda: 1) == 1
