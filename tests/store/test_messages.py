"""Messages are durable before anything else, kept once, sealed, and finished by whoever comes next."""

import errno
import fcntl
import hashlib
import os
import resource
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from careloom.care.entry import Rejection
from careloom.errors import ConfigError, InputError
from careloom.privacy.crypto import Key, Keys
from careloom.store import Store, open_store
from careloom.store.messages import Messages
from careloom.store.models import StoredMessage
from tests.store.conftest import put

BODY = b'{"resourceType": "Patient", "name": [{"family": "Ashdown"}]}'


def files(home: Path) -> list[Path]:
    return [file for file in (home / "messages").rglob("*") if file.is_file()]


def test_a_message_comes_back_byte_for_byte(store: Store) -> None:
    message, new = store.messages.put(
        iter([BODY[:7], b"", BODY[7:]]), source="mercy", format="fhir", name="a.json", zone="America/New_York"
    )
    assert new
    assert message.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (message.source, message.format, message.name) == ("mercy", "fhir", "a.json")
    assert message.received is not None and message.received.tzinfo is not None
    with store.messages.open(message.sha256) as body:
        assert body.read() == BODY
    assert store.messages.get(message.sha256) == message
    assert list(store.messages.all()) == [message]


def test_the_same_bytes_from_the_same_source_are_one_message(store: Store, home: Path) -> None:
    first = put(store, BODY)
    again, new = store.messages.put([BODY], source="mercy", format="fhir", name="copy.json", zone="UTC")
    assert (again, new) == (first, False)
    assert len(files(home)) == 1


def test_the_same_bytes_from_two_sources_are_kept_once_and_the_last_source_counts(
    store: Store, home: Path
) -> None:
    put(store, BODY)
    right, new = store.messages.put([BODY], source="county", format="fhir", name="a.json", zone="UTC")
    assert new
    assert list(store.messages.all()) == [right]
    assert store.messages.count() == 1
    assert len(files(home)) == 1


def test_neither_content_nor_name_lies_readable_on_the_disk(store: Store, home: Path) -> None:
    message = put(store, BODY)
    (file,) = files(home)
    assert b"Ashdown" not in file.read_bytes()
    assert message.sha256 not in str(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(one.stat().st_mode) for one in (file.parent, file.parent.parent)} == {0o700}
    row = StoredMessage.objects.get()
    assert b"Ashdown" not in bytes(row.sealed_name)


def test_a_message_whose_process_died_before_the_row_is_new_the_second_time(store: Store, home: Path) -> None:
    store.messages.bodies.keep([BODY])  # the file is there, the row is not
    assert len(files(home)) == 1
    message, new = store.messages.put([BODY], source="mercy", format="fhir", name="a.json", zone="UTC")
    assert new
    with store.messages.open(message.sha256) as body:
        assert body.read() == BODY
    assert len(files(home)) == 1


def test_what_a_dead_process_left_half_written_is_swept(store: Store, home: Path) -> None:
    folder = home / "messages" / "unfinished"
    folder.mkdir(parents=True)
    left, held, fresh = folder / "left", folder / "held", folder / "fresh"
    for file in (left, held, fresh):
        file.write_bytes(b"half")
    long_ago = time.time() - 3600
    os.utime(left, (long_ago, long_ago))
    os.utime(held, (long_ago, long_ago))
    with held.open() as living:
        fcntl.flock(living, fcntl.LOCK_EX)
        put(store, BODY)
    assert sorted(file.name for file in folder.iterdir()) == ["fresh", "held"]


class FullDisk:
    """Bytes that go on for longer than this process may write."""

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(8):
            yield os.urandom(1 << 20)


def test_a_full_disk_is_an_operators_error_and_leaves_nothing(store: Store, home: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, before[1]))
    try:
        with pytest.raises(ConfigError) as refused:
            store.messages.put(FullDisk(), source="mercy", format="fhir", name="Ashdown.json", zone="UTC")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "Ashdown" not in str(refused.value)
    assert files(home) == []
    assert store.messages.count() == 0


