"""Phrases as data: a small notation that people can read and write, compiled once and found fast.

    a b         the words one after another (a hyphen, slash or line break counts as a space);  " ?" is a space or none
    stem~       any word that begins so;  # is a number, @ is any word;  words? leaves out the last letter
    (a|b c)     one of several;  (a )? is optional, (a |b )* may come often, (a |b )+ must come once
    ...         up to four words in between;  .. up to two
    {name}      a list of alternatives defined once in the file's [words]

Phrases are written without capitals and accents, as texts are folded (`text.folding`) before they are searched.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

NAMED = re.compile(r"\{(\w+)\}")
# A gap never runs over a "not".
NOT = r"(?!(?:no|not|never|denies|denied|without|isn't|nunca|sin|niega)\b)"
# Nor is one of these "any word".
NEVER = rf"(?!(?:refus|fail|lack|stop)\w*\b|(?:cannot|can't|unable|quit|hardly|barely|rarely|seldom|won't|doesn't|don't|didn't|wasn't)\b){NOT}"
# Who somebody is makes no gap longer: the patient's age, race and sex, a title.
WHO = (
    r"(?:\d{1,3}[\s-]?(?:years?|yrs?|y)[\s./-]{0,2}(?:old|o)?\.?|mrs?\.?|ms\.?|white|black|african|american|hispanic|latin[oax]|"
    r"asian|native|caucasian|indian|arab|jewish|muslim|(?:fe)?male|(?:wo)?man|transgender|cisgender|nonbinary|elderly|young|"
    r"older|middle[\s-]aged|the)"
)
WORDS = rf"(?:{NOT}(?:{WHO}[\s/-]+){{0,5}}?[^\s.;!?]+[\s/-]+)"
GAP, SHORT_GAP = f"{WORDS}{{0,4}}?", f"{WORDS}{{0,2}}?"
WORD = re.compile(r"[a-z0-9]+(?:'[a-rt-z]\w*)?")
# A word ends before "'s", not inside "can't".
BEGINS, ENDS = r"(?<![\w'])", r"(?!\w|'(?!s\b))"
# A stem is looked up by at most so many letters.
STEM, SHORT = 8, 4
# The beginnings of a word of so many letters.
CUTS = tuple(tuple(slice(end) for end in range(2, length + 1)) for length in range(STEM + 1))
# Words that most sentences have.
_COMMON = (
    "a an the of to in on for with has have had is are was were be been not no her his and or by at it that from patient pt she he "
    "their they who can de la el en con no su se los las y a un una que paciente "
)
COMMON = frozenset(_COMMON.split())
# Before what is only the end of a word.
APOSTROPHE = "'"
OPTIONAL = ("?", "*")
# A word as it is written with its marks, and what may be joined to it.
SURE = re.compile(r"([a-z0-9#]*)([a-z0-9'#?~]*)((?:-\S*)?)")
# What is joined to a word by a hyphen, as far as its letters are sure.
JOINED = re.compile(r"-\??([a-z0-9]+)(?!\w*\?)")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A phrase found: where (offsets in the folded text) and what it stands for."""

    start: int
    end: int
    meaning: T


class Phrases(Generic[T]):
    """Phrases and what each stands for. Made once; `find` looks only for those whose words occur."""

    def __init__(self, meanings: Iterable[tuple[str, T]], named: Mapping[str, str] | None = None) -> None:
        self._meanings = [(expand(written, named or {}), meaning) for written, meaning in meanings]

    @cached_property
    def _index(self) -> "_Index[T]":
        """By which words the phrases are found; made when a text is first searched, since most phrases are of another language or matter."""
        return _indexed(self._meanings)

    def find(self, folded: str, among: frozenset[str] | None = None) -> list[Found[T]]:
        """Every occurrence of every phrase, longest first at each place, from left to right; of several at one place whichever is written first.

        `among` are the keys of the text's words (`word_keys`), where somebody has them already.
        """
        found: dict[tuple[int, int, int], Found[T]] = {}
        candidates = self._candidates(word_keys(folded) if among is None else among)
        # The words come of a set, whose order is chance.
        for phrase in sorted(candidates, key=lambda one: one.place):
            for match in phrase.pattern().finditer(folded):
                key = (match.start(), match.end(), id(phrase.meaning))
                found[key] = Found(match.start(), match.end(), phrase.meaning)
        if not found:
            return []
        return sorted(found.values(), key=lambda one: (one.start, -one.end))

    def may_occur(self, folded: str) -> bool:
        """Whether a text has a word by which some phrase is found; told sooner than by `word_keys`, and most often no."""
        index, said = self._index, WORD.findall(folded)
        if index.always or not index.whole.isdisjoint(said):
            return True
        return not index.beginnings.isdisjoint([word[index.shortest] for word in said])

    def holds(self, folded: str, among: frozenset[str]) -> bool:
        """Whether one of the phrases occurs; `among` are the keys of the text's words."""
        return any(phrase.pattern().search(folded) for phrase in self._candidates(among))

    def _candidates(self, keys: frozenset[str]) -> Iterable["_Phrase[T]"]:
        index, lacks = self._index, keys.isdisjoint
        found = dict.fromkeys(index.always)
        for key in keys & index.keys:
            for phrase, others in index.by_key[key]:
                for needed in others:
                    if lacks(needed):
                        break
                else:
                    # A phrase with alternatives stands under several keys.
                    found[phrase] = None
        return found


