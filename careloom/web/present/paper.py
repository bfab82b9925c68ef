"""Paper: how much of two letter pages a plan takes, so that what doesn't fit is folded before it is printed.

The sizes are those of print.css (a browser test holds the two together); the widths are those of DejaVu Sans, the widest
font that a browser is likely to print with, so that a narrower one only leaves more white.
"""

from collections.abc import Iterable
from functools import lru_cache

# Points. Two letter pages within margins of 10 mm, less what columns lose where a line may not be broken.
PAGES = 2
HEIGHT = 792 - 2 * 28.35
WIDTH = 612 - 2 * 28.35
LOST = 0.03
GUTTER = 14.0
COLUMN = (WIDTH - GUTTER) / 2
# Body, footnotes and headings: size and height of a line; what stands between lines.
BODY, BODY_LINE = 8.0, 9.8
NOTE, NOTE_LINE = 7.5, 8.8
BETWEEN = 1.0
HEADING = 15.0
TITLE = 30.0

_EMS = {
    "fijlt.,:;'’|!·": 0.33,
    " r()[]/-": 0.37,
    "acekosvxyz": 0.58,
    "bdghnpqu0123456789<>=≥≤+–": 0.637,
    "mwMW%—": 0.95,
}
_WIDTHS = {sign: width for signs, width in _EMS.items() for sign in signs}
_OTHERS = 0.72


def space() -> float:
    """The height of all pages that lines may fill, in points."""
    return PAGES * HEIGHT * (1 - LOST)


def body(text: str, width: float = COLUMN) -> float:
    """The height of a line of the plan, in points."""
    return lines(text, BODY, width) * BODY_LINE + BETWEEN


def note(text: str) -> float:
    """The height of a paragraph of footnotes, in points."""
    return lines(text, NOTE, COLUMN) * NOTE_LINE + BETWEEN


def in_columns(heights: Iterable[float]) -> float:
    """The height on the page of what is set in two columns."""
    return sum(heights) / 2


@lru_cache(maxsize=4096)
def lines(text: str, size: float, width: float) -> int:
    """How many lines a text takes at a font size in a width, both in points; words are not broken."""
    room, many, used = width / size, 1, 0.0
    for word in text.split():
        needed = sum(_WIDTHS.get(sign, _OTHERS) for sign in word)
        if used and used + _WIDTHS[" "] + needed > room:
            many, used = many + 1, 0.0
        used += needed + (_WIDTHS[" "] if used else 0.0)
    return many
