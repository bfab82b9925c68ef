"""Red flags: words of a patient that can't wait (red_flags.toml has them with their sources).

Errs to the urgent side: what was long ago, about somebody else, or in a question counts. Only a plain denial right before a bodily
sign takes it away ("no chest pain"), and never one of self-harm, violence or an overdose.

Misses   spelling far off, a picture, a language other than English and Spanish
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from careloom.text.folding import fold

FILE = Path(__file__).with_name("red_flags.toml")
# Right before a sign, or before one other thing and "or": "no fever or chest pain". A list with commas is not taken for denied,
# since "no sleep, chest pain" denies one thing and tells another.
_DENIED = re.compile(
    r"(?:^|[.;!?\n]\s*|\b(?:and|but|y|pero|i|she|he)\s+)"
    r"(?:(?:have|has|having|had|am having|tengo|tiene|hay)\s+)?"
    r"(?:no|without|denies|never had|(?:do not|don't|dont|does not|doesn't) have|sin|no tengo|no tiene|niega)\s+"
    r"(?:(?:any|more|mas|ningun)\s+)?(?:\w+(?: \w+)?\s+(?:or|nor|ni|o)\s+)?$"
)
_REACH = 80


@dataclass(frozen=True, slots=True)
class Flag:
    """What can't wait: its name, what a person is told, and where it stands as such a sign."""

    name: str
    label: str
    source: str
    denied: bool
    words: tuple[re.Pattern[str], ...]


def red_flags(text: str) -> tuple[Flag, ...]:
    """The flags that a text raises, in the order of the file."""
    folded = re.sub(r"\s+", " ", fold(text))
    return tuple(flag for flag in load_red_flags() if _raises(flag, folded))


def _raises(flag: Flag, folded: str) -> bool:
    return any(
        not (flag.denied and _DENIED.search(folded, max(0, found.start() - _REACH), found.start()))
        for words in flag.words
        for found in words.finditer(folded)
    )


@cache
def load_red_flags() -> tuple[Flag, ...]:
    """All flags."""
    return tuple(
        Flag(
            name,
            row["label"],
            row["source"],
            row.get("denied", False),
            tuple(re.compile(rf"\b(?:{words})") for words in row["words"]),
        )
        for name, row in tomllib.loads(FILE.read_text("utf-8")).items()
    )
