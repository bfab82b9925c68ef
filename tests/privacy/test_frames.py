"""Sealed files: whole, in order, under their own name, in flat memory."""

import io
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloom.errors import ConfigError
from careloom.privacy.crypto import Key, Keys
from careloom.privacy.frames import FRAME, HEADER, TAG, FrameWriter, open_sealed

KEYS = Keys("mercy", (Key(bytes(32), "mercy"),))


def sealed(plain: bytes, name: str = "n", chunk: int = 100_000, keys: Keys = KEYS) -> bytes:
    out = io.BytesIO()
    writer = FrameWriter(out, keys)
    for start in range(0, len(plain), chunk):
        writer.write(plain[start : start + chunk])
    writer.finish(name)
    return out.getvalue()


def opened(file: bytes, name: str = "n", keys: Keys = KEYS) -> bytes:
    with open_sealed(io.BytesIO(file), keys, name) as body:
        return body.read()


SIZES = [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 17]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("chunk", [100_000, 3 * FRAME])
def test_a_message_of_any_size_comes_back_unchanged(size: int, chunk: int) -> None:
    plain = os.urandom(size)
    assert opened(sealed(plain, chunk=chunk)) == plain


@pytest.mark.parametrize("size", SIZES)
def test_a_message_cut_off_anywhere_is_refused(size: int) -> None:
    file = sealed(os.urandom(size))
    frames = range(HEADER, len(file), FRAME + TAG)
    for end in {0, 10, HEADER, len(file) - 1, *frames}:
        with pytest.raises(ConfigError):
            opened(file[:end])


def test_frames_that_change_places_are_refused() -> None:
    file = sealed(os.urandom(3 * FRAME))
    first, second = HEADER, HEADER + FRAME + TAG
    swapped = (
        file[:first] + file[second : second + FRAME + TAG] + file[first:second] + file[second + FRAME + TAG :]
    )
    with pytest.raises(ConfigError):
        opened(swapped)


def test_a_message_does_not_open_in_another_ones_place_or_elsewhere() -> None:
    file = sealed(b"Alice", "a")
    with pytest.raises(ConfigError):
        opened(file, "b")
    with pytest.raises(ConfigError):
        opened(file, "a", Keys("county", (Key(bytes(32), "county"),)))


def test_an_altered_byte_is_refused() -> None:
    file = sealed(b"Alice was here")
    for position in range(len(file)):
        altered = bytearray(file)
        altered[position] ^= 1
        with pytest.raises(ConfigError):
            opened(bytes(altered))


def test_a_message_sealed_before_a_rotation_still_opens() -> None:
    after = Keys("mercy", (Key(b"n" * 32, "mercy"), *KEYS.all))
    assert opened(sealed(b"Alice"), keys=after) == b"Alice"
    assert opened(sealed(b"Bob", keys=after), keys=after) == b"Bob"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2 * FRAME + 50), st.integers(0, 5_000)), max_size=8))
def test_reading_from_any_place_gives_what_stands_there(places: list[tuple[int, int]]) -> None:
    plain = bytes(range(256)) * (2 * FRAME // 256) + b"the end"
    with open_sealed(io.BytesIO(_FILE), KEYS, "n") as body:
        for start, length in places:
            body.seek(start)
            assert body.tell() == start
            assert body.read(length) == plain[start : start + length]


_FILE = sealed(bytes(range(256)) * (2 * FRAME // 256) + b"the end")


def test_lines_are_read_across_frames() -> None:
    lines = [b"%07d\n" % number for number in range(400_000)]
    with open_sealed(io.BytesIO(sealed(b"".join(lines))), KEYS, "n") as body:
        assert list(body) == lines


def test_a_large_message_passes_in_flat_memory(tmp_path: Path) -> None:
    chunk = os.urandom(1 << 20)
    tracemalloc.start()
    with (tmp_path / "file").open("w+b") as out:
        writer = FrameWriter(out, KEYS)
        for _ in range(48):
            writer.write(chunk)
        writer.finish("n")
    with open_sealed((tmp_path / "file").open("rb"), KEYS, "n") as body:
        size = sum(len(piece) for piece in iter(lambda: body.read(1 << 20), b""))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == 48 << 20
    assert peak < 12 << 20
