"""FHIR Dosage and Timing in plain words ("500 mg", "twice daily"). Source: FHIR R4, Dosage and Timing datatypes."""

from collections.abc import Sequence

from careloom.care.entry import Dosage
from careloom.connect import often
from careloom.connect.fhir.datatypes import DosageInstruction, Dose, Number, Repeat, Timing
from careloom.connect.fhir.words import amount, digits, join, ratio, span, words

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
        dose=join(dose(part) for one in instructions for part in _parts(one)),
        route=join(words(one.route) for one in instructions),
        frequency=join(frequency(one) for one in instructions),
    )
    return found if found != Dosage() else None


def _parts(one: DosageInstruction) -> Sequence[Dose]:
    return (one.dose_and_rate,) if isinstance(one.dose_and_rate, Dose) else one.dose_and_rate


def dose(part: Dose) -> str:
    """The dose of one administration, and its rate where there is one."""
    given = amount(part.dose_quantity) or span(part.dose_range)
    rate = amount(part.rate_quantity) or span(part.rate_range) or ratio(part.rate_ratio)
    return f"{given} at {rate}".strip() if rate and given else given or rate


def frequency(one: DosageInstruction) -> str:
    """How often, in words, with 'as needed' where it says so."""
    said = timing(one.timing)
    if one.as_needed_codeable_concept is not None:
        reason = words(one.as_needed_codeable_concept)
        return f"{said} as needed for {reason}".strip() if reason else f"{said} as needed".strip()
    return f"{said} as needed".strip() if one.as_needed_boolean else said


def timing(when: Timing | None) -> str:
    """A Timing in words: its code's words, else its repeat rule."""
    if when is None:
        return ""
    for coding in when.code.coding if when.code else ():
        if words_of_code := often.ABBREVIATIONS.get(coding.code or ""):
            return words_of_code
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
    parts += [often.MOMENTS.get(moment, moment) for moment in rule.when]
    lasting = amount(rule.bounds_duration)
    if lasting:
        parts.append(f"for {lasting}")
    elif (count := _count(rule.count)) is not None:
        parts.append(f"for {count} times")
    return " ".join(part for part in parts if part)


def _often(rule: Repeat) -> str:
    return often.often(
        _count(rule.period) or "",
        rule.period_unit or "",
        times=_count(rule.frequency) or "1",
        most=_count(rule.frequency_max) or "",
        longest=_count(rule.period_max) or "",
    )


def _count(number: Number) -> str | None:
    """A count without idle decimals ("1.0" is "1")."""
    said = digits(number)
    if said is None or "." not in said or "e" in said.lower():
        return said
    return said.rstrip("0").rstrip(".")
