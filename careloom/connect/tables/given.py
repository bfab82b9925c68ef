"""What a mapping file says at one place: typed access, and mistakes named with line and key."""

import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

from careloom.connect.tables.mapping import Column
from careloom.errors import ConfigError

_SECTION = re.compile(r"\s*\[(\[?)\s*([^\]]+?)\s*\]")


def column(said: object) -> Column | None:
    """A column as a mapping writes it: a header's words or a position from 1; None for anything else."""
    if isinstance(said, str) and said.strip():
        return column_key(said)
    if isinstance(said, int) and not isinstance(said, bool) and said > 0:
        return said
    return None


def column_key(header: str) -> str:
    """A header's words as they are compared: small letters, single spaces."""
    return " ".join(header.lower().split())


class Given:
    """One table of a mapping file. What nobody takes from it is a mistake (`done`)."""

    def __init__(self, name: str, text: str, said: object, path: str) -> None:
        self.name, self.text, self.path = name, text, path
        if not isinstance(said, dict):
            self.wrong("", "is no table")
        self._left = dict(said)

    def wrong(self, key: str, why: str) -> NoReturn:
        """Raise ConfigError naming file, line, key and mistake; never a cell of a patient's file."""
        path = ".".join(part for part in (self.path, key) if part)
        line = _line(self.text, path)
        raise ConfigError(f"{self.name}.toml{f', line {line}' if line else ''}: {path or 'the file'} {why}")

    def take(self, key: str) -> object:
        """What stands under a key, None where nothing does."""
        return self._left.pop(key, None)

    def words(self, key: str, default: str = "") -> str:
        """A text."""
        said = self.take(key)
        if said is None:
            return default
        if not isinstance(said, str):
            self.wrong(key, "is not a text in quotes")
        return said

    def yes(self, key: str, default: bool) -> bool:
        """True or false."""
        said = self.take(key)
        if said is None:
            return default
        if not isinstance(said, bool):
            self.wrong(key, "is neither true nor false")
        return said

    def count(self, key: str, default: int | None) -> int | None:
        """A whole number from 0."""
        said = self.take(key)
        if said is None:
            return default
        if not isinstance(said, int) or isinstance(said, bool) or said < 0:
            self.wrong(key, "is not a whole number")
        return said

    def list_of_words(self, key: str) -> tuple[str, ...]:
        """Texts, or one text alone."""
        said = self.take(key)
        listed = [said] if isinstance(said, str) else said or []
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            self.wrong(key, "is not a list of texts")
        return tuple(listed)

    def columns(self, key: str) -> tuple[Column, ...]:
        """Columns, or one column alone."""
        said = self.take(key)
        listed = said if isinstance(said, list) else [] if said is None else [said]
        found = tuple(one for one in map(column, listed) if one is not None)
        if len(found) < len(listed):
            self.wrong(key, "names no column (a header's words, or a position from 1)")
        return found

    def table(self, key: str) -> "Given | None":
        """A table under a key."""
        said = self.take(key)
        return None if said is None else self.below(said, key)

    def tables(self, key: str) -> Iterator["Given"]:
        """The tables listed under a key."""
        said = self.take(key)
        if said is not None and not isinstance(said, list):
            self.wrong(key, "is not a list of tables")
        for number, one in enumerate(said or []):
            yield self.below(one, f"{key}[{number + 1}]")

    def below(self, said: object, key: str) -> "Given":
        """The table that stands under a key."""
        return Given(self.name, self.text, said, ".".join(part for part in (self.path, key) if part))

    def left(self) -> tuple[str, ...]:
        """The keys that nobody took yet."""
        return tuple(self._left)

    def done(self, known: Iterable[str] = ()) -> None:
        """Raise ConfigError where something stands here that means nothing."""
        if self._left:
            listed = ", ".join(known)
            self.wrong(next(iter(self._left)), f"means nothing here{f' (known: {listed})' if listed else ''}")


def _line(text: str, path: str) -> int:
    """The line of the nearest thing on a path ("entry[2].codes[1].system") that stands in the text; 0 for none."""
    keys = [part.partition("[")[0] for part in path.split(".")]
    numbers = [int(part.partition("[")[2].rstrip("]") or 1) for part in path.split(".")]
    begins, found, seen = 0, 0, 0
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        section = _SECTION.match(line)
        if section and section[2].split(".")[0] == keys[0]:
            seen += section[2] == keys[0]
            if seen == numbers[0] or (not section[1] and section[2] == keys[0]):
                begins = begins or number
    for key in reversed(keys):
        for number in range(begins, len(lines) + 1) if begins else range(1, len(lines) + 1):
            line = lines[number - 1]
            if begins and number > begins and (next_one := _SECTION.match(line)) and next_one[2] == keys[0]:
                break
            if re.match(rf'\s*(?:\[*[\w.]*\.)?"?{re.escape(key)}"?\s*[=\]]', line) or (
                number > 0 and re.search(rf'[{{,]\s*"?{re.escape(key)}"?\s*=', line)
            ):
                found = number
                break
        if found:
            return found
    return begins
