"""Keys, sealed columns and blind indexes."""

import base64
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.errors import ConfigError
from careloom.privacy.crypto import Key, Keys
from careloom.privacy.custody import Custody, make_key_file, new_key
from careloom.privacy.held import Held, site_keys

NOW = datetime(2026, 11, 29, tzinfo=UTC)
OLD = bytes(range(32))
NEW = bytes(range(1, 33))


def keys(*masters: bytes, organisation: str = "mercy") -> Keys:
    return Keys(organisation, tuple(Key(master, organisation) for master in masters))


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_is_sealed_opens_unchanged_in_its_place(plain: bytes, place: str) -> None:
    mine = keys(OLD)
    assert mine.open(mine.seal(plain, place), place) == plain


def test_alices_name_does_not_open_in_bobs_row() -> None:
    mine = keys(OLD)
    sealed = mine.seal(b"Alice Ashdown", "user/alice/name")
    assert b"Alice" not in sealed
    with pytest.raises(ConfigError):
        mine.open(sealed, "user/bob/name")


def test_an_altered_byte_anywhere_is_refused() -> None:
    mine = keys(OLD)
    sealed = mine.seal(b"penicillin", "entry/1/entry")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(ConfigError):
            mine.open(bytes(altered), "entry/1/entry")
    for short in range(len(sealed)):
        with pytest.raises(ConfigError):
            mine.open(sealed[:short], "entry/1/entry")


def test_the_same_name_sealed_twice_looks_different() -> None:
    mine = keys(OLD)
    assert mine.seal(b"Alice", "p") != mine.seal(b"Alice", "p")


def test_after_a_rotation_old_values_open_and_new_ones_need_the_new_key() -> None:
    before, after = keys(OLD), keys(NEW, OLD)
    assert after.open(before.seal(b"Alice", "p"), "p") == b"Alice"
    with pytest.raises(ConfigError, match="is needed"):
        before.open(after.seal(b"Alice", "p"), "p")
    assert before.index("mrn", "A-1") in after.indexes("mrn", "A-1")
    assert after.index("mrn", "A-1") != before.index("mrn", "A-1")


def test_two_organisations_share_no_key_and_no_index() -> None:
    mine, other = keys(OLD), keys(OLD, organisation="county")
    assert mine.index("mrn", "A-1") != other.index("mrn", "A-1")
    with pytest.raises(ConfigError):
        other.open(mine.seal(b"Alice", "p"), "p")


def test_a_birth_date_and_an_identifier_that_read_alike_have_different_indexes() -> None:
    mine = keys(OLD)
    assert mine.index("birth date", "1950-02-03") != mine.index("identifier", "1950-02-03")
    assert mine.index("birth date", "1950-02-03") == mine.index("birth date", "1950-02-03")


def test_a_new_home_gets_a_key_file_and_a_keyring_that_only_their_owner_reads(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    first = site_keys("mercy", home, Custody(), NOW)
    for name in ("key", "keyring", "keyring.lock"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert sorted(one.name for one in home.iterdir()) == ["key", "keyring", "keyring.lock"]
    assert Held(home, Custody()).keys("mercy") == first.all
    assert site_keys("mercy", tmp_path / "other", Custody(), NOW).writing.id != first.writing.id


def test_a_key_file_that_appeared_meanwhile_is_kept(tmp_path: Path) -> None:
    make_key_file(tmp_path / "key", new_key())
    first = Custody().masters(tmp_path)
    make_key_file(tmp_path / "key", new_key())
    assert Custody().masters(tmp_path) == first


@pytest.mark.parametrize("setting", ["not base64!", base64.b64encode(b"short").decode(), ",", "Zm9v"])
def test_a_setting_that_is_no_key_is_refused_without_being_repeated(setting: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        Custody(setting).masters(tmp_path)
    assert setting == "," or setting not in str(refused.value)
    assert setting == "," or setting not in repr(Custody(setting))


def test_a_broken_key_file_is_an_operators_error(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\x00 nonsense")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(ConfigError, match="base64"):
        Custody().masters(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_file_that_others_may_use_is_refused(mode: int, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere"
    file.write_text(new_key())
    file.chmod(mode)
    with pytest.raises(ConfigError, match="others may use"):
        Custody(file=file).masters(tmp_path)
    file.chmod(0o400)
    assert len(Custody(file=file).masters(tmp_path)) == 1


def test_a_key_file_that_a_setting_names_is_never_made_up(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="CARELOOM_KEY_FILE"):
        site_keys("mercy", tmp_path, Custody(file=tmp_path / "mount" / "key"), NOW)
    assert not (tmp_path / "mount").exists()


def test_a_setting_holds_several_keys_and_in_a_home_of_before_the_keyring_the_first_one_writes(
    tmp_path: Path,
) -> None:
    both = ",".join(base64.b64encode(one).decode() for one in (NEW, OLD))
    mine = site_keys("mercy", tmp_path, Custody(both), NOW)
    assert mine.writing.id == keys(NEW).writing.id
    assert mine.open(keys(OLD).seal(b"Alice", "p"), "p") == b"Alice"
    assert list(tmp_path.iterdir()) == []


def test_a_key_does_not_show_itself() -> None:
    shown = repr(keys(OLD))
    assert OLD.hex() not in shown
    assert repr(OLD) not in shown
