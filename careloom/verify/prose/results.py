"""Does the record have the measured values that a text has, of that day?

Misses   measurements that knowledge doesn't name, unless the record names them in the same words; values in words
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from careloom.care.entry import Entry
from careloom.knowledge.labs import Lab, number
from careloom.knowledge.phrases import words
from careloom.verify.case import Fault
from careloom.verify.newest import is_told_as_newest
from careloom.verify.parse import figure
from careloom.verify.prose.held import Held
from careloom.verify.prose.line import Line
from careloom.verify.support import days_of
from careloom.verify.tokens import Sort, Token, unit_named

_AIM = re.compile(
    r"\b(?:goal|target|aim\w*|below|under|less than|above|over|greater than|more than|at least|at most|keep\w*|until|if)\b|[<>≤≥]",
    re.I,
)
_WRITTEN = re.compile(r"\d{1,3}(?:\.\d+)?/\d{1,3}(?:\.\d+)?")
_NOW = re.compile(
    r"\b(?:today|now|this morning|currently|at home|on (?:exam|arrival|admission|presentation))\b", re.I
)
_REACH = 45
_LATELY = 7


@dataclass(frozen=True, slots=True)
class _Result:
    """A value of the record: `value` in the measurement's own unit where that is known."""

    entry: str
    value: Decimal
    raw: str
    unit: str
    days: tuple[str, ...]


def results(line: Line, held: Held) -> Iterator[Fault]:
    """Faults of values: another than the record has, or of another day."""
    names = list(_mentions(line, held))
    for at, (start, end, lab) in enumerate(names):
        known = _known(held, lab)
        if not known or line.says(start, end) in ("family", "open"):
            continue
        last = names[at + 1][0] if at + 1 < len(names) else len(line.text)
        said = list(_values(line, end, last))
        own = {token.key for token in line.parsed.tokens if start <= token.start < end}
        for value, days in said:
            yield from _judged(line, held, lab, value, known, days)
            yield from _not_the_newest(line, lab, value, known, own)


def _judged(
    line: Line, held: Held, lab: Lab, said: Token, known: Sequence[_Result], days: Sequence[str]
) -> Iterator[Fault]:
    same = [one for one in known if _is_same(lab, said, one)]
    if same:
        full = [day for day in days if len(day) == 10]
        of_day = [one for one in same if not full or any(day in one.days for day in full)]
        if not of_day and len(full) == 1:
            at = next(token for token in line.parsed.tokens if token.key == full[0])
            yield Fault(
                "date", at.text, at.start, at.end, contradicts=True, evidence=tuple(one.entry for one in same)
            )
        return
    rivals = [one for one in known if not days or any(day.startswith(days[0]) for day in one.days)]
    if not days and _NOW.search(line.text):
        near = {_ago(held, one) for one in known}
        rivals = rivals if any(days_ago is not None and days_ago <= _LATELY for days_ago in near) else []
    if rivals and not _is_vague(lab, said):
        ids = tuple(one.entry for one in rivals)
        yield Fault("number", said.text, said.start, said.end, contradicts=True, evidence=ids)


def _not_the_newest(
    line: Line, lab: Lab, said: Token, known: Sequence[_Result], names: Collection[str]
) -> Iterator[Fault]:
    """A value of the record that a text tells as the newest ("latest HbA1c 8.2 %"), which it no longer is."""
    tokens = line.parsed.tokens
    if not any(_is_same(lab, said, one) for one in known):
        return
    if not is_told_as_newest(tokens, tokens.index(said), names, by_tense=False):
        return
    newest = max((day for one in known for day in one.days if len(day) == 10), default="")
    latest = [one for one in known if newest in one.days]
    if latest and not any(_is_same(lab, said, one) for one in latest):
        ids = tuple(one.entry for one in latest)
        yield Fault("result", said.text, said.start, said.end, contradicts=True, evidence=ids)


def _ago(held: Held, result: _Result) -> int | None:
    found = [date.fromisoformat(day) for day in result.days if len(day) == 10]
    return min((abs((day - then).days) for day in held.as_of for then in found), default=None)


