"""A field that a source no longer sends, or sends far less often: found from what arrives each day, not from totals.

Counted are messages about one patient (a file about ten counts ten times): how many came on a day, and how many of them
show the field. A line is raised only where chance is a poor explanation:

gone    since the last message with the field so many came without it that, at the lower bound (Wilson, 99 %) of its
        share in the 28 days of arrivals before, none would show it with a chance below 1 in 100 over all comparisons
        together (Bonferroni); and the source never paused so long before (its weekends are no upgrade)
fewer   in the last day or the last 7 days of arrivals as few or fewer showed it as would with that chance; the share is
        below half of what it was and below every earlier stretch of that length

A part of a field (its unit, its standard code) is judged so too, among the messages that show the field.

Misses  a field that came on fewer than 3 of those days, that few messages show, or that fades by less than half
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, fsum, lgamma, log, log1p, sqrt
from typing import Literal

BEFORE = 28
SEEN_ON = 3
CHANCE = 0.01
WINDOWS = (1, 7)
# Of the standard normal distribution, 99 % one-sided.
_Z = 2.326
# A quiet day without the field must not hide a loss: far more messages than ever before are no pause.
_MORE = 2

Days = Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Drop:
    """A source's field, or a part of it, that fell away on a day: (messages with it, messages) since then and before."""

    source: str
    field: str
    part: str
    kind: Literal["gone", "fewer"]
    since: date
    now: tuple[int, int]
    before: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Day:
    day: date
    messages: int
    shown: int


def drops(
    days: Mapping[tuple[str, str], Days],
    as_of: date,
    parts: Mapping[tuple[str, str, str], Days] | None = None,
) -> tuple[Drop, ...]:
    """What fell away, by source and field. `days[source, ""]` counts all of a source's messages, by day.

    A part (`parts[source, field, part]`) is compared with the messages of its field: where that is gone, it alone is told.
    """
    compared = [(source, field, "", days[source, field]) for source, field in sorted(days) if field]
    compared += [(*key, shown) for key, shown in sorted((parts or {}).items())]
    chance = CHANCE / max(len(compared), 1)
    found = (
        _drop(source, field, part, _series(days[source, field if part else ""], shown, as_of), chance)
        for source, field, part, shown in compared
    )
    return tuple(one for one in found if one is not None)


def lowest_share(shown: int, messages: int) -> float:
    """The lower end of what a share may be (Wilson's interval, 99 % one-sided)."""
    if not messages:
        return 0.0
    share, wide = shown / messages, _Z * _Z / messages
    middle = share + wide / 2
    spread = _Z * sqrt(share * (1 - share) / messages + wide / (4 * messages))
    return max((middle - spread) / (1 + wide), 0.0)


def chance_of_so_few(shown: int, messages: int, share: float) -> float:
    """The probability that at most `shown` of `messages` show what a share of them does (binomial)."""
    if share <= 0 or shown >= messages:
        return 1.0
    if share >= 1:
        return 0.0
    return min(
        fsum(
            exp(
                lgamma(messages + 1)
                - lgamma(one + 1)
                - lgamma(messages - one + 1)
                + one * log(share)
                + (messages - one) * log1p(-share)
            )
            for one in range(shown + 1)
        ),
        1.0,
    )


def _series(all_of_them: Days, shown: Days, as_of: date) -> list[_Day]:
    return [
        _Day(day, all_of_them[day], min(shown.get(day, 0), all_of_them[day]))
        for day in sorted(all_of_them)
        if day <= as_of
    ]


def _drop(source: str, field: str, part: str, series: Sequence[_Day], chance: float) -> Drop | None:
    found = _gone(series, chance) or _fewer(series, chance)
    if found is None:
        return None
    kind, now, before = found
    return Drop(source, field, part, kind, now[0].day, _sums(now), _sums(before))


def _gone(
    series: Sequence[_Day], chance: float
) -> tuple[Literal["gone"], Sequence[_Day], Sequence[_Day]] | None:
    last = max((place for place, one in enumerate(series) if one.shown), default=-1)
    now, before = series[last + 1 :], series[: last + 1][-BEFORE:]
    if not now or not _regular(before):
        return None
    shown, messages = _sums(before)
    without = sum(one.messages for one in now)
    if chance_of_so_few(0, without, lowest_share(shown, messages)) > chance:
        return None
    days, most = _longest_pause(before)
    return ("gone", now, before) if len(now) > days or without > _MORE * most else None


def _longest_pause(before: Sequence[_Day]) -> tuple[int, int]:
    """The most days in a row without the field, and the most messages in a row of such days."""
    days = most = in_a_row = messages = 0
    for one in before:
        in_a_row, messages = (0, 0) if one.shown else (in_a_row + 1, messages + one.messages)
        days, most = max(days, in_a_row), max(most, messages)
    return days, most


def _fewer(
    series: Sequence[_Day], chance: float
) -> tuple[Literal["fewer"], Sequence[_Day], Sequence[_Day]] | None:
    for length in WINDOWS:
        now, before = series[-length:], series[:-length][-BEFORE:]
        if len(before) < max(length, SEEN_ON) or not _regular(before):
            continue
        shown, messages = _sums(before)
        few, of_them = _sums(now)
        share = few / of_them
        if share >= shown / messages / 2:
            continue
        if chance_of_so_few(few, of_them, lowest_share(shown, messages)) > chance:
            continue
        if share < _lowest_stretch(before, length):
            return "fewer", _trailing(now, shown / messages / 2), before
    return None


def _lowest_stretch(before: Sequence[_Day], length: int) -> float:
    stretches = (_sums(before[start : start + length]) for start in range(len(before) - length + 1))
    return min(shown / messages for shown, messages in stretches)


def _trailing(now: Sequence[_Day], limit: float) -> Sequence[_Day]:
    """The days at the end whose share is below the limit; all where none is."""
    start = len(now)
    while start and now[start - 1].shown < limit * now[start - 1].messages:
        start -= 1
    return now[start:] or now


def _regular(before: Sequence[_Day]) -> bool:
    return sum(one.shown > 0 for one in before) >= SEEN_ON


def _sums(days: Sequence[_Day]) -> tuple[int, int]:
    return sum(one.shown for one in days), sum(one.messages for one in days)
