"""Bytes → the rows of a table, as a stream: any charset, cells over several lines, and quotes that nobody closes.

A quote that is not closed costs its own line and no other; memory is bounded by the longest row.
"""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from careloom.connect.tables.mapping import Layout
from careloom.errors import InputError

CHUNK = 1 << 16
MOST_CHARACTERS = 1 << 20
MOST_LINES = 2_000
_OPEN = "unexpected end of data"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def lines(body: BinaryIO, charset: str) -> Iterator[str]:
    """The lines of a file without their ends (LF, CRLF or CR).

    Raises InputError naming the line that is of another charset, holds a NUL, or is longer than a row can be.
    """
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(charset)(), translate=True)
    held, number, first = "", 0, True
    while True:
        chunk = body.read(CHUNK)
        if first and chunk[:2] in _WIDE and "16" not in charset:
            raise InputError('is UTF-16; say charset = "utf-16" in the mapping', "line 1")
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeError as error:
            raise InputError(
                f"is not {charset}; name the charset in the mapping", _at(error, number + 1)
            ) from None
        held += text.removeprefix("\ufeff") if first else text
        first = False
        *whole, held = held.split("\n")
        for line in whole:
            number += 1
            yield _checked(line, number)
        if len(held) > MOST_CHARACTERS:
            raise InputError("is longer than a row can be", f"line {number + 1}")
        if not chunk:
            break
    if held:
        yield _checked(held, number + 1)


def _checked(line: str, number: int) -> str:
    if "\x00" in line:
        raise InputError("holds a NUL; the file is binary or of another charset", f"line {number}")
    return line


def _at(error: UnicodeError, line: int) -> str:
    before = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
    return f"line {line + before.count(10)}"


@dataclass(slots=True)
class _Pushed:
    """Lines, of which some can be given back."""

    rest: Iterator[str]
    back: deque[str] = field(default_factory=deque)

    def next(self) -> str | None:
        """The next line, None at the end."""
        return self.back.popleft() if self.back else next(self.rest, None)


def rows(text: Iterator[str], layout: Layout) -> Iterator[list[str] | str]:
    """The cells of each row ([] for an empty line), or in words why a row can't be read."""
    waiting = _Pushed(text)
    dialect = _dialect(layout)
    while (line := waiting.next()) is not None:
        if not layout.quote or layout.quote not in line:
            yield next(csv.reader([line], **dialect), [])
            continue
        try:
            yield next(csv.reader([line], **dialect), [])
        except csv.Error as error:
            yield _over_lines(line, waiting, layout, dialect) if _OPEN in str(error) else _why(error)


def _over_lines(line: str, waiting: _Pushed, layout: Layout, dialect: dict[str, Any]) -> list[str] | str:
    """A row whose cell goes on in the next lines; why it is none, with those lines given back."""
    together, size = [line], len(line)
    quotes = _quotes(line, layout)
    while size <= MOST_CHARACTERS and len(together) < MOST_LINES and (more := waiting.next()) is not None:
        together.append(more)
        size += len(more)
        quotes += _quotes(more, layout)
        if quotes % 2 == 0:
            try:
                found = list(csv.reader([f"{one}\n" for one in together], **dialect))
            except csv.Error:
                break
            if len(found) == 1:
                return found[0]
            break
    waiting.back.extendleft(reversed(together[1:]))
    return "has a quote that is not closed"


def _quotes(line: str, layout: Layout) -> int:
    escaped = line.count(layout.escape + layout.quote) if layout.escape else 0
    return line.count(layout.quote) - escaped


def _why(error: csv.Error) -> str:
    return "has a cell that is too long" if "field limit" in str(error) else "is not CSV"


def _dialect(layout: Layout) -> dict[str, Any]:
    quoting = csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE
    return {
        "delimiter": layout.delimiter,
        "quotechar": layout.quote or None,
        "escapechar": layout.escape or None,
        "quoting": quoting,
        "strict": True,
        "doublequote": True,
    }
