"""A text read for verification: its tokens with the drugs in it, and what it affirms and denies."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from careloom.knowledge import Knowledge
from careloom.knowledge.drugs import Drugs
from careloom.text.direction import unturned
from careloom.verify.lexicon import LEXICON, stem
from careloom.verify.polarity import Polarity, polarity
from careloom.verify.sames import with_one_word
from careloom.verify.tokens import Sort, Token, tokens


class Parsed(NamedTuple):
    """A text's tokens and their polarity. `drugs` maps a token's place to the ingredients it names."""

    text: str
    tokens: list[Token]
    polarity: Polarity
    drugs: dict[int, tuple[str, ...]]


class Parser:
    """Reads texts with one knowledge's drug names; the same text is read once for as long as this object lives."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._read: dict[str, Parsed] = {}

    def parse(self, text: str) -> Parsed:
        """What `parse` gives."""
        if text not in self._read:
            self._read[text] = parse(text, self.knowledge.drugs)
        return self._read[text]

    def words(self, text: str) -> Parsed:
        """A text whose drug names don't matter, or stand elsewhere too; they stay words."""
        text = unturned(text)
        found = with_one_word(tokens(text), text)
        return Parsed(text, found, polarity(found), {})


def parse(text: str, drugs: Drugs) -> Parsed:
    """Read a text, without marks that turn its direction. Every drug name becomes one token whose key is its (first) ingredient."""
    text = unturned(text)
    found = with_one_word(tokens(text), text)
    named: dict[int, list[str]] = {}
    ends: dict[int, int] = {}
    for start, end, ingredient in drugs.mentions(text):
        named.setdefault(start, []).append(ingredient.name)
        ends[start] = end
    if not named:
        return Parsed(text, found, polarity(found), {})
    kept: list[Token] = []
    at: dict[int, tuple[str, ...]] = {}
    until = 0
    for token in found:
        if token.start in named:
            until = ends[token.start]
            at[len(kept)] = tuple(named[token.start])
            kept.append(
                Token(Sort.DRUG, named[token.start][0], token.start, until, text[token.start : until])
            )
        elif token.start >= until:
            kept.append(token)
    return Parsed(text, kept, polarity(kept), at)


def figure(digits: str) -> str:
    """A number's one spelling: "7.0" and "07" are "7"; of "150/95" each half. Words stay what they are."""
    if digits.isascii() and digits.isdigit() and digits[0] != "0":
        return digits
    if "/" in digits:
        return "/".join(figure(half) for half in digits.split("/"))
    try:
        value = Decimal(digits.replace(",", ""))
    except InvalidOperation:
        return digits
    return format(value.normalize(), "f") if value else "0"


def is_content(token: Token) -> bool:
    """Whether a word says something that needs a source unless it is plain."""
    return token.sort is Sort.WORD and token.key not in LEXICON.small


def is_plain(token: Token) -> bool:
    """Whether a word is of the plan's neutral vocabulary."""
    return token.key in LEXICON.plain and token.text.lower() not in LEXICON.polar


def limits(found: Sequence[Token]) -> Iterator[tuple[int, str, Token]]:
    """Every comparison with a number ("below 7 %", "at least 30", "> 5"): its place, above or below, the number.

    "at least" is above and "at most" below; "over 12 months" is a period and no comparison.
    """
    for place, token in enumerate(found):
        if token.key not in _COMPARING:
            continue
        side = _side(found, place)
        if side:
            number = next((one for one in found[place + 1 : place + 6] if one.sort is Sort.NUMBER), None)
            nearest = found[place + 1] if place + 1 < len(found) else None
            if number is None or (
                token.key in _LOOSE and nearest is not number and nearest and nearest.key != "than"
            ):
                continue
            if not (token.key in _LOOSE and number.unit in PERIODS):
                yield place, side, number


def frequencies(found: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Every count per period ("twice daily", "3 times a day", "2 refills"): the number's token, and the period."""
    for place, token in enumerate(found):
        if token.sort is not Sort.NUMBER or token.unit not in ("", "/d", "/wk", "/mo", "/a"):
            continue
        if token.unit:
            yield token, {"/d": "day", "/wk": "week", "/mo": "month", "/a": "year"}[token.unit]
            continue
        following = (one.key for one in found[place + 1 : place + 5])
        word = next((key for key in following if key not in _PER), "")
        if word in _OFTEN:
            yield token, _OFTEN[word]


_PER = frozenset({"tim", "time", "a", "per", "each", "every", "the"})
_OFTEN = {
    stem(word): period
    for period, words in {
        "day": ("daily", "day", "days"),
        "week": ("weekly", "week"),
        "month": ("monthly", "month"),
        "year": ("yearly", "year", "annually"),
        "hour": ("hourly", "hour"),
        "night": ("nightly", "night"),
        "refill": ("refill", "refills", "repeats"),
    }.items()
    for word in words
}
PERIODS = frozenset({"a", "mo", "wk", "d", "h", "min", "s"})
_LOOSE = frozenset({"over", "under", "more", "less"})
_COMPARING = frozenset({"least", "most"}).union(*LEXICON.compare.values())


def _side(found: Sequence[Token], place: int) -> str:
    token = found[place]
    if token.sort not in (Sort.WORD, Sort.SIGN):
        return ""
    if token.key in ("least", "most") and place and found[place - 1].key == "at":
        return "above" if token.key == "least" else "below"
    return next((side for side, words in LEXICON.compare.items() if token.key in words), "")
