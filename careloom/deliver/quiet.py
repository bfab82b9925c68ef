"""Quiet hours: from when until when nobody is disturbed, by the clock on the wall; and the part of the day that a patient wishes.

Where the clock is put forward over their end, or back across it, the later of the two instants that it can mean counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from careloom.errors import ConfigError

# From which hour to before which a part of the day lasts, as the field `hours` of a message names it.
PARTS: Mapping[str, tuple[int, int]] = {"morning": (8, 12), "afternoon": (12, 17), "evening": (17, 21)}


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

    def wished(self, part: str, now: datetime) -> datetime:
        """The same, in the part of the day that a patient wishes; where quiet hours leave nothing of it, when they are over."""
        if part not in PARTS:
            return self.over(now)
        begins, ends = PARTS[part]
        outside = Quiet(time(ends), time(begins), self.zone)
        at = self.over(now)
        for _ in range(3):
            fits = self.over(outside.over(at))
            if fits == at:
                return at
            at = fits
        return self.over(now)

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
