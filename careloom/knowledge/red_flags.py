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
# since "no sleep, chest pain" denies one thing and tells another; nor does a "No" that ends its line deny the next.
_DENIED = re.compile(
    r"(?:^|[.;!?\n] *|\b(?:and|but|y|pero|i|she|he) +)"
    r"(?:(?:have|has|having|had|am having|tengo|tiene|hay) +)?"
    r"(?:no|without|denies|never had|(?:do not|don't|dont|does not|doesn't) have|sin|no tengo|no tiene|niega) +"
    r"(?:(?:any|more|mas|ningun) +)?(?:\w+(?: \w+)? +(?:or|nor|ni|o) +)?$"
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
    lines = "\n".join(" ".join(line.split()) for line in fold(text).splitlines() if line.strip())
    return tuple(flag for flag in load_red_flags() if _raises(flag, lines))


def _raises(flag: Flag, lines: str) -> bool:
    """Whether a sign stands in a text, over its ends of lines too; what denies it stands in the sign's own line."""
    folded = lines.replace("\n", " ")
    return any(
        not (flag.denied and _DENIED.search(lines, max(0, found.start() - _REACH), found.start()))
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