def test_a_source_that_breaks_off_leaves_nothing_and_keeps_its_own_error(store: Store, home: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield BODY
        raise OSError(errno.EIO, "the source's disk")

    with pytest.raises(OSError, match="source's disk"):
        store.messages.put(chunks(), source="mercy", format="fhir", name="a.json", zone="UTC")
    assert files(home) == []
    assert store.messages.count() == 0


def test_a_file_that_was_put_in_anothers_place_is_refused(store: Store, home: Path) -> None:
    alice, bob = put(store, b"Alice"), put(store, b"Bob")
    first, second = (next(store.messages.bodies.files(one.sha256)) for one in (alice, bob))
    second.write_bytes(first.read_bytes())
    with pytest.raises(ConfigError), store.messages.open(bob.sha256) as body:
        body.read()


def test_a_missing_file_is_an_operators_error(store: Store, home: Path) -> None:
    message = put(store, BODY)
    files(home)[0].unlink()
    with pytest.raises(ConfigError, match=message.sha256):
        store.messages.open(message.sha256)


def test_a_message_sealed_before_a_rotation_is_found_and_is_no_new_one(store: Store, home: Path) -> None:
    message = put(store, BODY)
    rotated = Keys("demo", (Key(b"n" * 32, "demo"), *store.keys.all))
    after = Messages(rotated, home)
    again, new = after.put([BODY], source="mercy", format="fhir", name="a.json", zone="UTC")
    assert (again, new) == (message, False)
    with after.open(message.sha256) as body:
        assert body.read() == BODY
    assert len(files(home)) == 1


def test_another_organisation_sees_none_of_it(store: Store, home: Path, key: str) -> None:
    message = put(store, BODY)
    other = open_store(home=home, organisation="elsewhere", encryption_key=key)
    assert list(other.messages.all()) == []
    with pytest.raises(InputError):
        other.messages.get(message.sha256)
    with pytest.raises(ConfigError):
        other.messages.open(message.sha256)
    with pytest.raises(InputError):
        other.messages.finish(message, "1", {})


def test_a_message_is_unfinished_until_a_reader_went_through_it(store: Store) -> None:
    message, other = put(store, b"1"), put(store, b"2")
    assert store.messages.unfinished() == (message, other)
    assert store.messages.state(message) == "stored"
    store.messages.finish(message, "1", {"entries": 3})
    assert store.messages.unfinished() == (other,)
    assert store.messages.state(message) == "read"
    assert store.messages.is_read(message, "1")
    assert not store.messages.is_read(message, "2")
    assert not store.messages.is_read(other, "1")


def test_what_could_not_be_read_is_listed_once_however_often_it_is_said(store: Store) -> None:
    message = put(store, BODY)
    spoilt = Rejection("Bundle.entry[3]", "no subject")
    store.messages.reject(message, [])
    store.messages.reject(message, [spoilt, spoilt])
    store.messages.reject(message, [spoilt, Rejection("line 9", "not JSON", "InputError")])
    listed = [
        (one.message, one.name, one.where, one.reason, one.error) for one in store.messages.rejections()
    ]
    assert listed == [
        (message.sha256, "Ashdown Alice.json", "Bundle.entry[3]", "no subject", "InputError"),
        (message.sha256, "Ashdown Alice.json", "line 9", "not JSON", "InputError"),
    ]
    assert store.messages.state(message) == "rejected"
    assert store.messages.unfinished() == ()


def test_a_message_that_is_read_again_forgets_its_earlier_rejections_alone(store: Store) -> None:
    message, other = put(store, b"1"), put(store, b"2")
    for one in (message, other):
        store.messages.reject(one, [Rejection("line 1", "unknown patient", "UnknownPatient")])
        store.messages.finish(one, "1", {})
    assert store.messages.waiting(("UnknownPatient",)) == (message, other)
    store.messages.forgive(message)
    store.messages.forgive(message)
    assert store.messages.waiting(("UnknownPatient",)) == (other,)
    assert store.messages.unfinished() == (message,)
    assert not store.messages.is_read(message, "1")
    store.messages.reject(message, [Rejection("line 1", "unknown patient", "UnknownPatient")])
    assert store.messages.waiting(("UnknownPatient",)) == (message, other)
    store.messages.finish(message, "1", {})
    assert store.messages.is_read(message, "1")
    assert store.messages.unfinished() == ()


def test_a_file_whose_name_is_no_text_keeps_its_name(store: Store) -> None:
    name = os.fsdecode(b"caf\xe9.json")
    assert put(store, BODY, name=name).name == name


def test_a_message_that_nobody_stored_cannot_be_finished(store: Store) -> None:
    stranger = replace(put(store, BODY), sha256="0" * 64)
    with pytest.raises(InputError):
        store.messages.finish(stranger, "1", {})
