"""Lines of a release's file, as a stream; whatever is wrong is named with file and line."""

import csv
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from careloom.errors import InputError

MOST = 1 << 20
# A row for one of the compiled tables: the table's name, and its values.
Row: TypeAlias = tuple[str, tuple[str, ...]]
Rows: TypeAlias = Iterator[Row]
# Told of every piece of bytes that was read, so that a release is named by its content.
Seen: TypeAlias = Callable[[bytes], None]


def lines(file: Path, seen: Seen) -> Iterator[tuple[int, str]]:
    """Numbered lines without their end. Raises InputError for a line that is no UTF-8, too long, or cut off."""
    with file.open("rb") as body:
        number = 0
        while line := body.readline(MOST):
            number += 1
            seen(line)
            if len(line) >= MOST:
                raise InputError("is longer than a line can be", at(file, number))
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise InputError("is not UTF-8", at(file, number)) from None
            yield number, text.rstrip("\r\n")


def fields(file: Path, sign: str, count: int, seen: Seen) -> Iterator[tuple[int, list[str]]]:
    """Lines cut into exactly so many fields. Raises InputError naming the line that has others: wrong, or cut off."""
    for number, line in lines(file, seen):
        found = line.split(sign)
        if len(found) != count:
            raise InputError(
                f"has {len(found)} fields, not {count}: another file, or cut off", at(file, number)
            )
        yield number, found


def table(file: Path, wanted: tuple[str, ...], seen: Seen) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV file by column. Raises InputError where a column is missing or a row has other cells."""
    rows = csv.reader((f"{line}\n" for _, line in lines(file, seen)), strict=True)
    try:
        header = next(rows, [])
        missing = [name for name in wanted if name not in header]
        if missing:
            raise InputError(f"has no column {', '.join(missing)}", at(file, 1))
        for row in rows:
            if len(row) != len(header):
                raise InputError(
                    f"has {len(row)} cells, not {len(header)}: another file, or cut off",
                    at(file, rows.line_num),
                )
            yield rows.line_num, dict(zip(header, row, strict=True))
    except csv.Error:
        raise InputError("is not CSV, or cut off", at(file, rows.line_num)) from None


def at(file: Path, number: int) -> str:
    """A place as a person finds it."""
    return f"{file.name} line {number}"


def digest_of() -> "hashlib._Hash":
    """What a release's content is named by."""
    return hashlib.sha256()
