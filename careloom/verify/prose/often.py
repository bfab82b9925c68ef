"""How many times a day a text says that something is taken."""

import re
from decimal import Decimal

_COUNT = {
    "once": 1,
    "one": 1,
    "twice": 2,
    "two": 2,
    "thrice": 3,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "eight": 8,
    "twelve": 12,
}
_N = r"(?P<{}>\d{{1,2}}|once|one|twice|two|thrice|three|four|five|six|eight|twelve)"
_DAYS = {
    "hour": Decimal(1) / 24,
    "day": Decimal(1),
    "week": Decimal(7),
    "month": Decimal(30),
    "night": Decimal(1),
}
_TIMES = re.compile(
    rf"\b{_N.format('n')}(?: times?)?[ -]?(?:x )?(?:a |per |each |every |/ ?)?(?P<unit>daily|day|night|nightly|weekly|week|monthly|month)\b",
    re.I,
)
_EVERY = re.compile(
    rf"\b(?:every|each|q)\.? ?(?:{_N.format('n')}[ -]?)?(?P<other>other )?(?P<unit>h|hours?|hrs?|days?|weeks?|months?|d|wk)\b",
    re.I,
)
_PLAIN = (
    (re.compile(r"\b(?:bid|b\.i\.d\.?)\b", re.I), Decimal(2)),
    (re.compile(r"\b(?:tid|t\.i\.d\.?)\b", re.I), Decimal(3)),
    (re.compile(r"\b(?:qid|q\.i\.d\.?)\b", re.I), Decimal(4)),
    (re.compile(r"\bq\.?o\.?d\b", re.I), Decimal("0.5")),
    (re.compile(r"\bweekly\b", re.I), Decimal(1) / 7),
    (re.compile(r"\bmonthly\b", re.I), Decimal(1) / 30),
    (
        re.compile(
            r"\b(?:daily|nightly|q\.?d|qhs|qam|qpm|(?:at|before) bed ?time|every (?:morning|evening|night)|each (?:morning|evening|night)|"
            r"in the (?:morning|evening))\b",
            re.I,
        ),
        Decimal(1),
    ),
)


def times_a_day(text: str) -> Decimal | None:
    """The times a day of the first rhythm that a text tells ("twice daily", "every 8 hours", "weekly"); None for none."""
    every = _EVERY.search(text)
    if every:
        unit = every["unit"].lower()
        days = _DAYS[
            "hour" if unit[0] == "h" else "week" if unit[0] == "w" else "month" if unit[0] == "m" else "day"
        ]
        count = 2 if every["other"] else _number(every["n"] or "1")
        return 1 / (days * count) if count else None
    times = _TIMES.search(text)
    if times:
        unit = times["unit"].lower()
        days = _DAYS["week" if "week" in unit else "month" if "month" in unit else "day"]
        return _number(times["n"]) / days
    return next((value for pattern, value in _PLAIN if pattern.search(text)), None)


def _number(text: str) -> Decimal:
    return Decimal(text) if text.isdigit() else Decimal(_COUNT[text.lower()])
