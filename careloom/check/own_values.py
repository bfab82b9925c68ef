"""What of a person's own makes a harm of her drugs worse: the values, age and sex that a finding names beside the drugs.

Source   AHA/ACCF Scientific Statement, Prevention of Torsade de Pointes in Hospital Settings, 2010: a QTc above 500 ms, hypokalemia, hypomagnesemia,
         female sex and age over 65. Below 3.5 mmol/L and 1.7 mg/dL, and 30 days, are ours. Of a drug that keeps a transplant: its level above
         the laboratory's own range (FDA label tacrolimus, sections 2.6 and 7.2), and a creatinine that rose (knowledge/kidney_rise.py)
Misses   heart failure, a slow pulse, genes; a value without a day
"""

from datetime import timedelta
from decimal import Decimal

from careloom.knowledge.facts import Facts
from careloom.knowledge.kidney_rise import creatinine_rise
from careloom.knowledge.labs import number
from careloom.knowledge.measured import Measured

_FRESH = timedelta(days=30)
_OLD = 65
# Beyond these: comparator and limit in the unit of labs.toml.
_OF_QT = (("qtc", ">", Decimal(500)), ("potassium", "<", Decimal("3.5")), ("magnesium", "<", Decimal("1.7")))

# The cause of what raises the level of a drug that keeps a transplant, and the levels.
LEVEL = "immunosuppressant level"
_LEVELS = ("tacrolimus_level", "cyclosporine_level", "sirolimus_level", "everolimus_level")
_HIGH = frozenset({"H", "HH", "HU"})


def worsened(cause: str, facts: Facts) -> tuple[str, tuple[str, ...]]:
    """A sentence with what makes a harm of that cause worse in this person, and the entries it rests on; "" where nothing does.

    A value makes it a matter of today.
    """
    if cause == LEVEL:
        return _of_level(facts)
    if cause != "qt":
        return "", ()
    values = [
        one
        for name, sign, limit in _OF_QT
        for one in facts.labs.get(name, ())[:1]
        if _beyond(one, sign, limit, facts)
    ]
    said = [_said(one, facts) for one in values]
    if facts.record.demographics.sex == "female":
        said.append("female")
    if facts.age is not None and facts.age > _OLD:
        said.append(f"age {facts.age}")
    if not said:
        return "", ()
    today = " The prescriber is told today." if values else ""
    return f" This patient: {', '.join(said)}.{today}", tuple(one.entry for one in values)


def _of_level(facts: Facts) -> tuple[str, tuple[str, ...]]:
    levels = [one for name in _LEVELS for one in facts.labs.get(name, ())[:1] if _is_above(one, facts)]
    said = [f"{_said(one, facts)} (above its range)" for one in levels]
    entries = [one.entry for one in levels]
    if rise := creatinine_rise(facts):
        unit = facts.knowledge.labs.plain(rise.last.unit)
        said.append(
            f"creatinine rose from {rise.first.value} on {rise.first.day.isoformat()} to {rise.last.value} {unit} on {rise.last.day.isoformat()}"
        )
        entries += [rise.first.entry, rise.last.entry]
    if not said:
        return "", ()
    return f" This patient: {', '.join(said)}. The prescriber is told today.", tuple(entries)


def _is_above(one: Measured, facts: Facts) -> bool:
    """Whether a fresh level is above the range that its own source gives, or called so there."""
    entry = facts.record.by_id.get(one.entry)
    if entry is None or one.day < facts.record.as_of - _FRESH:
        return False
    high = number(entry.range.high) if entry.range else None
    value = number(entry.value)
    return (entry.interpretation or "") in _HIGH or (high is not None and value is not None and value > high)


def _beyond(one: Measured, sign: str, limit: Decimal, facts: Facts) -> bool:
    if one.canonical is None or one.comparator or one.day < facts.record.as_of - _FRESH:
        return False
    return one.canonical > limit if sign == ">" else one.canonical < limit


def _said(one: Measured, facts: Facts) -> str:
    return f"{one.lab.label} {one.value} {facts.knowledge.labs.plain(one.unit)} on {one.day.isoformat()}"
