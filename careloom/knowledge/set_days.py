"""The day that a need's own words set ("must leave by 2026-12-15"): by then the home, the power or the water is lost.

Source   the note's or the screening's own words
Misses   a day told only by its weekday without "by"; words for losing a home that this list lacks
"""

import re
from collections.abc import Iterable
from datetime import date

from careloom.care.entry import Entry
from careloom.text.days import days_named

# What is announced: the home is lost, or something is cut off.
_LOST = re.compile(
    r"\bevict|\bforeclos|\bnotice to (?:quit|vacate|leave)\b|\block(?:ed)?[- ]?out\b|\bmarshal\b|\bsheriff\b|"
    r"\b(?:must|has to|have to|had to|needs? to|told to|ordered to|asked to) (?:leave|move out|be out|vacate|get out)\b|\bout by\b|"
    r"\bshut[- ]?offs?\b|\bdisconnect|\b(?:cut|turned|shut) off\b|"
    r"\bdesaloj|\bembargo|\bcort(?:e|an|ar[áa]n?) (?:de |la |el )|\b(?:debe|tiene que) (?:salir|irse|dejar|desocupar)",
    re.IGNORECASE,
)
# Between two of these only one day is told.
_PART = re.compile(r"(?<=[.;!?])\s+")


def day_set(entries: Iterable[Entry], as_of: date) -> date | None:
    """The first day after `as_of` that the words of needs announce a loss for; None where they name none."""
    days = [
        day
        for entry in entries
        if (written := entry.happened) is not None
        for part in _PART.split(entry.detail.get("quote", ""))
        if _LOST.search(part)
        for day in days_named(part, written.day)
        if day > max(as_of, written.day)
    ]
    return min(days, default=None)
