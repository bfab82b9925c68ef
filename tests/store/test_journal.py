"""What a listener took is in its journal, in order, sealed and durable, until the store has it; nothing else is."""

import errno
import os
import resource
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from careloom.care.entry import Rejection
from careloom.care.received import Received
from careloom.errors import ConfigError
from careloom.privacy.crypto import Key, Keys
from careloom.privacy.records import HEADER, LENGTH, length_of
from careloom.store.journal import Journal, record_files
from careloom.store.tail import Place, Tail, unread

KEYS = Keys("mercy", (Key(bytes(32), "mercy"),))
AT = datetime(2026, 11, 9, 10, 15, tzinfo=UTC)


def message(number: int, body: bytes = b"MSH|^~\\&|Ashdown^Alice") -> Received:
    return Received(body=body, source="mercy", peer="10.0.0.7 5123", control=f"M{number}", at=AT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "journal" / "2575"


@pytest.fixture
def journal(folder: Path) -> Iterator[Journal]:
    with Journal(KEYS, folder) as writing:
        yield writing


class Store:
    """How far a store came: what is pulled is done when it says so."""

    def __init__(self) -> None:
        self.done: dict[str, int] = {}
        self.numbers: list[str] = []

    def __call__(self, file: str) -> int:
        return self.done.get(file, 0)

    def take(self, pulled: list[tuple[Place, Received]]) -> None:
        for place, one in pulled:
            self.done[place.file] = place.number + 1
            self.numbers.append(one.control)


def emptied(folder: Path, store: Store, *, alone: bool = True, keys: Keys = KEYS) -> Tail:
    """Read everything into the store."""
    tail = Tail(keys, folder, store, alone=alone)
    try:
        while pulled := tail.pull(2, 1 << 20):
            store.take(pulled)
    finally:
        tail.close()
    return tail


def closed(folder: Path, *numbers: int) -> None:
    """A journal with these messages, one commit each, whose listener has stopped."""
    with Journal(KEYS, folder) as writing:
        for number in numbers:
            writing.append([message(number)])


def records(file: Path) -> list[tuple[int, int]]:
    """Place and length of each record of a file."""
    data, at, found = file.read_bytes(), HEADER, []
    while length := length_of(data[at : at + LENGTH]):
        found.append((at, length))
        at += LENGTH + length
    return found


def test_a_message_comes_back_as_it_was_taken(folder: Path, journal: Journal) -> None:
    taken = Received(
        body=b"MSH|\x00\xff" * 1000,
        source="mercy",
        peer="::1 99",
        control="M\u00e9",
        at=AT,
        faults=(Rejection("MSH-12", "the version is none of 2.1 to 2.9"),),
        readable=False,
    )
    journal.append([taken, message(2)])
    tail = Tail(KEYS, folder, Store(), alone=False)
    assert [one for _, one in tail.pull(10, 1 << 20)] == [taken, message(2)]
    assert tail.pull(10, 1 << 20) == []
    journal.append([message(3)])
    assert [one.control for _, one in tail.pull(10, 1 << 20)] == ["M3"]
    tail.close()


def test_nothing_of_a_message_lies_readable_on_the_disk(folder: Path, journal: Journal) -> None:
    # Long enough that no cipher text holds it by chance.
    journal.append([message(20_261_130)])
    (file,) = record_files(folder)
    readable = [
        word for word in (b"Ashdown", b"mercy", b"10.0.0.7", b"M20261130") if word in file.read_bytes()
    ]
    assert readable == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(one.stat().st_mode) for one in (folder, folder.parent)} == {0o700}


def test_messages_are_read_in_their_order_over_all_files_and_each_file_goes_when_it_is_done(
    folder: Path,
) -> None:
    with Journal(KEYS, folder, full=2_000) as writing:
        for number in range(20):
            writing.append([message(number)])
    closed(folder, *range(20, 25))
    assert len(record_files(folder)) >= 4
    store = Store()
    emptied(folder, store)
    assert store.numbers == [f"M{number}" for number in range(25)]
    assert record_files(folder) == []


