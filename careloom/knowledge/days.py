"""Days as rules count them: so many months ago, and how old somebody is."""

from calendar import monthrange
from datetime import date

# Years: who is younger is a child.
ADULT = 18


def months_before(day: date, months: int) -> date:
    """The same day so many calendar months earlier (the last of the month where it has no such day)."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age_on(day: date, birth_date: str | None) -> int | None:
    """Whole years on that day; None where the birth date is not known."""
    try:
        born = date.fromisoformat(birth_date or "")
    except ValueError:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_child(day: date, birth_date: str | None) -> bool:
    """Whether somebody is known to be under 18 on that day."""
    years = age_on(day, birth_date)
    return years is not None and years < ADULT
