"""Tables as CSV: rows by column name, and cells that hold several names (separated by ";")."""

import csv
from collections.abc import Iterator
from pathlib import Path

from careloom.errors import ConfigError


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


def parts(cell: str) -> list[str]:
    """The names in a cell; none for an empty one."""
    return cell.split(";") if cell else []


def names(cell: str) -> frozenset[str]:
    """The names in a cell as a set."""
    return frozenset(parts(cell))
