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
from careloom.text.phrases import compiled
from careloom.text.scope import relatives

FILE = Path(__file__).with_name("informants.toml")


def informant(line: Line, before: int) -> str:
    """Who, ahead of `before` in the sentence, tells what it says (the source's word); "" where nobody is named."""
    table = _tables()[line.language]
    ahead = line.folded[:before]
    people = [found.span() for found in relatives(ahead, line.language)]
    people += [found.span() for found in table["people"].finditer(ahead)]
    for start, end in sorted(people, reverse=True):
        if table["says"].match(line.folded, end) or table["by"].search(ahead[:start]):
            return line.sentence.text[start:end]
    return ""


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
            "by": re.compile(rf"\b(?:{_any(tables[spoken]['by'])})\s+$"),
        }
        for spoken in languages
    }


def _any(phrases: Iterable[str]) -> str:
    return "|".join(compiled(phrase).pattern for phrase in sorted(phrases, key=len, reverse=True))
