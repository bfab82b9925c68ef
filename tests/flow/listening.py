"""Careloom's listener as a real process, real senders, and what is in its store afterwards."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from tests.flow.process import environment, make_home
from tests.wire.mllp.messages import END, codes, framed

ROOT = Path(__file__).parents[2]
STORED = Path(__file__).with_name("listen_stored.py")
SAYS = re.compile(r"Careloom listens on 127\.0\.0\.1:(\d+), MLLP")


class Listening:
    """A listener's process; `port` is where it listens, `said` what it wrote to standard error so far."""

    def __init__(self, home: Path, *options: str, **more: str) -> None:
        self.home = home
        self.more = more
        self.log = home.parent / f"{home.name}.log"
        environ = environment(home, **more) | {"PYTHONPATH": str(ROOT)}
        make_home(home, environ)
        with self.log.open("ab") as log:
            begun = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "careloom", "listen", "--port", "0", "--json", *options],
                env=environ,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self.port = self._port(begun)

    @property
    def said(self) -> str:
        return self.log.read_text()

    def kill(self) -> None:
        """As a power cut would: the listener and its reader at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_listener_alone(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> dict[str, int]:
        """Ask it to stop; what it says that it did."""
        self.process.terminate()
        said, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, self.said
        told: dict[str, int] = json.loads(said)
        return told

    def _port(self, begun: int) -> int:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = SAYS.search(self.log.read_bytes()[begun:].decode())
            if found:
                return int(found[1])
            assert self.process.poll() is None, self.said
            time.sleep(0.05)
        raise AssertionError("it does not listen")


@contextmanager
def listening(home: Path, *options: str, **more: str) -> Iterator[Listening]:
    home.mkdir(exist_ok=True)
    one = Listening(home, *options, **more)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.kill()


def site() -> dict[str, str]:
    """The environment of a site of this test's own: on PostgreSQL an organisation in the test's database."""
    if connection.vendor != "postgresql":
        return {}
    base, _, _ = os.environ["CARELOOM_DATABASE_URL"].rpartition("/")
    return {
        "CARELOOM_DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}",
        "CARELOOM_ORGANISATION": f"listens-{uuid.uuid4().hex[:8]}",
    }


class Sender:
    """One connection, as an interface engine has it: a message, its answer, the next message."""

    def __init__(self, port: int, wrap: Any = None) -> None:
        plain = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket = wrap(plain) if wrap else plain
        self._came = b""

    def ask(self, body: bytes) -> list[tuple[str, str]]:
        """The code of each answer to a message, with whose it is. Raises OSError where the listener is gone."""
        self.socket.sendall(framed(body))
        return codes(self.answer())

    def answer(self) -> bytes:
        while END not in self._came:
            more = self.socket.recv(1 << 16)
            if not more:
                raise ConnectionError
            self._came += more
        found, end, self._came = self._came.partition(END)
        return found + end

    def close(self) -> None:
        self.socket.close()


def stored(home: Path, **more: str) -> Mapping[str, Any]:
    """What is in the store: `messages` (control id, SHA-256, source) in the order of their receipts, `rejected`, `unread`."""
    done = subprocess.run(
        [sys.executable, str(STORED), str(home)],
        env=environment(home, **more) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def stored_when_read(home: Path, seconds: float = 180, **more: str) -> Mapping[str, Any]:
    """The same, once nothing is left in the journal."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = stored(home, **more)
        if not found["unread"]:
            return found
        time.sleep(0.3)
    raise AssertionError(f"{found['unread']} messages are still unread")
