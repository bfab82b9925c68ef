"""Times of the day in a person's sentence: that at which a cited visit begins."""

import re
from collections.abc import Iterator
from datetime import time
from zoneinfo import ZoneInfo

from careloom.care.entry import When
from careloom.verify.own.told import Told

_CLOCK = re.compile(r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?:\s*(?P<half>[ap])\.?m\b)?", re.IGNORECASE)
_OWN_CLOCK = re.compile(r"T([01]\d|2[0-3]):?([0-5]\d)")
# What begins at a time of the day.
_TIMED = frozenset({"Appointment", "Encounter"})
_NOON = 12


def time_is_told(told: Told, place: int) -> bool:
    """Whether a number is of the time at which a cited visit begins, by its source's clock or the site's."""
    token, text = told.case.parsed.tokens[place], told.case.parsed.text
    said = next((one for one in _CLOCK.finditer(text) if one.start() <= token.start < one.end()), None)
    if said is None or not (said["minute"] or said["half"]):
        return False
    starts = [one.effective.start for one in told.case.cited if one.kind in _TIMED]
    return any(
        _is_at(said, clock)
        for start in starts
        if start and start.earliest == start.latest
        for clock in _clocks(start, told.case.zone)
    )


def _clocks(start: When, zone: str) -> Iterator[time]:
    """What the source's own clock showed, and what the site's did."""
    if own := _OWN_CLOCK.search(start.text):
        yield time(int(own[1]), int(own[2]))
    if zone:
        yield start.earliest.astimezone(ZoneInfo(zone)).time()


def _is_at(said: re.Match[str], clock: time) -> bool:
    hour = int(said["hour"])
    if int(said["minute"] or 0) != clock.minute:
        return False
    if said["half"]:
        return hour <= _NOON and hour % _NOON + _NOON * (said["half"].lower() == "p") == clock.hour
    return hour == clock.hour or (hour <= _NOON and hour % _NOON == clock.hour % _NOON)
