"""Phrases as data: a small notation that people can read and write, compiled once and found fast.

    a b         the words one after another (a hyphen, slash or line break counts as a space);  " ?" is a space or none
    stem~       any word that begins so;  # is a number, @ is any word;  words? leaves out the last letter
    (a|b c)     one of several;  (a )? is optional, (a |b )* may come often, (a |b )+ must come once
    ...         up to four words in between
    {name}      a list of alternatives defined once in the file's [words]

Phrases are written without capitals and accents, as texts are folded (`text.folding`) before they are searched.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

NAMED = re.compile(r"\{(\w+)\}")
# A gap never runs over a "not".
NOT = r"(?!(?:no|not|never|denies|denied|without|isn't|nunca|sin|niega)\b)"
GAP = rf"(?:{NOT}[^\s.;!?]+[\s/-]+){{0,4}}?"
WORD = re.compile(r"[a-z0-9]+(?:'[a-rt-z]\w*)?")
# A word ends before "'s", not inside "can't".
BEGINS, ENDS = r"(?<![\w'])", r"(?!\w|'(?!s\b))"
KEY = 4


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A phrase found: where (offsets in the folded text) and what it stands for."""

    start: int
    end: int
    meaning: T


class Phrases(Generic[T]):
    """Phrases and what each stands for. Made once; `find` looks only for those whose words occur."""

    def __init__(self, meanings: Iterable[tuple[str, T]], named: Mapping[str, str] | None = None) -> None:
        self._always: list[_Phrase[T]] = []
        self._by_key: dict[str, list[_Phrase[T]]] = {}
        for written, meaning in meanings:
            phrase = _Phrase(expand(written, named or {}), meaning)
            keys = anchors(phrase.written)
            if not keys:
                self._always.append(phrase)
            for key in keys:
                self._by_key.setdefault(key, []).append(phrase)

    def find(self, folded: str, among: frozenset[str] | None = None) -> list[Found[T]]:
        """Every occurrence of every phrase, longest first at each place, from left to right.

        `among` are the keys of the text's words (`word_keys`), where somebody has them already.
        """
        found: dict[tuple[int, int, int], Found[T]] = {}
        for phrase in self._candidates(word_keys(folded) if among is None else among):
            for match in phrase.pattern().finditer(folded):
                key = (match.start(), match.end(), id(phrase.meaning))
                found[key] = Found(match.start(), match.end(), phrase.meaning)
        return sorted(found.values(), key=lambda one: (one.start, -one.end))

    def _candidates(self, keys: frozenset[str]) -> Iterable["_Phrase[T]"]:
        by_key = self._by_key
        found = [phrase for key in keys if key in by_key for phrase in by_key[key]]
        # A phrase with alternatives stands under several keys.
        return {id(phrase): phrase for phrase in (*self._always, *found)}.values()


class _Phrase(Generic[T]):
    """A phrase that is compiled when a text first has its words."""

    __slots__ = ("_pattern", "meaning", "written")

    def __init__(self, written: str, meaning: T) -> None:
        self.written = written
        self.meaning = meaning
        self._pattern: re.Pattern[str] | None = None

    def pattern(self) -> re.Pattern[str]:
        if self._pattern is None:
            self._pattern = compiled(self.written)
        return self._pattern


def word_keys(folded: str) -> frozenset[str]:
    """The first letters of a text's words."""
    return frozenset([word[:KEY] for word in WORD.findall(folded)])


def expand(phrase: str, named: Mapping[str, str]) -> str:
    """A phrase with its {names} put in. Raises KeyError for a name that is not defined."""
    while NAMED.search(phrase):
        phrase = NAMED.sub(lambda name: f"({named[name.group(1)]})", phrase)
    return phrase.strip()


def compiled(phrase: str) -> re.Pattern[str]:
    """The regular expression of an expanded phrase."""
    parts = []
    for piece in re.split(r"(\.\.\.\s*|\s+\?|[()|?*+~#@]|\s+)", phrase):
        if piece.startswith("..."):
            parts.append(GAP)
        elif piece.endswith(" ?"):
            parts.append(r"[\s/-]*")
        elif piece == "(":
            parts.append("(?:")
        elif piece in (")", "|", "?", "*", "+"):
            parts.append(piece)
        elif piece == "~":
            parts.append(r"[\w']*")
        elif piece == "#":
            parts.append(r"\d+")
        elif piece == "@":
            parts.append(r"[\w']+")
        elif piece.isspace():
            parts.append(r"[\s/-]+")
        else:
            parts.append(re.escape(piece).replace("'", "'?").replace(r"\-", r"[\s-]*"))
    begins = BEGINS if phrase[:1].isalnum() or phrase[:1] in "(@#" else ""
    return re.compile(f"{begins}{''.join(parts)}{ENDS}")


def anchors(phrase: str) -> frozenset[str]:
    """First letters of words of which a text must have at least one to hold the phrase; empty if none is sure."""
    bare, groups = _outside(phrase)
    words = _sure(bare)
    if words:
        return frozenset({_key(max(words, key=len))})
    for group in groups:
        options = [anchors(option) for option in _options(group)]
        if all(options):
            return frozenset(key for option in options for key in option)
    return frozenset()


def _outside(phrase: str) -> tuple[str, list[str]]:
    """A phrase without its groups, and the groups that are not optional."""
    bare: list[str] = []
    groups: list[str] = []
    depth = begin = 0
    for place, letter in enumerate(phrase):
        if letter == "(":
            depth += 1
            begin = place + 1 if depth == 1 else begin
        elif letter == ")":
            depth -= 1
            if depth == 0:
                bare.append(" ")
                if phrase[place + 1 : place + 2] not in ("?", "*"):
                    groups.append(phrase[begin:place])
        elif not depth and not (letter in "?*" and phrase[place - 1] == ")"):
            bare.append(letter)
    return "".join(bare), groups


def _options(group: str) -> list[str]:
    """The alternatives of a group."""
    options, depth = [""], 0
    for letter in group:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            options.append("")
        else:
            options[-1] += letter
    return options


def _sure(written: str) -> list[str]:
    """Words (their stems) that stand in every occurrence of what is written.

    A stem shorter than the key, or a word with an apostrophe that may be left out, decides nothing.
    """
    found = []
    for word in re.findall(r"[a-z0-9'#]+[~?]?", written):
        stem = word[:-2] if word.endswith("?") else word.rstrip("~")
        if "'" in word or "#" in word or (stem != word and len(stem) < KEY):
            continue
        found.append(stem)
    return found


def _key(word: str) -> str:
    return word[:KEY]
