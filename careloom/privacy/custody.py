"""Custody: where a site keeps its master keys: in a setting, in a file that its owner alone reads, or behind a command.

Takes    the settings that say where, and the home
Gives    the master keys that are here
Never    repeats a key in an error, reads a file that others may read, or goes on where a command fails
"""

import base64
import binascii
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from careloom.errors import ConfigError
from careloom.privacy.crypto import KEY_BYTES, NONCE_BYTES, derive

MASTER_ID_BYTES = 8
# Who may do anything with a key file besides its owner.
OTHERS = 0o077


class _Said(Protocol):
    """The settings that say where master keys are."""

    @property
    def encryption_key(self) -> str: ...
    @property
    def key_file(self) -> Path | None: ...
    @property
    def key_command(self) -> str: ...
    @property
    def key_seconds(self) -> float: ...


@dataclass(frozen=True)
class Custody:
    """Where the master keys are; the first of command, setting and file that is set wraps what is new, all of them open.

    `seconds` is how long the command may take.
    """

    setting: str = field(default="", repr=False)
    file: Path | None = None
    command: str = ""
    seconds: float = 10.0

    @staticmethod
    def of(said: _Said) -> "Custody":
        """As the site's settings say."""
        return Custody(said.encryption_key, said.key_file, said.key_command, said.key_seconds)

    def file_in(self, home: Path) -> Path:
        """The key file of this home; it need not exist."""
        return self.file or home / "key"

    def masters(self, home: Path) -> "tuple[Master, ...]":
        """The master keys that are here, without asking the command. Raises ConfigError where one does not fit."""
        found = [Master(one, "setting") for one in parse(self.setting)] if self.setting else []
        file = self.file_in(home)
        if file.exists():
            found += [Master(one, "file") for one in read_key_file(file)]
        elif self.file is not None:
            raise ConfigError("the file that CARELOOM_KEY_FILE names is not there")
        return tuple(found)


@dataclass(frozen=True)
class Master:
    """A master key: it wraps data keys and does nothing else. `origin` is setting, file or command."""

    secret: bytes = field(repr=False)
    origin: str

    @cached_property
    def id(self) -> str:
        """What names it: 16 hex digits that say nothing of it."""
        return derive(self.secret, "", "master id", MASTER_ID_BYTES).hex()

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(derive(self.secret, "", "keyring"))

    def wrap(self, secret: bytes, place: str) -> str:
        """A data key wrapped for one place of the keyring (base64)."""
        nonce = os.urandom(NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, secret, place.encode())).decode()

    def unwrap(self, wrapped: str, place: str) -> bytes:
        """What `wrap` was given. Raises ConfigError for what was altered or stands in another's place."""
        try:
            sealed = base64.b64decode(wrapped, validate=True)
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):
            raise ConfigError("the keyring was altered") from None


def new_key() -> str:
    """A fresh master key, as a setting or the key file holds it (base64 of 32 random bytes)."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def parse(text: str) -> tuple[bytes, ...]:
    """Master keys from a setting: base64 of 32 bytes each, several separated by commas or white space.

    Raises ConfigError without repeating what was given.
    """
    masters = []
    for part in text.replace(",", " ").split():
        try:
            master = base64.b64decode(part, validate=True)
        except (binascii.Error, ValueError):
            raise ConfigError("the encryption key is not base64") from None
        if len(master) != KEY_BYTES:
            raise ConfigError(f"the encryption key must be {KEY_BYTES} bytes, not {len(master)}")
        masters.append(master)
    if not masters:
        raise ConfigError("there is no encryption key")
    return tuple(masters)


def read_key_file(file: Path) -> tuple[bytes, ...]:
    """The keys in a file. Raises ConfigError where anybody but its owner may read or write it."""
    try:
        with file.open("rb") as opened:
            if stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & OTHERS:
                raise ConfigError(
                    f"others may use the key file {file.name}: chmod 600 it (and take a new key)"
                )
            text = opened.read().decode("ascii", errors="replace")
    except OSError as error:
        raise ConfigError(f"the key file can't be read: {os.strerror(error.errno or 0)}") from None
    return parse(text)


def make_key_file(file: Path, text: str) -> None:
    """Write a fresh key file, whole or not at all; where two processes race, the first one wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _written(file, text + "\n") as draft:
        try:
            os.link(draft, file)
        except FileExistsError:
            return
    sync(file.parent)


def replace_file(file: Path, text: str) -> None:
    """Put `text` in a file's place (0600): the old content or the new, never a part. Raises ConfigError."""
    try:
        with _written(file, text) as draft:
            draft.replace(file)
        sync(file.parent)
    except OSError as error:
        raise ConfigError(f"{file.name} can't be written: {os.strerror(error.errno or 0)}") from None


def sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _written(file: Path, text: str) -> Iterator[Path]:
    """A durable draft beside a file, gone afterwards unless it was renamed."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)
