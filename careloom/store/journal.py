"""A listener's journal: what it took, durable before it is acknowledged, until the store has it.

A journal is a folder, home/journal/<name>/, that one listener writes and one reader empties (`tail`). Its files
(00000001-<uuid>) hold sealed records in the order in which they came; a new file begins when one is full, when a
listener starts, and after a write that failed. Space is taken ahead, filled with zeros, so that a full disk is met
before a message is written, and so that making a record durable changes no length (which would cost a second write).

One `append` is one group commit: all its records are written at once, then one fdatasync. Each record says how far
its file was durable before it, by which a reader tells a record that was never acknowledged from a damaged one.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

import msgspec

from careloom.care.entry import Rejection
from careloom.care.received import Received
from careloom.errors import ConfigError
from careloom.privacy.crypto import Keys
from careloom.privacy.records import HEADER, OVERHEAD, RecordSealer
from careloom.store.ids import new_id

GROW = 1 << 20
FULL = 16 << 20
WRITER = "writer"
READER = "reader"
ASK_EVERY = 0.1
# `careloom doctor` holds a journal's end for a moment, to see whether it is held (seconds).
PATIENCE = 2.0
# A record's plain bytes: how far the file was durable, the length of its head, the head (JSON), the message.
DURABLE_BYTES = 8
HEAD_BYTES = 4


@dataclass(frozen=True, slots=True)
class Head:
    """What a record says of its message, beside the bytes."""

    sha256: str
    source: str
    peer: str
    control: str
    at: datetime
    faults: tuple[Rejection, ...]
    readable: bool


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Head).decode


def numbered(file: Path) -> bool:
    """Whether a file of a journal's folder holds records (others are locks, or were set aside)."""
    number, dash, rest = file.name.partition("-")
    return bool(dash) and number.isdigit() and len(rest) == 32


def record_files(folder: Path) -> list[Path]:
    """A journal's files, the oldest first."""
    return sorted(file for file in folder.iterdir() if numbered(file)) if folder.is_dir() else []


def unpacked(plain: bytes) -> tuple[int, Received]:
    """How far the file was durable before this record, and its message. Raises ConfigError for altered bytes."""
    start = DURABLE_BYTES + HEAD_BYTES
    end = start + int.from_bytes(plain[DURABLE_BYTES:start], "big")
    head = _decode(plain[start:end])
    body = plain[end:]
    if hashlib.sha256(body).hexdigest() != head.sha256:
        raise ConfigError("a journal's record does not hold the bytes that it names")
    return int.from_bytes(plain[:DURABLE_BYTES], "big"), Received(
        body=body,
        source=head.source,
        peer=head.peer,
        control=head.control,
        at=head.at,
        faults=head.faults,
        readable=head.readable,
    )


@contextmanager
def disk() -> Iterator[None]:
    """Work on a journal's files: what the machine refuses becomes a ConfigError that quotes no content."""
    try:
        yield
    except OSError as error:
        raise ConfigError(f"the journal can't be written: {os.strerror(error.errno or 0)}") from None


class Lock:
    """A journal's end, held by one process at a time.

    Raises ConfigError where another process still has it after so many seconds.
    """

    def __init__(self, folder: Path, end: str, patience: float = 0.0) -> None:
        with disk():
            for one in (folder.parent.parent, folder.parent, folder):
                one.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(folder / end, os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + patience
        while not self._taken():
            if time.monotonic() >= until:
                os.close(self._file)
                raise ConfigError(f"another process is the {end} of the journal {folder.name}")
            time.sleep(ASK_EVERY)

    def release(self) -> None:
        """Let go."""
        os.close(self._file)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


class _File:
    """One file of a journal, being written."""

    def __init__(self, keys: Keys, folder: Path) -> None:
        last = max((int(one.name.partition("-")[0]) for one in record_files(folder)), default=0)
        path = folder / f"{last + 1:08}-{new_id().hex}"
        self._sealer = RecordSealer(keys, path.name)
        self._out = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _write(self._out, self._sealer.header, 0)
            os.fsync(self._out)
            _sync(folder)
        except BaseException:
            self.close()
            path.unlink(missing_ok=True)
            raise
        self.at = self.room = HEADER

    def reserve(self, size: int) -> None:
        """Take space for so many bytes more. Raises OSError where there is none; nothing is changed then."""
        if self.at + size <= self.room:
            return
        more = max(GROW, self.at + size - self.room)
        try:
            for start in range(0, more, GROW):
                _write(self._out, bytes(min(GROW, more - start)), self.room + start)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._out, self.room)
            raise
        self.room += more

    def append(self, plains: Iterable[bytes]) -> None:
        """Write records and make them durable. After an OSError the file must not be written any more."""
        data = b"".join(map(self._sealer.seal, plains))
        _write(self._out, data, self.at)
        os.fdatasync(self._out)
        self.at += len(data)

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):
            os.close(self._out)

    def finish(self) -> None:
        """Give back the space that was not used, and let go."""
        with suppress(OSError):
            os.ftruncate(self._out, self.at)
        self.close()


class Journal:
    """The writing end of a journal, in files of about `full` bytes.

    Raises ConfigError where another process still writes it after `patience` seconds.
    """

    def __init__(self, keys: Keys, folder: Path, *, full: int = FULL, patience: float = PATIENCE) -> None:
        self._full = full
        self._keys = keys
        self._folder = folder
        self._file: _File | None = None
        self._lock = Lock(folder, WRITER, patience)
        try:
            with disk():
                for one in (folder, folder.parent, folder.parent.parent):
                    _sync(one)
                self._file = _File(keys, folder)
        except ConfigError:
            self._lock.release()
            raise

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.finish()
        self._lock.release()

    def append(self, batch: Sequence[Received]) -> None:
        """Keep these messages in this order; they are durable when this returns.

        Raises ConfigError where the machine refuses; then none of them counts as kept, and the next call tries anew.
        """
        heads = [_head(one) for one in batch]
        size = sum(
            OVERHEAD + DURABLE_BYTES + HEAD_BYTES + len(head) + len(one.body)
            for head, one in zip(heads, batch, strict=True)
        )
        with disk():
            file = self._with_room(size)
            durable = file.at.to_bytes(DURABLE_BYTES, "big")
            plains = (
                durable + len(head).to_bytes(HEAD_BYTES, "big") + head + one.body
                for head, one in zip(heads, batch, strict=True)
            )
            try:
                file.append(plains)
            except BaseException:
                # What reached the disk is unknown, and the numbers are spent: the next records need a new file.
                self._file = None
                file.close()
                raise

    def _with_room(self, size: int) -> _File:
        file = self._file
        if file is not None and file.at > HEADER and file.at + size > self._full:
            fresh = _File(self._keys, self._folder)
            file.finish()
            file = fresh
        self._file = file = file or _File(self._keys, self._folder)
        file.reserve(size)
        return file


def _head(one: Received) -> bytes:
    return _encode(
        Head(
            sha256=hashlib.sha256(one.body).hexdigest(),
            source=one.source,
            peer=one.peer,
            control=one.control,
            at=one.at,
            faults=one.faults,
            readable=one.readable,
        )
    )


def _write(out: int, data: bytes, at: int) -> None:
    left = memoryview(data)
    while left:
        written = os.pwrite(out, left, at)
        at += written
        left = left[written:]


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
