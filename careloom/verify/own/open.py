"""The words of people: of general English and without a claim, contrary to one another, of one topic, and shortened."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from careloom.verify.lexicon import stem

HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def open_words() -> frozenset[str]:
    """Stems that a person's sentence may have without a source."""
    return frozenset(stem(word) for line in _lines("open_words.txt") for word in line.split())


@lru_cache(maxsize=1)
def contraries() -> Mapping[str, frozenset[str]]:
    """The stems that are contrary to a stem, by it."""
    found: dict[str, set[str]] = {}
    for line in _lines("contrary_words.txt"):
        one, other = (stem(word) for word in line.split())
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=1)
def topics() -> Mapping[str, frozenset[str]]:
    """The stems any of which stands for a general or lay stem, by it."""
    found: dict[str, set[str]] = {}
    for line in _lines("topics.txt"):
        general, _, particular = line.partition(":")
        same = {stem(word) for word in general.split()}
        for word in same:
            found.setdefault(word, set()).update(same, map(stem, particular.split()))
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=1)
def shortened() -> Mapping[str, tuple[frozenset[str], ...]]:
    """What a shortened word stands for, each way as stems; no way where it stands for nothing that a record could hold."""
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for line in _lines("shortened.txt"):
        word, *ways = (part.strip() for part in line.split(";"))
        found[word] = tuple(frozenset(map(stem, way.split())) for way in ways if way != "-")
    return found


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, frozenset[str]]:
    """What kinds of things a stem of general English names ("noun.person"); "claim" among them where it claims something."""
    found: dict[str, set[str]] = {}
    now: list[str] = []
    for line in _lines("general_words.txt"):
        if line.startswith("["):
            now = line.strip("[]").split()
            continue
        for word in line.split():
            found.setdefault(word, set()).update(now)
    return {word: frozenset(names) for word, names in found.items()}


@lru_cache(maxsize=1)
def states() -> Mapping[str, tuple[str, str]]:
    """The measurement and the place in its range that a stem tells of ("hyponatremia": sodium, low)."""
    found = (line.split() for line in _lines("states.txt"))
    return {stem(word): (concept, lies) for word, concept, lies in found}


@lru_cache(maxsize=1)
def frames() -> Mapping[str, frozenset[str]]:
    """The sets of small words by which a sentence tells of what is over, of a reaction, of saying, of sex and age."""
    data = tomllib.loads((HERE / "frames.toml").read_text("utf-8"))
    return {name: frozenset(words) for name, words in data.items()}


def _lines(name: str) -> Iterator[str]:
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
