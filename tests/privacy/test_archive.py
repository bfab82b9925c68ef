"""An archive opens for whom it was sealed, whole and unchanged, or not at all."""

import io
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloom.errors import ConfigError
from careloom.privacy import archive
from careloom.privacy.archive import (
    ArchiveReader,
    ArchiveWriter,
    Openers,
    make_recovery_key,
    read_recovery_key,
)

PASSPHRASE = Openers(passphrase="an invented long passphrase")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretching a passphrase is slow on purpose; frames are small, so that there are several."""
    monkeypatch.setattr(archive, "KIBIBYTES", 64)
    monkeypatch.setattr(archive, "FRAME", 1_000)


def sealed(plain: bytes, to: Openers = PASSPHRASE) -> bytes:
    out = io.BytesIO()
    writer = ArchiveWriter(out, to)
    for start in range(0, len(plain), 700):
        writer.write(plain[start : start + 700])
    writer.finish()
    return out.getvalue()


def opened(file: bytes, by: Openers = PASSPHRASE) -> bytes:
    return ArchiveReader(io.BytesIO(file), by).read()


@settings(max_examples=30)
@given(st.integers(0, 5_000))
def test_what_is_written_is_read_whatever_its_length(length: int) -> None:
    plain = bytes(number % 251 for number in range(length))
    assert opened(sealed(plain)) == plain


def test_who_only_writes_needs_the_public_half_alone(tmp_path: Path) -> None:
    public = make_recovery_key(tmp_path / "recovery")
    file = sealed(b"Alice Ashdown", Openers(public=(public,)))
    assert b"Alice" not in file
    private = read_recovery_key(tmp_path / "recovery")
    assert opened(file, Openers(private=private)) == b"Alice Ashdown"
    assert stat.S_IMODE((tmp_path / "recovery").stat().st_mode) == 0o600
    with pytest.raises(ConfigError, match="does not open"):
        opened(file, PASSPHRASE)
    make_recovery_key(tmp_path / "another")
    with pytest.raises(ConfigError, match="does not open"):
        opened(file, Openers(private=read_recovery_key(tmp_path / "another")))


def test_either_of_two_opens(tmp_path: Path) -> None:
    public = make_recovery_key(tmp_path / "recovery")
    file = sealed(b"Alice", Openers(passphrase=PASSPHRASE.passphrase, public=(public,)))
    assert opened(file) == opened(file, Openers(private=read_recovery_key(tmp_path / "recovery"))) == b"Alice"


def test_a_recovery_key_is_never_written_over(tmp_path: Path) -> None:
    make_recovery_key(tmp_path / "recovery")
    before = (tmp_path / "recovery").read_bytes()
    with pytest.raises(ConfigError, match="there already"):
        make_recovery_key(tmp_path / "recovery")
    assert (tmp_path / "recovery").read_bytes() == before


def test_a_wrong_passphrase_opens_nothing() -> None:
    with pytest.raises(ConfigError, match="does not open"):
        opened(sealed(b"Alice"), Openers(passphrase="another invented passphrase"))


@pytest.mark.parametrize(
    "to",
    [
        Openers(),
        Openers(passphrase="short"),
        Openers(public=("careloom-recovery-x",)),
        Openers(public=("age1",)),
    ],
)
def test_nothing_is_sealed_for_nobody_or_under_what_is_guessed(to: Openers) -> None:
    with pytest.raises(ConfigError):
        sealed(b"Alice", to)


def test_an_altered_byte_anywhere_is_refused() -> None:
    plain = bytes(2_500)
    file = sealed(plain)
    for position in (*range(0, 400, 7), *range(400, len(file), 97), len(file) - 1):
        altered = bytearray(file)
        altered[position] ^= 1
        with pytest.raises(ConfigError):
            opened(bytes(altered))


def test_a_file_that_was_cut_is_refused_wherever_it_was_cut() -> None:
    file = sealed(bytes(3_500))
    whole_frames = [len(file) - 500 - 16, len(file) - 500 - 16 - 1_016, len(file) - 500 - 16 - 2 * 1_016]
    for length in (*range(0, len(file), 61), *whole_frames, len(file) - 1):
        with pytest.raises(ConfigError):
            opened(file[:length])


def test_frames_can_not_change_places_or_be_repeated() -> None:
    file = sealed(bytes(3_500))
    frame = 1_016
    start = len(file) - 516 - 3 * frame
    first, second = file[start : start + frame], file[start + frame : start + 2 * frame]
    for body in (second + first, first + first, first + second + second):
        with pytest.raises(ConfigError):
            opened(file[:start] + body + file[start + 2 * frame :])


def test_something_behind_the_end_is_refused() -> None:
    with pytest.raises(ConfigError):
        opened(sealed(b"Alice") + b"more")


def test_no_archive_at_all_is_told() -> None:
    for file in (
        b"",
        b"PK\x03\x04",
        b"careloom archive 2\n\x00\x00\x00\x02[]",
        archive.MAGIC + b"\xff\xff\xff\xff",
    ):
        with pytest.raises(ConfigError, match="no backup of Careloom"):
            opened(file)
