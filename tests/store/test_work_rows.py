"""Work rows: claimed by one, put back or dead, and never with a word of a person in them."""

from datetime import timedelta

import pytest

from careloom.errors import InputError
from careloom.store import Store

NONE = timedelta()


def test_the_same_work_twice_is_one_row(store: Store) -> None:
    first, new = store.work.add("draft", "alice:1", {"patient": "p1"})
    again, new_again = store.work.add("draft", "alice:1", {"patient": "p2"})
    assert (new, new_again) == (True, False)
    assert again == first
    assert first.args == {"patient": "p1"}
    other, new_kind = store.work.add("letter", "alice:1", {})
    assert new_kind and other.id != first.id


def test_one_worker_claims_what_two_want(store: Store) -> None:
    task, _ = store.work.add("draft", "alice:1", {})
    mine = store.work.claim(task.id, "worker 1")
    assert mine is not None and (mine.state, mine.attempts, mine.worker) == ("running", 1, "worker 1")
    assert store.work.claim(task.id, "worker 2") is None
    store.work.done(mine)
    assert store.work.claim(task.id, "worker 2") is None
    assert store.work.counts() == {"done": 1}


def test_work_fails_back_into_the_queue_and_at_last_among_the_dead(store: Store) -> None:
    task, _ = store.work.add("draft", "alice:1", {})
    for attempt, left in ((1, "waiting"), (2, "waiting"), (3, "dead")):
        mine = store.work.claim(task.id, "worker")
        assert mine is not None and mine.attempts == attempt
        assert store.work.failed(mine, "ValueError", attempts=3, pause=NONE) == left
    (letter,) = store.work.dead()
    assert (letter.id, letter.error, letter.attempts, letter.worker) == (task.id, "ValueError", 3, "")
    assert store.work.replay(task.id).attempts == 0
    assert store.work.dead() == ()


def test_a_worker_that_was_given_up_can_no_longer_end_the_work(store: Store) -> None:
    task, _ = store.work.add("draft", "alice:1", {})
    slow = store.work.claim(task.id, "worker 1")
    assert slow is not None
    store.work.failed(slow, "JobTimeout", attempts=3, pause=NONE)
    quick = store.work.claim(task.id, "worker 1")
    assert quick is not None
    store.work.done(slow)
    assert store.work.failed(slow, "ValueError", attempts=3, pause=NONE) == ""
    assert store.work.get(task.id) == quick
    store.work.done(quick)
    assert store.work.get(task.id).state == "done"


def test_work_that_is_let_go_counts_no_attempt(store: Store) -> None:
    task, _ = store.work.add("draft", "alice:1", {})
    mine = store.work.claim(task.id, "worker")
    assert mine is not None
    store.work.release(mine)
    assert store.work.get(task.id) == task


def test_unknown_work_is_an_input_error(store: Store) -> None:
    for asked in ("x", "0" * 32):
        with pytest.raises(InputError):
            store.work.get(asked)
        with pytest.raises(InputError):
            store.work.replay(asked)
