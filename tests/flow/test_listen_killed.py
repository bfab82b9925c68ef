"""A listener killed under load loses nothing that it acknowledged and repeats nothing, whenever it dies."""

import hashlib
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.flow.listening import Listening, Sender, listening, site, stored, stored_when_read
from tests.flow.process import killed_after
from tests.wire.mllp.messages import admit

pytestmark = [pytest.mark.kill, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CONNECTIONS = 6


class Engine(threading.Thread):
    """A hospital's interface engine: sends messages in order, each until it is acknowledged, through every crash."""

    def __init__(self, number: int, port: Callable[[], int]) -> None:
        super().__init__(daemon=True)
        self.number = number
        self.acknowledged: list[bytes] = []
        self.sent_again = 0
        self.enough = threading.Event()
        self._port = port

    def run(self) -> None:
        sender: Sender | None = None
        body = self._next()
        while not self.enough.is_set():
            try:
                sender = sender or Sender(self._port())
                assert sender.ask(body)[0][0] == "AA"
                self.acknowledged.append(body)
                body = self._next()
            except OSError:
                sender = None
                self.sent_again += 1
                time.sleep(0.05)

    def _next(self) -> bytes:
        n = len(self.acknowledged)
        born = (date(1930, 1, 1) + timedelta(days=n)).strftime("%Y%m%d")
        return admit(
            f"E{self.number}-{n}", mrn=f"{self.number}{n:05}", family=f"Person{self.number}x{n}", born=born
        )


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def crashing(
    home: Path, more: Mapping[str, str], seed: int, deaths: int, kill: Callable[[Listening], None]
) -> list[Engine]:
    """Engines that send to a listener that is killed so often, each time at a moment that chance chooses."""
    chance = random.Random(seed)
    home.mkdir()
    current = Listening(home, "--source", "mercy", **more)
    engines = [Engine(number, lambda: current.port) for number in range(CONNECTIONS)]
    for engine in engines:
        engine.start()
    try:
        for _ in range(deaths):
            wanted = sum(len(engine.acknowledged) for engine in engines) + chance.randrange(5, 90)
            until = time.monotonic() + 60
            while sum(len(engine.acknowledged) for engine in engines) < wanted:
                assert time.monotonic() < until
            time.sleep(chance.uniform(0.0, 0.01))
            kill(current)
            current = Listening(home, "--source", "mercy", **more)
        time.sleep(chance.uniform(0.0, 0.5))
        for engine in engines:
            engine.enough.set()
            engine.join(timeout=60)
            assert not engine.is_alive()
        kill(current)  # once more while the journal's tail is read
    finally:
        if current.process.poll() is None:
            current.kill()
    return engines


@pytest.mark.parametrize(
    ("seed", "kill"),
    [(1, Listening.kill), (2, Listening.kill_listener_alone)],
    ids=["all", "listener"],
)
def test_everything_acknowledged_is_stored_once_and_in_order(
    tmp_path: Path, seed: int, kill: Callable[[Listening], None]
) -> None:
    home, more = tmp_path / "home", site()
    engines = crashing(home, more, seed, 4, kill)
    with listening(home, "--source", "mercy", **more):
        found = stored_when_read(home, **more)
    acknowledged = {sha256(body) for engine in engines for body in engine.acknowledged}
    shas = {sha for _, sha, _, _ in found["messages"]}
    # What was being sent when the listener died, or when the engine had enough, may be kept or not.
    assert acknowledged <= shas
    assert len(shas - acknowledged) <= CONNECTIONS
    assert found["rows"] == found["patients"] == len(shas)
    assert found["unfinished"] == 0
    # What came twice is one message; in the order in which each came first, every engine's are as it sent them.
    order = list(dict.fromkeys(number for number, _, _, _ in found["messages"]))
    rows = {sha: place for place, sha in enumerate(found["received"])}
    for engine in engines:
        mine = [number for number in order if number.startswith(f"E{engine.number}-")]
        assert mine == [f"E{engine.number}-{n}" for n in range(len(mine))]
        places = [rows[sha256(body)] for body in engine.acknowledged]
        assert places == sorted(places)
    assert sum(engine.sent_again for engine in engines) > 0


def test_a_journal_is_read_once_when_its_reader_dies_again_and_again(tmp_path: Path) -> None:
    home, more = tmp_path / "home", site()
    with listening(home, **more) as one:
        sender = Sender(one.port)
        for n in range(100):
            assert sender.ask(admit(f"M{n}", mrn=f"9{n:04}", family=f"Person{n}"))[0][0] == "AA"
        one.kill()
    deaths, wait = 0, 0.05
    while killed_after(home, wait, "listen", "--port", "0", "--drain", **more):
        deaths += 1
        wait *= 1.3
    assert deaths >= 3
    found = stored(home, **more)
    assert [number for number, _, _, _ in found["messages"]] == [f"M{n}" for n in range(100)]
    assert (found["rows"], found["patients"], found["unfinished"], found["unread"]) == (100, 100, 0, 0)
