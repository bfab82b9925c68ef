"""A person's sentence beside what it retells: the words of its clause, and of the lines of its sources."""

import re
from dataclasses import dataclass
from functools import cached_property

from careloom.verify.case import Case, apart, clause_of
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.own.open import frames, open_words, topics
from careloom.verify.parse import is_content, is_plain
from careloom.verify.roots import are_of_one_root
from careloom.verify.support import Support
from careloom.verify.tokens import Sort, Token

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENDINGS = re.compile(
    r"(?:e|y|i|ic|ive|er|or|ist|ion|ation|ition|al|ous|ity|ness|ment|ance|ence|ing|ed|en|ful|ly|time|ant|ent|ism|able|ible|ative|sion|tion|ary|ies|is|t|nt|nce|ted|de|es|s|in|ine|ia|ian|ics|ical|ure)?\Z"
)
_ROOT = 4
_WANTING = re.compile(
    r"\b(?:declin|refus|avoid|stopp|quit|gave up|given up|lost|lack|too (?:little|few)|last\b|unable|off\b|out of|ran out|skip|"
    r"forg[eo]t|miss|fail|afraid|used to|never)",
    re.IGNORECASE,
)
# What somebody gave up was so before.
_GIVEN_UP = re.compile(
    r"\b(?:stopp|quit|gave up|given up|lost|used to|last (?!week|month|year|night|visit|time|spring|summer|fall|winter))",
    re.IGNORECASE,
)
_PROPER = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_AGAIN = re.compile(r"\b(?:come|comes|came) back\b", re.IGNORECASE)
# Things that are called by what is done with them, and are none of it.
_DEVICES = frozenset({"walker"})


@dataclass
class Told:
    """A case that a person wrote, with what its rules ask of it more than once."""

    case: Case

    @cached_property
    def at(self) -> dict[int, int]:
        """The places of tokens by where they start."""
        return {token.start: place for place, token in enumerate(self.case.parsed.tokens)}

    @cached_property
    def lows(self) -> frozenset[str]:
        """The sentence's words in small letters."""
        return frozenset(token.text.lower() for token in self.case.parsed.tokens)

    @cached_property
    def held(self) -> frozenset[str]:
        """Stems that a source has, affirmed or denied."""
        return self.case.says | self.case.denies

    @cached_property
    def lines(self) -> tuple[tuple[Support, frozenset[str]], ...]:
        """What may hold one assertion, with the stems of its own text."""
        found = (*apart(self.case.entries), *self.case.further)
        return tuple((one, frozenset(stem(word) for word in _WORD.findall(one.text))) for one in found)

    @cached_property
    def proper(self) -> frozenset[str]:
        """Stems of words that the sources write with a capital inside a sentence."""
        return frozenset(stem(word) for one, _ in self.lines for word in _PROPER.findall(one.text))

    @cached_property
    def wanting(self) -> tuple[frozenset[str], ...]:
        """The words of the lines that say without a negation that something isn't so ("Declines to …", "too little")."""
        return tuple(words for one, words in self.lines if not one.kind and _WANTING.search(one.text))

    @cached_property
    def undone(self) -> tuple[frozenset[str], ...]:
        """Of such lines the words of those by which it wasn't so before either."""
        lines = [(one.text, words) for one, words in self.lines if not one.kind]
        return tuple(words for text, words in lines if _WANTING.search(text) and not _GIVEN_UP.search(text))

    def has(self, name: str) -> bool:
        """Whether the sentence has a word of one of the sets of frames.toml."""
        return bool(frames()[name] & self.lows)

    @cached_property
    def is_over(self) -> bool:
        """Whether the sentence tells what it tells as over."""
        dated = any(map(is_day, self.case.parsed.tokens)) and not self.has("present")
        again = self.has("goes_on") or _AGAIN.search(self.case.parsed.text)
        return (self.has("over") or dated) and not again

    @cached_property
    def named(self) -> tuple[Support, ...]:
        """What is cited and called in the sentence by any form or topic of a name."""
        keys = [
            token.key for token in self.case.parsed.tokens if token.sort is Sort.DRUG or is_content(token)
        ]
        return tuple(one for one in self.case.entries if any(self.is_said_so(key, one.names) for key in keys))

    def clause(self, place: int) -> list[int]:
        """The places of a token's clause."""
        return list(range(*clause_of(self.case, place)))

    def retold(self, place: int) -> list[frozenset[str]]:
        """The words of the lines that share most with a token's clause, and at least one word."""
        tokens = self.case.parsed.tokens
        keys = {tokens[at].key for at in self.clause(place) if weighs(tokens[at])} - {tokens[place].key}
        keys = keys or {token.key for token in tokens if weighs(token)}
        shared = [(len(with_topics(keys) & words), words) for _, words in self.lines]
        most = max((count for count, _ in shared), default=0)
        return [words for count, words in shared if most and count == most]

    def is_said_so(self, key: str, among: frozenset[str]) -> bool:
        """Whether words have another form of a stem, or another word of its topics."""
        if key in among or topics().get(key, frozenset()) & among:
            return True
        return key not in _DEVICES and any(is_a_form(key, word) for word in among)


def weighs(token: Token) -> bool:
    """Whether a token tells something of its own."""
    if token.sort is Sort.DRUG:
        return True
    return is_content(token) and not is_plain(token) and token.key not in open_words()


def is_day(token: Token) -> bool:
    """Whether a token is a time: a date, or a year alone."""
    return token.sort is Sort.DATE or (token.sort is Sort.NUMBER and _YEAR.fullmatch(token.text) is not None)


def is_a_form(one: str, other: str) -> bool:
    """Whether two stems are forms of one word ("itchy", "itch"; "leaky", "leaks"; "roofing", "roofer")."""
    if are_of_one_root(one, other):
        return True
    shorter = min(len(one), len(other))
    if shorter < _ROOT or one[:_ROOT] != other[:_ROOT]:
        return False
    same = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    if same < _ROOT or same * 10 < 6 * max(len(one), len(other)):
        return False
    return bool(_ENDINGS.match(one[same:]) and _ENDINGS.match(other[same:]))


def with_topics(keys: set[str]) -> frozenset[str]:
    """Stems with those that may stand for them in a record."""
    return frozenset(keys).union(*(topics().get(key, frozenset()) for key in keys)) - LEXICON.small
