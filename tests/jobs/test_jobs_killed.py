"""Workers that are killed for real (SIGKILL), on both engines."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

PROCESS = Path(__file__).with_name("worker_process.py")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(home: Path) -> Start:
    """Start such a process in a home and an organisation of its own; on PostgreSQL in the test's database."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CARELOOM_")}
    environ |= {"CARELOOM_ORGANISATION": f"killed-{uuid.uuid4().hex[:8]}", "CARELOOM_JOB_ATTEMPTS": "2"}
    if connection.vendor == "postgresql":
        base, _, _ = os.environ["CARELOOM_DATABASE_URL"].rpartition("/")
        environ["CARELOOM_DATABASE_URL"] = f"{base}/{connection.settings_dict['NAME']}"

    def process(*arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(PROCESS), str(home), *arguments],
            env=environ,
            text=True,
            stdout=subprocess.PIPE,
            cwd=PROCESS.parents[2],
        )

    return process


def finished(process: "subprocess.Popen[str]") -> str:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return said


def told(start: Start) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(finished(start("tell")))
    return answer


def begun(home: Path, number: int, seconds: float = 60) -> None:
    """Wait until so many jobs were begun."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (home / "started").exists() and len((home / "started").read_text().splitlines()) >= number:
            return
        time.sleep(0.05)
    raise AssertionError("no worker began")


def test_a_killed_workers_job_is_taken_up_again_once(start: Start, home: Path) -> None:
    finished(start("enqueue", "alice"))
    slow = start("work", "slowly")
    begun(home, 1)
    slow.send_signal(signal.SIGKILL)
    slow.wait(timeout=10)
    assert told(start)["counts"] == {"running": 1}
    # Two workers at once: still one takes it.
    workers = [start("work", "well"), start("work", "well")]
    for worker in workers:
        finished(worker)
    assert (home / "started").read_text().splitlines() == ["alice", "alice"]
    assert told(start) == {"counts": {"done": 1}, "dead": []}


def test_a_job_that_kills_every_worker_ends_among_the_dead(start: Start, home: Path) -> None:
    finished(start("enqueue", "bob"))
    for attempt in (1, 2):
        worker = start("work", "deadly")
        begun(home, attempt)
        assert worker.wait(timeout=60) == -signal.SIGKILL
    finished(start("work", "well"))
    state = told(start)
    assert [(letter["error"], letter["attempts"]) for letter in state["dead"]] == [("WorkerDied", 2)]
    assert state["counts"] == {"dead": 1}


def test_a_worker_at_work_is_left_alone_by_another(start: Start, home: Path) -> None:
    finished(start("enqueue", "carol"))
    slow = start("work", "slowly")
    begun(home, 1)
    other = start("work", "well")
    time.sleep(4)
    assert (home / "started").read_text().splitlines() == ["carol"]
    for process in (slow, other):
        process.kill()
        process.wait(timeout=10)


def test_a_worker_that_stays_does_what_comes_and_leaves_when_asked(start: Start, home: Path) -> None:
    finished(start("enqueue", "dora"))
    worker = start("stay", "well")
    begun(home, 1)
    finished(start("enqueue", "emil"))
    begun(home, 2)
    while told(start)["counts"] != {"done": 2}:
        assert worker.poll() is None
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0
    assert told(start) == {"counts": {"done": 2}, "dead": []}
