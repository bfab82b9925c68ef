"""Rows as CSV that a spreadsheet opens without doing what a cell says.

Source   RFC 4180 (quoting); OWASP, CSV Injection (cells that begin with =, +, -, @, tab or carriage return)
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# Full-width forms count too: spreadsheets read them as the plain ones.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def cell(text: str) -> str:
    """A cell that is text for every spreadsheet; NUL bytes, which no CSV may hold, are left out."""
    plain = text.replace("\0", "")
    # What is looked at is what stands there after spaces and marks that aren't seen.
    seen = plain.lstrip(
        " \u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    )
    return f"'{plain}" if seen.startswith(_BEGINS_A_FORMULA) else plain


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows, one CSV line after another, each cell safe."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow([cell(one) for one in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
