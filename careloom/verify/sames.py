"""Words that mean the same, read as one word: "heart attack" and "myocardial infarction"."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from careloom.verify.lexicon import stem
from careloom.verify.tokens import Sort, Token, tokens

_FILE = Path(__file__).with_name("same_words.txt")


class _Way(NamedTuple):
    """The stems of one way to say a thing, the one word for it, and whether it stands in capitals alone."""

    stems: tuple[str, ...]
    word: str
    in_capitals: bool


@lru_cache(maxsize=1)
def _ways() -> Mapping[str, tuple[_Way, ...]]:
    """The ways by the stem that they begin with, the longest first."""
    found: dict[str, list[_Way]] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        said = [part.strip() for part in line.partition("#")[0].split(";")]
        for part in said[1:]:
            shouted = part.startswith("^")
            stems = tuple(token.key for token in tokens(part.removeprefix("^")))
            found.setdefault(stems[0], []).append(_Way(stems, stem(said[0]), shouted))
    return {first: tuple(sorted(ways, key=lambda way: -len(way.stems))) for first, ways in found.items()}


def with_one_word(found: list[Token], text: str) -> list[Token]:
    """Tokens in which each way to say a thing is one token with the one word for it; the same list where there is none."""
    ways = _ways()
    if not any(token.key in ways for token in found):
        return found
    joined: list[Token] = []
    place = 0
    while place < len(found):
        starting = ways.get(found[place].key)
        way = _way_at(found, place, starting) if starting else None
        if way is None:
            joined.append(found[place])
            place += 1
            continue
        start, end = found[place].start, found[place + len(way.stems) - 1].end
        joined.append(Token(Sort.WORD, way.word, start, end, text[start:end]))
        place += len(way.stems)
    return joined


def _way_at(found: list[Token], place: int, ways: tuple[_Way, ...]) -> _Way | None:
    for way in ways:
        here = found[place : place + len(way.stems)]
        if tuple(token.key for token in here) == way.stems and (
            not way.in_capitals or all(token.text.isupper() for token in here)
        ):
            return way
    return None
