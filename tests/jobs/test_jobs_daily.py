"""The data audit is made once a day by itself, so that a field which an upgrade drops is named the next day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from careloom import jobs, pipeline
from careloom.care.entry import HumanName, Identifier, Person
from careloom.care.notices import NoticeKind
from careloom.care.pilot import Happened, PilotProtocol, Step
from careloom.jobs.daily import PATIENCE, Daily, keep_up, left_alone
from careloom.jobs.due import Due
from careloom.jobs.engines import engine_of
from careloom.jobs.runner import Runner
from careloom.settings import Settings
from careloom.store import Store, open_store

pytestmark = pytest.mark.django_db(transaction=True)
# Six in the morning in New York.
MORNING = datetime(2026, 11, 27, 11, tzinfo=UTC)
ALICE = Person((Identifier("urn:clinic", "A-1"),), (HumanName("Ashdown", ("Alice",)),), "1950-02-03")


@pytest.fixture
def site(home: Path, key: str) -> Settings:
    return Settings(home=home, organisation="demo", encryption_key=key, model="none")


@pytest.fixture
def opened(site: Settings) -> Store:
    found = open_store(home=site.home, organisation=site.organisation, encryption_key=site.encryption_key)
    found.patients.create(ALICE)
    return found


def test_it_is_made_once_a_day_however_many_processes_ask(site: Settings, opened: Store) -> None:
    for asks in (Daily(site, opened), Daily(site, opened)):
        asks.ask(MORNING)
        asks.ask(MORNING + timedelta(hours=3))
    assert jobs.work(site) == 1
    assert len(opened.readiness.last(9)) == 1
    assert not Daily(site, opened).ask(MORNING + timedelta(hours=5))
    assert Daily(site, opened).ask(MORNING + timedelta(days=1))
    jobs.work(site)
    assert [run.actor for run in opened.readiness.last(9)] == ["worker", "worker"]


def test_it_waits_for_its_hour_and_a_worker_that_started_late_makes_it_at_once(
    site: Settings, opened: Store
) -> None:
    early = MORNING.replace(hour=9)
    asks = Daily(site, opened)
    assert not asks.ask(early)
    assert asks.ask(MORNING.replace(hour=23))


def test_a_site_turns_it_off_and_an_empty_one_makes_none(site: Settings, opened: Store, key: str) -> None:
    assert not Daily(replace(site, readiness_hour=-1), opened).ask(MORNING)
    empty = replace(site, organisation="nobody")
    assert not Daily(empty, pipeline.build(empty).store).ask(MORNING)


def test_a_worker_asks_between_its_jobs(site: Settings, opened: Store) -> None:
    asked: list[str] = []
    runner = Runner(
        store=opened,
        engine=engine_of(site.organisation),
        handlers={},
        attempts=1,
        limit=timedelta(minutes=1),
        ask=lambda: asked.append("asked"),
    )
    runner.tidy()
    assert asked == ["asked"]


def test_work_that_no_worker_takes_is_left_alone_until_somebody_does_it(
    site: Settings, opened: Store
) -> None:
    assert not left_alone(opened)
    jobs.enqueue(site, "readiness", "now", {"actor": "rosa"})
    later = datetime.now(UTC) + 2 * PATIENCE
    assert not left_alone(opened)
    assert left_alone(opened, later)
    ((task, _),) = opened.work.waiting()
    opened.work.claim(task.id, "somebody 1 1.0")
    assert not left_alone(opened, later)


def test_a_web_server_without_a_worker_starts_one_for_what_waits(site: Settings, opened: Store) -> None:
    stop = Event()

    def worker() -> None:
        jobs.work(site)
        stop.set()

    keep_up(replace(site, readiness_hour=0), opened, worker, stop, every=0.01, patience=timedelta())
    assert len(opened.readiness.last(9)) == 1


def test_looks_at_pilots_that_run_are_taken_once_a_day_by_whoever_asks_first(
    site: Settings, opened: Store
) -> None:
    monitor = opened.users.create("walt", role="auditor")
    written = opened.pilots.begin(PilotProtocol(title="Plans", monitor=monitor), who="lena", at=MORNING)
    assert not asked_for(opened)
    Due(site, opened).ask(MORNING)
    assert not asked_for(opened), "nothing runs yet"
    locked = opened.pilots.add(written, Happened(what=Step.LOCK, who="lena", at=MORNING, day=MORNING.date()))
    opened.pilots.add(locked, Happened(what=Step.HOLD, who="careloom", at=MORNING, why="a rule holds"))
    for asks in (Due(site, opened), Due(site, opened)):
        asks.ask(MORNING)
        asks.ask(MORNING + timedelta(hours=6))
    assert asked_for(opened) == ["daily:2026-11-27"]
    assert jobs.dead(site) == [] and jobs.work(site) >= 1 and jobs.dead(site) == []
    assert {one.kind for one in opened.notices.of(monitor)} == {NoticeKind.PILOT}


def asked_for(opened: Store) -> list[str]:
    return [task.key for task, _ in opened.work.waiting() if task.kind == "looks"]
