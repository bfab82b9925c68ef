"""HL7 dates and times (DT, TM, TS, DTM) as times of ours. Source: HL7 v2.8.2, chapter 2A, DTM; v2.3.1, TS.2 precision."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from careloom.care.entry import When, when
from careloom.errors import InputError

DTM = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\.\d{1,9})?)?)?)?)?)?\s*(Z|[+-]\d{4})?"
)
ISO = re.compile(r"\d{4}-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?)?")
TM = re.compile(r"(\d\d)(?:(\d\d)(?:(\d\d)(\.\d{1,4})?)?)?\s*([+-]\d{4})?")
ZEROS = re.compile(r"0+")
# TS.2, degree of precision: how many digits of the time count.
PRECISION = {"Y": 4, "L": 6, "D": 8, "H": 10, "M": 12, "S": 14}
NO_TIME = "is not a date or time that HL7 allows"
# A birth date after this year is a date written otherwise ("500101" for the first of January 1950).
LAST_YEAR = "2199"


@lru_cache(maxsize=16_384)
def moment(text: str, zone: str, precision: str = "") -> When | None:
    """A DTM as a time, its text in ISO form and of the source's precision; None for nothing but zeros.

    `zone` (IANA) is taken where no offset stands. Raises InputError for anything that is no time.
    """
    said = text.strip()
    found = DTM.fullmatch(said)
    if found is None:
        if ISO.fullmatch(said):
            return _checked(said, zone)
        raise InputError(NO_TIME)
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if ZEROS.fullmatch(year):
        if ZEROS.fullmatch(re.sub(r"\D", "", said.removesuffix(offset or ""))):
            return None
        raise InputError(NO_TIME)
    keep = PRECISION.get(precision, 14)
    if keep < 14:
        fraction = None
        year, month, day, hour, minute, second = (
            part if place * 2 + 4 <= keep else None
            for place, part in enumerate((year, month, day, hour, minute, second))
        )
    iso = "-".join(part for part in (year, month, day) if part)
    zoned = "" if offset is None else "Z" if offset == "Z" else f"{offset[:3]}:{offset[3:]}"
    if hour is None:
        return _day(iso, zoned, zone)
    if minute is None:
        return _hour(f"{iso}T{hour}", zoned, zone)
    clock = ":".join(part for part in (hour, minute, second) if part)
    return _checked(f"{iso}T{clock}{fraction or ''}{zoned}", zone)


def clock(text: str) -> str:
    """A TM as FHIR's time ("14:05", "22:31:00.0000"); the text itself where it is none."""
    found = TM.fullmatch(text.strip())
    if found is None:
        return text
    hour, minute, second, fraction, _ = found.groups()
    return ":".join(part for part in (hour, minute or "00", second) if part) + (fraction or "")


def day_of(text: str) -> str | None:
    """The date in a DTM (a birth date), as ISO text of its precision, without its clock; None for zeros.

    Raises InputError.
    """
    found = moment(text, "UTC")
    if found and found.text[:4] > LAST_YEAR:
        raise InputError(NO_TIME)
    return found.text[:10] if found else None


def _checked(text: str, zone: str) -> When:
    try:
        return when(text, zone)
    except InputError:
        raise InputError(NO_TIME) from None


def _day(text: str, offset: str, zone: str) -> When:
    found = _checked(text, zone)
    if not offset:
        return found
    # A day with an offset is that day there, wherever the source is.
    there = timedelta(0) if offset == "Z" else _offset(offset)
    own = _checked(text, "UTC")
    return When(text, own.earliest - there, own.latest - there, "UTC" if offset == "Z" else offset)


def _hour(text: str, offset: str, zone: str) -> When:
    try:
        start = datetime.fromisoformat(text)
        there = timezone(_offset(offset)) if offset not in ("", "Z") else ZoneInfo("UTC" if offset else zone)
        first = start.replace(tzinfo=there).astimezone(UTC)
        last = first + timedelta(hours=1, microseconds=-1)
    except (ValueError, OverflowError):
        raise InputError(NO_TIME) from None
    named = ("UTC" if offset == "Z" else offset) or zone
    return When(f"{text}{offset}", first, last, named, zone_assumed=not offset)


def _offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    found = sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    if abs(found) >= timedelta(hours=24):
        raise InputError(NO_TIME)
    return found
