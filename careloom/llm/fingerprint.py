"""Weights are known by their SHA-256; a file that was hashed once isn't read a second time."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import orjson

from careloom.errors import ConfigError

NAME = "qwen2.5-coder-1.5b-instruct-q4_k_m"
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
_BLOCK = 1 << 20


def verified(path: Path, sha256: str = SHA256) -> bool:
    """Whether the file at `path` has this hash; a file that was seen before isn't read again.

    What was seen (path, size, time of change) stands in a small file beside it. Raises ConfigError where
    the file can't be read.
    """
    try:
        if _mark(path).is_file() and _mark(path).read_bytes() == _seen(path, sha256):
            return True
        found = hashlib.sha256()
        for block in blocks([path]):
            found.update(block)
    except OSError as error:
        raise ConfigError(f"{path}: the weights can't be read: {error.strerror}") from None
    if found.hexdigest() != sha256:
        return False
    remember(path, sha256)
    return True


def _mark(path: Path) -> Path:
    return path.with_name(f"{path.name}.verified")


def _seen(path: Path, sha256: str) -> bytes:
    stat = path.stat()
    seen = {"path": str(path.resolve()), "size": stat.st_size, "mtime": stat.st_mtime_ns, "sha256": sha256}
    return orjson.dumps(seen, option=orjson.OPT_INDENT_2)


def remember(path: Path, sha256: str) -> None:
    """Note that the file at `path` has this hash, as long as it doesn't change."""
    half = _mark(path).with_name(f"{_mark(path).name}.{os.getpid()}")
    # A read-only folder costs a hash at each start; it doesn't make the weights wrong.
    with suppress(OSError):
        half.write_bytes(_seen(path, sha256))
        half.replace(_mark(path))


def blocks(paths: list[Path]) -> Iterator[bytes]:
    """The bytes of the files, one after the other, a mebibyte at a time."""
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block
