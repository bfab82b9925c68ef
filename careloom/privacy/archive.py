"""Archives: one encrypted, authenticated file that is written and read in one go, for whoever holds one of its keys.

    MAGIC, length of the head, head (JSON: for whom it can be opened), HMAC-SHA256 of all that, then 1 MiB frames (AES-256-GCM)

The shape is age's (C2SP age v1: recipients wrap a file key, whose HKDF authenticates the head and seals the rest), the frames are STREAM (`frames`): none
can be changed, moved, repeated or left out, and a file that was cut lacks the last. A passphrase is stretched by Argon2id (RFC 9106, section 4), a
recovery key is X25519 (RFC 7748): whoever only writes archives needs its public half alone.
"""

import base64
import binascii
import hmac
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from careloom.errors import ConfigError
from careloom.privacy.crypto import KEY_BYTES, NONCE_BYTES
from careloom.privacy.custody import make_key_file, read_key_file
from careloom.privacy.frames import FRAME, TAG

MAGIC = b"careloom archive 1\n"
LENGTH = 4
MOST_HEAD = 65_536
SALT = 16
# RFC 9106, section 4, second recommended option: 64 MiB, three passes, four lanes.
PASSES, KIBIBYTES, LANES = 3, 1 << 16, 4
LEAST_PASSPHRASE = 12
PUBLIC = "careloom-recovery-"
PASSPHRASE, RECOVERY = "passphrase", "recovery"


@dataclass(frozen=True, slots=True)
class Slot:
    """One way to open an archive: the file key, wrapped. `given` is a salt, or the sender's half of an X25519 agreement."""

    kind: str
    given: str
    wrapped: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[Slot, ...]).decode


@dataclass(frozen=True)
class Openers:
    """What opens archives, or for whom they are sealed: a passphrase, recovery keys (public halves to write, a private one to read)."""

    passphrase: str = field(default="", repr=False)
    public: tuple[str, ...] = ()
    private: bytes = field(default=b"", repr=False)

    def slots(self, file_key: bytes) -> tuple[Slot, ...]:
        """The file key, wrapped for each. Raises ConfigError where there is nobody, or a passphrase is too short."""
        found = [_to_recovery(one, file_key) for one in self.public]
        if self.passphrase:
            if len(self.passphrase) < LEAST_PASSPHRASE:
                raise ConfigError(f"a passphrase has at least {LEAST_PASSPHRASE} characters")
            salt = os.urandom(SALT)
            found.append(Slot(PASSPHRASE, _text(salt), _wrap(_stretched(self.passphrase, salt), file_key)))
        if not found:
            raise ConfigError(
                "nobody could open this: give a passphrase, or set CARELOOM_BACKUP_TO (docs/backup.md)"
            )
        return tuple(found)

    def file_key(self, slots: Sequence[Slot]) -> bytes:
        """The key of the file that these slots stand in. Raises ConfigError where nothing here opens it."""
        for one in slots:
            try:
                key = self._key_of(one)
                if key is not None:
                    return _unwrap(key, one.wrapped)
            except (InvalidTag, ValueError):
                continue
        raise ConfigError(
            "this passphrase or recovery key does not open the file, or its beginning was altered"
        )

    def _key_of(self, slot: Slot) -> bytes | None:
        given = base64.b64decode(slot.given, validate=True)
        if slot.kind == PASSPHRASE and self.passphrase and len(given) == SALT:
            return _stretched(self.passphrase, given)
        if slot.kind == RECOVERY and self.private:
            private = X25519PrivateKey.from_private_bytes(self.private)
            mine = private.public_key().public_bytes_raw()
            return _agreed(private.exchange(X25519PublicKey.from_public_bytes(given)), given, mine)
        return None


