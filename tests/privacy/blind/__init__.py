"""Invented notes by writers who saw no pattern, with their identifiers marked as ⟦kind|words⟧; notes stand apart by a line "=====".

a1 and b1 were looked at when the patterns were mended, and the tagger learned from them; a2 and b2 are held out: nobody reads what is missed there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LEARNED, HELD_OUT = ("a1", "b1"), ("a2", "b2")
MARK = re.compile(r"⟦(\w+)\|([^⟧]*)⟧")
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Marked:
    """A note and its identifiers: (start, end, kind), in order."""

    text: str
    gold: tuple[tuple[int, int, str], ...]


def notes(name: str) -> Iterator[Marked]:
    """The notes of a set."""
    for body in (HERE / f"{name}.txt").read_text(encoding="utf-8").split("\n====="):
        yield marked(body.strip("\n"))


def marked(body: str) -> Marked:
    """A note of its text with marks."""
    text, gold, at = "", [], 0
    for found in MARK.finditer(body):
        text += body[at : found.start()]
        gold.append((len(text), len(text) + len(found.group(2)), found.group(1)))
        text += found.group(2)
        at = found.end()
    return Marked(text + body[at:], tuple(gold))


def missed(note: Marked, spans: Sequence[tuple[int, int]]) -> int:
    """Identifiers of which any letter or digit is left, but for the year of a date."""
    taken = bytearray(len(note.text))
    for start, end in spans:
        taken[start:end] = b"\x01" * (end - start)
    count = 0
    for start, end, kind in note.gold:
        rest = "".join(
            one for at, one in enumerate(note.text[start:end], start) if one.isalnum() and not taken[at]
        )
        count += bool(rest) and not (kind == "date" and re.fullmatch(r"(?:19|20)?\d\d", rest) is not None)
    return count
