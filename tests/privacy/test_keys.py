"""Keys, sealed columns and blind indexes."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careloom.errors import ConfigError
from careloom.privacy import crypto
from careloom.privacy.crypto import Key, Keys

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


def test_a_home_gets_a_key_file_of_its_own_that_only_its_owner_reads(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    first = crypto.masters(home)
    file = home / "key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert crypto.masters(home) == first
    assert list(home.iterdir()) == [file]
    assert crypto.masters(tmp_path / "other") != first


def test_a_key_file_that_appeared_meanwhile_is_kept(tmp_path: Path) -> None:
    first = crypto.masters(tmp_path)
    crypto._make(tmp_path / "key")
    assert crypto.masters(tmp_path) == first


@pytest.mark.parametrize("setting", ["not base64!", base64.b64encode(b"short").decode(), ",", "Zm9v"])
def test_a_setting_that_is_no_key_is_refused_without_being_repeated(setting: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        crypto.masters(tmp_path, setting)
    assert setting == "," or setting not in str(refused.value)


def test_a_broken_key_file_is_an_operators_error(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\x00 nonsense")
    with pytest.raises(ConfigError):
        crypto.masters(tmp_path)


def test_a_setting_holds_several_keys_and_the_first_one_writes(tmp_path: Path) -> None:
    both = ",".join(base64.b64encode(one).decode() for one in (NEW, OLD))
    mine = crypto.site_keys("mercy", tmp_path, both)
    assert mine.writing.id == keys(NEW).writing.id
    assert mine.open(keys(OLD).seal(b"Alice", "p"), "p") == b"Alice"
    assert not (tmp_path / "key").exists()


def test_a_key_does_not_show_itself() -> None:
    shown = repr(keys(OLD))
    assert OLD.hex() not in shown
    assert repr(OLD) not in shown
