"""Clocks: a phone's time brought to the site's, by what its clock was off when it sent its taps.

Takes    taps as a phone has them, and at what time by its own two clocks it sent them
Gives    each tap in the site's time, with the phone's kept beside it, and by how much it can't be so
Never    changes what the phone said

A wall clock may be hours off or be set in the middle of a shift; the monotonic one (performance.now) is never set, but on many phones stands still while
they sleep. So the wall clock places a tap, and the monotonic one says what can't be: a tap that is later than the time it counted since then allows.
What a clock that was set forward during a loading hides is the same as a phone asleep, and isn't seen here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from careloom.care.observed import Placed, Tap

# A clock is called off from so much on; less is the network's.
OFF = timedelta(seconds=60)


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
