"""Killed for real, in the middle of each stage; the same command again finishes the work and adds nothing twice.

Each command is killed again and again, a little later each time, until it ends by itself; what is there then
must be what an undisturbed run leaves.
"""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.flow.process import ADA, ADA_MRN, answer, careloom, killed_after

pytestmark = [pytest.mark.kill, pytest.mark.slow]

DAY = ("--as-of", "2026-11-23")


def until_done(home: Path, *arguments: str | Path, **more: str) -> int:
    """Kill a command a third later each time, then let it finish; how often it died."""
    began = time.monotonic()
    deaths, wait = 0, 0.05
    while killed_after(home, wait, *arguments, **more):
        deaths += 1
        wait *= 1.3
        assert time.monotonic() - began < 180, "it never ends"
    return deaths


def record(home: Path) -> Any:
    found = answer(home, "record", ADA_MRN, *DAY)
    del found["patient"], found["version"]
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("undisturbed")
    answer(home, "connect", *ADA)
    return home


def test_reading_survives_being_killed(tmp_path: Path, undisturbed: Path) -> None:
    deaths = until_done(tmp_path, "connect", *ADA)
    assert deaths >= 3
    again = answer(tmp_path, "connect", *ADA)
    assert (again["messages"], again["duplicates"], again["entries"]) == (0, len(ADA), 0)
    assert record(tmp_path) == record(undisturbed)
    assert len(answer(tmp_path, "patients")["patients"]) == 1


def test_drafting_survives_being_killed(tmp_path: Path) -> None:
    answer(tmp_path, "connect", *ADA)
    assert until_done(tmp_path, "draft", ADA_MRN, *DAY) >= 3
    answer(tmp_path, "draft", ADA_MRN, *DAY)
    assert len(answer(tmp_path, "queue")["proposals"]) == 1


def test_deciding_and_filing_survive_being_killed(tmp_path: Path) -> None:
    answer(tmp_path, "connect", *ADA)
    proposal = answer(tmp_path, "draft", ADA_MRN, *DAY)
    answer(tmp_path, "user", "add", "osei", "--role", "physician", "--licence", "MA:MD1:2099-01-01")
    demo = {"CARELOOM_DEMO": "1"}
    until_done(tmp_path, "decide", proposal["id"], "approve", "--as", "osei", **demo)
    # Either this run signs it, or it finds it signed already; in both cases it is filed once.
    again = careloom(tmp_path, "decide", proposal["id"], "approve", "--as", "osei", **demo)
    assert again.returncode in (0, 77), again.stderr
    plans = [
        entry["resource"]
        for entry in answer(tmp_path, "chart", ADA_MRN, "--fhir")["entry"]
        if entry["resource"]["resourceType"] == "CarePlan"
    ]
    assert len(plans) == 1
    assert answer(tmp_path, "queue")["proposals"] == []


def test_replaying_survives_being_killed(tmp_path: Path, undisturbed: Path) -> None:
    answer(tmp_path, "connect", *ADA)
    until_done(tmp_path, "replay")
    assert record(tmp_path) == record(undisturbed)


def test_the_audit_chain_is_whole_after_all_that(tmp_path: Path) -> None:
    until_done(tmp_path, "connect", *ADA)
    assert careloom(tmp_path, "audit", "verify").returncode == 0
