"""How often a day, from the words of a dosage ("twice daily", "q8h", "cada 12 horas")."""

import re
from fractions import Fraction

_NUMBERS = {
    "a": 1, "one": 1, "once": 1, "una": 1, "un": 1, "two": 2, "twice": 2, "dos": 2, "three": 3, "thrice": 3,
    "tres": 3, "four": 4, "cuatro": 4, "five": 5, "six": 6, "seis": 6, "eight": 8, "ocho": 8, "ten": 10, "twelve": 12,
}  # fmt: skip
_DAYS = {
    "hour": Fraction(1, 24), "hora": Fraction(1, 24), "h": Fraction(1, 24), "hr": Fraction(1, 24),
    "day": Fraction(1), "dia": Fraction(1), "d": Fraction(1), "daily": Fraction(1),
    "week": Fraction(7), "wk": Fraction(7), "semana": Fraction(7), "weekly": Fraction(7),
    "month": Fraction(30), "mo": Fraction(30), "mes": Fraction(30), "meses": Fraction(30), "monthly": Fraction(30),
    "year": Fraction(365), "yr": Fraction(365), "ano": Fraction(365), "yearly": Fraction(365),
}  # fmt: skip
_NUMBER = r"(\d+|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"
_UNIT = (
    r"(hours?|horas?|hrs?|h|days?|dias?|daily|d|weeks?|wks?|semanas?|weekly|months?|mo|mes(?:es)?|monthly|"
    r"years?|yrs?|anos?|yearly)\b"
)
_ABBREVIATED = {
    "qd": 1, "qday": 1, "q24h": 1, "qam": 1, "qpm": 1, "qhs": 1, "hs": 1, "od": 1, "bid": 2, "q12h": 2, "tid": 3,
    "q8h": 3, "qid": 4, "q6h": 4, "q4h": 6,
}  # fmt: skip
_PER = r"(?:/|per|each|every|al?|por|cada)"
# A count needs "times" or "per" before its unit: "for 10 days" is no frequency.
_TIMES = re.compile(
    rf"\b(?:(once|twice|thrice)\s*{_PER}?|{_NUMBER}\s*(?:x|times?|veces|vez)\s*{_PER}?|{_NUMBER}\s*{_PER})\s*{_UNIT}"
    rf"|\b{_NUMBER}\s+daily\b"
)
_EVERY = re.compile(rf"\b(?:every|each|q|cada)\s*(?:{_NUMBER}\s*)?{_UNIT}")
# "Every other night" is none of every day.
_NTH = {"other": 2, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_SKIPPING = re.compile(
    rf"\b(?:every|each)\s+({'|'.join(_NTH)})\s+(?:{_UNIT}|(morning|noon|evening|night|bedtime)\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b)"
)
_OTHER = re.compile(
    r"\b(?:(?P<days>qod|alternat(?:e|ing) days|dias alternos)|(?P<weeks>qow|alternat(?:e|ing) weeks|semanas alternas)"
    r"|(?P<months>alternat(?:e|ing) months|meses alternos))\b"
)
# Two a week to some, one in two weeks to others.
_EITHER = re.compile(r"\b(?:bi|semi)[- ]?(?:weekly|monthly|annually)\b")
_MOMENT = re.compile(
    r"\b(?:morning|noon|evening|night|bedtime|breakfast|lunch|dinner|supper|manana|noche|acostarse)\b"
)
# "At bedtime" and "at night" are one moment, whichever of two fields says which.
_SAME_MOMENT = {
    "bedtime": "night", "noche": "night", "acostarse": "night", "breakfast": "morning", "manana": "morning",
    "lunch": "noon", "dinner": "evening", "supper": "evening",
}  # fmt: skip
# "2 (two) times daily": the words only repeat the digits.
_REPEATED = re.compile(r"\s*\((?:\d{1,2}|" + "|".join(_NUMBERS) + r")\)")
_WEEKDAYS = re.compile(
    r"\b(?:every|each|on)\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?:\s*(?:,|and|&|/)\s*)*)+"
)
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day")
# "Monday, Wednesday, Friday", "Mon/Wed/Fri": of several days that are listed, each once.
_SHORT_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|nes|ur)?(?:day)?s?"
_LISTED_DAYS = re.compile(rf"\b{_SHORT_DAY}(?:(?:\s*[,/&]\s*|\s+and\s+|\s*,\s*and\s+){_SHORT_DAY})+\b")
_FIRST_LETTERS = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)")
_EXCEPT = re.compile(
    rf"\b(?:daily|every day|each day|all days)\s+(?:except|but|excluding)(?: for)?(?: not)?(?: on)?\s+(?P<days>{_SHORT_DAY}"
    rf"(?:(?:\s*[,/&]\s*|\s+and\s+){_SHORT_DAY})*)\b"
)
_SINGLE = re.compile(r"\b(?:daily|nightly|diari[oa])\b")
_WEEKLY = re.compile(r"\b(?:weekly|semanal(?:mente)?)\b")
# "Recheck monthly" and "monthly labs" are of no dose.
_SELDOM = re.compile(
    r"(?<!check )(?<!labs )(?<!level )(?<!levels )(?<!monitor )(?<!refill )\b(?:(?P<months>monthly|mensual(?:mente)?)|(?P<years>yearly|annually))\b"
    r"(?! (?:labs?|blood|checks?|visits?|refills?|levels?|monitoring|supply)\b)"
)
_EACH_DAY = re.compile(r"\b(?:every|each|cada) (?:morning|noon|evening|night|bedtime|manana|noche)\b")
_MEALS = re.compile(r"\b(?:with|before|after) (?:each |every )?meals\b")
_AS_NEEDED = re.compile(
    r"\b(?:as needed|prn|if needed|when needed|segun sea necesario|si es necesario|"
    r"for (?:a |an )?(?:suspected |known )?(?:opioid )?overdose)\b"
)
_RANGE = re.compile(r"\d\s*(?:-|to|a)\s*\d+\s*(?:hours?|horas?|h\b|times|veces)")
# An exponent ("1e9999999") is no dose, and would be a number of ten million digits.
_SMALL = re.compile(r"\d{1,7}(?:\.\d{1,6})?|\d{1,3}/\d{1,3}")
_PLAIN = str.maketrans("áéíóúñ", "aeioun", ".")


