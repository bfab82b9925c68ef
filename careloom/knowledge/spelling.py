"""Names that are one letter off a known one: a slip of the pen in a drug's name, and nothing further.

Misses   two slips in one name; a slip in a short name, or in its first letter
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

# Short names have too many neighbours.
_LONG = 8


class Spelling(Generic[T]):
    """Long names of one word, and what each stands for."""

    def __init__(self, names: Iterable[tuple[str, T]]) -> None:
        self._by_letter: dict[str, list[tuple[str, T]]] = {}
        for name, meaning in names:
            if len(name) >= _LONG and name.isascii() and name.isalpha():
                self._by_letter.setdefault(name[0].lower(), []).append((name.lower(), meaning))

    def meant(self, word: str) -> tuple[str, T] | None:
        """The one name that a word (in lower case) is one letter off, with its meaning; None where none is, or several are."""
        near = [known for known in self._by_letter.get(word[:1], ()) if one_letter_off(word, known[0])]
        return near[0] if near and all(meaning == near[0][1] for _, meaning in near) else None


def one_letter_off(word: str, name: str) -> bool:
    """Whether one letter more, less or changed, or two that changed places, makes a word of a name. Equal words are not."""
    if abs(len(word) - len(name)) > 1 or word == name:
        return False
    start = 0
    while start < min(len(word), len(name)) and word[start] == name[start]:
        start += 1
    rest, other = word[start:], name[start:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]
