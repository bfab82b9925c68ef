"""Sealed records for a file that grows: each is sealed by itself, and opens at its own number of its own file alone.

A file has a key of its own, sealed in its header under the file's name (as in `frames`). A record's AES-GCM nonce is its
number, so that records can't be exchanged, repeated or moved to another file; no number is used twice, since whoever
failed to write one begins a new file. What is missing at the end can't be told from what was never written: whoever
reads must know how far the file was durable.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from careloom.errors import ConfigError
from careloom.privacy.crypto import NONCE_BYTES, Keys
from careloom.privacy.frames import HEADER, TAG, sealed_secret, secret_of

__all__ = ["HEADER", "LENGTH", "OVERHEAD", "RecordOpener", "RecordSealer", "length_of"]

MAGIC = b"CLJ1"
LENGTH = 4
OVERHEAD = LENGTH + TAG


class RecordSealer:
    """Seals records for one new file, in order; `header` stands at the file's beginning."""

    def __init__(self, keys: Keys, name: str) -> None:
        secret = AESGCM.generate_key(bit_length=256)
        self.header = sealed_secret(MAGIC, keys, secret, name)
        self._cipher = AESGCM(secret)
        self._number = 0

    def seal(self, plain: bytes) -> bytes:
        """The next record: its length, then what is sealed. `OVERHEAD` bytes longer than `plain`."""
        sealed = self._cipher.encrypt(_nonce(self._number), plain, None)
        self._number += 1
        return len(sealed).to_bytes(LENGTH, "big") + sealed


class RecordOpener:
    """Opens the records of one file. Raises ConfigError for a header that is not whole or another file's."""

    def __init__(self, keys: Keys, name: str, header: bytes) -> None:
        self._cipher = AESGCM(secret_of(MAGIC, keys, header, name))

    def open(self, number: int, sealed: bytes) -> bytes:
        """The record of that number. Raises ConfigError for one that is not whole, was altered, or has another number."""
        try:
            return self._cipher.decrypt(_nonce(number), sealed, None)
        except (InvalidTag, ValueError):
            raise ConfigError("a journal's record was altered or cut off") from None


def length_of(prefix: bytes) -> int:
    """How many sealed bytes follow a record's first four; 0 where no record begins."""
    return int.from_bytes(prefix, "big") if len(prefix) == LENGTH else 0


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")
