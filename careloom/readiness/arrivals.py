"""When a source's messages come: at once, in batches or all day; and whether it has fallen silent."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from statistics import median

# Hours of a day in which something comes, from which on a feed counts as real-time, or as several batches.
REAL_TIME, SEVERAL = 6, 3
# So many days of arrivals must be known before silence says something.
ENOUGH_DAYS = 5
# (median days between two days of arrivals, what it is called)
RHYTHMS = ((1.5, "daily batch"), (10, "weekly batch"), (45, "monthly batch"))


@dataclass
class Arrivals:
    """The hours in which messages came, in the zone in which they are given: grows with hours, not with messages."""

    messages: int = 0
    hours: set[datetime] = field(default_factory=set)

    def add(self, received: datetime) -> None:
        """Count a message."""
        self.messages += 1
        self.hours.add(received.replace(minute=0, second=0, microsecond=0))

    @property
    def days(self) -> list[date]:
        """The days on which something came, in order."""
        return sorted({hour.date() for hour in self.hours})

    def rhythm(self) -> str:
        """ "nothing", "one load", "real time", "several times a day", or a batch by its median distance."""
        days = self.days
        if len(days) < 2:
            return "one load" if days else "nothing"
        a_day = median(Counter(hour.date() for hour in self.hours).values())
        if a_day >= SEVERAL:
            return "real time" if a_day >= REAL_TIME else "several times a day"
        apart = median(_gaps(days))
        return next((name for most, name in RHYTHMS if apart <= most), "now and then")

    def silent_since(self, as_of: date) -> date | None:
        """The last day of arrivals, where twice the longest pause so far has passed since; else None."""
        days = [day for day in self.days if day <= as_of]
        if len(days) < ENOUGH_DAYS:
            return None
        return days[-1] if (as_of - days[-1]).days > 2 * max(_gaps(days)) else None


def _gaps(days: list[date]) -> list[int]:
    return [(after - before).days for before, after in pairwise(days)]
