"""Sealed files of any size in flat memory: a header that binds the content's name, then 1 MiB frames.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", CRYPTO 2015): each frame's nonce holds its number and whether it is the last, so
that frames can't be reordered, dropped or cut off. Each file has a key of its own, sealed in the header with
the file's name as associated data; the header is written last, when the name (a hash) is known.
"""

import io
import os
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from careloom.errors import ConfigError
from careloom.privacy.crypto import KEY_BYTES, KEY_ID_BYTES, NONCE_BYTES, Keys

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAGIC = b"CLM1"
FRAME = 1 << 20
TAG = 16
HEADER = len(MAGIC) + KEY_ID_BYTES + NONCE_BYTES + KEY_BYTES + TAG


class FrameWriter:
    """Seals what is written into `out`, a file that can seek; `finish` names it and makes it readable."""

    def __init__(self, out: BinaryIO, keys: Keys) -> None:
        self._out = out
        self._keys = keys
        self._secret = AESGCM.generate_key(bit_length=256)
        self._cipher = AESGCM(self._secret)
        self._held = bytearray()
        self._number = 0
        out.write(bytes(HEADER))

    def write(self, data: bytes) -> None:
        """Take bytes; whole frames go out."""
        self._held += data
        while len(self._held) > FRAME:  # the last frame is kept back, since its nonce says so
            self._send(bytes(self._held[:FRAME]), last=False)
            del self._held[:FRAME]

    def finish(self, name: str) -> None:
        """Seal the last frame and the header; `name` is what the file must be asked for by."""
        self._send(bytes(self._held), last=True)
        self._out.seek(0)
        self._out.write(sealed_secret(MAGIC, self._keys, self._secret, name))

    def _send(self, frame: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last=last), frame, None))
        self._number += 1


class FrameReader(io.RawIOBase):
    """Reads what a `FrameWriter` wrote, a frame at a time; can seek.

    Raises ConfigError for a file that was altered, cut off, or sealed under another name.
    """

    def __init__(self, file: BinaryIO, keys: Keys, name: str) -> None:
        super().__init__()
        self._file = file
        size = file.seek(0, os.SEEK_END) - HEADER
        self._cipher = AESGCM(_secret(file, keys, name))
        self._frames = max(1, -(-size // (FRAME + TAG)))
        self._size = size - self._frames * TAG
        self._at = 0
        self._frame = b""
        self._number = -1
        self._load(self._frames - 1)  # a file that was cut off has no last frame that says so

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the plain bytes."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill the buffer from the frame at this place; 0 at the end."""
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, FRAME)
        self._load(number)
        room = memoryview(buffer).cast("B")
        piece = self._frame[start : start + len(room)]
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

    def _load(self, number: int) -> None:
        if number == self._number:
            return
        self._file.seek(HEADER + number * (FRAME + TAG))
        sealed = self._file.read(FRAME + TAG)
        try:
            self._frame = self._cipher.decrypt(_nonce(number, last=number == self._frames - 1), sealed, None)
        except (InvalidTag, ValueError):
            raise ConfigError("a stored message was altered or cut off") from None
        self._number = number


def open_sealed(file: BinaryIO, keys: Keys, name: str) -> BinaryIO:
    """The plain bytes of a sealed file, read on demand. Raises ConfigError where it does not open, and closes it."""
    try:
        return io.BufferedReader(FrameReader(file, keys, name), FRAME)
    except ConfigError:
        file.close()
        raise


def sealed_secret(magic: bytes, keys: Keys, secret: bytes, name: str) -> bytes:
    """A file's header: what kind it is, and its own key, sealed for the file's name."""
    key = keys.writing
    nonce = os.urandom(NONCE_BYTES)
    return magic + key.id + nonce + key.files.encrypt(nonce, secret, name.encode())


def secret_of(magic: bytes, keys: Keys, header: bytes, name: str) -> bytes:
    """The key that `sealed_secret` put into a header. Raises ConfigError where it does not open."""
    if len(header) < HEADER or not header.startswith(magic):
        raise ConfigError("a stored message is not whole")
    body = header[len(magic) :]
    key = keys.named(body[:KEY_ID_BYTES])
    nonce = body[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
    try:
        return key.files.decrypt(nonce, body[KEY_ID_BYTES + NONCE_BYTES :], name.encode())
    except InvalidTag:
        raise ConfigError("a stored message was altered or lies in another's place") from None


def _secret(file: BinaryIO, keys: Keys, name: str) -> bytes:
    file.seek(0)
    return secret_of(MAGIC, keys, file.read(HEADER), name)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
