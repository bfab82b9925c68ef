"""Longest-match look-up of known phrases (drug names, class words) in a text, by whole words."""

import re
import string
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

_TOKEN = re.compile(r"[^\W_]+")
_ACCENTS = str.maketrans("áàâäéèêëíìîïóòôöúùûüñç", "aaaaeeeeiiiioooouuuunc")
_PLAIN = _ACCENTS | str.maketrans(dict.fromkeys(string.punctuation + "’–", " "))


class Word(NamedTuple):
    """One word of a text: lower case without accents, and where it stands (code points)."""

    word: str
    start: int
    end: int


@lru_cache(maxsize=1)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order; punctuation, hyphens and apostrophes separate words."""
    if text.isascii():
        made = Word._make
        return tuple([made((one[0], *one.span())) for one in _TOKEN.finditer(text.lower())])
    return tuple(
        [
            Word(found.group().lower().translate(_ACCENTS), found.start(), found.end())
            for found in _TOKEN.finditer(text)
        ]
    )


def key(phrase: str) -> tuple[str, ...]:
    """A phrase as the sequence of words under which it is found (as `words` would split it)."""
    if phrase.isascii() and phrase.isalnum():
        return (phrase.lower(),)
    return tuple(phrase.translate(_PLAIN).lower().split())


class Phrases(Generic[T]):
    """Phrases and what each stands for; `scan` gives the longest phrase at each place."""

    def __init__(self, meanings: Iterable[tuple[str, T]]) -> None:
        by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, meaning in meanings:
            parts = key(phrase)
            if not parts:
                continue
            others = by_first.get(parts[0])
            if others is None:
                by_first[parts[0]] = [(parts, meaning)]
            elif all(known != parts for known, _ in others):
                others.append((parts, meaning))
                others.sort(key=_longest_first)
        self._by_first = by_first

    def may_stand_in(self, text: str) -> bool:
        """Whether a text has the first word of any phrase; one that hasn't needs no `scan`."""
        return not text.isascii() or not self._by_first.keys().isdisjoint(_TOKEN.findall(text.lower()))

    def scan(self, text: Sequence[Word]) -> Iterator[tuple[int, int, T]]:
        """Yield (first word, word after the last, meaning), left to right, never overlapping."""
        place = 0
        while place < len(text):
            for parts, meaning in self._by_first.get(text[place].word, ()):
                after = place + len(parts)
                if len(parts) == 1 or tuple(word.word for word in text[place:after]) == parts:
                    yield place, after, meaning
                    place = after - 1
                    break
            place += 1


def _longest_first(item: tuple[tuple[str, ...], object]) -> int:
    return -len(item[0])
