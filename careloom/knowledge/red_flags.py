"""Red flags: words that can't wait, a patient's or of somebody who noted them (red_flags.toml has them with their sources).

Errs to the urgent side: what was long ago, about somebody else, or in a question counts. In a patient's words only a plain denial right
before a bodily sign takes it away ("no chest pain"), and never one of self-harm, violence or an overdose. Who writes notes denies
with "denies", "negative for", "no" or "without", self-harm too, up to a verb or a "now" by which she says what is.

Misses   spelling far off, a picture, a language other than English and Spanish; in a note, a sign that is there in one list with
         what is denied and with no verb of its own ("denies fever, chest pain since 3 am")
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from careloom.text.folding import fold

FILE = Path(__file__).with_name("red_flags.toml")
SELF_HARM = "self_harm"
# Right before a sign, or before one other thing and "or": "no fever or chest pain". A list with commas is not taken for denied,
# since "no sleep, chest pain" denies one thing and tells another; nor does a "No" that ends its line deny the next.
_DENIED = re.compile(
    r"(?:^|[.;!?\n“\"] *|\b(?:and|but|y|pero|i|she|he) +)"
    r"(?:(?:have|has|having|had|am having|tengo|tiene|hay) +)?"
    r"(?:no|without|denies|never had|(?:do not|don't|dont|does not|doesn't) have|sin|no tengo|no tiene|niega) +"
    r"(?:(?:any|more|mas|ningun) +)?(?:\w+(?: \w+)? +(?:or|nor|ni|o) +)?$"
)
_REACH = 80
# How whoever writes notes denies a sign: "denies fever, chest pain or SOB", "no current thoughts of suicide". It ends where she says
# what is: "denies fever, reports chest pain", "denies fever, chest pain began at 3 am", "denies low mood, wants to die".
_SAYS = (
    r"but|except|however|although|though|yet|still|has|reports|reported|states|stated|endorses|endorsed|admits|admitted|complains|"
    r"complained|c/o|feels|felt|says|said|positive|pero|excepto|salvo|aunque|refiere|presenta|tiene|dice|siente|"
    r"is|are|was|wants|now|developed|began|started|took|noted|ahora|empezo|comenzo"
)
_NOTED_AS_DENIED = re.compile(
    rf"(?<!no longer )(?<!not )(?<!never )(?<!no )(?<!nunca )"
    rf"\b(?:denie[sd]|denying|negative for|niegan?|nego)\b(?:(?!\b(?:{_SAYS})\b)[^.;?!\n])*$"
    r"|\b(?:no|without|sin)(?: (?:any|acute|new|current|recent|complaints?|signs?|evidence|reports?|thoughts?|episodes?|of|or|and))* $"
)
_SAYS_ITSELF = re.compile(rf"(?:{_SAYS})\b")
_BEGAN = re.compile(r" (?:began|started|empezo|comenzo)\b")
_NOTED_REACH = 300


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


def noted_flags(text: str) -> tuple[Flag, ...]:
    """The flags that a professional's own sentence raises, in the order of the file: those that she doesn't deny."""
    folded = re.sub(r"\s+", " ", fold(text))
    return tuple(
        flag
        for flag in load_red_flags()
        if any(
            not _is_noted_as_denied(folded, found) for words in flag.words for found in words.finditer(folded)
        )
    )


def _is_noted_as_denied(folded: str, found: re.Match[str]) -> bool:
    """Whether a professional denies a sign: not where it, or what follows, has a verb of its own."""
    if _SAYS_ITSELF.match(folded, found.start()) or _BEGAN.match(folded, found.end()):
        return False
    return bool(_NOTED_AS_DENIED.search(folded, max(0, found.start() - _NOTED_REACH), found.start()))


def raised_in(folded: str) -> list[tuple[Flag, int, int]]:
    """Where a folded text has words of a flag, denied or not."""
    return [
        (flag, found.start(), found.end())
        for flag in load_red_flags()
        for words in flag.words
        for found in words.finditer(folded)
    ]


def speaks_of_self_harm(folded: str) -> bool:
    """Whether a folded text has words of suicide or self-harm, denied or not."""
    return any(
        words.search(folded) for flag in load_red_flags() if flag.name == SELF_HARM for words in flag.words
    )


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
