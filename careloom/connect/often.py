"""How often and when a drug is taken, in the words that a dosage has ("twice daily", "every 4 to 6 hours", "at bedtime").

Source   FHIR R4, Timing (Timing.repeat, event-timing, GTSAbbreviation); HL7 v3 TimingEvent
"""

from collections.abc import Mapping

# A unit of time as UCUM has it: its name, and "each".
EVERY: Mapping[str, tuple[str, str]] = {
    "s": ("second", "every second"),
    "min": ("minute", "every minute"),
    "h": ("hour", "hourly"),
    "d": ("day", "daily"),
    "wk": ("week", "weekly"),
    "mo": ("month", "monthly"),
    "a": ("year", "yearly"),
}
# The codes of v3-GTSAbbreviation that FHIR names for Timing.code.
ABBREVIATIONS: Mapping[str, str] = {
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
MOMENTS: Mapping[str, str] = {
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
_TIMES = {"1": "once", "2": "twice", "3": "three times", "4": "four times"}


def often(period: str, unit: str, *, times: str = "1", most: str = "", longest: str = "") -> str:
    """ "twice daily", "every 8 hours", "every 4 to 6 hours", "2 to 3 times daily".

    So many `times` (to `most`) in a `period` (to `longest`) of a UCUM `unit` of time; "" for another unit.
    """
    if not period or unit not in EVERY:
        return ""
    name, each = EVERY[unit]
    if period == "1" and not longest:
        if unit == "h" and times == "1" and not most:
            return "every hour"
        said = f"{times} to {most} times" if most else _TIMES.get(times, f"{times} times")
        return f"{said} {each}"
    spaced = f"every {period} to {longest} {name}s" if longest else f"every {period} {name}s"
    return spaced if times == "1" and not most else f"{_TIMES.get(times, f'{times} times')} {spaced}"
