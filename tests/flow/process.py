"""Careloom as a real process, for tests that kill it or look at its exit code."""

import atexit
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from careloom.demo import HERE
from tests.flow import forked

ADA = [HERE / "riverside_ehr" / "ada-moreno.json", HERE / "social_services" / "2026-10-09-ada-moreno.txt"]
# What a command exits with where the defect is ours.
DEFECT = 70
# What a home of its own kind has in its settings, and what stands in one that was begun.
OWN = {
    "CARELOOM_DATABASE_URL",
    "CARELOOM_ENCRYPTION_KEY",
    "CARELOOM_KEY_FILE",
    "CARELOOM_KEY_COMMAND",
    "CARELOOM_ORGANISATION",
}
# Commands that begin a home in their own way, or leave none.
BEGINS = ("keys", "backup", "restore", "demo", "deidentify")
KEPT = ("careloom.db", "key", "keyring", "messages", "restoring")
ADA_MRN = "urn:oid:2.16.840.1.113883.19.5.1|RV104471"


def environment(home: Path, **more: str) -> dict[str, str]:
    """A clean environment for one home."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CARELOOM_")}
    if "CARELOOM_DATABASE_URL" in os.environ and more.pop("postgres", ""):
        kept["CARELOOM_DATABASE_URL"] = os.environ["CARELOOM_DATABASE_URL"]
    return kept | {"CARELOOM_HOME": str(home), "CARELOOM_MODEL": "none", "CARELOOM_TRAINING": "off"} | more


def heeds_interrupts() -> None:
    """For `preexec_fn`: whoever runs the tests in the background of a shell ignores SIGINT, and so would all that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def careloom(
    home: Path, *arguments: str | Path, begins: bool = False, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, in a home whose database stands already (`make_home`) unless it is to begin that itself.

    Where only our own settings differ from those of the tests it is forked, else started anew.
    """
    environ = environment(home, **more)
    if not begins and arguments[0] not in BEGINS:
        make_home(home, environ)
    if _is_plain(more):
        return forked.run(map(str, arguments), environ, 120)
    return subprocess.run(
        [sys.executable, "-m", "careloom", *map(str, arguments)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
    )


def _is_plain(more: dict[str, str]) -> bool:
    """Whether that could be said to a process forked from one of these tests, which is on PostgreSQL or on SQLite as they are."""
    vendors = {bool(of.get("CARELOOM_DATABASE_URL")) for of in (more, os.environ)}
    return len(vendors) == 1 and all(name.startswith("CARELOOM_") for name in more)


def make_home(home: Path, environ: dict[str, str]) -> None:
    """Put a copy of an empty home where there is none: to bring a new database up to date takes seconds, to copy it none.

    A home with a database, keys or organisation of its own is left to the command.
    """
    if environ.keys() & OWN or not _is_bare(home):
        return
    shutil.copytree(_empty_home(), home, dirs_exist_ok=True)


def _is_bare(home: Path) -> bool:
    return home.parent.is_dir() and not home.is_file() and not any((home / one).exists() for one in KEPT)


@functools.cache
def _empty_home() -> Path:
    made = Path(tempfile.mkdtemp(prefix="careloom-empty-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    begin = [sys.executable, "-m", "careloom", "queue", "--json"]
    subprocess.run(begin, env=environment(made), check=True, capture_output=True, timeout=120)
    return made


def answer(home: Path, *arguments: str | Path, **more: str) -> Any:
    """The JSON of a command that must succeed."""
    done = careloom(home, *arguments, "--json", **more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def killed_after(home: Path, seconds: float, *arguments: str | Path, **more: str) -> bool:
    """Start a command and SIGKILL it after that long; False if it had already ended by itself, and not with a defect."""
    environ = environment(home, **more)
    if _is_plain(more):
        command = forked.Forked(map(str, arguments), environ)
        running = not command.ended(seconds)
        if running:
            command.kill()
        done = command.completed()
        assert running or done.returncode != DEFECT, done.stderr
        return running
    process = subprocess.Popen(
        [sys.executable, "-m", "careloom", *map(str, arguments)],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(seconds)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    _, said = process.communicate()
    assert running or process.returncode != DEFECT, said
    return running
