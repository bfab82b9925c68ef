"""Clocks: a phone's time brought to the site's, by what its clock was off when it sent its taps; and where it was set between two sendings.

Takes    taps as a phone has them, and at what time by its own two clocks it sent them
Gives    each tap in the site's time, with the phone's kept beside it, and by how much it can't be so
Never    changes what the phone said

A wall clock may be hours off or be set in the middle of a shift; the monotonic one (performance.now) is never set, but on many phones stands still while
they sleep. So the wall clock places a tap, and the monotonic one says what can't be: a tap that is later than the time it counted since then allows.
A clock that was set forward looks like a phone asleep to the monotonic one; but what it was off at the sending before and is off at this one differs by
it. What was tapped between the two is placed by the one offset of both that puts it between them; where both do, nobody knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from careloom.care.observed import Placed, Tap

# A clock is called off from so much on; less is the network's.
OFF = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ClockSet:
    """A phone's clock was set between two sendings, whose times are the site's: by so many seconds (less than 0: back).

    Of the taps between, `moved` were placed by what it was off before, `unplaced` nobody can place.
    """

    after: datetime
    before: datetime
    by: float
    moved: int
    unplaced: int


def placed(
    taps: Iterable[Tap], observer: str, sent: datetime, mono: float, load: str, *, received: datetime
) -> tuple[Placed, ...]:
    """The taps in the site's time. `sent` and `mono` (milliseconds) are what the phone's clocks said as it sent them, `received` is the site's time."""
    off = received - sent
    return tuple(_one(tap, observer, off, mono if tap.load == load else None, received) for tap in taps)


def _one(tap: Tap, observer: str, off: timedelta, mono: float | None, received: datetime) -> Placed:
    at = tap.phone + off
    strayed = 0.0
    if mono is not None:
        latest = received - timedelta(milliseconds=mono - tap.mono)
        strayed = max((at - latest).total_seconds(), 0.0)
    until = tap.until + off if tap.until else None
    return Placed(tap, observer, at, off.total_seconds(), strayed, received, until)


def between_sendings(rows: Iterable[Placed]) -> tuple[tuple[Placed, ...], tuple[ClockSet, ...]]:
    """The taps of one phone, mended where its clock was set between two sendings by more than `OFF`; what can't be placed has strayed by that much."""
    every = sorted(rows, key=lambda one: one.received)
    made, sets = [one for one in every if one.tap.what == "span"], []
    last: Placed | None = None
    for received in dict.fromkeys(one.received for one in every if one.tap.what != "span"):
        sent = [one for one in every if one.received == received and one.tap.what != "span"]
        if last is not None and abs(last.off - sent[0].off) > OFF.total_seconds():
            mended = [_mended(one, last) for one in sent]
            moved = sum(new.off == last.off for new in mended)
            unplaced = sum(
                new is not old and new.off != last.off for new, old in zip(mended, sent, strict=True)
            )
            sets.append(ClockSet(last.received, received, last.off - sent[0].off, moved, unplaced))
            last, sent = sent[0], mended
        else:
            last = sent[0]
        made += sent
    return tuple(made), tuple(sets)


def _mended(one: Placed, last: Placed) -> Placed:
    """A tap that was sent after its phone's clock was set: by which of both offsets it was made."""
    set_by = timedelta(seconds=last.off - one.off)
    if abs(one.received - one.at) <= OFF and not one.strayed:
        return one
    now, before = (last.received - OFF <= at <= one.received + OFF for at in (one.at, one.at + set_by))
    if before and not now:
        return replace(one, at=one.at + set_by, off=last.off, strayed=0.0)
    if now and not before:
        return one
    return replace(one, strayed=max(one.strayed, abs(set_by.total_seconds())))
