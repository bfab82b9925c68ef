"""A message's own delimiters (MSH-1, MSH-2) and its escape sequences. Source: HL7 v2.8.2, chapter 2, 2.5.4 and 2.7."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from careloom.errors import InputError

NULL = '""'
HEX = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")
SPACES = re.compile(r"\.sp\+?(\d{0,2})")
# Formatting commands that say nothing in plain text (highlighting, indents, fill and no fill).
SILENT = re.compile(r"H|N|\.(?:in|ti|fi|nf|sk)[+-]?\d{0,3}")
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Delimiters:
    """What separates fields, components, repetitions and subcomponents, and what escapes; "" where there is none."""

    field: str
    component: str
    repetition: str
    escape: str
    sub: str
    truncation: str
    charset: str

    def plain(self, text: str) -> str:
        """A text without its escape sequences; HL7's null is no text. What is no known sequence stays as it is."""
        if text == NULL:
            return ""
        if self.escape and self.escape in text:
            return _sequence(self.escape).sub(_replacing(self), text)
        return text

    def parts(self, text: str) -> list[str]:
        """The components of a field's repetition, still escaped."""
        return text.split(self.component) if self.component else [text]


def delimiters(field: str, encoding: str, charset: str) -> Delimiters:
    """Those that an MSH names. Raises InputError where MSH-2 can't be one."""
    if not 1 <= len(encoding) <= 5 or len(set(encoding + field)) != len(encoding) + 1:
        raise InputError("names no delimiters, or one of them twice")
    if any(char.isalnum() or not 0x20 < ord(char) < 0x7F for char in encoding):
        raise InputError("names a letter, a digit or a blank as a delimiter")
    component, repetition, escape, sub, truncation = (*encoding, *[""] * (5 - len(encoding)))
    return Delimiters(field, component, repetition, escape, sub, truncation, charset)


@lru_cache(maxsize=64)
def _sequence(escape: str) -> re.Pattern[str]:
    char = re.escape(escape)
    return re.compile(f"{char}([^{char}\r\n]{{1,200}}){char}")


@lru_cache(maxsize=64)
def _replacing(found: Delimiters) -> Callable[[re.Match[str]], str]:
    fixed = {
        "F": found.field,
        "S": found.component,
        "T": found.sub,
        "R": found.repetition,
        "E": found.escape,
        "P": found.truncation or "#",
        ".br": "\n",
        ".ce": "\n",
    }

    def replace(match: re.Match[str]) -> str:
        said = match.group(1)
        known = fixed.get(said)
        if known is not None:
            return known
        if spaces := SPACES.fullmatch(said):
            return "\n" * min(int(spaces.group(1) or 1), MOST_LINES)
        if digits := HEX.fullmatch(said):
            return _from_hex(digits.group(1), found.charset) or match.group(0)
        return "" if SILENT.fullmatch(said) else match.group(0)

    return replace


def _from_hex(digits: str, charset: str) -> str:
    """The characters of \\X…\\, "" where they are none of the message's character set or would be a NUL."""
    try:
        said = bytes.fromhex(digits).decode(charset)
    except (UnicodeDecodeError, LookupError):
        return ""
    said = said.replace("\r\n", "\n").replace("\r", "\n")
    return "" if "\x00" in said else said