def test_a_reader_that_starts_again_goes_on_behind_what_the_store_has(folder: Path) -> None:
    closed(folder, 1, 2, 3, 4)
    store = Store()
    tail = Tail(KEYS, folder, store, alone=True)
    store.take(tail.pull(2, 1 << 20))
    assert [one.control for _, one in tail.pull(1, 1 << 20)] == ["M3"]  # read, and not stored
    tail.back()
    assert [one.control for _, one in tail.pull(1, 1 << 20)] == ["M3"]
    tail.close()
    emptied(folder, store)
    assert store.numbers == ["M1", "M2", "M3", "M4"]


def test_the_file_that_is_being_written_is_left_where_it_is(folder: Path, journal: Journal) -> None:
    journal.append([message(1)])
    store = Store()
    emptied(folder, store, alone=False)
    assert store.numbers == ["M1"]
    assert len(record_files(folder)) == 1
    journal.append([message(2)])
    emptied(folder, store, alone=False)
    assert store.numbers == ["M1", "M2"]


def test_so_many_messages_or_bytes_come_at_once_and_always_one(folder: Path) -> None:
    closed(folder, *range(6))
    tail = Tail(KEYS, folder, Store(), alone=True)
    assert len(tail.pull(4, 1 << 20)) == 4
    assert len(tail.pull(4, 1)) == 1
    tail.close()


@pytest.mark.parametrize("left", [1, LENGTH, LENGTH + 10, -1])
def test_a_record_that_was_being_written_when_its_listener_died_was_never_kept(
    folder: Path, left: int
) -> None:
    closed(folder, 1, 2, 3)
    (file,) = record_files(folder)
    at, length = records(file)[-1]
    os.truncate(file, at + left if left > 0 else at + LENGTH + length - 1)
    closed(folder, 4)
    store = Store()
    tail = emptied(folder, store)
    assert store.numbers == ["M1", "M2", "M4"]
    assert (tail.damaged, list(folder.glob("damaged*"))) == (0, [])


def test_a_group_that_reached_the_disk_in_part_was_never_kept(folder: Path) -> None:
    with Journal(KEYS, folder) as writing:
        writing.append([message(1)])
        writing.append([message(2), message(3), message(4)])
    (file,) = record_files(folder)
    spoil(file, 1)
    store = Store()
    assert emptied(folder, store).damaged == 0
    assert store.numbers == ["M1"]


