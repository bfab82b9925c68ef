"""A worker that is killed while it sends documents loses none, and the hospital has none twice that tells repetitions by their control id."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from tests.flow.process import environment
from tests.flow.test_writing_mdm import field, read
from tests.wire.mllp.receiving import receiving

pytestmark = [pytest.mark.kill, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PROCESS = Path(__file__).with_name("writing_process.py")
DOCUMENTS = 4
Start = Callable[..., "subprocess.Popen[str]"]


def starting(home: Path, where: str) -> Start:
    """Start such a process in a home and an organisation of its own; on PostgreSQL in the test's database."""
    environ = environment(home, CARELOOM_ORGANISATION=f"killed-{uuid.uuid4().hex[:8]}")
    if connection.vendor == "postgresql":
        base, _, _ = os.environ["CARELOOM_DATABASE_URL"].rpartition("/")
        environ["CARELOOM_DATABASE_URL"] = f"{base}/{connection.settings_dict['NAME']}"
    root = PROCESS.parents[2]

    def process(*arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(PROCESS), str(home), where, *arguments],
            env=environ | {"PYTHONPATH": str(root)},
            text=True,
            stdout=subprocess.PIPE,
            cwd=root,
        )

    return process


def finished(process: "subprocess.Popen[str]") -> str:
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return said


@pytest.mark.parametrize("seed", [1])
def test_nothing_is_lost_and_nothing_is_there_twice(home: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    # Slow to acknowledge, and now and then not at all: it kept the message all the same.
    plans = [chance.choice(("wait:0.2+AA", "wait:0.2+AA", "wait:0.1+close")) for _ in range(12)]
    with receiving(tmp_path, *plans, "wait:0.1+AA") as hospital:
        start = starting(home, str(hospital.port))
        finished(start("sign", str(DOCUMENTS)))
        minutes = 1
        for _ in range(3):
            worker = start("work", str(minutes))
            wanted = len(hospital.controls) + 1
            until = time.monotonic() + 60
            while len(hospital.controls) < wanted and worker.poll() is None:
                assert time.monotonic() < until
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.3))
            worker.send_signal(signal.SIGKILL)
            worker.wait(timeout=30)
            minutes += 20  # what was in the dead worker's hands is asked for again
        for _ in range(3):
            finished(start("work", str(minutes)))
            minutes += 300
        became = json.loads(finished(start("tell")))
        assert [state for _, state in became] == ["written"] * DOCUMENTS
        by_control = {field(body, "MSH", 10): body for body in hospital.bodies}
        assert len(hospital.bodies) > DOCUMENTS  # somebody died, or was not answered, in the middle
        # A repetition is the same to the byte, so that whoever goes by control ids has each once.
        assert all(by_control[field(body, "MSH", 10)] == body for body in hospital.bodies)
        numbers = sorted(field(body, "TXA", 12).partition("^")[0] for body in by_control.values())
        assert numbers == sorted(proposal for proposal, _ in became)
        assert all(read(body)[0].text.startswith("Clinical summary\n") for body in by_control.values())
