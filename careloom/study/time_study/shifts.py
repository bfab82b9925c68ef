"""Shifts: taps as stretches of one activity each, with every doubt that there is about one.

Takes    taps in the site's time, what observers said of them afterwards, and the time now
Gives    each shift with its stretches; a stretch in doubt counts for nothing until somebody said what it was
Never    guesses an end, shortens a night, or drops one of two that overlap
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from careloom.care.observed import Placed, SaidOfTap
from careloom.study.time_study.clocks import OFF, ClockSet, between_sendings

# Nobody does one activity for longer without a tap; a clock that runs on has been forgotten.
LONGEST = timedelta(minutes=120)
# A shift without an end whose last tap is so old isn't going on any more.
FORGOTTEN = timedelta(hours=14)


class Doubt(StrEnum):
    """Why a stretch counts for nothing before somebody said what it was."""

    NO_END = "no_end"  # the shift was never ended
    TOO_LONG = "too_long"  # a clock that ran all night
    OVERLAP = "overlap"  # the same observer says that the same person did two things at once
    CLOCK_SET = "clock_set"  # the phone's clock was set during the shift
    BACKWARDS = "backwards"  # it ends before it began
    FUTURE = "future"  # it ends after it was sent


@dataclass(frozen=True, slots=True)
class Stretch:
    """An activity of one person as one observer saw it; `ended` is None while it goes on, or where nobody knows. "" is a pause."""

    shift: str
    tap: str
    observer: str
    observed: str
    activity: str
    began: datetime
    ended: datetime | None
    doubts: frozenset[Doubt] = frozenset()
    said: SaidOfTap | None = None

    @property
    def lasted(self) -> timedelta:
        """How long it was; none where it has no end."""
        return self.ended - self.began if self.ended else timedelta()

    @property
    def counts(self) -> bool:
        """Whether it is used: it is work, has an end, and nothing about it is in doubt."""
        return bool(self.activity and self.ended and not self.doubts) and not self.left_out

    @property
    def left_out(self) -> bool:
        """Whether somebody said that it counts for nothing."""
        return self.said is not None and self.said.what == "leave_out"


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift of an observer with one person. `off` is the most (seconds) by which her phone's clock was behind (less than 0: ahead)."""

    id: str
    observer: str
    observed: str
    began: datetime
    ended: datetime | None
    stretches: tuple[Stretch, ...]
    notes: tuple[tuple[datetime, str], ...] = ()
    off: float = 0.0
    goes_on: bool = False
    clock_sets: tuple[ClockSet, ...] = ()

    @property
    def was_off(self) -> bool:
        """Whether the phone's clock was so far off that it must be said."""
        return abs(self.off) >= OFF.total_seconds()

    @property
    def doubtful(self) -> tuple[Stretch, ...]:
        """What counts for nothing until somebody says what it was."""
        return tuple(one for one in self.stretches if one.doubts)


def shifts(taps: Iterable[Placed], said: Iterable[SaidOfTap], now: datetime) -> tuple[Shift, ...]:
    """Every shift, in order of its beginning."""
    by_shift: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for one in taps:
        by_shift[one.observer, one.tap.shift].append(one)
    words: dict[tuple[str, str, str], list[SaidOfTap]] = defaultdict(list)
    for word in said:
        words[word.who, word.shift, word.tap].append(word)
    made = [_shift(key, rows, now) for key, rows in by_shift.items()]
    corrected = [
        replace(
            one,
            stretches=tuple(
                _corrected(part, words[one.observer, one.id, part.tap]) for part in one.stretches
            ),
        )
        for one in made
        if one is not None
    ]
    overlapping = _overlaps([part for one in corrected for part in one.stretches])
    found = (
        replace(one, stretches=tuple(_doubted(part, overlapping) for part in one.stretches))
        for one in corrected
    )
    return tuple(sorted(found, key=lambda one: (one.began, one.id)))