def per_day(text: str) -> Fraction | None:
    """Times a day that a dosage's words state; None where they state none, a range, or "as needed".

    "twice daily" gives 2, "every 8 hours" 3, "once weekly" 1/7, "daily except Monday" 6/7.
    """
    return None if as_needed(text) else rhythm(text)


def rhythm(text: str) -> Fraction | None:
    """As `per_day`, and of what is taken as needed how often it may be."""
    said = _REPEATED.sub("", text.lower().translate(_PLAIN))
    if not said or _RANGE.search(said):
        return None
    for word in re.findall(r"[a-z0-9]+", said):
        if word in _ABBREVIATED:
            return Fraction(_ABBREVIATED[word])
    if left_out := _EXCEPT.search(said):
        return Fraction(7 - len(set(_FIRST_LETTERS.findall(left_out["days"]))), 7)
    if _EITHER.search(said):
        return None
    if skipped := _skipping(said):
        return skipped
    if every := _EVERY.search(said):
        return 1 / (_count(every[1]) * _length(every[2])) * _times_before(said[: every.start()])
    if times := _TIMES.search(said):
        return _count(times[1] or times[2] or times[3] or times[5]) / _length(times[4] or "daily")
    if _MEALS.search(said):
        return Fraction(3)
    if _WEEKLY.search(said):
        return Fraction(1, 7)
    if (seldom := _SELDOM.search(said)) and not _SINGLE.search(said) and not _EACH_DAY.search(said):
        return 1 / _DAYS["month" if seldom["months"] else "year"]
    if days := _LISTED_DAYS.search(said):
        return Fraction(len(set(_FIRST_LETTERS.findall(days[0]))), 7)
    if on_days := _WEEKDAYS.search(said):
        return Fraction(len(set(_WEEKDAY.findall(on_days[0]))), 7)
    if moments := set(_MOMENT.findall(said)):
        return Fraction(len({_SAME_MOMENT.get(one, one) for one in moments}))
    return Fraction(1) if _SINGLE.search(said) else None


def as_needed(text: str) -> bool:
    """Whether a dosage's words say "as needed"."""
    return bool(_AS_NEEDED.search(text.lower().translate(_PLAIN)))


def moments(text: str) -> frozenset[str]:
    """The moments of the day that a dosage's words name ("morning", "bedtime")."""
    return frozenset(_SAME_MOMENT.get(one, one) for one in _MOMENT.findall(text.lower().translate(_PLAIN)))


def number(word: str) -> Fraction | None:
    """A small number in digits ("2", "0.5", "1/2") or in words."""
    if word in _NUMBERS:
        return Fraction(_NUMBERS[word])
    try:
        return Fraction(word) if _SMALL.fullmatch(word) else None
    except ZeroDivisionError:
        return None


def _count(word: str | None) -> Fraction:
    found = number(word) if word else None
    return found or Fraction(1)


def _skipping(said: str) -> Fraction | None:
    """ "every other week", "every third day", "alternate days": once in so many days."""
    if other := _OTHER.search(said):
        return 1 / (2 * _DAYS[(other.lastgroup or "").rstrip("s")])
    if every := _SKIPPING.search(said):
        length = _length(every[2]) if every[2] else Fraction(1 if every[3] else 7)
        return _times_before(said[: every.start()]) / (_NTH[every[1]] * length)
    return None


def _length(unit: str) -> Fraction:
    return _DAYS.get(unit) or _DAYS[unit.rstrip("s")]


def _times_before(said: str) -> Fraction:
    """ "twice every 2 days": the count that stands just before "every"."""
    found = re.search(rf"\b{_NUMBER}\s*(?:times?|veces|vez)?\s*$", said)
    # "1 tablet every 8 hours" has a noun between, so that only a bare count or "times" is one.
    return _count(found[1]) if found and not re.search(r"\btake\s*$", said[: found.start()]) else Fraction(1)
