"""Careloom's commands in processes of their own that were forked from one that has imported everything.

A command's start is a second of imports, and the suite has two thousand starts. All else is as in a process that
somebody has just started: environment, settings, connections, exit code, signals.
"""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils.functional import empty

import careloom.cli

MODULE = "careloom"
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.flow.forked_from"])


class Forked:
    """One command on its way, leader of a session of its own; what it says goes to files."""

    def __init__(self, arguments: Iterable[str], environ: Mapping[str, str]) -> None:
        self.arguments = [MODULE, *arguments]
        self._folder = tempfile.TemporaryDirectory(prefix="careloom-forked-")
        self._said = [Path(self._folder.name) / name for name in ("stdout", "stderr")]
        self._process = _FORKS.Process(target=_command, args=(self.arguments, dict(environ), self._said))
        self._process.start()

    def ended(self, seconds: float) -> bool:
        """Wait at most so long; whether it has ended."""
        self._process.join(seconds)
        return not self._process.is_alive()

    def kill(self) -> None:
        """SIGKILL to it and to what it started."""
        assert self._process.pid is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()

    def completed(self) -> "subprocess.CompletedProcess[str]":
        """What it said until it ended, and its exit code."""
        code = self._process.exitcode
        assert code is not None
        with self._folder:
            out, err = (file.read_text() if file.exists() else "" for file in self._said)
        return subprocess.CompletedProcess(self.arguments, code, out, err)


def run(
    arguments: Iterable[str], environ: Mapping[str, str], seconds: float
) -> "subprocess.CompletedProcess[str]":
    """One command to its end. Raises TimeoutExpired after so long."""
    forked = Forked(arguments, environ)
    if not forked.ended(seconds):
        forked.kill()
        raise subprocess.TimeoutExpired(forked.arguments, seconds)
    return forked.completed()


def _command(arguments: list[str], environ: dict[str, str], said: list[Path]) -> None:
    """In the child: all that a start gives to a process, then the command."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environ)
    for number, name in enumerate([os.devnull, *said]):
        file = os.open(name, os.O_RDWR | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    _forget_settings()
    sys.argv = arguments
    careloom.cli.main()


def _forget_settings() -> None:
    """Django reads them when the command sets it up, as where nothing is imported yet."""
    for wrapper in connections.all(initialized_only=True):
        assert wrapper.connection is None, "opened before the fork"
        del connections[wrapper.alias]
    vars(connections).pop("settings", None)
    connections._settings = None
    del sys.modules["careloom.django_settings"]
    settings._wrapped = empty
