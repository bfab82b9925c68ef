"""Spans: from when until when a FHIR date, time or Period lasts, at its precision.

Source   FHIR R4 (4.0.1) datatypes.html#date, #dateTime, #Period; search.html#date
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from careloom.errors import InputError

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?\Z"
)
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def lasting(found: Any) -> tuple[datetime, datetime] | None:
    """The same of a date, a time or a Period of a resource, one without an end until the end of all time; None for what is none."""
    try:
        if isinstance(found, dict):
            begins = span(found["start"], "")[0] if found.get("start") else FIRST
            return begins, span(found["end"], "")[1] if found.get("end") else LAST
        return span(found, "")
    except InputError:
        return None


def span(text: str, where: str) -> tuple[datetime, datetime]:
    """From when until when (not inclusive) a FHIR date or time lasts, at its precision; without a zone in UTC. Raises InputError."""
    # A "+" of a zone that nobody escaped comes as a blank.
    found = _DATE.match(text.strip().replace(" ", "+"))
    if found is None:
        raise InputError("is a date, or a time with its day", where=where)
    year, month, day, hour, minute, second, part, zone = found.groups()
    try:
        if month is None:
            return datetime(int(year), 1, 1, tzinfo=UTC), datetime(min(int(year) + 1, 9999), 1, 1, tzinfo=UTC)
        if day is None:
            begins = datetime(int(year), int(month), 1, tzinfo=UTC)
            return begins, _after(begins, timedelta(days=32)).replace(day=1)
        if hour is None:
            begins = datetime(int(year), int(month), int(day), tzinfo=UTC)
            return begins, _after(begins, timedelta(days=1))
        at = datetime.fromisoformat(
            f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{(part or '')[:7]}{zone or '+00:00'}"
        )
        lasts = timedelta(minutes=1) if second is None else timedelta(seconds=1)
        if part:
            lasts = timedelta(milliseconds=1)
        return at, _after(at, lasts)
    except (ValueError, OverflowError):
        raise InputError("is a date, or a time with its day", where=where) from None


def _after(at: datetime, lasts: timedelta) -> datetime:
    """When what begins then and lasts so long is over: at the end of all time, which many write for "never", at the latest."""
    return at + lasts if LAST - at > lasts else LAST
