"""Judging: every series asked whether it moved, so that all of them together give no more false alarms a year than is said.

Every series has the same share of what is allowed a year: the expected number of false alarms is the sum over series, however these go together (a sum of
expectations asks for no independence), so that a site with many series waits a little longer for each and isn't alarmed more often.

Source   one budget of error for a family: Bonferroni; Dunn 1961, J Am Stat Assoc 56:52-64
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from careloom.care.watched import DayCount
from careloom.monitor import mixes, naming, shares
from careloom.monitor.series import Kind, kind_of
from careloom.monitor.signals import Mark, Shift, Signal, Standing
from careloom.monitor.silent import since_drafted

# False alarms that all series of a site may give in a year, together.
A_YEAR = 2.0
DAYS, WEEKS = 365.25, 365.25 / 7
# A name is new again after so long; names stand side by side where they did so lately.
FORGOTTEN, LATELY = timedelta(14), timedelta(7)
BETWEEN = ", "


@dataclass(frozen=True, slots=True)
class Row:
    """Where a series moved by itself, and how it stands."""

    shifts: tuple[Shift, ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Watched:
    """All that is watched of a site as of a day; `a_year` are the false alarms that it may give."""

    as_of: date
    a_year: float
    rows: Mapping[str, Row]
    marks: tuple[Mark, ...]
    signals: tuple[Signal, ...]
    # Names that one series tells side by side: workers of two versions, or a roll-out; since when.
    abreast: tuple[Mark, ...] = ()

    @property
    def judged(self) -> int:
        """How many series can be judged now."""
        return sum(one.standing.judged for one in self.rows.values())

    @property
    def ready(self) -> date | None:
        """The first day on which another series can be judged, at the pace so far."""
        return min((one.standing.ready for one in self.rows.values() if one.standing.ready), default=None)


def watch(counts: Iterable[DayCount], as_of: date, a_year: float = A_YEAR) -> Watched:
    """What moved until a day; days after it, which a clock that was ahead has left, are no part of it."""
    held: defaultdict[str, list[DayCount]] = defaultdict(list)
    for one in since_drafted(counts):
        if one.day <= as_of:
            held[one.series].append(one)
    kinds = {name: kind for name in held if (kind := kind_of(name)) is not None}
    asked = [name for name, kind in kinds.items() if kind.shape != "mark"]
    marks: list[Mark] = []
    abreast: list[Mark] = []
    rows: dict[str, Row] = {}
    every: dict[str, tuple[Kind, tuple[DayCount, ...]]] = {}
    for name, kind in kinds.items():
        days = tuple(sorted(held[name], key=lambda one: one.day))
        if kind.shape == "mark":
            marks += marks_of(name, days)
            if not name.startswith("version"):
                abreast += abreast_of(name, days, as_of)
            continue
        if kind.shape in ("mix", "spread"):
            shifts, standing = mixes.watch(name, days, as_of, len(asked) * WEEKS / a_year)
        else:
            line = shares.Line.of(days, as_of)
            shifts, standing = shares.watch(line, kind, len(asked) * DAYS / a_year)
        rows[name], every[name] = Row(shifts, standing), (kind, days)
    marks.sort(key=lambda one: (one.day, one.series, one.name))
    around = naming.Around(as_of, every, tuple(marks))
    found = naming.signals({name: row.shifts for name, row in rows.items()}, around)
    return Watched(as_of, a_year, rows, tuple(marks), found, tuple(abreast))


def marks_of(series: str, days: Sequence[DayCount]) -> list[Mark]:
    """The names that a series told first on a later day than its first, or not for a fortnight: what was rolled back is a change, senders that alternate are none."""
    last: dict[str, date] = {}
    before = ""
    found = []
    for one in days:
        if not one.bins:
            continue
        fresh = [name for name in sorted(one.bins) if name not in last or one.day - last[name] > FORGOTTEN]
        # After a long silence nothing is new that was told last.
        if last and not set(one.bins) <= set(before.split(BETWEEN)):
            found += [Mark(series, name, one.day, before) for name in fresh]
        last |= dict.fromkeys(one.bins, one.day)
        before = BETWEEN.join(sorted(one.bins))
    return found


def abreast_of(series: str, days: Sequence[DayCount], as_of: date) -> list[Mark]:
    """What a series tells side by side on its newest days, of which there are two at least; the day of a change is none."""
    named = [one for one in days if one.bins]
    run: list[DayCount] = []
    for one in reversed(named):
        if len(one.bins) < 2:
            break
        run.append(one)
    if len(run) < 2 or as_of - run[0].day > LATELY:
        return []
    return [Mark(series, BETWEEN.join(sorted(run[0].bins)), run[-1].day)]
