"""Trends: what a measurement did over two years, in one unit, from plausible final results alone.

Source   Theil (1950), Sen (1968): the median of pairwise slopes; here over monthly medians, so that it stays linear.
         What makes a trend strong is knowledge's (labs.toml names each rule's source)
Misses   a value with < or >, a unit that is not known, two points less than a month apart
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Literal

from careloom.care.entry import Code, Entry
from careloom.care.record import Conflict, Trend, TrendPoint
from careloom.knowledge import Knowledge
from careloom.knowledge.labs import Lab, number, unit_key
from careloom.record.counting import order
from careloom.record.words import day, listed, on, whence

_SPAN = timedelta(days=731)
_LONGER_SPAN = timedelta(days=1100)
_ENOUGH = 3
# What changes in everybody, and is no result to follow.
_NO_TREND = frozenset({"height"})
_SHORTEST = timedelta(days=28)
_YEAR = Decimal("365.25")
_YEARLY_FROM = 300
# Below a twentieth of the first value a change is called steady, unless knowledge calls it strong.
_STEADY = Decimal("0.05")
_CITED = 24
_FINAL = frozenset({"final", "amended", "corrected", "preliminary", "unknown", None})


@dataclass(frozen=True, slots=True)
class Point:
    """One result: the entry, when, the source's digits and unit, and the value in the canonical unit."""

    entry: Entry
    day: date
    digits: str
    unit: str
    value: Decimal


def trends(
    observations: Iterable[Entry], knowledge: Knowledge, as_of: date
) -> tuple[tuple[Trend, ...], tuple[Conflict, ...]]:
    """The trends of the last two years, strong ones first, and results that cannot be used.

    Observations come in time order. Results outside the plausible range are conflicts of kind "implausible_value";
    results whose unit is not known for the measurement are counted in one of kind "unknown_unit", those whose unit is not of the
    sort that their LOINC code names (mg/dL beside a code of moles) in one of kind "unit_unlike_code": either may be wrong.
    """
    series: dict[tuple[str, str], list[Point]] = {}
    absurd: list[Conflict] = []
    unread: dict[str, list[tuple[Entry, str]]] = {}
    unlike: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in observations:
        if entry.subject != "patient" or entry.negated or entry.status not in _FINAL:
            continue
        for lab, code, digits, unit in _measured(entry, knowledge):
            value = lab.canonical(digits, unit)
            if value is None:
                unread.setdefault(lab.concept, []).append((entry, unit or ""))
            elif not lab.plausible(digits, unit):
                absurd.append(_implausible(entry, lab, digits, unit or ""))
            elif lab.unlike(code, unit):
                unlike.setdefault((lab.concept, code, unit or ""), []).append(entry)
            elif entry.happened is not None:
                point = Point(entry, entry.happened.day, digits, unit or "", value)
                series.setdefault((lab.concept, code if lab.same_code else ""), []).append(point)
    found = [
        trend
        for (concept, _), points in series.items()
        if concept not in _NO_TREND and (trend := _trend(knowledge.labs.by_concept[concept], points, as_of))
    ]
    found.sort(key=lambda one: (not one.strong, one.direction == "steady", one.label, one.entries))
    unknown = [_unknown_unit(knowledge.labs.by_concept[concept], said) for concept, said in unread.items()]
    mixed = [
        _unit_unlike(knowledge.labs.by_concept[told[0]], *told[1:], entries)
        for told, entries in unlike.items()
    ]
    return tuple(found), (*absurd, *unknown, *mixed)


def _measured(entry: Entry, knowledge: Knowledge) -> Iterator[tuple[Lab, str, str, str | None]]:
    """The measurements of an entry and of its components: lab, LOINC code, digits, unit. Words are no measurement."""
    parts = [(entry.codes, entry.comparator, entry.value, entry.unit)]
    parts += [(part.codes, "", part.value, part.unit) for part in entry.components]
    for codes, comparator, digits, unit in parts:
        if comparator or digits is None or number(digits) is None:
            continue
        lab = knowledge.labs.find(codes, entry.text if codes is entry.codes else "")
        if lab is not None:
            yield lab, _loinc(codes, lab), digits, unit


def _loinc(codes: Sequence[Code], lab: Lab) -> str:
    return next((code.code for code in codes if code.code in lab.loinc), "")


def _trend(lab: Lab, points: Sequence[Point], as_of: date) -> Trend | None:
    recent = [point for point in points if as_of - _SPAN <= point.day]
    if len(recent) < _ENOUGH:
        # Yearly results: a third year gives a third point.
        recent = [point for point in points if as_of - _LONGER_SPAN <= point.day]
    if len(recent) < 2 or recent[-1].day - recent[0].day < _SHORTEST:
        return None
    first, last = recent[0], recent[-1]
    strong = _strong(lab, recent)
    same_unit = len({unit_key(point.unit) for point in recent}) == 1
    slope = _slope(recent, as_written=same_unit)
    cited = _evenly(recent)
    moved, per = slope, "year"
    if (last.day - first.day).days < _YEARLY_FROM:
        # A month's change times twelve is nobody's year.
        ends = (_written(first), _written(last)) if same_unit else (first.value, last.value)
        moved, per = ends[1] - ends[0], f"{(last.day - first.day).days} days"
    return Trend(
        about=lab.concept,
        label=lab.label,
        entries=tuple(dict.fromkeys(point.entry.id for point in cited)),
        first=_digits(first, lab, same_unit),
        last=_digits(last, lab, same_unit),
        change=_change(moved, recent),
        unit=last.unit if same_unit else lab.unit,
        per=per,
        direction=_direction(first.value, last.value, slope, strong=strong),
        strong=strong,
        points=tuple(
            TrendPoint(point.day.isoformat(), point.digits, point.unit, point.entry.id) for point in recent
        ),
    )


