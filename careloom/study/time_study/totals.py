"""Totals: minutes by activity over everybody who is observed, so that nobody's own minutes can be read from them.

Takes    shifts, who agreed to be counted in a small group, and whether the study is over
Gives    by activity how often, how long in all and on average; what is left out, and why
Never    shows a group in which one to four people are who did not agree, or changes such a group's number while the study goes on

Where everybody whom it counts agreed, it is shown at once. Those who did not agree are counted together when the study is closed, and there are at
least five of them: before, whoever looks yesterday and today would see what the one did who was observed today.
A minute of a person counts once: where two observe her at once it is the one whose shift began first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from careloom.study.time_study.shifts import Shift, Stretch

FEWEST_PEOPLE = 5


@dataclass(frozen=True, slots=True)
class Total:
    """An activity: how many people did it, how often, and seconds in all. `seconds` and `times` are None where it would tell of somebody.

    `by_day` has of each day on which it was seen how often and how many seconds.
    """

    activity: str
    people: int | None
    times: int | None
    seconds: float | None
    by_day: tuple[tuple[int, float], ...] = ()

    @property
    def mean_minutes(self) -> float | None:
        """Minutes that it took once, on average."""
        return self.seconds / self.times / 60 if self.seconds is not None and self.times else None


@dataclass(frozen=True, slots=True)
class Totals:
    """All of a study: its activities, the most minutes first; how many people are counted, and how many aren't (yet) and why.

    `waiting` people did not agree and are counted when the study is closed with five of them or more; `doubtful` stretches count for nothing.
    `clock_sets` shifts are those in which a phone's clock was set.
    """

    activities: tuple[Total, ...]
    people: int
    waiting: int
    doubtful: int
    shifts: int
    clock_sets: int = 0

    @property
    def seconds(self) -> float:
        """Of everything that is shown."""
        return sum(one.seconds or 0.0 for one in self.activities)

    def find(self, activity: str) -> Total | None:
        """The activity of this id, where its minutes are shown."""
        return next(
            (one for one in self.activities if one.activity == activity and one.seconds is not None), None
        )


def once(stretches: Iterable[Stretch], order: Sequence[str]) -> tuple[Stretch, ...]:
    """Of stretches that count, those of each person that no earlier shift (`order` of their ids) of another observer covers."""
    by_person: dict[str, list[Stretch]] = defaultdict(list)
    for one in stretches:
        if one.counts:
            by_person[one.observed].append(one)
    place = {shift: number for number, shift in enumerate(order)}
    found = []
    for rows in by_person.values():
        kept: list[Stretch] = []
        for one in sorted(rows, key=lambda one: (place[one.shift], one.began)):
            if not any(one.observer != other.observer and _meet(one, other) for other in kept):
                kept.append(one)
        found.extend(kept)
    return tuple(found)


def _meet(one: Stretch, other: Stretch) -> bool:
    assert one.ended is not None and other.ended is not None
    return one.began < other.ended and other.began < one.ended


def hers(shifts: Sequence[Shift], who: str) -> tuple[Total, ...]:
    """The minutes of one person by activity, for herself alone."""
    return _by_activity([one for one in _counted(shifts) if one.observed == who], frozenset((who,)), UTC)


def totals(
    shifts: Sequence[Shift], agreed: Collection[str], closed: datetime | None, zone: tzinfo = UTC
) -> Totals:
    """What may be shown to whoever leads the study; a day is one of `zone`."""
    counted = _counted(shifts)
    people = {one.observed for one in counted}
    silent = people - set(agreed)
    seen = people if closed is not None and len(silent) >= FEWEST_PEOPLE else people - silent
    rows = [one for one in counted if one.observed in seen]
    return Totals(
        _by_activity(rows, frozenset(agreed), zone),
        len(seen),
        len(people - seen),
        sum(len(one.doubtful) for one in shifts),
        len(shifts),
        sum(bool(one.clock_sets) for one in shifts),
    )


def _counted(shifts: Sequence[Shift]) -> tuple[Stretch, ...]:
    return once((part for one in shifts for part in one.stretches), [one.id for one in shifts])


def _by_activity(rows: Sequence[Stretch], agreed: frozenset[str], zone: tzinfo) -> tuple[Total, ...]:
    by_activity: dict[str, list[Stretch]] = defaultdict(list)
    for one in rows:
        by_activity[one.activity].append(one)
    made = []
    for activity, parts in by_activity.items():
        people = {one.observed for one in parts}
        few = 0 < len(people - agreed) < FEWEST_PEOPLE
        seconds = sum(one.lasted.total_seconds() for one in parts)
        made.append(
            Total(activity, None, None, None)
            if few
            else Total(activity, len(people), len(parts), seconds, _by_day(parts, zone))
        )
    return tuple(sorted(made, key=lambda one: (-(one.seconds or -1.0), one.activity)))


def _by_day(parts: Sequence[Stretch], zone: tzinfo) -> tuple[tuple[int, float], ...]:
    found: dict[date, list[float]] = defaultdict(list)
    for one in parts:
        found[one.began.astimezone(zone).date()].append(one.lasted.total_seconds())
    return tuple((len(lasted), sum(lasted)) for _, lasted in sorted(found.items()))