def _is_vague(lab: Lab, said: Token) -> bool:
    """Whether a number's unit is none that the measurement comes in: it is of something else."""
    return (
        bool(said.unit)
        and lab.concept != ""
        and "/" not in said.key
        and lab.canonical(figure(said.key), said.unit) is None
    )


def _is_same(lab: Lab, said: Token, one: _Result) -> bool:
    if "/" in said.key or "/" in one.raw:
        return figure(said.key) == figure(one.raw)
    value = number(figure(said.key))
    if value is None:
        return False
    if figure(said.key) == figure(one.raw) and (not said.unit or said.unit == one.unit):
        return True
    told = lab.canonical(figure(said.key), said.unit or one.unit) if lab.concept else value
    if told is None:
        return False
    digits = max(-int(Decimal(said.key.replace(",", "")).as_tuple().exponent), 0)
    return abs(told - one.value) <= max(Decimal(1).scaleb(-digits) / 2, abs(one.value) * Decimal("0.005"))


def _mentions(line: Line, held: Held) -> Iterator[tuple[int, int, Lab]]:
    said = words(line.text)
    for first, after, lab in held.measurements.scan(said):
        yield said[first].start, said[after - 1].end, lab


def _values(line: Line, start: int, end: int) -> Iterator[tuple[Token, Sequence[str]]]:
    """The numbers that a name's values are, each with the dates that it may be of.

    The first stands after the name with nothing but small words between; one of the same unit may follow ("fell from 7.9 % in
    August to 7.0 %"). Of two values each has only the dates behind it.
    """
    found: list[Token] = []
    for token in line.parsed.tokens:
        near = found[-1].end if found else start
        if token.start < start or token.start >= end:
            continue
        if (
            token.start - near > _REACH
            or token.sort is Sort.DRUG
            or (token.sort is Sort.STOP and token.key in ".;\n")
        ):
            break
        if token.sort is Sort.NUMBER:
            if _AIM.search(line.text[near : token.start]) or (found and token.unit != found[0].unit):
                break
            found.append(token)
        if found and token.sort is Sort.WORD and not _JOINS.match(token.text):
            break
    dates = [token for token in line.parsed.tokens if token.sort is Sort.DATE]
    for at, token in enumerate(found):
        after = found[at + 1].start if at + 1 < len(found) else len(line.text)
        own = dates if len(found) == 1 else [day for day in dates if token.end <= day.start < after]
        yield token, [day.key for day in own]


_JOINS = re.compile(
    r"(?:in|on|from|to|and|then|of|was|is|now|down|up|after|before|at|the|today|last|this|last|month|year|january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.I,
)


def _known(held: Held, lab: Lab) -> list[_Result]:
    found = list(_of(held, lab))
    if lab.concept == "systolic":
        found += list(_pairs(held.index.record.entries))
    return found


def _of(held: Held, lab: Lab) -> Iterator[_Result]:
    for thing in held.of("Observation"):
        entry = thing.entry
        if entry.negated or entry.subject != "patient":
            continue
        parts = [(entry.codes, entry.text, entry.value, entry.unit)]
        parts += [(part.codes, part.text, part.value, part.unit) for part in entry.components]
        for codes, text, value, unit in parts:
            digits = number(value)
            if digits is None or held.knowledge.labs.find(codes, text) is not lab:
                continue
            canonical = lab.canonical(value, unit)
            yield _Result(
                entry.id,
                digits if canonical is None else canonical,
                value or "",
                unit_named(unit),
                _days(entry),
            )


def _pairs(entries: Iterable[Entry]) -> Iterator[_Result]:
    for entry in entries:
        values = [part.value for part in entry.components if part.value]
        if entry.kind == "Observation" and len(values) == 2 and entry.subject == "patient":
            for first, second in (values, reversed(values)):
                yield _Result(entry.id, Decimal(0), f"{first}/{second}", "", _days(entry))
        elif entry.value and _WRITTEN.fullmatch(entry.value):
            yield _Result(entry.id, Decimal(0), entry.value, "", _days(entry))


def _days(entry: Entry) -> tuple[str, ...]:
    times = (entry.effective.start, entry.effective.end, entry.recorded)
    return tuple(day for time in times if time is not None for day in days_of(time))
