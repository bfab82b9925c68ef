"""A text as tokens: words, numbers with their units, dates, quotations and stops, each with its place."""

import re
from datetime import date
from enum import Enum
from typing import NamedTuple

from careloom.verify.lexicon import LEXICON, stem

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+"
# What begins with neither a digit nor a month's letter is a word at once: that saves half the time.
_TOKEN = re.compile(
    rf"""
    (?P<quote>“[^”]*”|"[^"]*")
  | (?=[\d.])(?:
        (?P<iso>(?<!\d)\d{{4}}-\d{{2}}-\d{{2}})(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?(?!\d)
      | (?P<month>(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2]))(?![\d-])
      | (?P<us>(?<![\d/])\d{{1,2}}/\d{{1,2}}/(?:\d{{4}}|\d\d)(?![\d/]))
      | (?P<dmy>\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[\s-]+(?P<dm_month>{_MONTH}),?(?:[\s-]+\d{{4}}\b)?)
      | (?P<pair>(?<![\w.])(?:{_NUMBER})/(?:{_NUMBER})(?![\w/]))
      | (?P<number>{_NUMBER})
    )
  | (?=[adfjmnos])(?:
        (?P<mdy>\b(?P<md_month>{_MONTH})\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*(?:mg|mL|%))(?:,?\s+\d{{4}}\b)?)
      | (?P<my>\b(?P<my_month>{_MONTH}),?\s+\d{{4}}\b)
    )
  | (?P<word>[^\W\d_][^\W_]*(?:['’][^\W\d_]+)?)
  | (?P<sign>[<>]=?|[≤≥])
  | (?P<stop>[;:,.()!?—–\[\]•\n])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CHUNK = re.compile(r"[A-Za-zµμ°%\[{/$][^\s,;()]*|x?10[*^]\d+/[^\s,;()]+|\((?:score|nominal)\)")
_NEXT = re.compile(r" ([^\s,;()]+)")
# What a unit counts ("mg/g{creat}"): UCUM's annotations change no value.
_ANNOTATION = re.compile(r"(?<!/)\{[^{}]*\}")
# An amount in an amount ("2.5 mg/3 mL"): two numbers, each with its own unit.
_IN_AN_AMOUNT = re.compile(r"([^\W\d_%]+)/(?=\d)")
_TAIL = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = (
    {word: str(value) for value, word in enumerate(_ONES.split())}
    | {word: str(value * 10) for value, word in enumerate(_TENS.split(), 2)}
    | {
        "once": "1",
        "twice": "2",
        "thrice": "3",
        "half": "0.5",
        "dozen": "12",
        "hundred": "100",
        "thousand": "1000",
    }
)
# A prescription's Latin for so many times a day.
_A_DAY = {"bid": "2", "tid": "3", "qid": "4"}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
_COUNTING = frozenset({*_A_DAY, *NUMBER_WORDS, *_ROMAN})
_GRADED = frozenset({"stage", "type", "class", "grade", "phase", "stag", "typ", "grad", "phas"})
# UCUM units that are also English letters: a unit only where a source's own unit field says so.
_LETTERS = frozenset("adsmluh")


class Sort(Enum):
    """What a token is."""

    WORD = 1
    NUMBER = 2
    DATE = 3
    QUOTE = 4
    STOP = 5
    SIGN = 6
    DRUG = 7


class Token(NamedTuple):
    """One token. `key` is a stem, a plain number ("7.0", "150/95"), an ISO date or "--MM-DD", or a drug.

    `unit` is the UCUM unit that follows a number, "" where none does; `end` is after the unit.
    """

    sort: Sort
    key: str
    start: int
    end: int
    text: str
    unit: str = ""


def tokens(text: str) -> list[Token]:
    """The tokens of a text, left to right; characters that mean nothing here are left out."""
    found: list[Token] = []
    place = 0
    for match in _TOKEN.finditer(text):
        # A unit's parts ("mL", "min") match too; the number before took them.
        if match.start() >= place:
            token = _token(match, text, found)
            place = token.end
            found.append(token)
    return found


def _token(match: re.Match[str], text: str, before: list[Token]) -> Token:
    kind, said = match.lastgroup or "stop", match.group()
    start, end = match.span()
    if kind == "word":
        return _word(said, start, text, before)
    if kind in ("number", "pair"):
        return _number(said.replace(",", ""), match, text)
    if kind == "quote":
        return Token(Sort.QUOTE, said[1:-1], start, end, said)
    if kind == "sign":
        return Token(Sort.SIGN, said, start, end, said)
    if kind == "stop":
        return Token(Sort.STOP, said, start, end, said)
    day = _day(kind, match)
    if day is None:
        digits = re.match(_NUMBER, said)
        if digits is None:
            return _word(re.split(r"\W", said)[0], start, text, before)
        return Token(Sort.NUMBER, digits.group(), start, start + digits.end(), digits.group())
    return Token(Sort.DATE, day, start, end, said)


def _word(said: str, start: int, text: str, before: list[Token]) -> Token:
    low, end = said.lower(), start + len(said)
    if low not in _COUNTING:
        return Token(Sort.WORD, stem(said), start, end, said)
    previous = before[-1].key if before else ""
    if low in _A_DAY:
        return Token(Sort.NUMBER, _A_DAY[low], start, end, said, "/d")
    value = NUMBER_WORDS.get(low)
    if value is None and low in _ROMAN and previous in _GRADED and (low != "i" or said == "I"):
        value = _ROMAN[low]
    if value is not None and low.endswith("ty") and text[end : end + 1] == "-":
        ones = _TAIL.match(text, end + 1)
        if ones and (one := NUMBER_WORDS.get(ones.group().lower())) and len(one) == 1:
            value, end = str(int(value) + int(one)), ones.end()
    if value is None:
        return Token(Sort.WORD, stem(said), start, end, said)
    unit, after = unit_after(text, end)
    if low == "one" and not unit:
        return Token(Sort.WORD, "one", start, end, said)
    return Token(Sort.NUMBER, value, start, after, said, unit)


def _number(digits: str, match: re.Match[str], text: str) -> Token:
    start, end = match.span()
    if digits.startswith("."):
        digits = "0" + digits
    unit, after = unit_after(text, end)
    if not unit and (tail := _TAIL.match(text, end)):
        if not _ORDINAL.match(text, end):
            joined = text[start : tail.end()]
            return Token(Sort.WORD, joined.lower(), start, tail.end(), joined)
        after = tail.end()
    return Token(Sort.NUMBER, digits, start, after, match.group(), unit)


def unit_after(text: str, place: int) -> tuple[str, int]:
    """The UCUM unit that stands right after `place` in a text and where it ends; ("", place) where none does.

    Spellings that units.csv lacks count as units where they look like UCUM ("{score}", "10*9/L").
    """
    start = place
    while start < len(text) and text[start] in "   -" and start - place < 2:
        start += 1
    first = _CHUNK.match(text, start)
    if first is None:
        return "", place
    ends = [first.end()]
    while len(ends) < 3 and (following := _NEXT.match(text, ends[-1])):
        ends.append(following.end())
    for end in reversed(ends):
        for stripped in (text[start:end], text[start:end].rstrip(".:!?”\"'-")):
            known = LEXICON.units.get(stripped.casefold())
            if known and stripped.casefold() not in _LETTERS:
                return known, start + len(stripped)
    head = first.group().split("-")[0].rstrip(".:!?")
    if (known := LEXICON.units.get(head.casefold())) and head.casefold() not in _LETTERS:
        return known, start + len(head)
    part = _IN_AN_AMOUNT.match(head)
    if part and (known := LEXICON.units.get(part.group(1).casefold())):
        return known, start + part.end(1)
    return _looks_like_ucum(first.group().rstrip(".:!?"), start, place)


def _looks_like_ucum(chunk: str, start: int, place: int) -> tuple[str, int]:
    if chunk[0] in "{(":
        return "", start + len(chunk)
    if any(sign in chunk for sign in "/[]{}%*^") and chunk[0] != "/":
        return chunk.casefold(), start + len(chunk)
    return "", place


def unit_named(unit: str | None) -> str:
    """A source's unit as the same word that a text's unit becomes; "" for none and for annotations."""
    if not unit or unit == "1" or unit[0] in "{(":
        return ""
    bare = _ANNOTATION.sub("", unit).casefold()
    return LEXICON.units.get(unit.casefold()) or LEXICON.units.get(bare, bare)


def _day(kind: str, match: re.Match[str]) -> str | None:
    said = match.group()
    if kind == "iso":
        return match.group("iso")
    if kind == "month":
        return said
    figures = [int(part) for part in re.findall(r"\d+", said)]
    if kind == "us":
        month, day, year = figures
        return _iso(year + (2000 if year < 100 else 0), month, day)
    name = (match.group("dm_month") or match.group("md_month") or match.group("my_month"))[:3].lower()
    month = next(place for place, full in enumerate(MONTHS, 1) if full.startswith(name))
    if kind == "my":
        return f"{figures[0]:04}-{month:02}"
    if len(figures) == 2:
        return _iso(figures[1], month, figures[0])
    return f"--{month:02}-{figures[0]:02}" if 1 <= figures[0] <= 31 else None


def _iso(year: int, month: int, day: int) -> str | None:
    return f"{year:04}-{month:02}-{day:02}" if _real(year, month, day) else None


def _real(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