def _slope(points: Sequence[Point], *, as_written: bool) -> Decimal:
    """The change a year, canonical or in the unit all points share: the median of the slopes between monthly medians."""
    months: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        months.setdefault((point.day.year, point.day.month), []).append(point)
    middles = [
        (
            Decimal(median(point.day.toordinal() for point in group)),
            Decimal(median(_written(point) if as_written else point.value for point in group)),
        )
        for group in months.values()
    ]
    if len(middles) < 2:
        middles = [
            (Decimal(p.day.toordinal()), _written(p) if as_written else p.value)
            for p in (points[0], points[-1])
        ]
    slopes = [
        (value - before) / (when - then)
        for place, (then, before) in enumerate(middles)
        for when, value in middles[place + 1 :]
        if when != then
    ]
    return Decimal(median(slopes)) * _YEAR


def _written(point: Point) -> Decimal:
    return number(point.digits) or Decimal(0)


def _strong(lab: Lab, points: Sequence[Point]) -> bool:
    """Whether knowledge calls the way to the last value strong, from any of the (evenly chosen) earlier ones."""
    last = points[-1]
    return any(
        lab.strong(point.value, last.value, (last.day - point.day).days) is not None
        for point in _evenly(points)[:-1]
        if point.day < last.day
    )


def _direction(
    first: Decimal, last: Decimal, slope: Decimal, *, strong: bool
) -> Literal["rising", "falling", "steady"]:
    """Where it goes; only where the ends and the slope agree, so that the two cited ends show it."""
    moved = last - first
    small = abs(moved) < abs(first) * _STEADY and not strong
    if moved > 0 and slope > 0 and not small:
        return "rising"
    if moved < 0 and slope < 0 and not small:
        return "falling"
    return "steady"


def _digits(point: Point, lab: Lab, same_unit: bool) -> str:
    """The source's digits where all results have one unit, else the converted value to its decimals."""
    if same_unit or _is_canonical(lab, point.unit):
        return point.digits
    return str(point.value.quantize(Decimal("0.1")))


def _is_canonical(lab: Lab, unit: str) -> bool:
    known = lab.convert.get(unit_key(unit))
    return known is not None and known.apply(Decimal(1)) == 1 and known.apply(Decimal(2)) == 2


def _change(slope: Decimal, points: Sequence[Point]) -> str:
    """The change with as many decimals as the sources' values have (at least one below ten, at most three)."""
    decimals = max(len(point.digits.partition(".")[2]) for point in _evenly(points))
    decimals = min(max(decimals, 1 if abs(slope) < 10 else 0), 3)
    said = f"{slope:+.{decimals}f}"
    return said if said.strip("+-0.") else "0"


def _evenly(points: Sequence[Point]) -> list[Point]:
    """At most `_CITED` points, the first and the last among them."""
    if len(points) <= _CITED:
        return list(points)
    step = (len(points) - 1) / (_CITED - 1)
    return [points[round(place * step)] for place in range(_CITED)]


def _implausible(entry: Entry, lab: Lab, digits: str, unit: str) -> Conflict:
    said = f"{lab.label} {digits} {unit}".strip()
    low, high = lab.plausible_low, lab.plausible_high
    why = f"{said} {on(entry)} in {whence(entry)} is outside {low} to {high} {lab.plain_unit}".strip()
    return Conflict("implausible_value", lab.label, (entry.id,), why)


def _unknown_unit(lab: Lab, said: Sequence[tuple[Entry, str]]) -> Conflict:
    units = sorted({unit for _, unit in said if unit}) or ["no unit"]
    entries = sorted({entry.id: entry for entry, _ in said}.values(), key=order)
    results = "1 result" if len(entries) == 1 else f"{len(entries)} results"
    why = f"{results} of {lab.label} in {', '.join(units)} cannot be compared; the newest is of {day(entries[-1])}"
    return Conflict("unknown_unit", lab.label, tuple(entry.id for entry in entries), why)


def _unit_unlike(lab: Lab, code: str, unit: str, entries: Sequence[Entry]) -> Conflict:
    results = "1 result" if len(entries) == 1 else f"{len(entries)} results"
    named = {"mass/volume": "mass", "substance/volume": "moles"}[lab.unlike(code, unit)]
    who = listed(sorted({whence(entry) for entry in entries}))
    why = f"{results} of {lab.label} from {who} in {unit} under LOINC {code}, which is of {named}; the newest is of {day(entries[-1])}"
    return Conflict("unit_unlike_code", lab.label, tuple(entry.id for entry in entries), why)
