"""A process killed at any stage of intake loses nothing and leaves nothing half-written."""

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.db import connection

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

PROCESS = Path(__file__).with_name("intake_process.py")
WHOLE = {"entries": 800, "messages": 1, "unfinished": 0, "size": 4 << 20}


@pytest.mark.parametrize(
    ("stage", "new", "added"),
    [("bytes", True, 800), ("row", True, 800), ("entries", False, 800), ("finish", False, 0)],
)
def test_the_same_command_finishes_what_a_killed_one_began(
    home: Path, stage: str, new: bool, added: int
) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CARELOOM_")}
    environ |= {
        "CARELOOM_ORGANISATION": f"killed-{uuid.uuid4().hex[:8]}",
        "PYTHONPATH": str(PROCESS.parents[2]),
    }
    if connection.vendor == "postgresql":
        base, _, _ = os.environ["CARELOOM_DATABASE_URL"].rpartition("/")
        environ["CARELOOM_DATABASE_URL"] = f"{base}/{connection.settings_dict['NAME']}"

    def run(stage: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, str(PROCESS), str(home), stage]
        return subprocess.run(command, env=environ, text=True, capture_output=True, timeout=60, check=False)

    assert run(stage).returncode == -signal.SIGKILL
    again = run("never")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout) == {"new": new, "added": added} | WHOLE
    assert json.loads(run("never").stdout) == {"new": False, "added": 0} | WHOLE
    whole = [
        file for file in (home / "messages").rglob("*") if file.is_file() and file.parent.name != "unfinished"
    ]
    assert len(whole) == 1
