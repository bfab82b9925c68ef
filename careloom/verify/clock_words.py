"""Days and times as a patient reads them, in English and Spanish."""

from datetime import datetime

from careloom.knowledge.months import MONTHS

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}

# The hour from which Spanish says "de la noche".
_EVENING = 19


def day_words(at: datetime, language: str, *, with_year: bool) -> str:
    """ "Monday, December 7", "lunes 7 de diciembre", with the year where it is asked for."""
    day, month = _DAYS[language][at.weekday()], MONTHS[language][at.month - 1]
    if language == "es":
        return f"{day} {at.day} de {month}" + (f" de {at.year}" if with_year else "")
    return f"{day}, {month} {at.day}" + (f", {at.year}" if with_year else "")


def time_words(at: datetime, language: str, *, with_zone: bool) -> str:
    """ "2:30 PM", "las 2:30 de la tarde", "la 1:00 de la tarde", noon by its name; with the zone's letters where they are asked for."""
    hour, zone = at.hour % 12 or 12, f" ({at.tzname()})" if with_zone else ""
    said = f"{hour}:{at.minute:02}"
    noon = at.hour == 12 and at.minute == 0
    if language == "es":
        part = "mañana" if at.hour < 12 else "tarde" if at.hour < _EVENING else "noche"
        half = "del mediodía" if noon else f"de la {part}"
        return f"{'la' if hour == 1 else 'las'} {said} {half}{zone}"
    return f"{said} {'noon' if noon else 'AM' if at.hour < 12 else 'PM'}{zone}"