def _shift(key: tuple[str, str], rows: list[Placed], now: datetime) -> Shift | None:
    """A shift from its taps; None where all that came so far are notes or were taken back."""
    observer, name = key
    mended, sets = between_sendings(rows)
    rows = list(mended)
    rows.sort(key=lambda one: (one.tap.number, one.at))
    undone = {one.tap.activity for one in rows if one.tap.what == "undo"}
    left = [one for one in rows if one.tap.id not in undone and one.tap.what != "undo"]
    observed = next((one.tap.whom for one in rows if one.tap.whom), "")
    moves = [one for one in left if one.tap.what in ("begin", "activity", "pause", "end")]
    spans = [one for one in left if one.tap.what == "span"]
    if not observed or not (moves or spans):
        return None
    end = next((one.at for one in reversed(moves) if one.tap.what == "end"), None)
    last = max(one.at for one in left)
    goes_on = bool(moves) and end is None and now - last < FORGOTTEN
    stretches = (*_tapped(moves, observed, goes_on=goes_on), *_spans(spans))
    return Shift(
        name,
        observer,
        observed,
        min(one.at for one in (*moves, *spans)),
        end or (max(one.until or one.at for one in spans) if spans and not moves else None),
        tuple(sorted(stretches, key=lambda one: one.began)),
        tuple((one.at, one.tap.text) for one in left if one.tap.text),
        max((one.off for one in rows), key=abs),
        goes_on,
        sets,
    )


def _tapped(moves: Sequence[Placed], observed: str, *, goes_on: bool) -> Iterable[Stretch]:
    for one, after in zip(moves, (*moves[1:], None), strict=False):
        if one.tap.what not in ("activity", "pause"):
            continue
        doubts: set[Doubt] = set()
        if after is None and not goes_on:
            doubts.add(Doubt.NO_END)
        if after is not None and after.at < one.at:
            doubts.add(Doubt.BACKWARDS)
        if any(tap is not None and tap.strayed > OFF.total_seconds() for tap in (one, after)):
            doubts.add(Doubt.CLOCK_SET)
        ended = after.at if after else None
        activity = one.tap.activity if one.tap.what == "activity" else ""
        yield Stretch(
            one.tap.shift,
            one.tap.id,
            one.observer,
            observed,
            activity,
            one.at,
            ended,
            frozenset(doubts | _of_times(activity, one.at, ended, after.received if after else None)),
        )


def _spans(spans: Sequence[Placed]) -> Iterable[Stretch]:
    for one in spans:
        doubts = _of_times(one.tap.activity, one.at, one.until, one.received)
        tap = one.tap
        yield Stretch(
            tap.shift, tap.id, one.observer, tap.whom, tap.activity, one.at, one.until, frozenset(doubts)
        )


def _of_times(
    activity: str, began: datetime, ended: datetime | None, received: datetime | None
) -> set[Doubt]:
    found: set[Doubt] = set()
    if ended is not None and activity and ended - began > LONGEST:
        found.add(Doubt.TOO_LONG)
    if ended is not None and received is not None and ended > received + OFF:
        found.add(Doubt.FUTURE)
    return found


def _overlaps(stretches: Sequence[Stretch]) -> frozenset[str]:
    """The taps of stretches in which one observer says that one person did two things at once, for more than a moment."""
    by_pair: dict[tuple[str, str], list[Stretch]] = defaultdict(list)
    for one in stretches:
        if one.activity and one.ended and not one.left_out:
            by_pair[one.observer, one.observed].append(one)
    found: set[str] = set()
    for rows in by_pair.values():
        rows.sort(key=lambda one: one.began)
        longest: Stretch | None = None
        for one in rows:
            if longest is not None and longest.ended is not None and one.began < longest.ended:
                found.update((longest.tap, one.tap))
            if longest is None or (longest.ended and one.ended and one.ended > longest.ended):
                longest = one
    return frozenset(found)


def _doubted(one: Stretch, overlapping: frozenset[str]) -> Stretch:
    return replace(one, doubts=one.doubts | {Doubt.OVERLAP}) if one.tap in overlapping else one


def _corrected(one: Stretch, words: Iterable[SaidOfTap]) -> Stretch:
    """The stretch as its observer's words have it, one after the other. That it overlaps, none of them settles but one that changes its time."""
    found = one
    for said in words:
        if said.what == "undo":
            found = one
        elif said.what == "activity":
            found = replace(found, said=said, activity=said.value)
        elif said.what == "minutes":
            ended = one.began + timedelta(minutes=int(said.value))
            found = replace(found, said=said, ended=ended, doubts=frozenset())
        elif said.what == "leave_out":
            found = replace(found, said=said, doubts=frozenset())
        else:
            # What has no end, or ends before it began, can't have been so.
            has_end = found.ended is not None and found.ended >= found.began
            found = replace(found, said=said, doubts=frozenset() if has_end else found.doubts)
    return found
