"""Invented notes by writers who saw no pattern, with their identifiers marked as ⟦kind|words⟧; notes stand apart by a line "=====".

Kinds are those of Safe Harbor and "org" for hospitals, employers, schools and the like. All but i and j were looked at when the patterns were mended, each
after a first look of which docs/deidentification.md tells; the tagger learned from all but j, k, l and m.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LEARNED = ("a1", "b1", "a2", "b2", "t1", "t2", "t3", "t4", "t5", "c", "d", "e", "f", "g", "h", "i")
HELD_OUT = ("j", "k", "l", "m")
# Small words of which nobody is told when they alone are left of an identifier.
LINKS = frozenset(
    ["the", "of", "and", "or", "at", "on", "in", "near", "for", "by", "de", "del", "la", "las", "los", "el", "y", "en", "a", "to", "past", "behind", "from", "off", "week", "weekend", "early", "late", "mid", "about", "block", "corner", "night", "s", "sr", "jr"]
)  # fmt: skip
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
    """Identifiers of which any letter or digit is left, but for the year of a date and small words."""
    taken = bytearray(len(note.text))
    for start, end in spans:
        taken[start:end] = b"\x01" * (end - start)
    count = 0
    for start, end, kind in note.gold:
        rest = "".join(" " if taken[at] else one for at, one in enumerate(note.text[start:end], start))
        words = [one for one in re.findall(r"[^\W_]+", rest) if one.lower() not in LINKS]
        count += bool(words) and not (kind == "date" and re.fullmatch(r"(?:19|20)?\d\d", "".join(words)))
    return count
