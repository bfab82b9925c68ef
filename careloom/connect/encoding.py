"""Bytes that should be UTF-8 text: what is wrong with them, and where, never what they say."""

import codecs
import re

from careloom.errors import InputError

STEP = 1 << 20
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def check(data: bytes, *, json: bool) -> None:
    """Raise InputError unless the bytes are UTF-8 without a NUL and, as JSON, without a byte-order mark.

    With `json`, an escaped NUL (backslash u0000) counts as one.
    """
    if data[:2] in UTF16:
        raise InputError("is UTF-16; send UTF-8", where(data, 0))
    if json and data.startswith(codecs.BOM_UTF8):
        raise InputError("starts with a byte-order mark; send plain UTF-8", where(data, 0))
    nul = data.find(b"\x00")
    if nul >= 0:
        wide = data.count(b"\x00", 0, 200) * 3 > min(len(data), 200)
        raise InputError("is UTF-16 or UTF-32; send UTF-8" if wide else "holds a NUL byte", where(data, nul))
    if json and b"\\u0000" in data and (found := ESCAPED_NUL.search(data)):
        raise InputError("holds a NUL character", where(data, found.end() - 6))
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), STEP):
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + STEP], final=start + STEP >= len(data))
        except UnicodeDecodeError as error:
            raise InputError("is not UTF-8", where(data, start - waiting + error.start)) from None


def where(data: bytes, byte: int) -> str:
    """A position as a person finds it: line and byte, both counted from 1."""
    line = data.count(b"\n", 0, byte) + 1
    return f"line {line}, byte {byte + 1}"
