"""Acknowledgements over MLLP against a bare loop that inserts each message into SQLite and commits, both durable."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from bench.measure import Row, pairs

START, END = b"\x0b", b"\x1c\r"
SEGMENTS = (
    "EVN|A01|20261109101500",
    "PID|1||{n}^^^MERCY^MR||Ashdown^Alice^{n}||19600102|F|||12 Quarry Lane^^Springfield^MA^01101||413-555-0100",
    "PV1|1|I|4W^401^1||||1234^Osei^Kofi^^^MD|||MED||||1|||1234^Osei^Kofi^^^MD|IN|V{n}",
    *(f"OBX|{k}|NM|8867-4^Heart rate^LN||{70 + k}|/min|60-100|N|||F|||20261109101500" for k in range(1, 7)),
)
EACH = {1: 300, 16: 60}


def rows(home: Path) -> Iterable[Row]:
    """Durable acknowledgements at 1 and at 16 connections, while what is acknowledged is read into the store."""
    listener, port = _started()
    try:
        for connections, each in EACH.items():
            bodies = [_message(n) for n in range(each)]
            _, wall = pairs(
                lambda: _send(port, connections, bodies),  # noqa: B023  (called at once)
                lambda: _insert(home / "bare.db", bodies * connections),  # noqa: B023
            )
            yield (
                f"MLLP acknowledgements, {connections} connection{'s' if connections > 1 else ''}, "
                "against insert and commit",
                f"{wall:.2f} of its speed in wall time",
                "at least 0.5",
                wall >= 0.5,
            )
    finally:
        listener.terminate()
        listener.wait(timeout=60)


def _started() -> tuple["subprocess.Popen[str]", int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "careloom", "listen", "--port", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=dict(os.environ),
    )
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"listens on 127\.0\.0\.1:(\d+)", line):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            time.sleep(3)  # its reader starts too
            return process, int(found[1])
    raise RuntimeError("the listener did not start")


def _message(n: int) -> bytes:
    # The clock makes each run's messages new: what the store has already costs it less.
    number = f"{time.time_ns()}{n}"
    head = f"MSH|^~\\&|MERCY_ADT|MERCY|CARELOOM|COUNTY|20261109101500||ADT^A01^ADT_A01|{number}|P|2.5.1"
    return "\r".join((head, *SEGMENTS, "")).replace("{n}", number).encode()


def _send(port: int, connections: int, bodies: list[bytes]) -> None:
    """Send the messages over each connection, each after the answer to the one before it."""
    threads = [threading.Thread(target=_talk, args=(port, place, bodies)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _talk(port: int, place: int, bodies: list[bytes]) -> None:
    with closing(socket.create_connection(("127.0.0.1", port))) as line:
        for n in range(len(bodies)):
            line.sendall(START + _message(place * 10_000 + n) + END)
            came = b""
            while not came.endswith(END):
                came += line.recv(1 << 16)
            assert b"\rMSA|AA|" in came, came


def _insert(file: Path, bodies: list[bytes]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("pragma journal_mode=wal")
        db.execute("pragma synchronous=full")
        db.execute("create table if not exists message(id integer primary key, body blob)")
        for body in bodies:
            db.execute("insert into message(body) values(?)", (body,))