def spoil(file: Path, number: int) -> None:
    at, length = records(file)[number]
    data = bytearray(file.read_bytes())
    data[at + LENGTH + length // 2] ^= 1
    file.write_bytes(data)


def test_a_record_that_was_damaged_later_is_set_aside_and_the_others_are_read(folder: Path) -> None:
    with Journal(KEYS, folder) as writing:
        writing.append([message(1), message(2), message(3)])
        writing.append([message(4)])
    (file,) = record_files(folder)
    spoil(file, 1)
    store = Store()
    assert emptied(folder, store).damaged == 1
    assert store.numbers == ["M1", "M3", "M4"]
    assert record_files(folder) == []
    assert len(list(folder.glob("damaged-*"))) == 1
    assert unread(KEYS, folder, store).damaged == 1


def test_a_record_in_another_ones_place_does_not_open(folder: Path) -> None:
    closed(folder, 1, 2, 3)
    (file,) = record_files(folder)
    (a, size), (b, same), _ = records(file)
    assert size == same
    data = file.read_bytes()
    file.write_bytes(
        data[:a] + data[b : b + LENGTH + size] + data[a : a + LENGTH + size] + data[b + LENGTH + size :]
    )
    store = Store()
    assert emptied(folder, store).damaged == 2
    assert store.numbers == ["M3"]


def test_a_file_under_another_ones_name_does_not_open_and_stays(folder: Path) -> None:
    closed(folder, 1)
    (file,) = record_files(folder)
    other = file.rename(file.with_name(f"00000002-{'a' * 32}"))
    with pytest.raises(ConfigError):
        emptied(folder, Store())
    assert other.exists()


def test_another_organisation_cannot_read_it(folder: Path) -> None:
    closed(folder, 1)
    with pytest.raises(ConfigError):
        emptied(folder, Store(), keys=Keys("county", (Key(bytes(32), "county"),)))


def test_a_journal_that_was_sealed_before_a_rotation_of_keys_is_read_after_it(folder: Path) -> None:
    closed(folder, 1)
    store = Store()
    emptied(folder, store, keys=Keys("mercy", (Key(b"n" * 32, "mercy"), *KEYS.all)))
    assert store.numbers == ["M1"]


@pytest.mark.parametrize("size", [0, 10, HEADER - 1])
def test_a_file_whose_listener_died_at_once_is_nothing(folder: Path, size: int) -> None:
    folder.mkdir(parents=True)
    (folder / f"00000001-{'a' * 32}").write_bytes(bytes(size))
    closed(folder, 1)
    store = Store()
    emptied(folder, store)
    assert store.numbers == ["M1"]


def test_one_process_writes_a_journal_and_one_reads_it(folder: Path, journal: Journal) -> None:
    def read(*, alone: bool) -> Tail:
        return Tail(KEYS, folder, Store(), alone=alone, patience=0.0)

    with pytest.raises(ConfigError, match="another process"):
        Journal(KEYS, folder, patience=0.0)
    reading = read(alone=False)
    with pytest.raises(ConfigError, match="another process"):
        read(alone=False)
    reading.close()
    with pytest.raises(ConfigError, match="another process"):
        read(alone=True)
    read(alone=False).close()


def test_what_waits_is_counted_without_reading_it(folder: Path) -> None:
    closed(folder, 1, 2, 3)
    store = Store()
    said = unread(KEYS, folder, store)
    assert (said.name, said.messages, said.listening, said.damaged) == ("2575", 3, False, 0)
    emptied(folder, store)
    with Journal(KEYS, folder) as writing:
        writing.append([message(4)])
        said = unread(KEYS, folder, store)
        assert (said.messages, said.listening) == (1, True)


class Limited:
    """A disk on which a file takes so many bytes and no more."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.before[1]))

    def __exit__(self, *error: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


def test_a_full_disk_refuses_what_does_not_fit_and_keeps_what_was_kept(
    folder: Path, journal: Journal
) -> None:
    journal.append([message(1)])
    large = message(2, b"Ashdown" * 400_000)
    with Limited(1 << 21):
        with pytest.raises(ConfigError) as refused:
            journal.append([large])
        assert "Ashdown" not in str(refused.value)
        journal.append([message(3)])  # a small one still fits
    journal.append([message(4)])
    store = Store()
    emptied(folder, store, alone=False)
    assert store.numbers == ["M1", "M3", "M4"]
    assert len(record_files(folder)) == 1


def test_a_disk_without_room_for_another_file_is_met_again_when_it_has_some(folder: Path) -> None:
    with Journal(KEYS, folder, full=200) as writing:
        writing.append([message(1)])
        with Limited(HEADER - 1):
            for _ in range(2):
                with pytest.raises(ConfigError):
                    writing.append([message(2)])
        writing.append([message(3)])
    store = Store()
    emptied(folder, store)
    assert store.numbers == ["M1", "M3"]


@pytest.mark.parametrize("call", ["fdatasync", "pwrite"])
def test_after_a_write_that_failed_nothing_is_written_to_that_file_any_more(
    folder: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    real: Callable[..., int] = getattr(os, call)
    journal.append([message(1)])

    def fails(*given: object) -> int:
        raise OSError(errno.EIO, "the disk")

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(ConfigError):
        journal.append([message(2)])
    monkeypatch.setattr(os, call, real)
    journal.append([message(3)])
    assert len(record_files(folder)) == 2
    store = Store()
    assert emptied(folder, store, alone=False).damaged == 0
    # What failed may have reached the disk; its sender was refused, and sends the same bytes again.
    assert [number for number in store.numbers if number != "M2"] == ["M1", "M3"]