class _Phrase(Generic[T]):
    """A phrase, the `place`-th of its list, that is compiled when a text first has its words."""

    __slots__ = ("_pattern", "meaning", "needed", "place", "written")

    def __init__(self, place: int, written: str, meaning: T) -> None:
        self.place = place
        self.written = written
        self.needed = anchors(written)
        self.meaning = meaning
        self._pattern: re.Pattern[str] | None = None

    def pattern(self) -> re.Pattern[str]:
        if self._pattern is None:
            self._pattern = compiled(self.written)
        return self._pattern


@dataclass(frozen=True, slots=True)
class _Index(Generic[T]):
    """Phrases by the rarest of what they need, with what else each needs; `always` need nothing sure.

    `whole` are the words that are a key, `beginnings` the letters that the stems begin with, as many as the shortest has.
    """

    always: tuple["_Phrase[T]", ...]
    by_key: Mapping[str, list[tuple["_Phrase[T]", tuple[frozenset[str], ...]]]]
    keys: frozenset[str]
    whole: frozenset[str]
    beginnings: frozenset[str]
    shortest: slice


def _indexed(meanings: Iterable[tuple[str, T]]) -> _Index[T]:
    always: list[_Phrase[T]] = []
    by_key: dict[str, list[tuple[_Phrase[T], tuple[frozenset[str], ...]]]] = {}
    for place, (written, meaning) in enumerate(meanings):
        phrase = _Phrase(place, written, meaning)
        if not phrase.needed:
            always.append(phrase)
        for key in phrase.needed[0] if phrase.needed else ():
            by_key.setdefault(key, []).append((phrase, phrase.needed[1:]))
    stems = [key for key in by_key if not key.endswith(" ")]
    shortest = slice(min(map(len, stems), default=0))
    return _Index(
        always=tuple(always),
        by_key=by_key,
        keys=frozenset(by_key),
        whole=frozenset(key[:-1] for key in by_key if key.endswith(" ")),
        beginnings=frozenset(stem[shortest] for stem in stems),
        shortest=shortest,
    )


@lru_cache(maxsize=2)
def word_keys(folded: str) -> frozenset[str]:
    """A text's words, each with a space after it, and the letters that they begin with, by which stems are found."""
    keys: set[str] = set()
    for word in set(WORD.findall(folded)):
        keys.add(f"{word} ")
        keys.update(map(word.__getitem__, CUTS[min(len(word), STEM)]))
    return frozenset(keys)


def expand(phrase: str, named: Mapping[str, str]) -> str:
    """A phrase with its {names} put in. Raises KeyError for a name that is not defined."""
    while NAMED.search(phrase):
        phrase = NAMED.sub(lambda name: f"({named[name.group(1)]})", phrase)
    return phrase.strip()


def compiled(phrase: str) -> re.Pattern[str]:
    """The regular expression of an expanded phrase, compiled."""
    return re.compile(expression(phrase))


