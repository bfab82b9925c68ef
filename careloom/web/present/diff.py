"""What changed between two wordings, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# A word with what stands inside it ("7.0", "2026-10-09", "don't"), or one mark of punctuation; its space before it.
TOKEN = re.compile(r"(\s*)([^\s,;:.!?]+(?:[,:.][^\s,;:.!?]+)*|[,;:.!?])")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words with the space before it; `how` is same, gone or new."""

    how: str
    text: str

    @property
    def gap(self) -> str:
        """The space before the words: it is neither gone nor new."""
        return " " if self.text[:1].isspace() else ""

    @property
    def words(self) -> str:
        """The words themselves."""
        return self.text.lstrip()


def words_changed(before: str, after: str) -> tuple[Piece, ...]:
    """The two wordings as one run of pieces: what stayed, what went, what came."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, [word for _, word in old], [word for _, word in new], autojunk=False)
    for how, a, b, c, d in matcher.get_opcodes():
        if how == "equal":
            pieces.append(Piece("same", _text(new[c:d])))
            continue
        if b > a:
            pieces.append(Piece("gone", _text(old[a:b])))
        if d > c:
            pieces.append(Piece("new", _text(new[c:d])))
    return tuple(pieces)


def _text(tokens: list[tuple[str, str]]) -> str:
    return "".join(f"{' ' if space else ''}{word}" for space, word in tokens)
