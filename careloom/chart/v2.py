"""HL7 v2's encoding rules, written: delimiters, escape sequences, segments, times, and texts in pieces that a field may hold.

Source   HL7 v2.5.1, chapter 2: message delimiters, use of escape sequences in text fields, data types TX, FT and TS
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

MARKS = "^~\\&"
# The length that 2.5.1 gives TX and FT; counted in bytes as they are sent.
LONGEST = 65_536
_ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})
# What ends a segment or a frame, or is no character at all, is no part of a text: a blank stands for it.
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029]")
_BREAKS = re.compile("\r\n|[\r\n\x85\u2028\u2029\x0b\x0c]")
# Of a text that can't be sent in Unicode (half of a pair).
_HALVES = re.compile("[\ud800-\udfff]")
BREAK = "\\.br\\"


def plain(text: str) -> str:
    """A text without what would be a delimiter, the end of a segment or of a frame; one line."""
    return _clean(_BREAKS.sub(" ", text)).translate(_ESCAPES)


def lines(text: str) -> list[str]:
    """The lines of a text that say something, not escaped."""
    return [said for line in _BREAKS.split(text) if (said := _clean(line).rstrip()).strip()]


def _clean(text: str) -> str:
    return _HALVES.sub("\ufffd", _CONTROLS.sub(" ", text.replace("\n", " ")))


def pieces(line: str, longest: int = LONGEST) -> Iterator[str]:
    """A line, escaped, in pieces of at most so many bytes, broken at a blank where there is one."""
    rest = line
    while rest:
        whole = plain(rest)
        if len(whole.encode()) <= longest:
            yield whole
            return
        end = _fitting(rest, longest)
        blank = rest.rfind(" ", 0, end)
        cut = blank + 1 if blank > 0 else end
        yield plain(rest[:cut])
        rest = rest[cut:]


def _fitting(text: str, longest: int) -> int:
    """How many characters of a text fit into so many bytes, escaped; at least one."""
    room = longest
    for place, char in enumerate(text):
        room -= len(plain(char).encode())
        if room < 0:
            return max(place, 1)
    return len(text)


def component(*parts: str) -> str:
    """A field of components, each a text; without the empty ones at its end."""
    return _joined("^", map(plain, parts))


def sub(*parts: str) -> str:
    """A component of subcomponents, each a text, as it stands inside a field: not escaped again."""
    return _joined("&", map(plain, parts))


def composed(*parts: str) -> str:
    """A field of components that are escaped already."""
    return _joined("^", parts)


def repeated(fields: Iterable[str]) -> str:
    """A field that repeats."""
    return "~".join(one for one in fields if one)


def segment(name: str, fields: Sequence[str]) -> str:
    """A segment of fields that are escaped already, without the empty ones at its end."""
    return _joined("|", (name, *fields))


def numbered(name: str, fields: dict[int, str]) -> str:
    """A segment by the numbers of its fields."""
    return segment(name, [fields.get(number, "") for number in range(1, max(fields) + 1)])


def _joined(mark: str, parts: Iterable[str]) -> str:
    return mark.join(parts).rstrip(mark)


def moment(at: datetime) -> str:
    """A time to the second with its offset (TS)."""
    return at.strftime("%Y%m%d%H%M%S%z")