def expression(phrase: str) -> str:
    """The regular expression of an expanded phrase."""
    parts = []
    for piece in re.split(r"(\.\.\.\s*|\.\.\s+|\s+\?|[()|?*+~#@]|\s+)", phrase):
        if piece.startswith("..."):
            parts.append(GAP)
        elif piece.startswith(".. "):
            parts.append(SHORT_GAP)
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
            parts.append(rf"{NEVER}[\w']+")
        elif piece.isspace():
            parts.append(r"[\s/-]+")
        else:
            parts.append(re.escape(piece).replace("'", "'?").replace(r"\-", r"[\s-]*"))
    begins = BEGINS if phrase[:1].isalnum() or phrase[:1] in "(@#" else ""
    return f"{begins}{''.join(parts)}{ENDS}"


# The alternatives of a named list come again in each phrase that has it.
@lru_cache(maxsize=16_384)
def anchors(phrase: str) -> tuple[frozenset[str], ...]:
    """Sets of words and stems: a text that holds the phrase has one of each set. () if nothing is sure.

    The set that fewest texts meet comes first.
    """
    bare, groups = _outside(phrase)
    sets = list(_sure(bare))
    for group in groups:
        options = [anchors(option) for option in group]
        if all(options):
            sets.append(frozenset(key for option in options for key in option[0]))
    return tuple(sorted(dict.fromkeys(sets), key=_commonness))


def _commonness(keys: frozenset[str]) -> tuple[int, list[str]]:
    """How many texts have one of these keys, roughly: most have a short word."""
    return sum(
        10 if key[:-1] in COMMON or (key[-1] != " " and len(key) < SHORT) else 1 for key in keys
    ), sorted(keys)


def _outside(phrase: str) -> tuple[str, list[list[str]]]:
    """A phrase without its groups, and the alternatives of those groups that are words of their own and not optional.

    A word that goes on in a group ("rel(y|ies)") is left as a stem, one that begins in a group as no word.
    """
    bare: list[str] = []
    groups: list[list[str]] = []
    pieces = _pieces(phrase)
    for place, (options, optional) in enumerate(pieces):
        before = place > 0 and _joined(pieces[place - 1][0], options)
        after = place + 1 < len(pieces) and _joined(options, pieces[place + 1][0])
        if optional is None:
            bare.append(f"{APOSTROPHE if before else ''}{options[0]}{'~' if after else ''} ")
        elif not (before or after or optional):
            groups.append(options)
    return "".join(bare), groups


def _joined(left: list[str], right: list[str]) -> bool:
    """Whether what ends with one of `left` may go on, as one word, with one of `right`."""
    if any(option.startswith(" ?") for option in right):
        return True
    return not (
        all(option[-1:] in ("", " ") for option in left) or all(option[:1] in ("", " ") for option in right)
    )


def _pieces(phrase: str) -> list[tuple[list[str], bool | None]]:
    """The text between groups (one alternative, None) and the groups (their alternatives, whether optional) in order."""
    pieces: list[tuple[list[str], bool | None]] = []
    depth = begin = 0
    for place, letter in enumerate(phrase):
        if letter == "(":
            if not depth and place > begin:
                pieces.append(([phrase[begin:place]], None))
            depth += 1
            begin = place + 1 if depth == 1 else begin
        elif letter == ")":
            depth -= 1
            if not depth:
                quantifier = phrase[place + 1 : place + 2]
                pieces.append((_options(phrase[begin:place]), quantifier in OPTIONAL))
                begin = place + 1 + (quantifier in (*OPTIONAL, "+"))
    if begin < len(phrase):
        pieces.append(([phrase[begin:]], None))
    return pieces


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


def _sure(written: str) -> list[frozenset[str]]:
    """The keys of words that stand in every occurrence of what is written: for each word those of which a text has one.

    Of words that may be written as one ("co-worker", "half ?way") it is the first or both; of "don't" a stem; a stem of
    one letter decides nothing.
    """
    found: list[frozenset[str]] = []
    for word, marks, joined in SURE.findall(written.replace(" ?", "-")):
        if not word or "#" in word:
            continue
        if not joined and marks in ("", "?"):
            found.append(frozenset(f"{one} " for one in ((word, word[:-1]) if marks else (word,)) if one))
            continue
        whole = JOINED.match(joined)
        if whole and not marks:
            found.append(frozenset({f"{word} ", f"{word}{whole.group(1)}"[:STEM]}))
            continue
        stem = word[:-1] if marks.startswith("?") else word
        if len(stem) > 1:
            found.append(frozenset({stem[:STEM]}))
    return found
