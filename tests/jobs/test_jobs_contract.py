"""The port over both engines: SQLite by default, PostgreSQL where CARELOOM_DATABASE_URL is set."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from careloom import jobs
from careloom.errors import ConfigError, InputError, ModelError, Refused
from careloom.settings import Settings
from careloom.store import Store, open_store

# The engine on PostgreSQL works over a connection of its own and sees what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(home: Path, key: str) -> Settings:
    """A site whose jobs are tried twice."""
    return Settings(home=home, organisation="demo", encryption_key=key, job_attempts=2)


@pytest.fixture
def opened(site: Settings) -> Store:
    return open_store(home=site.home, organisation=site.organisation, encryption_key=site.encryption_key)


class Desk:
    """Draws up plans; notes for whom, and fails as it is told."""

    def __init__(self, *faults: Exception) -> None:
        self.asked: list[str] = []
        self.faults = list(faults)

    def draft(self, args: Mapping[str, str]) -> None:
        self.asked.append(args["patient"])
        if self.faults:
            raise self.faults.pop(0)


def rows_of_the_engine() -> str:
    """Everything that the engine's own tables hold, as text."""
    tables = [
        name
        for name in connection.introspection.table_names()
        if name.startswith(("django_tasks", "procrastinate")) and "version" not in name
    ]
    assert tables
    with connection.cursor() as cursor:
        said = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            said += [str(row) for row in cursor.fetchall()]
    return "\n".join(said)


def test_each_plan_is_drafted_once_however_often_it_is_asked_for(site: Settings) -> None:
    desk = Desk()
    assert jobs.enqueue(site, "draft", "alice:1", {"patient": "alice"})
    assert jobs.enqueue(site, "draft", "alice:1", {"patient": "alice"})
    assert jobs.enqueue(site, "draft", "bob:1", {"patient": "bob"})
    steps: list[str] = []
    assert jobs.work(site, handlers={"draft": desk.draft}, progress=steps.append) == 2
    assert sorted(desk.asked) == ["alice", "bob"]
    assert steps == ["draft", "draft"]
    assert not jobs.enqueue(site, "draft", "alice:1", {"patient": "alice"})
    assert jobs.work(site, handlers={"draft": desk.draft}) == 0


def test_what_fails_once_is_tried_again(site: Settings) -> None:
    desk = Desk(RuntimeError("Alice Ashdown's HbA1c is 9.9"))
    jobs.enqueue(site, "draft", "alice:1", {"patient": "alice"})
    assert jobs.work(site, handlers={"draft": desk.draft}) == 1
    assert desk.asked == ["alice", "alice"]
    assert jobs.dead(site) == []


def test_a_poison_job_ends_among_the_dead_with_a_class_and_no_words(
    site: Settings, opened: Store, caplog: pytest.LogCaptureFixture
) -> None:
    words = "Alice Ashdown's HbA1c is 9.9"
    desk = Desk(ValueError(words), ValueError(words), ValueError(words))
    jobs.enqueue(site, "draft", "alice:1", {"patient": "alice"})
    jobs.enqueue(site, "draft", "bob:1", {"patient": "bob"})
    assert jobs.work(site, handlers={"draft": desk.draft}) == 2
    (letter,) = jobs.dead(site)
    assert (letter["kind"], letter["key"], letter["error"], letter["attempts"]) == (
        "draft",
        "alice:1",
        "ValueError",
        2,
    )
    assert opened.work.get(letter["id"]).state == "dead"
    assert words not in rows_of_the_engine()
    assert "Ashdown" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "attempts"),
    [
        (Refused("no"), 1),
        (InputError("wrong"), 1),
        (ModelError("no", permanent=True), 1),
        (ModelError("busy"), 2),
        (ConfigError("disk full"), 2),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_what_no_second_try_can_mend_is_tried_once(site: Settings, fault: Exception, attempts: int) -> None:
    desk = Desk(fault, fault, fault)
    jobs.enqueue(site, "draft", "alice:1", {"patient": "alice"})
    assert jobs.work(site, handlers={"draft": desk.draft}) == 1
    assert len(desk.asked) == attempts
    assert [letter["error"] for letter in jobs.dead(site)] == [type(fault).__name__]


def test_a_dead_job_can_be_replayed(site: Settings) -> None:
    desk = Desk(ValueError(), ValueError())
    jobs.enqueue(site, "draft", "alice:1", {"patient": "alice"})
    jobs.work(site, handlers={"draft": desk.draft})
    (letter,) = jobs.dead(site)
    jobs.replay(site, letter["id"])
    assert jobs.work(site, handlers={"draft": desk.draft}) == 1
    assert jobs.dead(site) == []
    with pytest.raises(InputError):
        jobs.replay(site, letter["id"])


def test_work_of_a_kind_that_nobody_knows_ends_among_the_dead(site: Settings) -> None:
    jobs.enqueue(site, "letter", "alice:1", {"patient": "alice"})
    jobs.work(site, handlers={})
    assert [letter["error"] for letter in jobs.dead(site)] == ["KeyError"]


def test_what_is_enqueued_in_a_transaction_that_fails_is_never_done(site: Settings, opened: Store) -> None:
    desk = Desk()
    with pytest.raises(RuntimeError), opened.transaction():
        jobs.enqueue(site, "draft", "alice:1", {"patient": "alice"})
        raise RuntimeError
    assert jobs.work(site, handlers={"draft": desk.draft}) == 0
    assert desk.asked == []


def test_another_organisations_work_is_not_touched(site: Settings) -> None:
    desk = Desk()
    elsewhere = replace(site, organisation="elsewhere")
    jobs.enqueue(elsewhere, "draft", "carol:1", {"patient": "carol"})
    assert jobs.work(site, handlers={"draft": desk.draft}) == 0
    assert jobs.work(elsewhere, handlers={"draft": desk.draft}) == 1
    assert desk.asked == ["carol"]


def test_work_that_lost_its_dispatch_is_dispatched_again(site: Settings, opened: Store) -> None:
    desk = Desk()
    opened.work.add("draft", "alice:1", {"patient": "alice"})
    assert jobs.work(site, handlers={"draft": desk.draft}) == 1
    assert desk.asked == ["alice"]


def test_a_worker_that_is_stopped_puts_its_work_back(site: Settings, opened: Store) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("Procrastinate lets work in hand end before it stops")
    stopping = Desk(KeyboardInterrupt())  # type: ignore[arg-type]
    jobs.enqueue(site, "draft", "alice:1", {"patient": "alice"})
    with pytest.raises(KeyboardInterrupt):
        jobs.work(site, handlers={"draft": stopping.draft})
    ((task, _),) = opened.work.waiting()
    assert task.attempts == 0
    desk = Desk()
    assert jobs.work(site, handlers={"draft": desk.draft}) == 1


def test_work_that_hangs_is_given_to_somebody_else(site: Settings, opened: Store) -> None:
    desk = Desk()
    jobs.enqueue(site, "draft", "alice:1", {"patient": "alice"})
    ((task, _),) = opened.work.waiting()

    def hang(args: Mapping[str, str]) -> None:
        # While this one hangs, another worker with no patience comes by.
        jobs.work(replace(site, job_timeout=0), handlers={"draft": desk.draft})

    jobs.work(site, handlers={"draft": hang})
    assert desk.asked == ["alice"]
    assert opened.work.get(task.id).state == "done"
