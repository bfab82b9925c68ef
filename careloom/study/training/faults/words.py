"""Faults of single words: a number, a unit or a day that no source has, and what is said turned into its opposite."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from careloom.care.document import Statement
from careloom.care.drill import Level
from careloom.study.training.draws import Draws
from careloom.study.training.faults.case import DAY, NUMBER, Case, swapped

# A unit, what it becomes, and how hard that is to see.
_UNITS = (
    (" %", " mmHg", Level.PLAIN), (" %", " mmol/mol", Level.ORDINARY),
    (" mL/min/1.73 m2", " kg", Level.PLAIN), (" mL/min/1.73 m2", " mL/h/1.73 m2", Level.ORDINARY),
    (" mL/min/1.73 m2", " mL/s/1.73 m2", Level.FINE),
    (" mmol/L", " mg/dL", Level.ORDINARY), (" mmol/L", " mmol/dL", Level.FINE), (" mmol/L", " %", Level.PLAIN),
    (" mg/dL", " mmol/L", Level.ORDINARY), (" mg/dL", " mg/L", Level.FINE), (" mg/dL", " %", Level.PLAIN),
    (" g/dL", " g/L", Level.FINE), (" g/dL", " mg/dL", Level.ORDINARY), (" g/dL", " %", Level.PLAIN),
    (" pg/mL", " ng/mL", Level.ORDINARY), (" pg/mL", " pg/dL", Level.FINE), (" pg/mL", " %", Level.PLAIN),
    (" mg)", " g)", Level.PLAIN), (" mg)", " mL)", Level.ORDINARY), (" mg)", " mcg)", Level.FINE),
    (" mcg)", " mg)", Level.FINE),
)  # fmt: skip
# What a line says, its opposite, and how hard that is to see.
_TURNED = (
    (" has been active since ", " has never been active, as noted ", Level.PLAIN),
    (" has been active since ", " has been resolved since ", Level.ORDINARY),
    (" is prescribed", " is not prescribed", Level.PLAIN),
    (" and was last filled on ", " and was last stopped on ", Level.ORDINARY),
    (" and was last filled on ", " and was not filled on ", Level.FINE),
    (" fell from ", " rose from ", Level.ORDINARY),
    (" rose from ", " fell from ", Level.ORDINARY),
    (" is recorded on ", " was refuted on ", Level.ORDINARY),
    (" reports a need with ", " reports no need with ", Level.PLAIN),
    ("; none is recorded.", "; it is recorded already.", Level.ORDINARY),
    (" is below ", " is above ", Level.FINE),
    (" below ", " above ", Level.FINE),
    ("Active problems include ", "Resolved problems include ", Level.ORDINARY),
    ("Active problems also include ", "Resolved problems also include ", Level.ORDINARY),
    (" since no ", " since a ", Level.FINE),
)  # fmt: skip


def number(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """A number that a source has becomes one that none has: ten times, another digit, or two digits turned round."""
    said = set(NUMBER.findall(case.said(line)))
    days = [one.span() for one in DAY.finditer(line.text)]
    found = [
        one
        for one in NUMBER.finditer(line.text)
        if one.group() in said and float(one.group()) and not any(a <= one.start() < b for a, b in days)
    ]
    for one in chance.shuffled(found):
        ways = [new for new in _numbers(one.group(), level) if new not in said and float(new)]
        if ways:
            return replace(line, text=swapped(line.text, *one.span(), chance.choice(ways)))
    return None


def _numbers(digits: str, level: Level) -> Iterator[str]:
    if level is Level.PLAIN:
        yield digits.replace(".", "") if "." in digits else f"{digits}0"
    elif level is Level.ORDINARY:
        first = digits[0]
        yield from (new + digits[1:] for new in "123456789" if abs(int(new) - int(first)) > 1)
    else:
        for place in range(len(digits) - 1):
            one, two = digits[place], digits[place + 1]
            if one.isdigit() and two.isdigit() and one != two and not (place == 0 and two == "0"):
                yield digits[:place] + two + one + digits[place + 2 :]
        last = digits[-1]
        yield from (digits[:-1] + str(new) for new in (int(last) - 1, int(last) + 1) if 0 <= new <= 9)


def unit(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """A unit becomes another one."""
    del case
    ways = [
        line.text.replace(old, new, 1)
        for old, new, how in _UNITS
        if how is level and re.search(rf"\d{re.escape(old)}(?![\w/])", line.text)
    ]
    return replace(line, text=chance.choice(ways)) if ways else None


def day(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """A day that a source has becomes one that none has: another year, another month, or a few days off."""
    said = set(DAY.findall(case.said(line)))
    found = [one for one in DAY.finditer(line.text) if one.group() in said]
    if not found:
        return None
    one = chance.choice(found)
    ways = [new for new in _days(date.fromisoformat(one.group()), level) if new not in said]
    return replace(line, text=swapped(line.text, *one.span(), chance.choice(ways))) if ways else None


def _days(was: date, level: Level) -> tuple[str, ...]:
    if level is Level.PLAIN:
        return tuple(
            f"{was.year + years}-{was:%m-%d}" for years in (-3, -2, 2) if (was.month, was.day) != (2, 29)
        )
    if level is Level.ORDINARY:
        return tuple((was + timedelta(days=off)).isoformat() for off in (-92, -61, -31, 31, 61))
    return tuple((was + timedelta(days=off)).isoformat() for off in (-9, -2, -1, 1, 2, 9))


def negation(line: Statement, case: Case, level: Level, chance: Draws) -> Statement | None:
    """What is said is denied, what is denied is said, or a direction is turned round."""
    del case
    ways = [line.text.replace(old, new, 1) for old, new, how in _TURNED if how is level and old in line.text]
    return replace(line, text=chance.choice(ways)) if ways else None
