"""A master key is replaced while everybody goes on working; a data key opens what it sealed for ever."""

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from careloom.errors import ConfigError
from careloom.privacy import keyring, rotating
from careloom.privacy.crypto import Key, Keys
from careloom.privacy.custody import Custody
from careloom.privacy.held import Held
from careloom.privacy.rotating import rotate

NOW = datetime(2026, 11, 29, tzinfo=UTC)
OLD, NEW, NEWEST = (base64.b64encode(bytes([one]) * 32).decode() for one in (1, 2, 3))


def keys_of(home: Path, custody: Custody) -> Keys:
    """What a process that starts now holds."""
    held = Held(home, custody)
    return Keys("mercy", held.keys("mercy"), lambda at_once: held.keys("mercy", at_once))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose keyring a setting opens."""
    keyring.begin(tmp_path, Custody(OLD), NOW)
    return tmp_path


def test_after_a_rotation_the_new_master_key_alone_opens_everything(home: Path) -> None:
    before = keys_of(home, Custody(OLD))
    sealed, found = before.seal(b"Alice", "p"), before.index("mrn", "A-1")
    rotate(home, Custody(f"{NEW},{OLD}"), NOW)
    after = keys_of(home, Custody(NEW))
    assert after.open(sealed, "p") == b"Alice"
    assert after.index("mrn", "A-1") == found
    assert after.digest(b"x") == before.digest(b"x")
    assert Held(home, Custody(NEW)).site_secret("mercy") == Held(home, Custody(OLD)).site_secret("mercy")


def test_a_process_with_the_old_setting_goes_on_until_the_old_key_is_shut_out(home: Path) -> None:
    rotate(home, Custody(f"{NEW},{OLD}"), NOW)
    assert keys_of(home, Custody(OLD)).writing == keys_of(home, Custody(NEW)).writing
    rotate(home, Custody(NEW), NOW, shut_out=True)
    with pytest.raises(ConfigError, match="no master key that is here") as refused:
        keys_of(home, Custody(OLD))
    assert OLD not in str(refused.value)
    assert keys_of(home, Custody(NEW)).writing


def test_what_an_old_process_seals_meanwhile_opens_for_the_new_one_and_the_other_way_round(
    home: Path,
) -> None:
    old = keys_of(home, Custody(OLD))
    rotate(home, Custody(f"{NEW},{OLD}"), NOW)
    keyring.add_data_key(home, Custody(f"{NEW},{OLD}"), NOW)
    new = keys_of(home, Custody(NEW))
    assert new.writing.id != old.writing.id
    assert new.open(old.seal(b"Alice", "p"), "p") == b"Alice"
    assert old.open(new.seal(b"Bob", "p"), "p") == b"Bob"  # it looks at the keyring again
    assert old.index("mrn", "A-1") == new.index("mrn", "A-1")


def test_a_process_that_runs_on_goes_over_to_a_new_data_key(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("careloom.privacy.held.LOOK_EVERY", 0.0)
    running = keys_of(home, Custody(OLD))
    first, sealed = running.writing.id, running.seal(b"Alice", "p")
    keyring.add_data_key(home, Custody(OLD), NOW)
    assert running.writing.id != first
    assert running.open(sealed, "p") == b"Alice"


def test_a_setting_without_a_new_key_rotates_nothing(home: Path) -> None:
    before = (home / "keyring").read_bytes()
    with pytest.raises(ConfigError, match="put a new one in front"):
        rotate(home, Custody(OLD), NOW)
    assert (home / "keyring").read_bytes() == before


def test_a_key_file_is_replaced_by_the_rotation_itself(tmp_path: Path) -> None:
    keyring.begin(tmp_path, Custody(), NOW)
    old = (tmp_path / "key").read_text()
    running = keys_of(tmp_path, Custody())
    done = rotate(tmp_path, Custody(), NOW)
    assert done.others == ()
    assert (tmp_path / "key").read_text() != old
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert keys_of(tmp_path, Custody()).open(running.seal(b"Alice", "p"), "p") == b"Alice"
    copied = tmp_path / "a copy of the old key"
    copied.write_text(old)
    copied.chmod(0o600)
    with pytest.raises(ConfigError, match="no master key"):
        keys_of(tmp_path, Custody(file=copied))


@pytest.mark.parametrize("dies_at", [1, 2, 3])
def test_a_rotation_that_dies_anywhere_leaves_a_home_that_opens_and_the_next_one_finishes(
    dies_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.begin(tmp_path, Custody(), NOW)
    sealed = keys_of(tmp_path, Custody()).seal(b"Alice", "p")
    written = 0
    write = keyring.replace_file

    def dying(file: Path, text: str) -> None:
        nonlocal written
        written += 1
        if written == dies_at:
            raise KeyboardInterrupt
        write(file, text)

    monkeypatch.setattr(keyring, "replace_file", dying)
    monkeypatch.setattr(rotating, "replace_file", dying)
    with pytest.raises(KeyboardInterrupt):
        rotate(tmp_path, Custody(), NOW)
    monkeypatch.undo()
    assert keys_of(tmp_path, Custody()).open(sealed, "p") == b"Alice"
    assert rotate(tmp_path, Custody(), NOW, shut_out=True).others == ()
    assert keys_of(tmp_path, Custody()).open(sealed, "p") == b"Alice"


def test_a_key_file_that_can_not_be_written_is_told_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.begin(tmp_path, Custody(), NOW)
    sealed = keys_of(tmp_path, Custody()).seal(b"Alice", "p")

    def full(file: Path, text: str) -> None:
        raise ConfigError(f"{file.name} can't be written: No space left on device")

    monkeypatch.setattr(rotating, "replace_file", full)
    with pytest.raises(ConfigError, match="No space"):
        rotate(tmp_path, Custody(), NOW)
    assert keys_of(tmp_path, Custody()).open(sealed, "p") == b"Alice"
    stored = keyring.read(tmp_path)
    assert stored is not None
    assert len(stored.masters) == 1


def test_a_home_of_before_the_keyring_is_taken_into_one(tmp_path: Path) -> None:
    old = Keys("mercy", tuple(Key(base64.b64decode(one), "mercy") for one in (NEW, OLD)))
    oldest = Keys("mercy", (Key(base64.b64decode(OLD), "mercy"),))
    running = keys_of(tmp_path, Custody(f"{NEW},{OLD}"))
    assert running.writing == old.writing
    done = rotate(tmp_path, Custody(f"{NEWEST},{NEW},{OLD}"), NOW)
    assert done.taken_over == 3
    rotate(tmp_path, Custody(NEWEST), NOW, shut_out=True)
    after = keys_of(tmp_path, Custody(NEWEST))
    assert after.open(old.seal(b"Alice", "p"), "p") == b"Alice"
    assert after.open(oldest.seal(b"Bob", "p"), "p") == b"Bob"
    assert set(old.indexes("mrn", "A-1")) <= set(after.indexes("mrn", "A-1"))
    assert after.writing not in old.all


def test_of_the_keys_of_before_the_keyring_the_one_in_use_goes_on_to_find(tmp_path: Path) -> None:
    found = keys_of(tmp_path, Custody(OLD)).index("mrn", "A-1")
    rotate(tmp_path, Custody(f"{NEW},{OLD}"), NOW, has_sealed=lambda one: one == base64.b64decode(OLD))
    after = keys_of(tmp_path, Custody(NEW))
    assert after.index("mrn", "A-1") == found
    assert len(after.indexes("mrn", "A-1")) == 2


def test_a_process_that_started_before_the_keyring_reads_what_is_sealed_after_it(tmp_path: Path) -> None:
    running = keys_of(tmp_path, Custody(OLD))
    rotate(tmp_path, Custody(f"{NEW},{OLD}"), NOW)
    after = keys_of(tmp_path, Custody(NEW))
    assert running.open(after.seal(b"Cam", "p"), "p") == b"Cam"
    assert after.open(running.seal(b"Cam", "p"), "p") == b"Cam"


def test_a_legacy_key_file_no_longer_holds_a_key_that_opens_rows(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(OLD)
    (tmp_path / "key").chmod(0o600)
    sealed = keys_of(tmp_path, Custody()).seal(b"Alice", "p")
    found = keys_of(tmp_path, Custody()).index("mrn", "A-1")
    rotate(tmp_path, Custody(), NOW)
    assert OLD not in (tmp_path / "key").read_text()
    assert OLD not in (tmp_path / "keyring").read_text()
    after = keys_of(tmp_path, Custody())
    assert after.open(sealed, "p") == b"Alice"
    assert after.index("mrn", "A-1") == found


def test_nothing_said_of_a_key_in_the_keyring_can_be_changed(home: Path) -> None:
    said = json.loads((home / "keyring").read_text())
    for position in range(len(said["keys"])):
        for name, other in (
            ("number", 9),
            ("use", "both"),
            ("made", "2020-01-01T00:00:00+00:00"),
            ("id", "0" * 16),
        ):
            changed = json.loads(json.dumps(said))
            changed["keys"][position][name] = other
            (home / "keyring").write_text(json.dumps(changed))
            with pytest.raises(ConfigError, match="altered"):
                keys_of(home, Custody(OLD))
    said["keys"][0]["wraps"], said["keys"][1]["wraps"] = said["keys"][1]["wraps"], said["keys"][0]["wraps"]
    (home / "keyring").write_text(json.dumps(said))
    with pytest.raises(ConfigError, match="altered"):
        keys_of(home, Custody(OLD))


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b'{"version": 1}', b'{"version": 2, "masters": [], "keys": []}']
)
def test_a_keyring_that_is_not_whole_is_refused(content: bytes, home: Path) -> None:
    (home / "keyring").write_bytes(content)
    with pytest.raises(ConfigError, match=r"not whole|newer"):
        keys_of(home, Custody(OLD))


def test_a_lost_keyring_is_told_and_no_key_of_another_kind_takes_its_place(home: Path) -> None:
    running = keys_of(home, Custody(OLD))
    (home / "keyring").unlink()
    with pytest.raises(ConfigError, match="keyring of this home is missing"):
        keys_of(home, Custody(OLD))
    with pytest.raises(ConfigError, match="keyring of this home is missing"):
        rotate(home, Custody(f"{NEW},{OLD}"), NOW)
    assert running.open(running.seal(b"Alice", "p"), "p") == b"Alice"


def test_a_lost_key_file_of_a_home_with_messages_is_not_replaced_by_a_fresh_one(tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    with pytest.raises(ConfigError, match="key of this home is missing"):
        keyring.begin(tmp_path, Custody(), NOW)


def test_no_secret_of_a_key_stands_in_the_keyring(home: Path) -> None:
    held = (home / "keyring").read_bytes()
    for key in Held(home, Custody(OLD)).keys("mercy"):
        for form in (key.secret, key.secret.hex().encode(), base64.b64encode(key.secret)):
            assert form not in held
    assert OLD.encode() not in held
    assert stat.S_IMODE((home / "keyring").stat().st_mode) == 0o600


def test_a_process_that_starts_while_another_gives_the_home_its_keys_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, go_on, put = Event(), Event(), keyring.put

    def slow(*arguments: Any, **more: Any) -> Any:
        written.set()
        assert go_on.wait(10)
        return put(*arguments, **more)

    monkeypatch.setattr(keyring, "put", slow)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(keyring.begin, tmp_path, Custody(), NOW)
        assert written.wait(10)
        second = threads.submit(keys_of, tmp_path, Custody())
        with pytest.raises(TimeoutError):
            second.result(0.05)
        go_on.set()
        first.result(10)
        assert second.result(10).writing == keys_of(tmp_path, Custody()).writing
