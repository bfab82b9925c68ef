"""Bodies: the bytes of messages, content-addressed and sealed, durable before anything says that they exist.

A message's bytes are one sealed file, home/messages/ab/<blind index of their SHA-256>, written and fsynced under a
temporary name, renamed, the folder fsynced.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from careloom.errors import ConfigError
from careloom.privacy.crypto import Keys
from careloom.privacy.frames import FRAME, FrameWriter, open_sealed
from careloom.store.ids import new_id

# A temporary file this old (seconds) that no process holds was left by one that died.
LEFT_AFTER = 60
# So many files are made durable at one time.
SIDE_BY_SIDE = 16


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that are durable and have no row yet."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Bodies:
    """The bytes of one organisation's messages."""

    keys: Keys
    home: Path

    def open(self, sha256: str) -> BinaryIO:
        """The bytes of a message, decrypted on demand; can seek. Raises ConfigError where the file is not whole."""
        for file in self.files(sha256):
            with suppress(FileNotFoundError):
                return open_sealed(file.open("rb"), self.keys, sha256)
        raise ConfigError(f"the file of message {sha256} is missing")

    def check(self, sha256: str, *, whole: bool) -> None:
        """Raise ConfigError where a message's bytes do not open; with `whole`, where they are not the ones it names."""
        with self.open(sha256) as body:
            digest = hashlib.sha256()
            while whole and (piece := body.read(FRAME)):
                digest.update(piece)
        if whole and digest.hexdigest() != sha256:
            raise ConfigError(f"the file of message {sha256} holds other bytes")

    def keep(self, chunks: Iterable[bytes]) -> Kept:
        """Keep a message of any size; nothing half-written stays behind where that fails."""
        digest = hashlib.sha256()
        size = 0
        with _disk():
            folder = self._drafts()
        with _draft(folder) as (draft, out):
            with _disk():
                writer = FrameWriter(out, self.keys)
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                with _disk():
                    writer.write(chunk)
            sha256 = digest.hexdigest()
            if any(file.exists() for file in self.files(sha256)):
                return Kept(sha256, size)
            with _disk():
                writer.finish(sha256)
                out.flush()
                os.fsync(out.fileno())
                _sync(self._place(draft, sha256))
        return Kept(sha256, size)

    def keep_together(self, bodies: Sequence[bytes]) -> tuple[Kept, ...]:
        """Keep the bytes of several small messages, made durable side by side, so that the disk commits them together.

        Raises ConfigError where they can't be kept; nothing half-written stays behind.
        """
        kept = tuple(Kept(hashlib.sha256(body).hexdigest(), len(body)) for body in bodies)
        fresh = {
            one.sha256: body
            for one, body in zip(kept, bodies, strict=True)
            if not any(file.exists() for file in self.files(one.sha256))
        }
        if not fresh:
            return kept
        with ExitStack() as drafts, _disk():
            folder = self._drafts()
            written = [(sha256, *drafts.enter_context(_draft(folder))) for sha256 in fresh]
            for sha256, _, out in written:
                writer = FrameWriter(out, self.keys)
                writer.write(fresh[sha256])
                writer.finish(sha256)
                out.flush()
            with ThreadPoolExecutor(SIDE_BY_SIDE) as side:
                list(side.map(os.fsync, [out.fileno() for _, _, out in written]))
                places = {self._place(draft, sha256) for sha256, draft, _ in written}
                list(side.map(_sync, places))
        return kept

    def files(self, sha256: str) -> Iterator[Path]:
        """Where a message's file may lie: one place for each key that can be read."""
        for digest in self.keys.indexes("message file", sha256):
            yield self.home / "messages" / digest[:2] / digest

    def _drafts(self) -> Path:
        """The folder of files that are being written, without what dead processes left there."""
        folder = self.home / "messages" / "unfinished"
        for one in (self.home, folder.parent, folder):
            one.mkdir(mode=0o700, parents=one == self.home, exist_ok=True)
        _sweep(folder)
        return folder

    def _place(self, draft: Path, sha256: str) -> Path:
        """Give a whole draft its name; the folder to sync, so that the name is durable too."""
        file = next(self.files(sha256))
        if not file.parent.is_dir():
            file.parent.mkdir(mode=0o700, exist_ok=True)
            _sync(file.parent.parent)
        draft.rename(file)
        return file.parent


@contextmanager
def _draft(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A temporary file that goes when it is not renamed; held by a lock while its process lives."""
    draft = folder / new_id().hex
    with _disk():
        out = os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        fcntl.flock(out, fcntl.LOCK_EX)
    try:
        yield draft, out
    finally:
        draft.unlink(missing_ok=True)
        with suppress(OSError):  # a full disk was reported already; closing would flush again
            out.close()


@contextmanager
def _disk() -> Iterator[None]:
    """Our own file work: the machine's refusals become a ConfigError that quotes no content."""
    try:
        yield
    except OSError as error:
        raise ConfigError(f"a message can't be stored: {os.strerror(error.errno or 0)}") from None


def _sweep(folder: Path) -> None:
    """Remove what processes that died left in the folder."""
    for left in folder.iterdir():
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_AFTER:
                with left.open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    left.unlink()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
