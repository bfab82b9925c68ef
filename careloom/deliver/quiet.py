"""Quiet hours: from when until when nobody is disturbed, by the clock on the wall.

Where the clock is put forward over their end, or back across it, the later of the two instants that it can mean counts.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from careloom.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `start` to before `end`, in `zone`; equal ones are no quiet hours."""

    start: time
    end: time
    zone: ZoneInfo

    def over(self, now: datetime) -> datetime:
        """The first instant, not before now, at which a message may go out (UTC)."""
        here = now.astimezone(self.zone)
        if not self._is_quiet(here.time()):
            return now.astimezone(UTC)
        day = here.date()
        if here.time().replace(tzinfo=None) >= self.end:
            day += timedelta(days=1)
        ends = datetime.combine(day, self.end, self.zone)
        both = (ends.replace(fold=0).astimezone(UTC), ends.replace(fold=1).astimezone(UTC))
        return max(now.astimezone(UTC), *both)

    def _is_quiet(self, at: time) -> bool:
        at = at.replace(tzinfo=None)
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def quiet(text: str, zone: str) -> Quiet:
    """Quiet hours as a setting has them, "21:00-08:00"; "" for none. Raises ConfigError."""
    try:
        start, _, end = (text or "00:00-00:00").partition("-")
        return Quiet(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()), ZoneInfo(zone))
    except (ValueError, KeyError):
        raise ConfigError("CARELOOM_QUIET_HOURS is written as 21:00-08:00") from None
