"""What the lists of drugs say (why, what to do, in which circumstances), told in the reader's language.

Takes    the words of a list as a finding has them: why. what to do. context (source)
Gives    its pieces: each sentence of `locale/es/medicines.csv` in Spanish, the rest (sources, a site's own rows) as it was written, in English
Never    puts a sentence together out of words: what the table doesn't have whole stays English, whole
"""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from careloom.web.present.told import Said

FILE = Path(__file__).parents[1] / "locale" / "es" / "medicines.csv"
# By so many letters a sentence is looked up.
_BEGINS = 6
# A source in its brackets, brackets within them too; the rest up to the end of its sentence or the next bracket.
_SOURCE = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_REST = re.compile(r".+?(?:\.(?=\s|$)|(?=\s\()|$)", re.DOTALL)
_APART = re.compile(r"[\s.]+")


def sentences(words: str) -> Iterator[Said]:
    """The words of a list, sentence by sentence."""
    place = 0
    while place < len(words):
        if apart := _APART.match(words, place):
            yield Said(apart[0], False)
            place = apart.end()
        elif known := _known(words, place):
            yield Said(spanish()[known], False)
            place += len(known)
        else:
            found = _SOURCE.match(words, place) or _REST.match(words, place)
            told = found[0] if found else words[place:]
            yield Said(told, True)
            place += len(told)


def _known(words: str, place: int) -> str:
    """The longest sentence of the table that stands there, whole; "" for none."""
    for english in _by_beginning().get(words[place : place + _BEGINS], ()):
        if words.startswith(english, place) and _ends(words[place + len(english) :][:1], english):
            return english
    return ""


def _ends(behind: str, english: str) -> bool:
    """Whether what stands behind a sentence lets it end there: a space behind its full stop, or the full stop that it lacks."""
    return behind in ("", " " if english.endswith(".") else ".")


@cache
def spanish() -> Mapping[str, str]:
    """What each sentence is in Spanish, by its English."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {row["english"]: row["spanish"] for row in csv.DictReader(lines)}


@cache
def _by_beginning() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for english in sorted(spanish(), key=len, reverse=True):
        found.setdefault(english[:_BEGINS], []).append(english)
    return {beginning: tuple(every) for beginning, every in found.items()}
