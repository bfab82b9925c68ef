"""Lexicon: which words are names, which are words, and which are both; which are towns, and which stand in like places.

Given names and their shares are those of `identity/given_names.csv` (US Census Bureau 1990; SSA); family names, English and clinical words, towns
and groups of words lie in `words/`, each with its source.
"""

import csv
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
GIVEN = HERE.parent / "identity" / "given_names.csv"
# A given name of so large a share, and a family name of so high a rank, is a name on its own even where it is a word too.
COMMON_SHARE, COMMON_RANK = 0.0002, 2_500
# Endings that a stem of the word lists may have.
ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("iness", ("y",)), ("ies", ("y",)), ("ied", ("y",)), ("ily", ("y",)), ("ness", ("",)), ("ers", ("", "e")), ("ing", ("", "e")), ("ed", ("", "e")),
    ("es", ("", "e")), ("er", ("", "e")), ("ly", ("",)), ("s", ("",)), ("d", ("",)), ("al", ("",)), ("ation", ("e",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word can be: a word of a language (`word`), a given name (its share of people, 0 for none), a family name (its rank, 0 for none)."""

    word: bool
    given: float
    family: int

    @property
    def name(self) -> bool:
        """Whether somebody bears it."""
        return bool(self.given or self.family)

    @property
    def certain(self) -> bool:
        """Whether it is a name and no word."""
        return self.name and not self.word

    @property
    def usual(self) -> bool:
        """Whether many people bear it."""
        return self.given >= COMMON_SHARE or 0 < self.family <= COMMON_RANK

    @property
    def unknown(self) -> bool:
        """Whether no list has it."""
        return not self.word and not self.name


@dataclass(frozen=True, slots=True)
class Tables:
    """What `scrubbing.toml` says of names and words."""

    common: frozenset[str]
    nicknames: Mapping[str, Sequence[str]]
    plain: frozenset[str]
    eponyms: frozenset[str]
    alone: frozenset[str]
    of_eponyms: frozenset[str]
    departments: frozenset[str]
    acts: frozenset[str]
    particles: frozenset[str]
    no_initials: frozenset[str]
    of_care: frozenset[str]
    labels: frozenset[str]
    small: frozenset[str]
    nobody: frozenset[str]
    spanish: frozenset[str]


def fold(text: str) -> str:
    """Lower case without accents, as long as the text, character by character."""
    if text.isascii():
        return text.lower()
    return "".join(_plain(letter) for letter in text)


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables of `scrubbing.toml`."""
    found = tomllib.loads((HERE / "scrubbing.toml").read_text(encoding="utf-8"))
    lists = {
        name: frozenset(word for line in found[name] for word in line.split())
        for name in (
            "plain",
            "eponyms",
            "alone",
            "of_eponyms",
            "departments",
            "acts",
            "particles",
            "no_initials",
            "of_care",
            "labels",
            "small",
            "nobody",
            "spanish",
        )
    }
    return Tables(common=frozenset(found["common"]), nicknames=found["nicknames"], **lists)


@lru_cache(maxsize=65_536)
def sense(word: str) -> Sense:
    """What a folded word can be."""
    short = len(word) < 2
    return Sense(
        word=short or is_word(word),
        given=0.0 if short else _given().get(word, 0.0),
        family=0 if short else _family().get(word, 0),
    )


def is_word(word: str) -> bool:
    """Whether a folded word is one of English, of medicine, or of our Spanish, with its endings."""
    known = _words()
    return word in known or any(stem in known for stem in _stems(word))


@lru_cache(maxsize=1)
def rare_words() -> frozenset[str]:
    """Folded words of a large English dictionary that `is_word` doesn't know."""
    return frozenset(_list("rare"))


@lru_cache(maxsize=1)
def towns() -> Mapping[str, frozenset[int]]:
    """Of each folded first word of a town or county how many words follow it there."""
    found: dict[str, set[int]] = {}
    for name in town_names():
        first, *rest = name.split("_")
        found.setdefault(first, set()).add(len(rest))
    return {first: frozenset(sizes) for first, sizes in found.items()}


@lru_cache(maxsize=1)
def town_names() -> frozenset[str]:
    """Folded names of towns and counties, with "_" between their words."""
    return frozenset(_list("towns"))


@lru_cache(maxsize=1)
def kin() -> Mapping[str, tuple[str, str]]:
    """Of a folded word the wide and the narrow group of words that stand in like places."""
    found: dict[str, tuple[str, str]] = {}
    for line in (HERE / "words" / "kin.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            wide, narrow, *words = line.split()
            found.update(dict.fromkeys(words, (wide, narrow)))
    return found


@lru_cache(maxsize=16_384)
def near_word(word: str) -> bool:
    """Whether a folded word of six letters or more is one slip (a letter more, fewer, other, or two exchanged) away from a word."""
    if len(word) < 6:
        return False
    letters = "abcdefghijklmnopqrstuvwxyz"
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    tried = (
        one
        for left, right in halves
        for one in (
            left + right[1:],
            left + right[1:2] + right[:1] + right[2:],
            *(left + letter + right[1:] for letter in letters),
            *(left + letter + right for letter in letters),
        )
    )
    known = _words()
    return any(one in known or (one.endswith("s") and one[:-1] in known) for one in tried if one != word)


def _stems(word: str) -> Iterator[str]:
    for end, instead in ENDINGS:
        if len(word) - len(end) > 2 and word.endswith(end):
            stem = word[: -len(end)]
            for put in instead:
                yield stem + put
            if stem[-1] == stem[-2] and end in ("ed", "ing", "er", "ers"):
                yield stem[:-1]


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return (
        frozenset((*_list("english"), *_list("clinical"), *_list("noted"))) | tables().plain | tables().alone
    )


@lru_cache(maxsize=1)
def _family() -> dict[str, int]:
    return {word: rank for rank, word in enumerate(_list("surnames"), start=1)}


@lru_cache(maxsize=1)
def _given() -> dict[str, float]:
    with GIVEN.open(encoding="utf-8") as body:
        found = {row["name"]: float(row["share"]) for row in csv.DictReader(body)}
    short = (one for forms in tables().nicknames.values() for one in forms)
    return {**dict.fromkeys(short, COMMON_SHARE), **found}


def _list(name: str) -> list[str]:
    lines = (HERE / "words" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
