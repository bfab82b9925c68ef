"""The words that verification knows: neutral, grammatical, polar, and units with their spellings."""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """A word without case, plural, -ed and -ing; the same for all forms of most words, else itself."""
    word = word.lower().replace("’", "'").removesuffix("'s").removesuffix("'")
    if len(word) < 4 or any(letter.isdigit() for letter in word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return _without_ending(word)


def _without_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        bare = word.removesuffix(ending)
        if bare != word and len(bare) > 2 and any(vowel in bare for vowel in "aeiouy"):
            if len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in "lsz":
                bare = bare[:-1]
            return (bare[:-1] + "y" if bare.endswith("i") else bare).removesuffix("e")
    return word.removesuffix("e") if len(word) > 4 else word


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words)


def _words(name: str) -> frozenset[str]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return _stems(word for line in lines for word in line.partition("#")[0].replace("-", " ").split())


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of stems by what they do in a sentence. `units` maps every spelling to a UCUM unit.

    `status` and `kind` are keyed by FHIR's words, `stays` by an encounter's class; `past` and `void` are statuses. `better` is the
    way (up, down) that is for the better, by measurement. `polar` holds whole words
    (not stems) that are never neutral, so that "order" may be and "ordered" may not.
    """

    small: frozenset[str]
    plain: frozenset[str]
    forward: frozenset[str]
    whole: frozenset[str]
    frames: frozenset[str]
    beside: frozenset[str]
    direction: Mapping[str, frozenset[str]]
    compare: Mapping[str, frozenset[str]]
    range: Mapping[str, frozenset[str]]
    kin: frozenset[str]
    status: Mapping[str, frozenset[str]]
    past: frozenset[str]
    void: frozenset[str]
    guess: frozenset[str]
    kind: Mapping[str, frozenset[str]]
    past_words: frozenset[str]
    void_words: frozenset[str]
    guess_words: frozenset[str]
    polar: frozenset[str]
    forms: frozenset[str]
    better: Mapping[str, str]
    stays: Mapping[str, frozenset[str]]
    units: Mapping[str, str]


def _load() -> Lexicon:
    data = tomllib.loads((HERE / "polar.toml").read_text("utf-8"))
    sets = {
        part: {key: _stems(words) for key, words in data[part].items()}
        for part in ("negation", "assertion", "direction", "compare", "range", "kin", "status", "kind")
    }
    past, void, guess = (frozenset(data["standing"][part]) for part in ("past", "void", "guess"))
    status = sets["status"]
    polar = frozenset(
        word
        for part in ("direction", "compare", "range", "status", "happened")
        for words in data[part].values()
        for word in words
    )
    small = _words("small_words.txt")
    return Lexicon(
        small=small,
        plain=_words("plain_words.txt"),
        forward=sets["negation"]["forward"],
        whole=sets["negation"]["clause"],
        frames=sets["assertion"]["frames"],
        beside=sets["assertion"]["beside"],
        direction=sets["direction"],
        compare=sets["compare"],
        range=sets["range"],
        kin=sets["kin"]["words"],
        status=status,
        past=past,
        void=void,
        guess=guess,
        kind=sets["kind"],
        past_words=frozenset().union(*(status[word] for word in past)) | sets["negation"]["clause"],
        void_words=frozenset().union(*(status[word] for word in void)),
        guess_words=frozenset().union(*(status[word] for word in guess)),
        polar=polar,
        forms=_stems(data["forms"]["words"]),
        better={lab: way for way, labs in data["better"].items() for lab in labs},
        stays={kind: _stems(words) for kind, words in data["stays"].items()},
        units=_units(),
    )


def _units() -> Mapping[str, str]:
    spelt: dict[str, str] = {}
    with (HERE / "units.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for spelling in (row["unit"], *(row["also"] or "").split(";")):
                if spelling:
                    spelt.setdefault(spelling.casefold(), row["unit"])
    return spelt


LEXICON = _load()
