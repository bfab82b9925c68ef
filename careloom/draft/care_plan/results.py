"""Results that are not where they should be: which, how far, and whether that is news.

Source   the source's own flag, else its own reference range; how far by the public limits of knowledge's degrees.toml
Misses   a result that its source neither flags nor gives a range for, where no public limit is known either
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from careloom.care.entry import Component, Entry
from careloom.draft.pen import Pen
from careloom.draft.wording import bare, value
from careloom.knowledge.facts import Facts
from careloom.knowledge.labs import Lab, number

_RECENT_DAYS = 366
# Ours: what was found half a year ago and not again says less of today.
_OLD_DAYS = 183
_SIDES = {"H": "high", "HH": "high", "HU": "high", "L": "low", "LL": "low", "LU": "low"}
_ALARMS = frozenset({"HH", "LL", "AA"})
_POSITIVE = frozenset({"A", "AA", "POS"})
_MEASURED = frozenset({"laboratory", "vital-signs", "imaging", "procedure", "exam"})
_ASKED = frozenset({"survey", "sdoh", "social-history"})
_UNUSABLE = frozenset({"entered-in-error", "cancelled", "registered"})


class Level(IntEnum):
    """How much a result asks for attention."""

    BEYOND = 1  # outside the source's own range, and known or a matter of years
    NEWS = 2  # outside the source's own range, and new
    POOR = 3  # what a public measure counts as not controlled
    MARKED = 4  # beyond a public limit
    CRITICAL = 5  # beyond a critical limit, or the source's own alarm


@dataclass(frozen=True, slots=True)
class Result:
    """The newest result of one measurement; `side` is high or low where its source says so.

    `digits` are the source's own (its words, where it is no number); `distance` is how far it lies beyond the source's
    own limit, as a part of that limit; `is_old` where half a year went by since and nobody looked again.
    """

    entry: Entry
    about: str
    name: str
    said: str
    digits: str
    side: str
    level: Level
    distance: Decimal = Decimal(0)
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """One value of a measurement: an entry's own, or that of a component; `lab` is None where knowledge has none."""

    entry: Entry
    part: Entry | Component
    about: str
    name: str
    lab: Lab | None
    side: str

    @property
    def flag(self) -> str:
        return (self.part.interpretation or "").strip().upper()

    @property
    def is_within(self) -> bool:
        """Whether its source says that it is where it should be."""
        ranged = isinstance(self.part, Entry) and self.part.range is not None
        return not self.side and (self.flag == "N" or (ranged and not self.flag))


def results(pen: Pen) -> list[Result]:
    """The newest result of each measurement of the last year that is not where it should be, the worst first."""
    person = Facts(pen.record, pen.knowledge)
    series: dict[str, list[_Reading]] = {}
    for entry in reversed(pen.record.entries):
        for one in _readings(entry, pen):
            series.setdefault(one.about, []).append(one)
    found = [_result(every, person, pen) for every in series.values()]
    worst = [one for one in found if one is not None]
    return sorted(worst, key=lambda one: (one.is_old, -one.level, -one.distance, one.about))


def _readings(entry: Entry, pen: Pen) -> Iterator[_Reading]:
    usable = entry.kind == "Observation" and entry.subject == "patient" and entry.status not in _UNUSABLE
    if not usable or entry.negated or entry.happened is None or entry.happened.day > pen.record.as_of:
        return
    parts: tuple[Entry | Component, ...] = (entry, *entry.components)
    for part in parts:
        named = part.text if isinstance(part, Entry) else ""
        lab = pen.knowledge.labs.find(part.codes, named)
        if lab is not None and lab.plausible(part.value, part.unit) is False:
            continue
        if lab is not None and lab.plausible(part.value, part.unit):
            yield _Reading(entry, part, lab.concept, lab.label, lab, _side(part))
        elif isinstance(part, Entry) and _is_measured(part):
            key = "|".join((part.codes[0].system, part.codes[0].code)) if part.codes else part.name.lower()
            yield _Reading(entry, part, key, bare(part.name), None, _side(part))


