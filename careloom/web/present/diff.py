"""What changed between two wordings, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; `how` is same, gone or new."""

    how: str
    text: str


def words_changed(before: str, after: str) -> tuple[Piece, ...]:
    """The two wordings as one run of pieces: what stayed, what went, what came."""
    old, new = _words(before), _words(after)
    pieces: list[Piece] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            pieces.append(Piece("same", " ".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece("gone", " ".join(old[a:b])))
        if d > c:
            pieces.append(Piece("new", " ".join(new[c:d])))
    return tuple(pieces)


def _words(text: str) -> list[str]:
    return re.findall(r"\S+", text)
