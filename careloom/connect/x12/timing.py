"""Dates and times of X12, as they are written and as our `When`."""

import calendar

from careloom.care.entry import Period, When, when


def is_date(said: str) -> bool:
    """Whether it is a date of six or eight digits that exists (X12 element type DT)."""
    if not (said.isascii() and said.isdigit()) or len(said) not in (6, 8):
        return False
    year = int(said[:-4]) if len(said) == 8 else 2000 + int(said[:2])
    month, day = int(said[-4:-2]), int(said[-2:])
    return year >= 1800 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def is_time(said: str) -> bool:
    """Whether it is a time of four to eight digits that exists (X12 element type TM)."""
    if not (said.isascii() and said.isdigit()) or len(said) not in (4, 6, 7, 8):
        return False
    return said[:2] < "24" and said[2:4] < "60" and said[4:6] < "60"


def is_span(form: str, said: str) -> bool:
    """Whether a date period is as its qualifier (X12 element 1250) says; qualifiers not known here pass."""
    if form == "RD8":
        start, mark, end = said.partition("-")
        return bool(mark) and len(start) == len(end) == 8 and is_date(start) and is_date(end) and start <= end
    if form in ("D8", "D6"):
        return len(said) == int(form[1]) and is_date(said)
    if form == "DT":
        return len(said) == 12 and is_date(said[:8]) and is_time(said[8:])
    if form == "RDT":
        start, mark, end = said.partition("-")
        return bool(mark) and is_span("DT", start) and is_span("DT", end)
    return is_time(said) if form == "TM" else True


def moment(day: str, zone: str, time: str = "") -> When | None:
    """A date (with a time) as `When`; None where it is none."""
    if not is_date(day):
        return None
    year = day[:4] if len(day) == 8 else ("20" if day[:2] < "70" else "19") + day[:2]
    text = f"{year}-{day[-4:-2]}-{day[-2:]}"
    if is_time(time):
        text += f"T{time[:2]}:{time[2:4]}" + (f":{time[4:6]}" if len(time) >= 6 else "")
    return when(text, zone)


def span(form: str, said: str, zone: str) -> Period:
    """A date period with its qualifier; empty where it is not as the qualifier says."""
    if not is_span(form, said):
        return Period()
    if form == "RD8":
        return Period(moment(said[:8], zone), moment(said[9:], zone))
    if form == "DT":
        return Period(moment(said[:8], zone, said[8:]))
    return Period(moment(said, zone)) if form in ("D8", "D6") else Period()


def across(periods: list[Period]) -> Period:
    """From the first start to the last end or start of several periods; one day alone has no end."""
    starts = [one.start for one in periods if one.start]
    if not starts:
        return Period()
    ends = [one.end or one.start for one in periods if one.start]
    first = min(starts, key=lambda one: one.earliest)
    last = max((one for one in ends if one), key=lambda one: one.latest)
    return Period(first, last if last.day != first.day else None)
