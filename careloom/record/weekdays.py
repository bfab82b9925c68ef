"""A plan by the day of the week ("5 mg Mon, Wed, Fri; 2.5 mg all other days") as the amount of a week."""

import re
from fractions import Fraction

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|nes|ur)?(?:days?)?\b",
    re.I,
)
_LETTERS = re.compile(r"\bm([/,-])\s?w\1\s?f\b", re.I)
_REST = re.compile(r"\b(?:(?:all |the )?(?:other|remaining) days?|rest of (?:the )?week|other days)\b", re.I)
_ALL = re.compile(r"\b(?:daily|every day|each day|once a day)\b", re.I)
_AMOUNT = re.compile(r"(?<![\w.,])(\d{1,4}(?:\.\d{1,3})?)\s*(mg|mcg)\b", re.I)


def weekly_mg(words: str) -> Fraction | None:
    """The mg of a week; None where the words state no whole plan by the day of the week."""
    words = _LETTERS.sub("mon wed fri", words)
    if not _DAY.search(words):
        return None
    amounts = list(_AMOUNT.finditer(words))
    given: dict[str, Fraction] = {}
    rest: Fraction | None = None
    for place, found in enumerate(amounts):
        end = amounts[place + 1].start() if place + 1 < len(amounts) else len(words)
        said = words[found.end() : end]
        amount = Fraction(found[1]) * (Fraction(1, 1000) if found[2].lower() == "mcg" else 1)
        days = {day.lower() for day in _DAY.findall(said)}
        if days & given.keys():
            return None
        given |= dict.fromkeys(days, amount)
        if not days or _REST.search(said):
            if rest is not None or not (_REST.search(said) or _ALL.search(said)):
                return None
            rest = amount
    if len(amounts) < 2 or not given or (rest is None and len(given) < len(_DAYS)):
        return None
    return sum((given.get(day, rest or Fraction(0)) for day in _DAYS), Fraction(0))
