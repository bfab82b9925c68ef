"""Arriving: the day counts of what sources sent and of whom it was about, from the data audit's own pass through the records.

Takes    the audit's tally; of each patient the groups (age band, sex, language, payer) and conditions, and the days on which something came
Gives    day counts of each source and of the case mix
Never    reads a record by itself, or keeps anything about one person
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from careloom.care.watched import DayCount
from careloom.monitor.series import HOURS, name, step_of
from careloom.readiness import Tally

MIX = ("age", "sex", "language", "payer")
CONDITIONS = "conditions"
NOT_KNOWN = "not recorded"


@dataclass
class Mix:
    """Whom something came about, by day: each patient once a day."""

    bins: defaultdict[tuple[str, date], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, groups: Mapping[str, str], conditions: Iterable[str], days: Collection[date]) -> None:
        """Count a patient on each of these days."""
        known = [(kind, groups.get(kind, NOT_KNOWN)) for kind in MIX]
        known += [(CONDITIONS, one) for one in sorted(set(conditions))]
        for day in days:
            for kind, group in known:
                self.bins[kind, day][group] += 1


def counts(tally: Tally, mix: Mix) -> dict[date, list[DayCount]]:
    """The day counts of every day that the audit knows."""
    found: defaultdict[date, list[DayCount]] = defaultdict(list)
    for (source, field_), days in tally.days.items():
        if not field_:
            # A day on which nothing came is a day, too.
            first = min(days, default=tally.as_of)
            for day in (first + timedelta(n) for n in range((tally.as_of - first).days + 1)):
                found[day].append(
                    DayCount(series=name("messages", source), day=day, number=1, hits=days[day])
                )
            continue
        for day, number in tally.days[source, ""].items():
            if number:
                found[day].append(
                    DayCount(series=name("shown", source, field_), day=day, number=number, hits=days[day])
                )
    for (source, field_, part), having in tally.parts.items():
        for day, number in tally.days[source, field_].items():
            if number:
                found[day].append(
                    DayCount(
                        series=name("whole", source, field_, part),
                        day=day,
                        number=number,
                        hits=min(having[day], number),
                    )
                )
    for (source, field_), by_day in tally.systems.items():
        for day, systems in by_day.items():
            found[day].append(_bins(name("coding", source, field_), day, systems))
    for (source, lab), by_day in tally.units.items():
        for day, units in by_day.items():
            found[day].append(_bins(name("units", source, lab), day, units))
    for source, lags in tally.lags.items():
        for day, hours in lags.items():
            steps: Counter[str] = Counter()
            for hour, number in hours.items():
                steps[step_of(hour, HOURS)] += number
            found[day].append(_bins(name("delay", source), day, steps))
    for (kind, day), bins in mix.bins.items():
        found[day].append(_bins(kind, day, bins))
    return found


def _bins(series: str, day: date, bins: Counter[str]) -> DayCount:
    return DayCount(series=series, day=day, number=bins.total(), bins=dict(bins))
