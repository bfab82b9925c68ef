"""Headings of a note, and what kind of section each begins."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from careloom.text.folding import fold
from careloom.text.language import language
from careloom.text.scope import relatives

FILE = Path(__file__).with_name("sections.toml")
INLINE = re.compile(r"^[ \t]*([A-Za-zÁÉÍÓÚÑáéíóúñ/&() ]{2,45}?)[ \t]*:(?=[ \t]|$)")
SHOUTED = re.compile(r"^[ \t]*([A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ0-9/&(),'\- ]{2,58}?)[ \t]*:?[ \t]*$")
MARKED = re.compile(r"^[ \t]*#{1,4}[ \t]+(\S.{1,58}?)[ \t]*:?[ \t]*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its words, the kind of section it begins ("" if none that we know), and where its text goes on."""

    words: str
    kind: str
    end: int


def heading(line: str) -> Heading | None:
    """The heading that a line is or begins with; `end` is the offset in the line after it. None if there is none.

    A line in capitals, a marked line ("## Plan") or one that ends in a colon is a heading; before text on the same
    line only words that we know as a heading are ("Allergies: penicillin").
    """
    alone = MARKED.match(line) or SHOUTED.match(line)
    if alone is not None and any(letter.isalpha() for letter in alone.group(1)) and not says(alone.group(1)):
        return Heading(alone.group(1), kind_of(alone.group(1)), len(line))
    inline = INLINE.match(line)
    if inline is None:
        return None
    words = inline.group(1).strip()
    kind = kind_of(words)
    if kind:
        return Heading(words, kind, inline.end())
    if not line[inline.end() :].strip() and len(words.split()) <= 5:
        return Heading(words, "", len(line))
    return None


def is_over(kind: str, line: str) -> bool:
    """Whether a section that began with text on its heading's line ("Family history: …") is over before a further line."""
    folded = fold(line).strip(" .-*•")
    if kind == "family_history":
        return not any(relatives(folded, language(line)))
    return any(folded == words or folded.startswith(f"{words} ") for words in _tables()[2])


def says(words: str) -> bool:
    """Whether a line in capitals is a statement ("NKDA") and no heading."""
    return fold(words).strip(" .:") in _tables()[1]


def kind_of(words: str) -> str:
    """The kind of section that a heading's words begin, or ""."""
    return _tables()[0].get(" ".join(fold(words).replace("/", " ").replace("&", " ").split()), "")


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], frozenset[str], tuple[str, ...]]:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    kinds = {fold(words): kind for kind, listed in tables["kinds"].items() for words in listed}
    return kinds, frozenset(tables["statements"]), tuple(fold(words) for words in tables["whose"])
