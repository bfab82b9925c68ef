"""HL7 v3 times (TS) as a `When`, with the precision and the offset that they have.

Source   HL7 v3 Datatypes R1, TS: YYYY[MM[DD[HH[MM[SS[.U[U[U[U]]]]]]]]][+|-ZZzz]
"""

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from careloom.care.entry import When
from careloom.errors import InputError

TIME = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\.\d{1,6}\d*)?)?)?)?)?)?(?:([+-])(\d{2}):?(\d{2}))?"
)
# How long each precision lasts: hour, minute, second.
LASTS = (timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))
TICK = timedelta(microseconds=1)


@lru_cache(maxsize=16_384)
def moment(text: str, zone: str) -> When:
    """A TS as a `When`: "201506221530-0500" is "2015-06-22T15:30-05:00" and lasts a minute.

    `zone` (IANA) is taken where no offset stands. Raises InputError for anything else, the year 0000 included.
    """
    found = TIME.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= 9998:
        raise InputError("is not a time that HL7 allows (YYYYMMDDHHMMSS)")
    try:
        return _day(found, zone) if found[4] is None else _instant(found, zone)
    except (ValueError, OverflowError):
        raise InputError("is not a time that HL7 allows (YYYYMMDDHHMMSS)") from None


def _day(found: re.Match[str], zone: str) -> When:
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    last_month = month if found[2] else 12
    last_day = day if found[3] else calendar.monthrange(year, last_month)[1]
    tz = ZoneInfo(zone)
    start = datetime(year, month, day, tzinfo=tz).astimezone(UTC)
    end = datetime(year, last_month, last_day, tzinfo=tz) + timedelta(days=1) - TICK
    text = "-".join(part for part in found.group(1, 2, 3) if part)
    return When(text, start, end.astimezone(UTC), zone, zone_assumed=True)


def _instant(found: re.Match[str], zone: str) -> When:
    # A leap second counts as the second before: Python has none.
    seconds = min(int(found[6] or 0), 59)
    fraction = found[7] or ""
    micros = int(fraction[1:7].ljust(6, "0")) if fraction else 0
    offset = f"{found[8]}{found[9]}:{found[10]}" if found[8] else ""
    tz = _zone(found) if offset else ZoneInfo(zone)
    year, month, day, hour, minute = (int(found[n] or 0) for n in range(1, 6))
    start = datetime(year, month, day, hour, minute, seconds, micros, tzinfo=tz).astimezone(UTC)
    precision = 0 if found[5] is None else 1 if found[6] is None else 2
    # FHIR has no hour without minutes: the text shows them, the span says how long the hour lasts.
    clock = f"{found[4]}:{found[5] or '00'}" + (f":{found[6]}{fraction}" if found[6] else "")
    text = f"{found[1]}-{found[2]}-{found[3]}T{clock}{offset}"
    last = start if precision == 2 else start + LASTS[precision] - TICK
    return When(text, start, last, offset or zone, zone_assumed=not offset)


def _zone(found: re.Match[str]) -> timezone:
    hours, minutes = int(found[9]), int(found[10])
    if hours > 14 or minutes > 59:
        raise ValueError
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if found[8] == "-" else span)
