"""Invented notes with the identifiers that stand in them, to measure what de-identification finds and what it takes wrongly.

A template marks an identifier as ⟦kind|words⟧, where {name} and the like in the words are drawn; what is outside the marks must stay readable.
`known` were there when the patterns were written; `held_out` was written afterwards, by other names and in other styles.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

MARK = re.compile(r"⟦(\w+)\|([^⟧]*)⟧")
DRAWN = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Note:
    """A note and its identifiers: (start, end, kind), in order."""

    text: str
    gold: tuple[tuple[int, int, str], ...]


def made(
    templates: Sequence[str], pools: Mapping[str, Sequence[str]], *, seed: int, each: int
) -> Iterator[Note]:
    """Each template so many times, with drawn words."""
    chance = random.Random(seed)
    for template in templates:
        for _ in range(each):
            yield _marked(DRAWN.sub(lambda found: _draw(chance, pools, found.group(1)), template))


def _draw(chance: random.Random, pools: Mapping[str, Sequence[str]], name: str) -> str:
    if name.startswith("d") and name[1:].isdigit():
        return "".join(chance.choice("23456789") for _ in range(int(name[1:])))
    if name.isupper():
        return chance.choice(pools[name.lower()]).upper()
    return chance.choice(pools[name])


def _marked(template: str) -> Note:
    parts: list[str] = []
    gold: list[tuple[int, int, str]] = []
    at = size = 0
    for found in MARK.finditer(template):
        before = template[at : found.start()]
        parts += (before, found.group(2))
        size += len(before)
        gold.append((size, size + len(found.group(2)), found.group(1)))
        size += len(found.group(2))
        at = found.end()
    return Note("".join((*parts, template[at:])), tuple(gold))


def left(note: Note, spans: Sequence[tuple[int, int]]) -> list[tuple[str, str]]:
    """Identifiers of which a letter or digit is left (kind, words); of a day or an address the year, the state and the ZIP3 may stay."""
    taken = bytearray(len(note.text))
    for start, end in spans:
        taken[start:end] = b"\x01" * (end - start)
    found = []
    for start, end, kind in note.gold:
        rest = "".join(
            letter if letter.isalnum() and not taken[start + at] else " "
            for at, letter in enumerate(note.text[start:end])
        )
        if kind == "date":
            rest = (
                re.sub(r"\b(?:19|20)\d\d\b|\b\d\d\b(?=\s*\Z)", " ", rest)
                if len(note.text[start:end]) > 4
                else rest
            )
            rest = re.sub(r"\b(?:of|de|del|the|yo|year|years|old|y|o|T)\b", " ", rest)
        rest = re.sub(
            r"\b(?:the|of|at|and|MA|OH|TX|AZ|NM|VT|GA|apt|Dr|Mr|Mrs|Ms|Sra?|Dra|x|ext)\b",
            " ",
            rest,
            flags=re.IGNORECASE,
        )
        if rest.strip():
            found.append((kind, note.text[start:end]))
    return found


def wrongly(note: Note, spans: Sequence[tuple[int, int]]) -> list[str]:
    """What was taken and touches no identifier."""
    return [
        note.text[start:end]
        for start, end in spans
        if not any(start < b and end > a for a, b, _ in note.gold)
    ]
