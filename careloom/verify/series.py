"""What cited results show together: which way they went, from what to what, by how much and in how long."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from careloom.care.entry import Entry
from careloom.knowledge.labs import Lab
from careloom.verify.lexicon import LEXICON
from careloom.verify.measures import Value, way_of
from careloom.verify.parse import Parsed, Parser, figure
from careloom.verify.support import Gathering, Support, spoken
from careloom.verify.tokens import Sort, unit_named

MOVES = frozenset({"from", "chang", "change"}).union(*LEXICON.direction.values())
_PERCENT = "%"


class _Point(NamedTuple):
    day: date
    digits: str
    unit: str
    value: Decimal
    entry: Entry


def series_of(
    entries: Sequence[Entry], parsed: Parsed, parser: Parser, *, always: bool = False
) -> tuple[Support, ...]:
    """For each measurement with results of several days among cited entries, what they show, where a sentence tells of it
    (or `always`).
    """
    if not always and not any(token.key in MOVES for token in parsed.tokens):
        return ()
    points: dict[str, list[_Point]] = {}
    labs: dict[str, Lab] = {}
    for entry in entries:
        for lab, point in _points(entry, parser):
            labs[lab.concept] = lab
            points.setdefault(lab.concept, []).append(point)
    return tuple(
        _support(labs[concept], sorted(found, key=lambda point: point.day), parser)
        for concept, found in points.items()
        if len({point.day for point in found}) > 1
    )


def _points(entry: Entry, parser: Parser) -> Iterator[tuple[Lab, _Point]]:
    if entry.kind != "Observation" or entry.happened is None or entry.subject != "patient":
        return
    parts = [(entry.codes, entry.text, entry.value, entry.unit)]
    parts += [(part.codes, part.text, part.value, part.unit) for part in entry.components]
    for codes, text, digits, unit in parts:
        lab = parser.knowledge.labs.find(codes, text) if digits else None
        value = lab.canonical(digits, unit) if lab else None
        if lab is not None and digits and value is not None:
            yield lab, _Point(entry.happened.day, digits, unit_named(unit), value, entry)


def _support(lab: Lab, points: Sequence[_Point], parser: Parser) -> Support:
    first, last = points[0], points[-1]
    way = way_of(first.value, last.value)
    gathered = Gathering()
    gathered.take(spoken((lab.label, *lab.words), parser.knowledge.drugs))
    changes = [Value(abs(last.value - first.value), unit_named(lab.unit), lab, change=True)]
    if first.value > 0:
        changes.append(Value(abs(last.value - first.value) * 100 / first.value, _PERCENT))
    support = gathered.support(one for point in points for one in (point.entry.id, *point.entry.same_as))
    return replace(
        support,
        says=support.says | LEXICON.direction[way] | {"trend", "change", "chang"},
        moves=(way, figure(first.digits), figure(last.digits)),
        steps=tuple(figure(point.digits) for point in points),
        rose=last.value > first.value,
        lasted=(last.day - first.day).days,
        values=tuple(changes),
        better=LEXICON.better.get(lab.concept, "") or _better(first, last),
    )


def _better(first: _Point, last: _Point) -> str:
    """Which way is for the better where a result became normal, or no longer is; "" where its sources don't flag that."""
    flags = [(point.entry.interpretation or "")[:1] for point in (first, last)]
    rose = last.value > first.value
    if flags[1] == "N" and flags[0] in ("H", "L"):
        return "up" if rose else "down"
    return ("down" if rose else "up") if flags[0] == "N" and flags[1] in ("H", "L") else ""


def goes_back(steps: Sequence[str], first: str, last: str) -> bool:
    """Whether the first of two figures of a series stands only after the second in time."""
    ahead = any(steps[at] == first and last in steps[at + 1 :] for at in range(len(steps)))
    return not ahead and first in steps and last in steps


def is_told_by_figures(support: Support, parsed: Parsed) -> bool:
    """Whether a sentence gives a series' first and last figure, or the amount by which it changed."""
    numbers = [token for token in parsed.tokens if token.sort is Sort.NUMBER]
    said = {figure(token.key) for token in numbers}
    if support.moves and {*support.moves[1:]} <= said:
        return True
    return any(
        value.change and value.fits(one.key, one.unit, "about") for value in support.values for one in numbers
    )


def lasts(days: int, number: str, unit: str) -> bool:
    """Whether a time of so many days may be called so many periods."""
    length = {"d": 1.0, "wk": 7.0, "mo": 30.44, "a": 365.25}.get(unit)
    if length is None:
        return False
    try:
        return abs(days / length - float(number)) <= max(0.5, float(number) * 0.1)
    except ValueError:
        return False
