"""Active time: from one person's signs of life to the intervals in which she worked.

Takes    the beats that her pages sent, each with the server's time of its arrival
Gives    intervals that never overlap, each of one case and one activity
Never    believes a page's clock beyond what passed here since its last sign, or counts a second twice

The rule: opening a page and every input let its clock run on for at most IDLE. It ends sooner where the next input is (on
whatever page of hers), where the page is left, and with the last sign that came of it. A beat speaks of the last REACH at
most. What runs by itself (a call, a visit, paper) counts from its beginning to its last sign, until it is stopped, another
such begins, or she opens or touches a page of another patient. Where its signs are further than REACH apart, or nobody said
for `asks_after` that it goes on, it counts until then alone; her word, within twice that, counts what lay between.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from careloom.care.worked import ACTIVITIES, Beat, Stretch

IDLE = timedelta(seconds=60)
REACH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Running:
    """Something that runs by itself: what of it counts, when she said last that it runs, whether she is asked, whether it is over."""

    span: str
    stretch: Stretch
    confirmed: datetime
    asks: bool
    over: bool


@dataclass(frozen=True, slots=True)
class _Touch:
    """A moment at which somebody touched a page, and the last moment that its clock may run to because of it."""

    at: datetime
    until: datetime
    beat: Beat


def stretches(beats: Iterable[Beat], idle: timedelta = IDLE) -> tuple[Stretch, ...]:
    """The intervals in which one person worked, in order; they never overlap."""
    spans = _spans(beats)
    touched = _touched(spans, idle)
    ran = [one.stretch for one in _runs(spans, touched)]
    turns = sorted([one.at for one in touched] + [one.began for one in ran])
    sat = []
    for number, touch in enumerate(touched):
        # Of two touches at one moment the later one goes on.
        taken = number + 1 < len(touched) and touched[number + 1].at == touch.at
        turn = bisect_right(turns, touch.at)
        following = touch.at if taken else turns[turn] if turn < len(turns) else touch.until
        sat.append(_stretch(touch.beat, touch.at, min(touch.until, following)))
    free = [part for one in sat for part in _without(one, ran)]
    return _joined(one for one in (*ran, *free) if one.ended > one.began)


def running(beats: Iterable[Beat], now: datetime) -> Running | None:
    """What a person began last that runs by itself, as it stands now; None where she began nothing."""
    spans = _spans(beats)
    found = _runs(spans, _touched(spans, IDLE))
    if not found:
        return None
    last = found[-1]
    asks_after = _asks_after(last.stretch.activity)
    waited = now - last.confirmed
    silent = now - spans[last.span][-1].at > REACH
    return replace(
        last, asks=last.asks or silent or waited >= asks_after, over=last.over or waited > 2 * asks_after
    )


def by_day(found: Iterable[Stretch], zone: ZoneInfo) -> dict[tuple[date, str, str, str], timedelta]:
    """How long by day in the zone, patient, case and activity; an interval over midnight belongs to both days."""
    sums: dict[tuple[date, str, str, str], timedelta] = defaultdict(timedelta)
    for one in found:
        # In UTC, where an hour is an hour on the days on which the clocks change too.
        began, end = one.began.astimezone(UTC), one.ended.astimezone(UTC)
        while began < end:
            day = began.astimezone(zone).date()
            midnight = datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
            ended = min(end, midnight)
            sums[day, one.patient, one.case, one.activity] += ended - began
            began = ended
    return dict(sums)


def together(found: Iterable[Stretch]) -> timedelta:
    """How long in all: a second in which several worked counts once."""
    total, until = timedelta(), None
    for one in sorted(found, key=lambda stretch: stretch.began):
        began = one.began if until is None else max(one.began, until)
        total += max(one.ended - began, timedelta())
        until = one.ended if until is None else max(until, one.ended)
    return total


def _spans(beats: Iterable[Beat]) -> dict[str, list[Beat]]:
    """The beats of each span in the order of their arrival. A span is of one case: what claims it for another is passed over."""
    spans: dict[str, list[Beat]] = {}
    for beat in sorted(beats, key=lambda one: one.at):
        known = spans.setdefault(beat.span, [])
        first = known[0] if known else beat
        if (beat.patient, beat.case, beat.activity) == (first.patient, first.case, first.activity):
            known.append(beat)
    return spans


def _touched(spans: dict[str, list[Beat]], idle: timedelta) -> list[_Touch]:
    """When pages were touched, in order."""
    found = []
    for beats in spans.values():
        if _asks_after(beats[0].activity):
            continue
        ends = [beat.at for beat in beats if beat.word in ("leave", "stop")]
        before: datetime | None = None
        for beat in beats:
            for at in _moments(beat, before):
                end = next((one for one in ends if one >= at), beats[-1].at)
                found.append(_Touch(at, min(at + idle, end), beat))
            before = beat.at
    return sorted(found, key=lambda touch: touch.at)


def _moments(beat: Beat, before: datetime | None) -> list[datetime]:
    """When a page was touched, as far as one may believe it: since its last sign, and within REACH."""
    earliest = beat.at if before is None else max(before, beat.at - REACH)
    said = {beat.at - timedelta(seconds=ago) for ago in beat.inputs if 0 <= ago <= REACH.total_seconds()}
    if beat.word in ("begin", "still"):
        said.add(beat.at)
    return sorted({max(at, earliest) for at in said})


def _runs(spans: dict[str, list[Beat]], touched: Sequence[_Touch]) -> list[Running]:
    """What ran by itself, in the order in which it began; nothing overlaps."""
    beats = [one for one in spans.values() if _asks_after(one[0].activity)]
    beats.sort(key=lambda one: one[0].at)
    begins = [one[0].at for one in beats]
    found = []
    for number, one in enumerate(beats):
        first = one[0]
        cuts = [touch.at for touch in touched if touch.at > first.at and touch.beat.patient != first.patient]
        cuts += begins[number + 1 : number + 2]
        end = min(cuts, default=None)
        signs = [beat for beat in one if end is None or beat.at <= end]
        if end is not None and len(signs) < len(one):
            # Later signs came, so that it ran on until it was cut off.
            signs.append(replace(first, word="stop", at=end))
        ran = _ran(signs)
        found.append(replace(ran, over=ran.over or end is not None))
    return found


def _ran(signs: Sequence[Beat]) -> Running:
    """What something that runs by itself comes to by its signs."""
    first = signs[0]
    asks_after = _asks_after(first.activity)
    confirmed = until = last = first.at
    asks = over = False
    for beat in signs[1:]:
        asks = asks or beat.at - last > REACH or beat.at - confirmed > asks_after
        if beat.word == "still":
            if beat.at - confirmed > 2 * asks_after:
                over = True
                break
            confirmed = until = beat.at
            asks = False
        elif beat.at - last <= REACH and until == last:
            until = min(beat.at, confirmed + asks_after)
        last = beat.at
        if beat.word == "stop":
            over = True
            break
    return Running(first.span, _stretch(first, first.at, until), confirmed, asks, over)


def _asks_after(activity: str) -> timedelta:
    """After how long an activity that runs by itself asks; nothing for one that doesn't."""
    found = ACTIVITIES.get(activity)
    return (found.asks_after if found else None) or timedelta()


def _stretch(beat: Beat, began: datetime, ended: datetime) -> Stretch:
    return Stretch(beat.patient, beat.case, beat.activity, began, ended)


def _without(one: Stretch, ran: Sequence[Stretch]) -> list[Stretch]:
    """The parts of an interval in which nothing ran by itself."""
    parts, began = [], one.began
    for run in ran:
        if run.ended <= began or run.began >= one.ended:
            continue
        parts.append(replace(one, began=began, ended=max(began, run.began)))
        began = max(began, run.ended)
    return [*parts, replace(one, began=min(began, one.ended))]


def _joined(found: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """In order, those that follow each other with nothing between and are of one kind as one."""
    ordered = sorted(found, key=lambda one: one.began)
    joined = ordered[:1]
    for before, one in pairwise(ordered):
        last = joined[-1]
        same = (last.patient, last.case, last.activity) == (one.patient, one.case, one.activity)
        if same and before.ended == one.began:
            joined[-1] = replace(last, ended=one.ended)
        else:
            joined.append(one)
    return tuple(joined)