def _is_measured(entry: Entry) -> bool:
    """Whether it was measured and not asked for; a source that gives no category is taken at its word."""
    measured = not entry.category or _MEASURED.intersection(entry.category)
    return bool(measured) and not _ASKED.intersection(entry.category)


def _side(part: Entry | Component) -> str:
    """ "high" or "low" by the source's flag, else by its reference range; "" where neither says so."""
    if part.interpretation:
        return _SIDES.get(part.interpretation.strip().upper(), "")
    found = number(part.value)
    if found is None or not isinstance(part, Entry) or part.range is None or part.comparator:
        return ""
    low, high = number(part.range.low), number(part.range.high)
    return "low" if low is not None and found < low else "high" if high is not None and found > high else ""


def _result(series: Sequence[_Reading], person: Facts, pen: Pen) -> Result | None:
    """The newest of a measurement's readings, where it is not where it should be."""
    newest = series[0]
    said = value(newest.part, pen.knowledge.labs)
    age = (pen.record.as_of - newest.entry.happened.day).days if newest.entry.happened else _RECENT_DAYS + 1
    level = _level(newest, series[1:], person, pen)
    side = "" if _is_wanted(newest, person, pen) else newest.side
    if level is None or not said or age > _RECENT_DAYS or not pen.is_fit(f"{newest.name} {said}"):
        return None
    return Result(
        entry=newest.entry,
        about=newest.about,
        name=newest.name,
        said=said,
        digits=newest.part.value or said,
        side=side,
        level=level,
        distance=_distance(newest.part),
        is_old=age > _OLD_DAYS,
    )


def _level(one: _Reading, earlier: Sequence[_Reading], person: Facts, pen: Pen) -> Level | None:
    problems = person.problems
    if one.flag in _ALARMS or _is_critical(one, person):
        return Level.CRITICAL
    if one.lab is None:
        return _unknown_level(one, earlier)
    known = pen.knowledge.degrees.of(one.lab.concept)
    upper = one.part.range.high if isinstance(one.part, Entry) and one.part.range else None
    if known.is_marked(one.lab, one.part.value, one.part.unit, upper, problems):
        return Level.MARKED
    if known.is_poor(one.lab, one.part.value, one.part.unit):
        return Level.POOR
    if not one.side or known.is_wanted(upper, person.drugs):
        return Level.BEYOND if one.side else None
    return Level.NEWS if known.is_news(problems) or _was_within(earlier, known.background) else Level.BEYOND


def _is_wanted(one: _Reading, person: Facts, pen: Pen) -> bool:
    """Whether a result beyond a range of people without the drug is what the drug is for: nobody calls it high."""
    upper = one.part.range.high if isinstance(one.part, Entry) and one.part.range else None
    return one.lab is not None and pen.knowledge.degrees.of(one.lab.concept).is_wanted(upper, person.drugs)


def _unknown_level(one: _Reading, earlier: Sequence[_Reading]) -> Level | None:
    """Of a measurement that knowledge doesn't have: a positive finding is news; a number is where it was within before."""
    if number(one.part.value) is None:
        return Level.NEWS if one.flag in _POSITIVE else None
    if not one.side:
        return None
    return Level.NEWS if _was_within(earlier, background=False) else Level.BEYOND


def _was_within(earlier: Sequence[_Reading], background: bool) -> bool:
    return bool(earlier) and not background and earlier[0].is_within


def _is_critical(one: _Reading, person: Facts) -> bool:
    if one.lab is None:
        return False
    return bool(one.lab.meant(person.age, person.problems).critical(one.part.value, one.part.unit))


def _distance(part: Entry | Component) -> Decimal:
    found = number(part.value)
    if found is None or not isinstance(part, Entry) or part.range is None:
        return Decimal(0)
    low, high = number(part.range.low), number(part.range.high)
    if high is not None and high > 0 and found > high:
        return (found - high) / high
    return (low - found) / low if low is not None and low > 0 and found < low else Decimal(0)
