"""Days that a text names: written out, in digits, or counted from the day on which it was written; English and Spanish."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_MONTHS = (
    ("january", "jan", "enero"),
    ("february", "feb", "febrero"),
    ("march", "mar", "marzo"),
    ("april", "apr", "abril"),
    ("may", "may", "mayo"),
    ("june", "jun", "junio"),
    ("july", "jul", "julio"),
    ("august", "aug", "agosto"),
    ("september", "sept", "sep", "septiembre", "setiembre"),
    ("october", "oct", "octubre"),
    ("november", "nov", "noviembre"),
    ("december", "dec", "diciembre"),
)
_WEEKDAYS = (
    ("monday", "lunes"),
    ("tuesday", "martes"),
    ("wednesday", "miércoles"),
    ("thursday", "jueves"),
    ("friday", "viernes"),
    ("saturday", "sábado"),
    ("sunday", "domingo"),
)
_COUNTS = {
    word: count
    for count, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1
    )
}
MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
_WEEKDAY_OF = {word: number for number, words in enumerate(_WEEKDAYS) for word in words}
_MONTH = "|".join(sorted(MONTH_OF, key=len, reverse=True))
_DAY = re.compile(
    rf"""
    \b(?P<iso>\d{{4}}-\d\d-\d\d)\b
  | (?:\b(?:on|by|before|until|due|for|el)\s+(?=\d{{1,2}}/\d{{1,2}}\b)|(?<![\d/])(?=\d{{1,2}}/\d{{1,2}}/\d))
    (?P<us>\d{{1,2}}/\d{{1,2}}(?:/\d{{4}}|/\d\d)?)\b(?!/)
  | \b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+|de\s+)?(?P<m1>{_MONTH})\b\.?(?:,?\s+(?:de\s+)?(?P<y1>\d{{4}}))?
  | \b(?P<m2>{_MONTH})\b\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y2>\d{{4}}))?
  | \b(?:in|within|en)\s+(?P<count>\d{{1,2}}|{"|".join(_COUNTS)})\s+(?P<unit>days?|weeks?|d[ií]as?|semanas?)\b
  | \b(?P<near>tomorrow|mañana|this\s+week|esta\s+semana|next\s+week|(?:la\s+)?próxima\s+semana)\b
  | \b(?:by|before|on|until|this|next|el)\s+(?P<weekday>{"|".join(_WEEKDAY_OF)})\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NEAR = {"tomorrow": 1, "mañana": 1, "this": 6, "esta": 6, "next": 13, "la": 13, "próxima": 13}


def days_named(text: str, written: date) -> tuple[date, ...]:
    """The days that a text of `written` names, in its order; a day without a year is the nearest to that day.

    "this week" and "next week" give their last possible day. What is no day of the calendar is passed over.
    """
    return tuple(_days(text, written))


def _days(text: str, written: date) -> Iterator[date]:
    for found in _DAY.finditer(text):
        try:
            yield _day(found, written)
        except (ValueError, OverflowError):
            continue


def _day(found: re.Match[str], written: date) -> date:
    if found["iso"]:
        return date.fromisoformat(found["iso"])
    if found["us"]:
        month, day, *year = (int(part) for part in found["us"].split("/"))
        return _nearest(day, month, year[0] if year else None, written)
    for place in ("1", "2"):
        if month_said := found[f"m{place}"]:
            year_said = found[f"y{place}"]
            month = MONTH_OF[month_said.lower()]
            return _nearest(int(found[f"d{place}"]), month, int(year_said) if year_said else None, written)
    if found["count"]:
        count = _COUNTS.get(found["count"].lower()) or int(found["count"])
        return written + timedelta(days=count * (7 if found["unit"][0].lower() in "ws" else 1))
    if found["near"]:
        return written + timedelta(days=_NEAR[found["near"].split()[0].lower()])
    ahead = (_WEEKDAY_OF[found["weekday"].lower()] - written.weekday()) % 7
    return written + timedelta(days=ahead or 7)


def _nearest(day: int, month: int, year: int | None, written: date) -> date:
    if year is not None:
        return date(year + 2000 if year < 100 else year, month, day)
    every = [date(near, month, day) for near in (written.year - 1, written.year, written.year + 1)]
    return min(every, key=lambda one: abs(one - written))
