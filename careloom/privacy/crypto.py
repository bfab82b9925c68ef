"""Keys of an organisation: sealed columns, blind indexes, and the keys that files and the audit chain use.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces, HKDF-SHA256 (RFC 5869), HMAC-SHA256 (RFC 2104).
Several master keys may be readable, the first one writes: a key is rotated by putting a new one in front.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from careloom.errors import ConfigError

KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12


def derive(master: bytes, organisation: str, purpose: str, length: int = KEY_BYTES) -> bytes:
    """A key for one purpose of one organisation, from a master key (HKDF-SHA256)."""
    info = f"careloom {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=organisation.encode(), info=info).derive(master)


@dataclass(frozen=True)
class Key:
    """What one master key becomes for one organisation."""

    master: bytes
    organisation: str

    def __repr__(self) -> str:
        return f"Key({self.id.hex()})"

    @cached_property
    def id(self) -> bytes:
        """Four bytes that name this key beside what it sealed."""
        return derive(self.master, self.organisation, "key id", KEY_ID_BYTES)

    @cached_property
    def columns(self) -> AESGCM:
        """For columns of the database."""
        return AESGCM(derive(self.master, self.organisation, "columns"))

    @cached_property
    def files(self) -> AESGCM:
        """For the keys of single files."""
        return AESGCM(derive(self.master, self.organisation, "files"))

    @cached_property
    def blind(self) -> bytes:
        """For blind indexes."""
        return derive(self.master, self.organisation, "blind index")

    @cached_property
    def chain(self) -> bytes:
        """For the audit log's hash chain."""
        return derive(self.master, self.organisation, "audit chain")


@dataclass(frozen=True)
class Keys:
    """An organisation's keys. The first one writes; all of them read."""

    organisation: str
    all: tuple[Key, ...]

    @property
    def writing(self) -> Key:
        """The key that seals what is new."""
        return self.all[0]

    def named(self, key_id: bytes) -> Key:
        """The key of that id. Raises ConfigError where this site does not hold it."""
        for key in self.all:
            if key.id == key_id:
                return key
        raise ConfigError(
            f"the encryption key {key_id.hex()} is needed and is not in CARELOOM_ENCRYPTION_KEY"
        )

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain` sealed for one place: key id, nonce, ciphertext and tag.

        `place` is the associated data: table, row id and column, so that a value copied to another row
        or column does not open there.
        """
        key = self.writing
        nonce = os.urandom(NONCE_BYTES)
        return key.id + nonce + key.columns.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What `seal` was given. Raises ConfigError where the key is missing or the value was altered."""
        key = self.named(sealed[:KEY_ID_BYTES])
        nonce = sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
        try:
            return key.columns.decrypt(nonce, sealed[KEY_ID_BYTES + NONCE_BYTES :], place.encode())
        except (InvalidTag, ValueError):
            raise ConfigError(f"{place} was altered or belongs to another row") from None

    def index(self, what: str, value: str) -> str:
        """The blind index of a value under the writing key: 64 hex digits, equal for equal values only."""
        return blind(self.writing, what, value)

    def indexes(self, what: str, value: str) -> tuple[str, ...]:
        """The blind indexes of a value under every readable key, for searching."""
        return tuple(blind(key, what, value) for key in self.all)

    def digest(self, content: bytes) -> bytes:
        """Sixteen bytes that change when the content does, and say nothing to who lacks the key."""
        return hashlib.blake2b(content, key=self.writing.blind, digest_size=16).digest()


def blind(key: Key, what: str, value: str) -> str:
    """HMAC-SHA256 of a value; `what` keeps equal values of different kinds apart."""
    return hmac.new(key.blind, f"{what}\x1f{value}".encode(), hashlib.sha256).hexdigest()


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


def masters(home: Path, setting: str = "") -> tuple[bytes, ...]:
    """The site's master keys: from `setting`, else from the file home/key (0600), made on first use."""
    if setting:
        return parse(setting)
    file = home / "key"
    if not file.exists():
        _make(file)
    return parse(file.read_text(encoding="ascii", errors="replace"))


def site_keys(organisation: str, home: Path, setting: str = "") -> Keys:
    """The keys of an organisation at this site. Raises ConfigError where a key does not fit."""
    return Keys(organisation, tuple(Key(master, organisation) for master in masters(home, setting)))


def _make(file: Path) -> None:
    """Write a fresh key file that is whole or absent; where two processes race, the first one wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"key.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(new_key() + "\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
