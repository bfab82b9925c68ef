"""A creatinine that rose: the newest against the lowest before it, as acute kidney injury has it.

Source   KDIGO Clinical Practice Guideline for Acute Kidney Injury, 2.1.1, 2012: a rise of 0.3 mg/dL or more within 48 hours, or to 1.5 times
         the baseline or more, known or presumed to be of the last 7 days. That the lowest value of the 12 months before is the
         baseline, and that the newest is of the last 30 days, are ours
Misses   urine; a rise between two values of which the source has only one; muscle lost or gained; dialysis
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from careloom.knowledge.facts import Facts
from careloom.knowledge.measured import Measured

_FRESH = timedelta(days=30)
_BEFORE = timedelta(days=366)
_SOON = timedelta(days=2)
_STEP = Decimal("0.3")
_TIMES = Decimal("1.5")


@dataclass(frozen=True, slots=True)
class Rise:
    """A creatinine that rose: from which value to which."""

    first: Measured
    last: Measured


def creatinine_rise(facts: Facts) -> Rise | None:
    """How the newest creatinine rose by that measure; None where it did not, or is no fresh one. Nobody on dialysis has one."""
    values = [
        one for one in facts.labs.get("creatinine", ()) if one.canonical is not None and not one.comparator
    ]
    if len(values) < 2 or "dialysis" in facts.problems or values[0].day < facts.record.as_of - _FRESH:
        return None
    last = values[0]
    before = [one for one in values[1:] if last.day - _BEFORE <= one.day <= last.day]
    lowest = min(before, key=lambda one: one.canonical or Decimal(0), default=None)
    soon = [one for one in before if last.day - one.day <= _SOON]
    step = min(soon, key=lambda one: one.canonical or Decimal(0), default=None)
    if lowest and (last.canonical or 0) >= _TIMES * (lowest.canonical or Decimal(0)):
        return Rise(lowest, last)
    if step and (last.canonical or 0) >= _STEP + (step.canonical or Decimal(0)):
        return Rise(step, last)
    return None
