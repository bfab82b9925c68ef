"""Text: a file (or standard input) that a command reads as text; what is none is refused in words."""

import sys
from pathlib import Path

from careloom.connect import encoding
from careloom.errors import InputError


def read(file: Path, most: int) -> str:
    """The text of a file, "-" for standard input, of at most `most` bytes. Raises InputError, never with content."""
    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            with file.open("rb") as body:
                data = body.read(most + 1)
    except OSError:
        raise InputError("there is no such file", where=str(file)) from None
    if len(data) > most:
        raise InputError(f"is larger than a text can be ({most >> 20} MB)", where=str(file))
    encoding.check(data, json=False)
    return data.decode("utf-8").removeprefix("\ufeff")
