"""What is read from a server and killed on the way ends complete: nothing lost, nothing twice, no file fetched again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flow.hospital import condition, mercy, patient
from tests.flow.process import answer, environment, make_home
from tests.wire.served import Fault, Hospital, serving

pytestmark = pytest.mark.kill

MRN = "urn:mercy:mrn|M-p-778"
OURS = ("patient", "version")


@pytest.fixture
def hospital() -> Iterator[Hospital]:
    with serving(mercy()) as one:
        one.keep(*(condition(number) for number in range(10, 60)), patient("p-2", "Roth", "1951-01-01"))
        one.lines_a_file, one.polls_needed = 10, 2
        yield one


def files(hospital: Hospital) -> list[str]:
    return [one.path for one in hospital.asked if one.path.startswith("/files/")]


def configured(home: Path, hospital: Hospital) -> Path:
    home.mkdir()
    (home / "sources.toml").write_text(f'[mercy]\nurl = "{hospital.base}"\n')
    return home


def killed_when(home: Path, reached: Callable[[], bool], *options: str) -> None:
    """Start a pull and SIGKILL it as soon as something is reached; it must not have ended by itself."""
    environ = environment(home)
    make_home(home, environ)
    process = subprocess.Popen(
        [sys.executable, "-m", "careloom", "pull", "mercy", *options, "--json"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not reached():
            assert process.poll() is None, "it ended before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def record(home: Path) -> dict[str, Any]:
    """Marta's record without our own numbers."""
    found = answer(home, "record", MRN, "--as-of", "2026-11-23")
    return {key: value for key, value in found.items() if key not in OURS}


def test_an_export_that_is_killed_three_times_ends_complete(hospital: Hospital, tmp_path: Path) -> None:
    home = configured(tmp_path / "home", hospital)
    killed_when(home, lambda: any(one.path.startswith("/jobs/") for one in hospital.asked), "--bulk")
    hospital.pause, hospital.piece = 0.05, 100
    killed_when(home, lambda: len(files(hospital)) == 1, "--bulk")
    hospital.piece = 1000
    killed_when(home, lambda: len(set(files(hospital))) == 5, "--bulk")
    begun = files(hospital)
    hospital.pause = 0.0
    found = answer(home, "pull", "mercy", "--bulk")
    assert found["rejected"] == []
    assert len(hospital.jobs) == 1
    assert hospital.jobs["1"].gone
    again = set(files(hospital)[len(begun) :]) & set(begun)
    assert again <= {begun[-1]}
    whole = configured(tmp_path / "whole", hospital)
    answer(whole, "pull", "mercy", "--bulk")
    assert record(home) == record(whole)
    assert [len(one["names"]) for one in answer(home, "patients")["patients"]] == [1, 1]
    assert answer(home, "pull", "mercy", "--full")["entries"] == 0


def test_searches_that_are_killed_are_made_good_by_the_next_pull(hospital: Hospital, tmp_path: Path) -> None:
    home = configured(tmp_path / "home", hospital)
    hospital.page_size = 10
    hospital.faults.append(Fault(200, "/Condition?_count=100&page=3", delay=30))
    killed_when(home, lambda: any("3" in one.all("page") for one in hospital.asked))
    found = answer(home, "pull", "mercy")
    assert found["rejected"] == []
    whole = configured(tmp_path / "whole", hospital)
    answer(whole, "pull", "mercy", "--bulk")
    kinds = [sorted(one["kind"] for one in record(one)["entries"]) for one in (home, whole)]
    assert kinds[0] == kinds[1]
    assert kinds[0].count("Condition") == 57
