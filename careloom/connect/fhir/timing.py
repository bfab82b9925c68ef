"""FHIR Dosage and Timing in plain words ("500 mg", "twice daily"). Source: FHIR R4, Dosage and Timing datatypes."""

from collections.abc import Sequence

from careloom.care.entry import Dosage
from careloom.connect.fhir.datatypes import DosageInstruction, Dose, Number, Repeat, Timing
from careloom.connect.fhir.words import amount, digits, join, ratio, span, words

TIMES = {"1": "once", "2": "twice", "3": "three times", "4": "four times"}
EVERY = {
    "s": ("second", "every second"),
    "min": ("minute", "every minute"),
    "h": ("hour", "hourly"),
    "d": ("day", "daily"),
    "wk": ("week", "weekly"),
    "mo": ("month", "monthly"),
    "a": ("year", "yearly"),
}
# The codes of v3-GTSAbbreviation that FHIR names for Timing.code.
ABBREVIATIONS = {
    "QD": "once daily",
    "BID": "twice daily",
    "TID": "three times daily",
    "QID": "four times daily",
    "QOD": "every 2 days",
    "AM": "every morning",
    "PM": "every afternoon",
    "BED": "at bedtime",
    "Q1H": "every hour",
    "Q2H": "every 2 hours",
    "Q3H": "every 3 hours",
    "Q4H": "every 4 hours",
    "Q6H": "every 6 hours",
    "Q8H": "every 8 hours",
    "WK": "weekly",
    "MO": "monthly",
}
# FHIR's event-timing and v3-TimingEvent.
MOMENTS = {
    "MORN": "in the morning",
    "MORN.early": "in the early morning",
    "MORN.late": "in the late morning",
    "NOON": "at noon",
    "AFT": "in the afternoon",
    "AFT.early": "in the early afternoon",
    "AFT.late": "in the late afternoon",
    "EVE": "in the evening",
    "EVE.early": "in the early evening",
    "EVE.late": "in the late evening",
    "NIGHT": "at night",
    "PHS": "after sleep",
    "HS": "at bedtime",
    "WAKE": "upon waking",
    "C": "with meals",
    "CM": "with breakfast",
    "CD": "with lunch",
    "CV": "with dinner",
    "AC": "before meals",
    "ACM": "before breakfast",
    "ACD": "before lunch",
    "ACV": "before dinner",
    "PC": "after meals",
    "PCM": "after breakfast",
    "PCD": "after lunch",
    "PCV": "after dinner",
}
DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


def dosage(instructions: Sequence[DosageInstruction]) -> Dosage | None:
    """How a drug is to be taken. Several instructions (a taper, two strengths) are joined with '; '."""
    if not instructions:
        return None
    found = Dosage(
        text=join(one.text or one.patient_instruction for one in instructions),
        dose=join(dose(part) for one in instructions for part in one.dose_and_rate),
        route=join(words(one.route) for one in instructions),
        frequency=join(frequency(one) for one in instructions),
    )
    return found if found != Dosage() else None


def dose(part: Dose) -> str:
    """The dose of one administration, and its rate where there is one."""
    given = amount(part.dose_quantity) or span(part.dose_range)
    rate = amount(part.rate_quantity) or span(part.rate_range) or ratio(part.rate_ratio)
    return f"{given} at {rate}".strip() if rate and given else given or rate


def frequency(one: DosageInstruction) -> str:
    """How often, in words, with 'as needed' where it says so."""
    often = timing(one.timing)
    if one.as_needed_codeable_concept is not None:
        reason = words(one.as_needed_codeable_concept)
        return f"{often} as needed for {reason}".strip() if reason else f"{often} as needed".strip()
    return f"{often} as needed".strip() if one.as_needed_boolean else often


def timing(when: Timing | None) -> str:
    """A Timing in words: its code's words, else its repeat rule."""
    if when is None:
        return ""
    for coding in when.code.coding if when.code else ():
        if coding.code in ABBREVIATIONS:
            return ABBREVIATIONS[coding.code]
    if when.repeat is not None and (said := repeated(when.repeat)):
        return said
    return words(when.code) or join(when.event)


def repeated(rule: Repeat) -> str:
    """Timing.repeat in words: "twice daily", "every 4 to 6 hours", "once weekly on Monday before breakfast"."""
    parts = [_often(rule)]
    if rule.day_of_week:
        parts.append("on " + ", ".join(DAYS.get(day, day) for day in rule.day_of_week))
    if rule.time_of_day:
        parts.append("at " + ", ".join(clock.removesuffix(":00") for clock in rule.time_of_day))
    parts += [MOMENTS.get(moment, moment) for moment in rule.when]
    lasting = amount(rule.bounds_duration)
    if lasting:
        parts.append(f"for {lasting}")
    elif (count := _count(rule.count)) is not None:
        parts.append(f"for {count} times")
    return " ".join(part for part in parts if part)


def _often(rule: Repeat) -> str:
    period, unit = _count(rule.period), rule.period_unit
    if period is None or unit not in EVERY:
        return ""
    times = _count(rule.frequency) or "1"
    most = _count(rule.frequency_max)
    name, each = EVERY[unit]
    longest = _count(rule.period_max)
    if period == "1" and longest is None:
        if unit == "h" and times == "1" and most is None:
            return "every hour"
        often = f"{times} to {most} times" if most else TIMES.get(times, f"{times} times")
        return f"{often} {each}"
    spaced = f"every {period} to {longest} {name}s" if longest else f"every {period} {name}s"
    return spaced if times == "1" and most is None else f"{TIMES.get(times, f'{times} times')} {spaced}"


def _count(number: Number) -> str | None:
    """A count without idle decimals ("1.0" is "1")."""
    said = digits(number)
    if said is None or "." not in said or "e" in said.lower():
        return said
    return said.rstrip("0").rstrip(".")
