"""Silent: a rule that finds something for the first time is held against the drafts before, in which it found nothing.

Takes    day counts of all series
Gives    the same, and of each rule the days before its first finding: all drafts of the day, no hit, in the day's own strata
Misses   that a rule may be newer than those drafts: what a new version finds is told as moved, with the version beside it where that is counted
"""

from collections.abc import Iterable, Iterator
from datetime import date

from careloom.care.watched import DayCount
from careloom.monitor.series import name

_FIRED, _DRAFTS = name("fired", ""), name("findings")


def since_drafted(counts: Iterable[DayCount]) -> Iterator[DayCount]:
    """The day counts, with each rule's days from the first draft on."""
    begun: dict[str, date] = {}
    drafted: dict[date, DayCount] = {}
    for one in counts:
        if one.series.startswith(_FIRED):
            begun[one.series] = min(one.day, begun.get(one.series, one.day))
            drafted[one.day] = one
        elif one.series == _DRAFTS:
            drafted.setdefault(one.day, one)
        yield one
    for series, first in begun.items():
        for day, drafts in drafted.items():
            if day < first:
                strata = {label: (number, 0.0) for label, (number, _) in drafts.strata.items()}
                yield DayCount(series=series, day=day, number=drafts.number, strata=strata)
