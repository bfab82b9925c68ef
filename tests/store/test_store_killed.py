"""A process killed at any stage of intake loses nothing and leaves nothing half-written."""

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

PROCESS = Path(__file__).with_name("intake_process.py")
WHOLE = {"entries": 800, "messages": 1, "unfinished": 0, "size": 4 << 20}


Run = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def run(home: Path) -> Run:
    """Start such a process in a home and an organisation of its own; on PostgreSQL in the test's database."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CARELOOM_")}
    environ |= {
        "CARELOOM_ORGANISATION": f"killed-{uuid.uuid4().hex[:8]}",
        "PYTHONPATH": str(PROCESS.parents[2]),
    }
    if connection.vendor == "postgresql":
        base, _, _ = os.environ["CARELOOM_DATABASE_URL"].rpartition("/")
        environ["CARELOOM_DATABASE_URL"] = f"{base}/{connection.settings_dict['NAME']}"

    def process(stage: str) -> "subprocess.Popen[str]":
        command = [sys.executable, str(PROCESS), str(home), stage]
        return subprocess.Popen(command, env=environ, text=True, stdout=subprocess.PIPE)

    return process


def told(process: "subprocess.Popen[str]") -> dict[str, Any]:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    answer: dict[str, Any] = json.loads(said)
    return answer


@pytest.mark.parametrize(
    ("stage", "new", "added"),
    [("bytes", True, 800), ("row", True, 800), ("entries", False, 800), ("finish", False, 0)],
)
def test_the_same_command_finishes_what_a_killed_one_began(
    run: Run, home: Path, stage: str, new: bool, added: int
) -> None:
    assert run(stage).wait(timeout=60) == -signal.SIGKILL
    assert told(run("never")) == {"new": new, "added": added} | WHOLE
    assert told(run("never")) == {"new": False, "added": 0} | WHOLE
    kept = [file for file in (home / "messages").rglob("*") if file.is_file()]
    assert len([file for file in kept if file.parent.name != "unfinished"]) == 1


def test_two_processes_that_read_the_same_message_at_once_add_it_once(run: Run) -> None:
    first, second = (told(process) for process in [run("never"), run("never")])
    assert sorted([first["new"], second["new"]]) == [False, True]
    assert first["added"] + second["added"] == 800
    assert told(run("never")) == {"new": False, "added": 0} | WHOLE
