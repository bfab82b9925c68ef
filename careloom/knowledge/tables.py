"""Tables as CSV: rows by column name, and cells that hold several names (separated by ";")."""

import csv
from collections.abc import Iterator
from pathlib import Path

from careloom.errors import ConfigError

# What a table's cells may be separated by; the one that gives the header most cells is taken.
_SEPARATORS = ",;\t|"


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a UTF-8 CSV file with a header. Raises ConfigError where a row has another number of cells."""
    return (row for _, row in numbered(path))


def numbered(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """As `rows`, each with the line of the file on which it ends."""
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.reader(file)
        header = next(table)
        for row in table:
            if len(row) != len(header):
                raise ConfigError(
                    f"{path.name} line {table.line_num}: {len(row)} cells under {len(header)} names"
                )
            yield table.line_num, dict(zip(header, row, strict=True))


def readable(path: Path) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Each row of somebody's table with the line on which it ends: its cells by column, or why it can't be used.

    Cells may be separated by comma, semicolon, tab or bar; empty lines are passed over. A file that isn't UTF-8 text or
    has no header is one fault in line 1.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        yield 1, "it is not UTF-8 text"
        return
    except OSError as fault:
        yield 1, f"it can't be read ({type(fault).__name__})"
        return
    lines = text.splitlines(keepends=True)
    separator = max(_SEPARATORS, key=(lines or [""])[0].count)
    table = csv.reader(lines, delimiter=separator, strict=True)
    header: list[str] | None = None
    while True:
        try:
            row = next(table)
        except StopIteration:
            break
        except csv.Error as fault:
            yield table.line_num, str(fault)
            continue
        if not row:
            continue
        if header is None:
            header = [cell.strip() for cell in row]
        elif len(row) != len(header):
            yield table.line_num, f"{len(row)} cells under {len(header)} names"
        else:
            yield table.line_num, dict(zip(header, row, strict=True))
    if header is None:
        yield 1, "it has no line of column names"


def parts(cell: str) -> list[str]:
    """The names in a cell; none for an empty one."""
    return cell.split(";") if cell else []


def names(cell: str) -> frozenset[str]:
    """The names in a cell as a set."""
    return frozenset(parts(cell))
