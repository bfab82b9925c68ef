"""Repeat patterns (HL7 table 0335) and TQ1, TQ and RI in words ("twice daily", "every 6 hours as needed").

Source   HL7 v2.8.2, table 0335 and chapter 4, TQ1; HL7 v2-to-FHIR, RepeatPattern and TQ1[MedicationRequest]
"""

import re

from careloom.connect.hl7v2.coded import join
from careloom.connect.hl7v2.segments import Composite, Segment
from careloom.connect.hl7v2.units import unit_of

TIMES = {"1": "once", "2": "twice", "3": "three times", "4": "four times"}
FIXED = {
    "QD": "once daily",
    "QDAY": "once daily",
    "DAILY": "once daily",
    "BID": "twice daily",
    "TID": "three times daily",
    "QID": "four times daily",
    "QOD": "every 2 days",
    "QAM": "every morning",
    "QPM": "every evening",
    "QHS": "at bedtime",
    "HS": "at bedtime",
    "QSHIFT": "every shift",
    "ONCE": "once",
    "1XONLY": "once",
    "C": "continuously",
    "AC": "before meals",
    "PC": "after meals",
    "ACM": "before breakfast",
    "ACD": "before lunch",
    "ACV": "before dinner",
    "PCM": "after breakfast",
    "PCD": "after lunch",
    "PCV": "after dinner",
    "IC": "between meals",
}
EVERY = re.compile(r"Q(\d{1,3})([SMHDWL])")
DAYS = re.compile(r"Q(\d{0,2})J(\d{1,7})")
COUNTED = re.compile(r"(\d{1,2})ID")
UNITS = {"S": "second", "M": "minute", "H": "hour", "D": "day", "W": "week", "L": "month"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CODED_UNITS = {
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "wk": "week",
    "mo": "month",
    "a": "year",
}


def pattern(code: str) -> str:
    """A repeat pattern in words; the pattern itself where it is none of the table."""
    said = code.strip()
    upper = said.upper().replace(" ", "")
    if upper.startswith("PRN"):
        rest = pattern(said[3:]) if upper != "PRN" else ""
        return f"{rest} as needed".strip()
    if upper in FIXED:
        return FIXED[upper]
    if found := EVERY.fullmatch(upper):
        number, unit = found[1].lstrip("0") or "0", UNITS[found[2]]
        return f"every {unit}" if number == "1" else f"every {number} {unit}s"
    if found := DAYS.fullmatch(upper):
        weeks = f"every {found[1]} weeks " if found[1] not in ("", "1") else ""
        named = [WEEKDAYS[int(day) - 1] for day in found[2] if "1" <= day <= "7"]
        return f"{weeks}on {', '.join(named)}" if named else said
    if found := COUNTED.fullmatch(upper):
        return f"{TIMES.get(found[1], f'{found[1]} times')} daily"
    return said


def frequency(timings: list[Segment]) -> str:
    """How often, from TQ1 segments; several are joined with "; "."""
    return join(_often(one) for one in timings)


def _often(tq1: Segment) -> str:
    said = []
    for one in tq1.all(3):
        often = pattern(one.sub(1, 1)) if one[1] else _period(one)
        said.append(" ".join(part for part in (often, pattern(one[8]) if one[8] else "") if part))
    times = [clock.sub(1, 1) for clock in tq1.all(4)]
    if times and not any(said):
        said.append("at " + ", ".join(f"{one[:2]}:{one[2:4]}" if one.isdigit() else one for one in times))
    if tq1.text(9).upper() == "PRN" and "as needed" not in " ".join(said):
        said.append("as needed")
    if lasting := amount(tq1.one(6)):
        said.append(f"for {lasting}")
    return " ".join(part for part in said if part)


def _period(one: Composite) -> str:
    """RPT.5 and RPT.6: every so many units."""
    unit = CODED_UNITS.get(one[6].lower(), one[6])
    if not one[5] or not unit:
        return ""
    return f"every {unit}" if one[5] == "1" else f"every {one[5]} {unit}s"


def old_frequency(one: Composite) -> str:
    """A TQ (ORC-7, RXE-1 before version 2.5): its interval (RI) and "as needed" where its priority says so."""
    often = pattern(one.sub(2, 1))
    clock = one.sub(2, 2)
    said = often or (f"at {clock}" if clock else "")
    if one[6].upper() == "PRN" and "as needed" not in said:
        said = f"{said} as needed".strip()
    return said


def amount(one: Composite) -> str:
    """A CQ: number and unit in words."""
    unit = unit_of(one.inner(2))
    return f"{one[1]} {unit}".strip() if one[1] and unit else one[1]
