"""Somebody waits at a page while an EHR sends a byte now and then: the page says so when her patience is over, and not never."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from careloom.errors import SourceError
from careloom.wire.fhir.exchange import Exchange, Limits, Time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n"
WAYS = {
    "nothing": [b""] * 200,
    "a head that never ends": [HEAD, *[b"X"] * 200],
    "a body that never ends": [HEAD, b"\r\n", *[b"{"] * 200],
    "ever new lines of a head": [HEAD, *[b"X-More: y\r\n"] * 80],
}


@contextmanager
def slow(parts: list[bytes]) -> Iterator[str]:
    """A server on this machine that sends these parts, twenty a second; its address."""
    done, listening = Event(), socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while not done.is_set():
            with suppress(OSError):
                taken, _ = listening.accept()
                with taken:
                    taken.recv(65_536)
                    for one in parts:
                        if done.is_set():
                            return
                        taken.sendall(one)
                        sleep(0.05)

    Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        done.set()
        listening.close()


def exchange(url: str, **limits: float) -> Exchange:
    time = Time(lambda: datetime.now(UTC), sleep)
    return Exchange("mercy", url, Limits(tries=1, timeout=5, **limits), time)


@pytest.mark.parametrize("parts", WAYS.values(), ids=WAYS)
def test_an_answer_that_only_trickles_ends_when_the_patience_does(parts: list[bytes]) -> None:
    with slow(parts) as url:
        asked, began = exchange(url, in_all=0.4), monotonic()
        with pytest.raises(SourceError, match=r"mercy did not answer within 0\.4 seconds"):
            asked.ask("GET", url, {})
        assert monotonic() - began < 2
        with pytest.raises(SourceError, match="did not answer"):
            asked.ask("GET", url, {})
        asked.close()


def test_what_comes_in_time_is_taken_and_each_answer_leaves_less_for_the_next() -> None:
    quick = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    with slow([b"", b"", quick]) as url:
        asked = exchange(url, in_all=0.5)
        assert asked.ask("GET", url, {}).body == b"{}"
        began = monotonic()
        with pytest.raises(SourceError, match="did not answer"):
            for _ in range(20):
                asked.ask("GET", url, {})
        assert monotonic() - began < 1.5