class ArchiveWriter(io.RawIOBase):
    """Seals what is written into `out`; only `finish` makes it whole."""

    def __init__(self, out: BinaryIO, to: Openers) -> None:
        super().__init__()
        file_key = os.urandom(KEY_BYTES)
        slots = _encode(to.slots(file_key))
        head = MAGIC + len(slots).to_bytes(LENGTH, "big") + slots
        out.write(head + _mark(file_key, head))
        self._out = out
        self._cipher = AESGCM(_derived(file_key, "frames"))
        self._held = bytearray()
        self._number = 0

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Take bytes; whole frames go out."""
        self._held += data
        while len(self._held) > FRAME:  # the last frame is kept back, since its nonce says so
            self._send(bytes(self._held[:FRAME]), last=False)
            del self._held[:FRAME]
        return len(data)

    def finish(self) -> None:
        """Seal the last frame."""
        self._send(bytes(self._held), last=True)
        self._held.clear()

    def _send(self, frame: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last=last), frame, None))
        self._number += 1


class ArchiveReader(io.RawIOBase):
    """Reads what an `ArchiveWriter` wrote; nothing is given out that was not authenticated.

    Raises ConfigError for what is no archive, was altered or cut, and where nothing in `by` opens it.
    """

    def __init__(self, file: BinaryIO, by: Openers) -> None:
        super().__init__()
        head = file.read(len(MAGIC) + LENGTH)
        length = int.from_bytes(head[len(MAGIC) :], "big")
        if not head.startswith(MAGIC) or not 0 < length <= MOST_HEAD:
            raise ConfigError("this is no backup of Careloom, or one of another version")
        slots = file.read(length)
        try:
            file_key = by.file_key(_decode(slots))
        except msgspec.MsgspecError:
            raise ConfigError("the beginning of the file was altered") from None
        if not hmac.compare_digest(_mark(file_key, head + slots), file.read(KEY_BYTES)):
            raise ConfigError("the beginning of the file was altered")
        self._file = file
        self._cipher = AESGCM(_derived(file_key, "frames"))
        self._number = 0
        self._next = file.read(FRAME + TAG)
        self._frame = b""
        self._at = 0

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill the buffer; 0 at the end, which is the writer's and nobody else's."""
        if self._at >= len(self._frame) and not self._load():
            return 0
        room = memoryview(buffer).cast("B")
        piece = self._frame[self._at : self._at + len(room)]
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _load(self) -> bool:
        """The next frame; False after the last."""
        if self._number < 0:
            return False
        sealed, self._next = self._next, self._file.read(FRAME + TAG)
        try:
            self._frame = self._cipher.decrypt(_nonce(self._number, last=not self._next), sealed, None)
        except (InvalidTag, ValueError):
            raise ConfigError("the file was altered or cut off") from None
        self._at = 0
        self._number = self._number + 1 if self._next else -1
        return bool(self._frame)


def make_recovery_key(file: Path) -> str:
    """Write a fresh recovery key (0600), which opens archives; give its public half, for which they are sealed.

    Raises ConfigError where the file is there already.
    """
    private = X25519PrivateKey.generate()
    if file.exists():
        raise ConfigError("the file is there already; a recovery key is never written over")
    make_key_file(file, base64.b64encode(private.private_bytes_raw()).decode())
    return PUBLIC + _text(private.public_key().public_bytes_raw())


def read_recovery_key(file: Path) -> bytes:
    """The recovery key in a file. Raises ConfigError where it is none, or others may read it."""
    return read_key_file(file)[0]


def _to_recovery(public: str, file_key: bytes) -> Slot:
    try:
        theirs = base64.b64decode(public.removeprefix(PUBLIC), validate=True)
        if not public.startswith(PUBLIC):
            raise ValueError
        ephemeral = X25519PrivateKey.generate()
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(theirs))
    except (binascii.Error, ValueError):
        raise ConfigError(f"CARELOOM_BACKUP_TO holds what is no recovery key ({PUBLIC}…)") from None
    mine = ephemeral.public_key().public_bytes_raw()
    return Slot(RECOVERY, _text(mine), _wrap(_agreed(shared, mine, theirs), file_key))


def _agreed(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    kdf = HKDF(
        algorithm=SHA256(), length=KEY_BYTES, salt=ephemeral + recipient, info=b"careloom archive recovery"
    )
    return kdf.derive(shared)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        passphrase.encode(), salt, PASSES, KIBIBYTES, LANES, hash_len=KEY_BYTES, type=Type.ID
    )


def _wrap(key: bytes, file_key: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return _text(nonce + AESGCM(key).encrypt(nonce, file_key, b"careloom archive"))


def _unwrap(key: bytes, wrapped: str) -> bytes:
    sealed = base64.b64decode(wrapped, validate=True)
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], b"careloom archive")


def _derived(file_key: bytes, purpose: str) -> bytes:
    info = f"careloom archive {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=b"", info=info).derive(file_key)


def _mark(file_key: bytes, head: bytes) -> bytes:
    return hmac.new(_derived(file_key, "head"), head, "sha256").digest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
