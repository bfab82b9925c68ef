"""Working hours: a site's calendar, by which due times are counted. No clock: time comes in."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from careloom.errors import ConfigError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A calendar without a working hour in so many days is a mistake.
LOOK_AHEAD = 60
# Monday is 0.
WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours by weekday (Monday first), and days on which nobody works. One without hours counts around the clock."""

    zone: ZoneInfo
    hours: tuple[tuple[tuple[time, time], ...], ...] = ()
    holidays: frozenset[date] = field(default_factory=frozenset)

    def works_on(self, day: date) -> bool:
        """Whether somebody works on a day; without hours on each."""
        return not self.hours or bool(self._spans(day))

    def is_business_day(self, day: date) -> bool:
        """Whether it is Monday to Friday and no holiday of the site, whatever hours it keeps."""
        return day.weekday() < WEEKEND and day not in self.holidays

    def next_day(self, day: date) -> date:
        """The next day after one on which somebody works; where no hours are set, the next business day."""
        works = self.works_on if self.hours else self.is_business_day
        return next(one for number in range(1, LOOK_AHEAD * 7) if works(one := day + timedelta(days=number)))

    def is_open(self, at: datetime) -> bool:
        """Whether it is working time."""
        here = at.astimezone(self.zone)
        return not self.hours or any(start <= here < end for start, end in self._on(here.date()))

    def later(self, at: datetime, hours: float) -> datetime:
        """The time after so many working hours; around the clock where no hours are set."""
        left = timedelta(hours=hours)
        if not self.hours:
            return at + left
        for start, end in self._from(at):
            if start + left <= end:
                return (start + left).astimezone(at.tzinfo)
            left -= end - start
        raise ConfigError("the calendar of working hours has too few of them")

    def _from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans of working time from a time on, in UTC, so that a day with 23 or 25 hours is counted as it is."""
        first = at.astimezone(self.zone).date()
        for number in range(LOOK_AHEAD * 7):
            for start, end in self._on(first + timedelta(days=number)):
                if end > at:
                    yield max(start, at).astimezone(UTC), end.astimezone(UTC)

    def _on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for start, end in self._spans(day):
            yield datetime.combine(day, start, self.zone), datetime.combine(day, end, self.zone)

    def _spans(self, day: date) -> tuple[tuple[time, time], ...]:
        return () if day in self.holidays else self.hours[day.weekday()]


def calendar(text: str, zone: str) -> Calendar:
    """A calendar as its file has it: a line for each weekday, such as mon = "08:00-12:00, 13:00-17:00", `holidays` as dates, and
    perhaps a `zone` of its own. Raises ConfigError naming the line that doesn't fit."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise ConfigError("the calendar of working hours is no TOML") from None
    if unknown := told.keys() - {*DAYS, "holidays", "zone"}:
        raise ConfigError(f"the calendar of working hours has no line {min(unknown)}")
    try:
        place = ZoneInfo(told.get("zone", zone))
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        raise ConfigError("the zone of the calendar of working hours is none") from None
    holidays = told.get("holidays", [])
    if not isinstance(holidays, list) or any(type(one) is not date for one in holidays):
        raise ConfigError("holidays of the calendar are dates, such as [2026-12-25]")
    hours = tuple(_spans(day, told.get(day, "")) for day in DAYS)
    if not any(hours):
        raise ConfigError("the calendar of working hours has none")
    return Calendar(place, hours, frozenset(holidays))


def _spans(day: str, text: object) -> tuple[tuple[time, time], ...]:
    found: list[tuple[time, time]] = []
    try:
        for part in filter(None, (one.strip() for one in str(text).split(","))):
            start, end = (time.fromisoformat(one.strip()) for one in part.split("-"))
            if start >= end or (found and start < found[-1][1]):
                raise ValueError(part)
            found.append((start, end))
    except ValueError:
        raise ConfigError(f'{day} of the calendar is written "08:00-12:00, 13:00-17:00"') from None
    return tuple(found)
