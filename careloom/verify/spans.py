"""Spans of days, as the keys of date tokens: "2026-08-01..2026-08-31", of which several may stand with "|" between."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

# Days that a period has.
_DAYS = {"day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 30.44, "year": 365.25, "decade": 3652.5}
SEASONS = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}
PARTS = {"early": (0, 0.4), "mid": (0.25, 0.75), "late": (0.6, 1)}
_FOREVER = date(1880, 1, 1)


def covers(key: str, own: str) -> bool:
    """Whether a date of a source ("2026", "2026-03", "2026-03-04") may lie in one of a key's spans."""
    low, high = f"{own}-01-01"[:10] if len(own) == 4 else f"{own}-01"[:10], (own + "-12-31")[:10]
    if len(own) == 7:
        high = f"{own}-31"
    return any(first <= high and low <= last for first, last in spans(key))


def spans(key: str) -> Iterator[tuple[str, str]]:
    """The spans of a date token's key; none for a plain date."""
    for span in key.removeprefix("<").split("|"):
        first, joint, last = span.partition("..")
        if joint:
            yield first, last


def back(day: date, number: float, unit: str) -> date:
    """The day a number of periods before a day; of whole months and years the same day of the month."""
    if unit in ("month", "year", "decade") and number == int(number):
        months = int(number) * {"month": 1, "year": 12, "decade": 120}[unit]
        year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
        if year < _FOREVER.year:
            return _FOREVER
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    try:
        return day - timedelta(days=round(number * _DAYS[unit]))
    except OverflowError:
        return _FOREVER


def span(first: date, last: date) -> str:
    """Two days as a key."""
    return f"{max(first, _FOREVER).isoformat()}..{last.isoformat()}"


def of_month(year: int, month: int, part: str = "") -> str:
    """A month, or its early, mid or late part."""
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return part_of(first, last, part)


def part_of(first: date, last: date, part: str) -> str:
    """A part ("early", "mid", "late"; "" for all) of the days from the first to the last."""
    if part:
        low, high = PARTS[part]
        days = (last - first).days
        first, last = (
            first + timedelta(days=int(days * low)),
            first + timedelta(days=int(days * high + 0.999)),
        )
    return span(first, last)


def of_season(name: str, year: int, part: str = "") -> str:
    """Three whole months of a year; a winter that bears a year may be either of its two."""
    if name == "winter":
        return "|".join(part_of(date(one - 1, 12, 1), date(one, 2, 28), part) for one in (year, year + 1))
    month = SEASONS[name]
    return part_of(date(year, month, 1), date(year, month + 2, monthrange(year, month + 2)[1]), part)


def season_near(name: str, day: date, step: int) -> str:
    """The season of that name that ended last before a day, is now, or comes next."""
    month = SEASONS[name]
    years = range(day.year - 2, day.year + 2)
    all_of = [
        (date(year, month, 1), back(date(year, month, 1), -3, "month") - timedelta(days=1)) for year in years
    ]
    if step < 0:
        first, last = max(span for span in all_of if span[1] < day)
    elif step > 0:
        first, last = min(span for span in all_of if span[0] > day)
    else:
        first, last = max(span for span in all_of if span[0] <= day)
    return span(first, last)
