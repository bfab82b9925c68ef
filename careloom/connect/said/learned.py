"""What a sentence tells by its likeness to labelled ones: weights of its words, learned by training/needs.py.

Method   a linear model of words and pairs of words, a class for each domain, as a need or in order; decision 16
Never    tells anything without the words that weigh most for it; weighs who somebody is (learned.toml)
Misses   what only an inference tells; a sentence of more than 45 words, whose weights add up to nothing sure
"""

import re
import tomllib
import zlib
from base64 import b85decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TypeAlias

from careloom.text.language import Language

WORDS = Path(__file__).with_name("learned.toml")
WEIGHTS = Path(__file__).with_name("learned_weights.txt")
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
SHORT, LONGEST = 3, 45
# A weight is a byte around ZERO. Those of a feature are one number, LANE bytes a class, so that a sum of numbers sums all classes.
ZERO, LANE = 128, 2
# Spanish words of either gender are one.
GENDERED = re.compile(r"[ao](s?)\Z")


# A word, or two neighbours.
Feature: TypeAlias = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Likely:
    """What a sentence is likely to tell, and the words that weigh most for it (offsets in the folded text)."""

    domain: str
    adverse: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of every feature, and what their sum must pass for a class to be likely."""

    classes: tuple[tuple[str, bool], ...]
    likely: tuple[int, ...]
    of: Mapping[Feature, int]


def likely(folded: str, language: Language, weights: Weights) -> Iterator[Likely]:
    """What a folded sentence without descriptions of persons is likely to tell."""
    found = WORD.findall(folded)
    of = weights.of
    known = [told for word in found if (told := _written(word, language)) in of]
    if not known or len(found) > LONGEST:
        return
    has = [of[feature] for feature in features(known) if feature in of]
    none = ZERO * len(has)
    sums = memoryview(sum(has).to_bytes(LANE * len(weights.classes), "little")).cast("H")
    for place, (total, least) in enumerate(zip(sums, weights.likely, strict=True)):
        if total - none > least:
            domain, adverse = weights.classes[place]
            start, end = _heaviest(folded, language, of, place)
            if end:
                yield Likely(domain, adverse, start, end)


def written(words: Iterable[str], language: Language) -> list[str]:
    """The words as they are looked up; without those that say only who somebody is."""
    return [told for word in words if (told := _written(word, language))]


def features(words: Sequence[str]) -> set[Feature]:
    """Of words as they are looked up: each, and each pair of neighbours."""
    return {*words, *pairwise(words)}


@lru_cache(maxsize=1)
def learned() -> Weights:
    """The weights, read once.

    A line has the classes with what is likely, the next the bytes of all features (compressed, base 85), then each feature one.
    """
    head, told, *every = WEIGHTS.read_text(encoding="ascii").splitlines()
    classes = [one.split("=") for one in head.split()]
    many, raw = len(classes), zlib.decompress(b85decode(told))
    wide = bytearray(LANE * len(raw))
    wide[::LANE] = raw
    size, number = LANE * many, int.from_bytes
    return Weights(
        classes=tuple((name[:-1], name[-1] == "+") for name, _ in classes),
        likely=tuple(int(least) for _, least in classes),
        of={
            _feature(name): number(wide[size * place : size * (place + 1)], "little")
            for place, name in enumerate(every)
        },
    )


def _feature(name: str) -> Feature:
    one, _, other = name.partition(" ")
    return (one, other) if other else one


@lru_cache(maxsize=20_000)
def _written(word: str, language: Language) -> str:
    instead = _instead().get(word)
    if instead is not None:
        return instead
    word = word.removesuffix("'s")
    return GENDERED.sub(r"@\1", word) if language == "es" and len(word) > SHORT else word


@lru_cache(maxsize=1)
def _instead() -> Mapping[str, str]:
    table = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    same = {word: name for name, words in table["same"].items() for word in words.split()}
    return same | dict.fromkeys(table["left_out"].split(), "")


def _heaviest(folded: str, language: Language, of: Mapping[Feature, int], place: int) -> tuple[int, int]:
    """From the first to the last of the neighbouring words whose weights for a class add up to most; (0, 0) if to nothing."""
    told = [
        (found.start(), found.end(), word)
        for found in WORD.finditer(folded)
        if (word := _written(found.group(), language)) in of
    ]

    def weight(feature: Feature) -> int:
        return ((of[feature] >> (8 * LANE * place)) & 0xFF) - ZERO if feature in of else 0

    heavy = [weight(word) for _, _, word in told]
    for at, ((_, _, one), (_, _, other)) in enumerate(pairwise(told)):
        heavy[at] += (pair := weight((one, other))) // 2
        heavy[at + 1] += pair // 2
    ends = (0, *accumulate(heavy))
    most, first, last = max(
        (ends[until] - ends[begin], begin, until)
        for begin in range(len(told))
        for until in range(begin + 1, len(told) + 1)
    )
    return (told[first][0], told[last - 1][1]) if most > 0 else (0, 0)
