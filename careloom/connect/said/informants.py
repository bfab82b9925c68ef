"""Who says so, in a note's sentence: "her daughter reports that she takes …", "per pharmacy: …"; informants.toml.

Misses   an informant named by name alone, or in another sentence
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from careloom.connect.said.saying import Line
from careloom.text.language import Language
from careloom.text.phrases import expression
from careloom.text.scope import relatives

FILE = Path(__file__).with_name("informants.toml")


def informant(line: Line, before: int, behind: tuple[int, int]) -> str:
    """Who tells what a sentence says (the source's word), ahead of `before` or, where nobody is, in the span `behind`."""
    table = _tables()[line.language]
    ahead = [one for one in _people(line, before) if one[1] <= before]
    for start, end in reversed(ahead):
        if table["says"].match(line.folded, end) or table["by"].search(line.folded[:start]):
            return line.sentence.text[start:end]
    for start, end in _people(line, behind[1]):
        told = table["assures"].match(line.folded, end) or table["by"].search(line.folded[:start])
        if start >= behind[0] and told:
            return line.sentence.text[start:end]
    return ""


def _people(line: Line, until: int) -> list[tuple[int, int]]:
    """Where somebody is named, in order."""
    text = line.folded[:until]
    people = [found.span() for found in relatives(text, line.language)]
    return sorted([*people, *(found.span() for found in _tables()[line.language]["people"].finditer(text))])


@lru_cache(maxsize=1)
def _tables() -> Mapping[Language, Mapping[str, re.Pattern[str]]]:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    languages: tuple[Language, Language] = ("en", "es")
    return {
        spoken: {
            "people": re.compile(rf"\b(?:{_any(tables[spoken]['people'])})\b(?!')"),
            "says": re.compile(
                rf"(?:\s+(?:also|now|today|then|tambien|hoy))?\s+(?:{_any(tables[spoken]['says'])})\b"
            ),
            "assures": re.compile(rf"\s+(?:{_any(tables[spoken]['assures'])})\b"),
            "by": re.compile(rf"\b(?:{_any(tables[spoken]['by'])})\s+$"),
        }
        for spoken in languages
    }


def _any(phrases: Iterable[str]) -> str:
    return "|".join(expression(phrase) for phrase in sorted(phrases, key=len, reverse=True))
