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
TITLED = re.compile(r"^[ \t]*([A-ZÁÉÍÓÚÑ][A-Za-zÁÉÍÓÚÑáéíóúñ/&,'\- ]{1,45}?)[ \t]*$")
BRACKETED = re.compile(r"\s*\([^()]*\)\s*$")
MARKED = re.compile(r"^[ \t]*#{1,4}[ \t]+(\S.{1,58}?)[ \t]*:?[ \t]*$")
# A heading of medicines is of these where one of its words says so.
DRUG_LISTS = ("given", "stopped_medications", "held_medications")
MOST_WORDS = 6
# After "Allergies: …" on one line a further line of more words is no further allergy, unless it is written as one.
BULLETS, FEW = "-*•·([", 6


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its words, the kind of section it begins ("" if none that we know), and where its text goes on."""

    words: str
    kind: str
    end: int


def heading(line: str) -> Heading | None:
    """The heading that a line is or begins with; `end` is the offset in the line after it. None if there is none.

    A line in capitals, a marked line ("## Plan") or one that ends in a colon is a heading; a line of its own in small
    letters ("Past Medical History"), and what stands before text on the same line ("Allergies: penicillin"), only where
    we know the words as a heading.
    """
    alone = _marked(line) or SHOUTED.match(line)
    if alone is not None and any(letter.isalpha() for letter in alone.group(1)) and not says(alone.group(1)):
        return Heading(alone.group(1), kind_of(alone.group(1)), len(line))
    titled = TITLED.match(line)
    if titled is not None and (kind := kind_of(titled.group(1))):
        return Heading(titled.group(1), kind, len(line))
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


def _marked(line: str) -> re.Match[str] | None:
    """A marked line that is a heading: "## Plan"; "# DM2: hold metformin." and "# COPD" are items of a plan."""
    found = MARKED.match(line)
    if found is None or kind_of(found.group(1)):
        return found
    is_item = not line.lstrip().startswith("##") or ": " in found.group(1) or line.rstrip().endswith(".")
    return None if is_item else found


def is_over(kind: str, line: str) -> bool:
    """Whether a section that began with text on its heading's line ("Family history: …") is over before a further line."""
    folded = fold(line).strip(" .-*•")
    if kind in ("stopped_medications", "held_medications", "untaken_medications"):
        return True
    if (
        kind == "allergies"
        and not line[:1].isspace()
        and line.lstrip()[:1] not in BULLETS
        and len(folded.split()) > FEW
    ):
        return True
    if kind == "family_history":
        return not any(relatives(folded, language(line)))
    return any(folded == words or folded.startswith(f"{words} ") for words in _tables()[2])


def says(words: str) -> bool:
    """Whether a line in capitals is a statement ("NKDA") and no heading."""
    return fold(words).strip(" .:") in _tables()[1]


def kind_of(words: str) -> str:
    """The kind of section that a heading's words begin, or ""; what stands in brackets behind them counts for nothing."""
    kinds, _, _, drugs = _tables()
    said = fold(BRACKETED.sub("", words)).replace("/", " ").replace("&", " ").replace("-", " ").split()
    if kind := kinds.get(" ".join(said), ""):
        return kind
    if not said or len(said) > MOST_WORDS:
        return ""
    if said[0] == "family" and said[-1] in ("history", "hx"):
        return "family_history"
    if said[0] in ("allergies", "alergias"):
        return "allergies"
    if drugs["names"].isdisjoint(said):
        return ""
    return next((kind for kind in DRUG_LISTS if not drugs[kind].isdisjoint(said)), "medications")


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], frozenset[str], tuple[str, ...], dict[str, frozenset[str]]]:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    kinds = {fold(words): kind for kind, listed in tables["kinds"].items() for words in listed}
    drugs = {key: frozenset(listed) for key, listed in tables["drugs"].items()}
    return kinds, frozenset(tables["statements"]), tuple(fold(words) for words in tables["whose"]), drugs
