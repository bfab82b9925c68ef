"""Measuring: a line such as "BP 142/88 mmHg" read as a measurement, its unit typed and its value possible.

Source   LOINC codes and units of the FHIR R4 vital signs profile; those that labs.toml has of glucose by meter and of pain
Never    takes a unit that nobody typed, but for a pain score, which has none
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from careloom.care.entry import LOINC, Code, Entry
from careloom.errors import InputError
from careloom.knowledge import Knowledge

SYSTOLIC, DIASTOLIC = (
    Code(LOINC, "8480-6", "Systolic blood pressure"),
    Code(LOINC, "8462-4", "Diastolic blood pressure"),
)
PRESSURE = Code(LOINC, "85354-9", "Blood pressure")
_FAHRENHEIT = {"f": "[degF]", "°f": "[degF]", "c": "Cel", "°c": "Cel"}
_POUNDS = {"lb": "[lb_av]", "lbs": "[lb_av]", "pounds": "[lb_av]", "kg": "kg"}
_MINUTE = {"/min": "/min", "bpm": "/min", "per minute": "/min", "a minute": "/min"}


@dataclass(frozen=True, slots=True)
class Sign:
    """What can be measured: its code, the names by which it is typed, its units (UCUM) by how they are typed, and an example."""

    code: Code
    names: tuple[str, ...]
    units: Mapping[str, str]
    example: str


SIGNS = (
    Sign(PRESSURE, ("bp", "blood pressure"), {"mmhg": "mm[Hg]", "mm hg": "mm[Hg]"}, "BP 142/88 mmHg"),
    Sign(Code(LOINC, "8867-4", "Heart rate"), ("pulse", "heart rate", "hr"), _MINUTE, "pulse 72 /min"),
    Sign(
        Code(LOINC, "9279-1", "Respiratory rate"),
        ("breaths", "respirations", "respiratory rate", "rr"),
        _MINUTE,
        "breaths 16 /min",
    ),
    Sign(
        Code(LOINC, "8310-5", "Body temperature"), ("temperature", "temp"), _FAHRENHEIT, "temperature 98.6 F"
    ),
    Sign(
        Code(LOINC, "59408-5", "Oxygen saturation"),
        ("spo2", "oxygen saturation", "o2 sat"),
        {"%": "%", "percent": "%"},
        "SpO2 96 %",
    ),
    Sign(Code(LOINC, "29463-7", "Body weight"), ("weight", "wt"), _POUNDS, "weight 182 lb"),
    Sign(
        Code(LOINC, "41653-7", "Glucose by meter"),
        ("glucose", "blood sugar", "blood glucose"),
        {"mg/dl": "mg/dL", "mmol/l": "mmol/L"},
        "glucose 154 mg/dL",
    ),
    Sign(
        Code(LOINC, "72514-3", "Pain severity"),
        ("pain",),
        {"": "{score}", "/10": "{score}", "of 10": "{score}"},
        "pain 3",
    ),
)
_LINE = re.compile(
    r"(?P<name>[a-z][a-z0-9 ]*?)\s*:?\s+(?P<value>\d+(?:\.\d+)?)(?:\s*/\s*(?P<second>\d{2,3}))?\s*(?P<unit>.*)"
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement: digits as they were typed, the unit in UCUM; `second` is the diastolic pressure."""

    code: Code
    value: str
    unit: str
    second: str = ""

    def is_in(self, entry: Entry) -> bool:
        """Whether an entry is of this measurement."""
        values = [one.value for one in entry.components] if self.second else [entry.value]
        digits = [float(one) for one in values if one]
        mine = [float(one) for one in (self.value, self.second) if one]
        return digits == mine and self.code.code in {one.code for one in entry.codes}


def measurement(line: str, knowledge: Knowledge) -> Measurement:
    """A measurement. Raises InputError where it is none that is known, has no unit, or can't be."""
    found = _LINE.fullmatch(line.strip().rstrip(".").lower())
    if found is None:
        raise InputError("is no measurement such as BP 142/88 mmHg or weight 182 lb")
    sign = next((one for one in SIGNS if found["name"] in one.names), None)
    if sign is None:
        raise InputError(
            f"measures none of {', '.join(one.names[0] for one in SIGNS)}; say it under Observed"
        )
    value, second, unit = found["value"], found["second"] or "", found["unit"].strip()
    if sign.code == PRESSURE and not second:
        raise InputError("needs both pressures, such as 142/88 mmHg")
    if second and sign.code != PRESSURE:
        if second != "10" or sign.code.code != "72514-3":
            raise InputError("has two numbers")
        second = ""
    if unit not in sign.units:
        raise InputError(f"needs its unit, such as {sign.example}")
    made = Measurement(sign.code, value, sign.units[unit], second)
    if not _can_be(made, knowledge):
        raise InputError("can't be; look at the number and the unit")
    return made


def _can_be(one: Measurement, knowledge: Knowledge) -> bool:
    parts = ((SYSTOLIC, one.value), (DIASTOLIC, one.second)) if one.second else ((one.code, one.value),)
    if one.second and float(one.second) >= float(one.value):
        return False
    for code, value in parts:
        lab = knowledge.labs.find((code,))
        canonical = lab.canonical(value, one.unit) if lab else None
        if lab and (canonical is None or not lab.can_be(canonical)):
            return False
    return True
