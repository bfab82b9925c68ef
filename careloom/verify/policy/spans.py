"""Spans: which words of a criterion a reading has taken up, and its numbers, limits and times."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from careloom.knowledge.labs import Lab, unit_key

WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"\d")
_NUMBERS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
}
_COUNT = rf"(?P<count>\d{{1,4}}|{'|'.join(_NUMBERS)})(?:\s*\(\d{{1,4}}\))?"
# "three (3) months", "90 days", "3-month".
_SPAN = rf"{_COUNT}[\s-]*(?P<of>day|week|month|year)s?"
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_BEFORE = r"(?:\s*(?:of|prior to|before|preceding)\s*(?:the |this )?(?:date of )?(?:the |this )?(?:request|submission|application|prior authorization|start))?"
_WITHIN = re.compile(
    rf"\b(?:with)?in\s+(?:the\s+)?(?:last|past|previous|prior|preceding|most recent)?\s*{_SPAN}{_BEFORE}"
    rf"|\b(?:during|over)\s+the\s+(?:last|past|previous|prior|preceding)\s+{_SPAN.replace('count', 'count2').replace('<of>', '<of2>')}"
    rf"|\b(?:no older than|not older than|no more than|less than)\s+{_SPAN.replace('count', 'count3').replace('<of>', '<of3>')}\s+old\b",
    re.IGNORECASE,
)
_LASTING = re.compile(
    rf"\b(?:for\s+)?(?:at least|a minimum of|minimum of|no less than|>=)?\s*(?:an?\s+)?{_SPAN}(?:\s+or\s+(?:more|longer|greater))?"
    r"(?:\s+(?:duration|of (?:therapy|treatment)))?",
    re.IGNORECASE,
)
_SIGNS = {
    ">=": r">=|=>|at or above|at least|greater than or equal to|equal to or greater than|no less than|no younger than|minimum of",
    "<=": r"<=|=<|at or below|at most|less than or equal to|no more than|not exceeding|up to",
    ">": r">|above|greater than|more than|over|older than|exceeding|higher than",
    "<": r"<|below|less than|under|lower than|younger than",
}
LIMIT = f"(?P<limit>{'|'.join(_SIGNS.values())})"
_VALUE = re.compile(
    rf"(?:\bof\s+)?(?:(?P<between>between)\s*|{LIMIT}\s*)?(?P<low>\d+(?:\.\d+)?)\s*(?P<unit>%|(?!(?:or|and|to|in|within|at|on|with|for|from)\b)[a-zA-Zµμ]+(?:[/^][\w.^²]+)*(?:\s?m2)?)?"
    r"(?:\s*(?:and|to|-|–)\s*(?P<high>\d+(?:\.\d+)?)\s*(?P<unit2>%|(?!(?:or|and|in|within|at|on|with|for|from)\b)[a-zA-Zµμ]+(?:[/^][\w.^²]+)*)?)?"
    r"(?:\s*or\s*(?P<side>higher|greater|more|above|less|lower|below))?",
    re.IGNORECASE,
)
_SIDES = {
    "higher": ">=",
    "greater": ">=",
    "more": ">=",
    "above": ">=",
    "less": "<=",
    "lower": "<=",
    "below": "<=",
}


# An HbA1c above 20 is meant in mmol/mol.
_HIGHEST_SHARE = 20
# Units that people leave out: a BMI's and an eGFR's.
_UNSAID = frozenset({"kg/m2", "mL/min/{1.73_m2}"})


@dataclass
class Taken:
    """A text, and which places of it have been taken up."""

    text: str
    places: set[int] = field(default_factory=set)

    def is_free(self, start: int, end: int) -> bool:
        """Whether no place of a span was taken."""
        return self.places.isdisjoint(range(start, end))

    def mark(self, start: int, end: int) -> None:
        """Take up a span."""
        self.places.update(range(start, end))

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first free match of a pattern, which is taken; None where there is none."""
        for found in pattern.finditer(self.text):
            if found.group() and self.is_free(found.start(), found.end()):
                self.mark(found.start(), found.end())
                return found
        return None

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Whether a pattern has a free match."""
        return any(self.is_free(one.start(), one.end()) for one in pattern.finditer(self.text) if one.group())

    def left(self) -> Iterator[str]:
        """The words, and the signs that say more than a comma, of which no place was taken."""
        for found in re.finditer(r"[^\W_]+|[<>=%≥≤&/+]", self.text):
            if not self.places.issuperset(range(found.start(), found.end())):
                yield found.group()

    def within(self) -> int | None:
        """The days of "within the last 90 days", which are taken."""
        return _days(self.take(_WITHIN))

    def lasting(self) -> int | None:
        """The days of "for at least 3 months", which are taken."""
        return _days(self.take(_LASTING))


def _days(found: re.Match[str] | None) -> int | None:
    if found is None:
        return None
    said = {name: text for name, text in found.groupdict().items() if text}
    count = next(text for name, text in said.items() if name.startswith("count")).lower()
    of = next(text for name, text in said.items() if name.startswith("of")).lower()
    number = _NUMBERS.get(count) or int(count)
    # Only whole years are the calendar's.
    return number // 12 * 365 + number % 12 * 30 if of == "month" else number * _DAYS[of]


def whole_of(found: re.Match[str]) -> str:
    """The comparison that a match's words before its number say; "" for none."""
    said = (found["limit"] or "").lower()
    return next((sign for sign, words in _SIGNS.items() if said and re.fullmatch(words, said)), "")


def _needs_no_unit(limit: Decimal, lab: Lab) -> bool:
    """Whether a limit without a unit is meant in one only: that of a score, a BMI or an eGFR, or a share that no other unit has."""
    return (
        "" in lab.convert
        or lab.unit in _UNSAID
        or (lab.unit == "%" and (limit <= _HIGHEST_SHARE or len(_kinds(lab)) == 1))
    )


def _kinds(lab: Lab) -> set[tuple[Decimal, ...]]:
    return {(one.minus, one.times / one.over, one.plus) for one in lab.convert.values()}


def limits_of(taken: Taken, lab: Lab) -> tuple[tuple[tuple[str, Decimal], ...], str]:
    """The comparisons of a result in a text, with their unit, which are taken; none where it has no limit in a unit of it."""
    for found in _VALUE.finditer(taken.text):
        unit = found["unit2"] or found["unit"] or ""
        known = unit_key(unit) in lab.convert or unit_key(lab.unit) == unit_key(unit)
        end = found.end()
        if unit and not known:
            unit, end = "", found.end("low") if not found["high"] else found.end("high")
        if not unit and not _needs_no_unit(Decimal(found["low"]), lab):
            continue
        if not taken.is_free(found.start(), end):
            continue
        side = _SIDES.get((found["side"] or "").lower(), "") if end == found.end() else ""
        sign = side or whole_of(found)
        low = Decimal(found["low"])
        if found["between"] and found["high"]:
            taken.mark(found.start(), end)
            return ((">=", low), ("<=", Decimal(found["high"]))), unit
        if sign and not found["high"]:
            taken.mark(found.start(), end)
            return ((sign, low),), unit
    return (), ""
