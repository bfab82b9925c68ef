"""Keys of an organisation: sealed columns, blind indexes, and the keys that files and the audit chain use.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces, HKDF-SHA256 (RFC 5869), HMAC-SHA256 (RFC 2104).
Each is derived from a data key; the data keys lie wrapped in the home's keyring (`keyring`), which a master key opens.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from careloom.errors import ConfigError

KEY_BYTES = 32
KEY_ID_BYTES = 4
NONCE_BYTES = 12
BEGINS = KEY_ID_BYTES + NONCE_BYTES


def derive(secret: bytes, organisation: str, purpose: str, length: int = KEY_BYTES) -> bytes:
    """A key for one purpose of one organisation, from a data key (HKDF-SHA256)."""
    info = f"careloom {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=organisation.encode(), info=info).derive(secret)


@dataclass(frozen=True)
class Key:
    """What one data key becomes for one organisation.

    Where `seals`, what is new may be sealed with it; where `finds`, blind indexes are made with it. Any key opens.
    """

    secret: bytes
    organisation: str
    seals: bool = True
    finds: bool = True

    def __repr__(self) -> str:
        return f"Key({self.id.hex()})"

    @cached_property
    def id(self) -> bytes:
        """Four bytes that name this key beside what it sealed."""
        return derive(self.secret, self.organisation, "key id", KEY_ID_BYTES)

    @cached_property
    def columns(self) -> AESGCM:
        """For columns of the database."""
        return AESGCM(derive(self.secret, self.organisation, "columns"))

    @cached_property
    def files(self) -> AESGCM:
        """For the keys of single files."""
        return AESGCM(derive(self.secret, self.organisation, "files"))

    @cached_property
    def blind(self) -> bytes:
        """For blind indexes."""
        return derive(self.secret, self.organisation, "blind index")

    @cached_property
    def chain(self) -> bytes:
        """For the audit log's hash chain."""
        return derive(self.secret, self.organisation, "audit chain")


@dataclass(frozen=True)
class Keys:
    """An organisation's keys, the newest first. The first that seals writes; all of them read.

    `again` gives them as they stand now; with True it looks at the keyring at once, else now and then, so that a process
    that runs for weeks goes over to a new data key by itself.
    """

    organisation: str
    first: tuple[Key, ...]
    again: Callable[[bool], tuple[Key, ...]] | None = field(default=None, compare=False, repr=False)

    @property
    def all(self) -> tuple[Key, ...]:
        """Every key that can be read."""
        return self.again(False) if self.again else self.first

    @property
    def writing(self) -> Key:
        """The key that seals what is new."""
        return next(key for key in self.all if key.seals)

    @property
    def finding(self) -> Key:
        """The key of new blind indexes. It stays when data keys and master keys change, so that what is equal stays found."""
        return next(key for key in self.all if key.finds)

    def named(self, key_id: bytes) -> Key:
        """The key of that id. Raises ConfigError where this site does not hold it."""
        for key in self.all:
            if key.id == key_id:
                return key
        for key in self.again(True) if self.again else ():
            if key.id == key_id:
                return key
        raise ConfigError(f"the data key {key_id.hex()} is needed and is not in this home's keyring")

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

    def opener(self) -> Callable[[bytes, str], bytes]:
        """`open` for a great many values in a row: each key is looked up once."""
        known: dict[bytes, AESGCM] = {}

        def opened(sealed: bytes, place: str) -> bytes:
            sealed = bytes(sealed)
            columns = known.get(sealed[:KEY_ID_BYTES])
            if columns is None:
                columns = known[sealed[:KEY_ID_BYTES]] = self.named(sealed[:KEY_ID_BYTES]).columns
            try:
                return columns.decrypt(sealed[KEY_ID_BYTES:BEGINS], sealed[BEGINS:], place.encode())
            except (InvalidTag, ValueError):
                raise ConfigError(f"{place} was altered or belongs to another row") from None

        return opened

    def index(self, what: str, value: str) -> str:
        """The blind index of a value: 64 hex digits, equal for equal values only."""
        return blind(self.finding, what, value)

    def indexes(self, what: str, value: str) -> tuple[str, ...]:
        """The blind indexes of a value under every key that ever made some, for searching."""
        return tuple(blind(key, what, value) for key in self.all if key.finds)

    def digest(self, content: bytes) -> bytes:
        """Sixteen bytes that change when the content does, and say nothing to who lacks the key."""
        return hashlib.blake2b(content, key=self.finding.blind, digest_size=16).digest()


def blind(key: Key, what: str, value: str) -> str:
    """HMAC-SHA256 of a value; `what` keeps equal values of different kinds apart."""
    return hmac.new(key.blind, f"{what}\x1f{value}".encode(), hashlib.sha256).hexdigest()
