"""An export that is killed at every step, one after the other, ends complete: nothing lost, nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from tests.flow.process import answer, careloom, environment, heeds_interrupts, make_home
from tests.wire.unkind import Say, Unkind, condition, ndjson, person, statement, unkind

pytestmark = pytest.mark.kill
MANY = 2_000
LAST = "GET /deleted"


@pytest.fixture
def server() -> Iterator[Unkind]:
    """Marta's two thousand conditions in two files, and one that was deleted."""
    with unkind() as it:
        root = it.url.removesuffix("/fhir")
        gone = {"request": {"method": "DELETE", "url": "Condition/c0"}}
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [gone]}
        listed = {
            "transactionTime": "2026-06-01T00:00:00Z",
            "requiresAccessToken": False,
            "output": [
                {"type": "Patient", "url": f"{root}/people"},
                {"type": "Condition", "url": f"{root}/first", "count": MANY // 2},
                {"type": "Condition", "url": f"{root}/second", "count": MANY // 2},
            ],
            "deleted": [{"type": "Bundle", "url": f"{root}/deleted"}],
        }
        half = [condition(f"c{n}") for n in range(MANY)]
        it.say("GET /fhir/metadata", Say(200, statement("Patient", "Condition")))
        it.say("GET /fhir/Patient/$export", Say(202, headers={"content-location": "/jobs/1"}))
        it.say("GET /jobs/1", *[Say(202, headers={"retry-after": "1"})] * 3, Say(200, listed))
        it.say("DELETE /jobs/1", Say(202))
        it.say("GET /people", Say(200, ndjson(person())))
        it.say("GET /first", Say(200, ndjson(*half[: MANY // 2])))
        it.say("GET /second", Say(200, ndjson(*half[MANY // 2 :])))
        it.say("GET /deleted", Say(200, ndjson(bundle)))
        yield it


def killed(home: Path, server: Unkind, lines: str | tuple[str, ...], after: float) -> None:
    """Start the export and SIGKILL it so many seconds after one of these requests came, or its last one.

    The last request is answered only to a process that is dead, so however fast the machine is, none ends before.
    """
    seen, gone = Event(), Event()

    def hook(said: str) -> None:
        if said.startswith((lines, LAST) if isinstance(lines, str) else (*lines, LAST)):
            seen.set()
        if said.startswith(LAST):
            gone.wait(60)

    server.hook = hook
    environ = environment(home)
    make_home(home, environ)
    process = subprocess.Popen(
        [sys.executable, "-m", "careloom", "pull", "mercy", "--bulk", "--json"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert seen.wait(60)
        time.sleep(after)
        assert process.poll() is None, "it ended before it was killed"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        gone.set()
        server.hook = lambda said: None


def test_who_stops_an_export_is_told_that_it_goes_on_and_can_give_it_up(
    server: Unkind, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "sources.toml").write_text(f'[mercy]\nurl = "{server.url}"\n')
    server.say("GET /jobs/1", Say(202, headers={"retry-after": "60"}))
    seen = Event()
    server.hook = lambda said: seen.set() if said.startswith("GET /jobs/1") else None
    environ = environment(home)
    make_home(home, environ)
    process = subprocess.Popen(
        [sys.executable, "-m", "careloom", "pull", "mercy", "--bulk", "--json"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heeds_interrupts,
    )
    assert seen.wait(60)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "--cancel gives up a bulk export" in said
    found = answer(home, "pull", "mercy", "--cancel")
    assert found["sources"][0]["remarks"] == ["an export under way was given up; the server was told"]
    assert len(server.lines("DELETE /jobs/1")) == 1
    assert careloom(home, "pull", "mercy", "--cancel", "--full").returncode == 64


def test_an_export_that_is_killed_at_every_step_ends_complete(server: Unkind, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "sources.toml").write_text(f'[mercy]\nurl = "{server.url}"\n')
    killed(home, server, "GET /fhir/Patient/$export", 0.0)
    killed(home, server, "GET /jobs/1", 0.3)
    killed(home, server, "GET /first", 0.0)
    for after in (0.05, 0.15, 0.3):  # while it is stored and read; a fast machine may be further on
        killed(home, server, ("GET /first", "GET /second"), after)
    killed(home, server, "GET /second", 0.1)
    found = answer(home, "pull", "mercy", "--bulk")
    assert found["rejected"] == []
    assert found["deleted"] == 1
    assert len(server.lines("$export")) <= 2
    assert len(server.lines("DELETE /jobs/1")) == 1
    record = answer(home, "record", "urn:unkind:mrn|U-p-1", "--as-of", "2026-11-23")
    names = [one["text"] for one in record["entries"] if one["kind"] == "Condition"]
    assert len(names) == len(set(names)) == MANY - 1
    assert answer(home, "pull", "mercy", "--bulk", "--full")["entries"] == 0
