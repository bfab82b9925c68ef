"""The calendar as other programs take it: JSON, and an iCalendar file (RFC 5545) of the days on which something is due."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from careloom.care.programme import Standing, StepKind

TITLES: Mapping[str, str] = {
    "weekly": "substantial revisions of the week",
    "monthly": "accuracy audit of the month",
    "quarterly": "work, groups, vigilance of the quarter",
    "yearly": "compliance review of the year",
}
# Octets of a line, its end aside (RFC 5545, 3.1).
LONGEST = 75


def as_json(year: int, every: Iterable[Standing], owners: Mapping[str, str]) -> dict[str, Any]:
    """A year's periods: how each stands, when it is due, how many versions of its report there are, and who looked it through (user id)."""
    return {"year": year, "periods": [_row(one, owners) for one in every]}


def _row(one: Standing, owners: Mapping[str, str]) -> dict[str, Any]:
    done = one.newest(StepKind.DONE)
    return {
        "item": one.period.item,
        "period": one.period.name,
        "first": one.period.first.isoformat(),
        "last": one.period.last.isoformat(),
        "due": one.period.due.isoformat(),
        "owner": owners[one.period.item],
        "state": one.state,
        "late": one.late,
        "reports": len(one.reports),
        "done": {"at": done.at.isoformat(), "by": done.who, "note": done.body["note"]} if done else None,
    }


def as_ics(every: Iterable[Standing], owners: Mapping[str, str], at: datetime) -> bytes:
    """A whole-day event on the due day of each period. The same period has the same UID, so that a calendar that reads it again adds none."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Careloom//Calendar of watching//EN",
        "CALSCALE:GREGORIAN",
    ]
    for one in every:
        lines += _event(one, owners[one.period.item], at)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line)).encode()


def _event(one: Standing, owner: str, at: datetime) -> list[str]:
    due, period = one.period.due, one.period
    return [
        "BEGIN:VEVENT",
        f"UID:{period.item}-{period.name}@careloom",
        f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(f'Careloom {period.name}: {TITLES[period.item]}')}",
        f"DESCRIPTION:{_escaped(f'{period.first} to {period.last}; owner: {owner}; {one.state}. /calendar/{period.item}/{period.name}')}",
        f"STATUS:{'CONFIRMED' if one.state != 'coming' else 'TENTATIVE'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]  # fmt: skip


def _escaped(words: str) -> str:
    """Text as RFC 5545, 3.3.11, has it."""
    escapes = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
    return words.translate(escapes)


def _folded(line: str) -> Iterator[str]:
    """A line of at most LONGEST octets, and what follows of it each behind a space; no character is cut."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > LONGEST:
            yield part
            part = " "
        part += letter
    yield part
