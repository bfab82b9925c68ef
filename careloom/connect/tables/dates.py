"""Dates as exports write them: by form ("MM/DD/YYYY hh:mm A"), as a spreadsheet's serial number, as Unix time.

A date is never guessed: only the forms that the mapping names are tried, and two-digit years need its `pivot`.
Source   spreadsheet serials: ECMA-376 part 1, 18.17.4.1 (1900 system, its day 60 that never was; 1904 system)
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from careloom.care.entry import When, when
from careloom.errors import InputError

TOKENS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short>\d{2})",
    "Month": r"(?P<month_name>[A-Za-z]{3,9})",
    "Mon": r"(?P<month_name>[A-Za-z]{3,9})",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{2})",
    "D": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d{2})",
    "H": r"(?P<hour>\d{1,2})",
    "hh": r"(?P<half>\d{2})",
    "h": r"(?P<half>\d{1,2})",
    "mm": r"(?P<minute>\d{2})",
    "ss": r"(?P<second>\d{2})",
    "S": r"(?P<fraction>\d{1,6})",
    "A": r"(?P<noon>[AaPp]\.?[Mm]\.?)",
    "Z": r"(?P<zone>Z|[+-]\d{2}:?\d{2})",
}
_TOKEN = re.compile("|".join(sorted(TOKENS, key=len, reverse=True)))
NAMED = ("iso", "excel", "excel1904", "unix", "unix ms")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL = re.compile(r"\d{1,7}(?:\.\d+)?")
_SPACED = re.compile(r"\d{4}-\d{2}-\d{2} \d")
_SHORT_ZONE = re.compile(r"([+-]\d{2})(\d{2})$")


@dataclass(frozen=True, slots=True)
class DateForm:
    """One form of a date: a word of NAMED, or a pattern compiled to `regex`. Years up to `pivot` are 20xx."""

    form: str
    regex: re.Pattern[str] | None = None
    pivot: int | None = None


def date_form(form: str, pivot: int | None) -> DateForm:
    """The form that a mapping names. Raises ValueError saying what is wrong with it."""
    if form in NAMED:
        return DateForm(form)
    found = [token.group() for token in _TOKEN.finditer(form)]
    groups = [TOKENS[token].partition(">")[0] for token in found]
    if len(set(groups)) < len(groups):
        raise ValueError("names a part of a date twice")
    if not {"YYYY", "YY"} & set(found):
        raise ValueError(f"has no year; write e.g. MM/DD/YYYY, or one of {', '.join(NAMED)}")
    if "YY" in found and pivot is None:
        raise ValueError("has years of two digits: say with `pivot` up to which they are 20xx")
    pattern, end = "", 0
    for token in _TOKEN.finditer(form):
        pattern += re.escape(form[end : token.start()]) + TOKENS[token.group()]
        end = token.end()
    return DateForm(form, re.compile(pattern + re.escape(form[end:])), pivot)


def read_date(text: str, forms: tuple[DateForm, ...], zone: str) -> When:
    """A cell as a time, with the precision that it has. Raises InputError where no form fits, or two that differ."""
    found = {said: None for form in forms if (said := _iso(text, form))}
    if not found:
        raise InputError(f"is not a date of the form {' or '.join(form.form for form in forms)}")
    if len(found) > 1:
        raise InputError("fits two forms of a date that mean different days")
    return when(next(iter(found)), zone)


def _iso(text: str, form: DateForm) -> str:
    """The time in ISO 8601, "" where the form doesn't fit."""
    try:
        if form.form == "iso":
            return _checked(text.replace(" ", "T", 1) if _SPACED.match(text) else text)
        if form.regex is None:
            return _counted(text, form.form)
        fits = form.regex.fullmatch(text)
        return _checked(_put_together(fits.groupdict(), form.pivot)) if fits else ""
    except (ValueError, OverflowError, InputError):
        return ""


def _checked(iso: str) -> str:
    when(iso)
    return iso


def _put_together(part: dict[str, str | None], pivot: int | None) -> str:
    year = part.get("year") or _century(part["short"] or "", pivot or 0)
    month = part.get("month") or _month(part.get("month_name"))
    said = year
    if month:
        said += f"-{int(month):02}"
        if part.get("day"):
            said += f"-{int(part['day'] or 0):02}"
    hour = part.get("hour") or _of_the_clock(part)
    if hour is not None and part.get("day"):
        said += f"T{int(hour):02}:{part.get('minute') or '00'}:{part.get('second') or '00'}"
        said += f".{part['fraction']:0<3}" if part.get("fraction") else ""
        said += _SHORT_ZONE.sub(r"\1:\2", part.get("zone") or "")
    return said


def _century(short: str, pivot: int) -> str:
    return f"{'20' if int(short) <= pivot else '19'}{short}"


def _month(name: str | None) -> str:
    return str(_MONTHS.index(name[:3].lower()) + 1) if name else ""


def _of_the_clock(part: dict[str, str | None]) -> str | None:
    half = part.get("half")
    if half is None:
        return None
    if not 1 <= int(half) <= 12:
        raise ValueError
    afternoon = (part.get("noon") or "a")[0].lower() == "p"
    return str(int(half) % 12 + 12 * afternoon)


def _counted(text: str, form: str) -> str:
    """A number of days or seconds as a date."""
    if form.startswith("unix"):
        if not text.isdigit():
            return ""
        seconds = int(text) / (1000 if form == "unix ms" else 1)
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    if not _SERIAL.fullmatch(text):
        return ""
    days = float(text)
    if form == "excel" and (days < 1 or 60 <= days < 61):
        return ""
    zero = datetime(1904, 1, 1) if form == "excel1904" else datetime(1899, 12, 30)  # noqa: DTZ001  # local, as the sheet
    if form == "excel" and days < 60:
        days += 1  # the sheet counts a 29 February 1900, so that the days before it are one more
    moment = zero + timedelta(seconds=round(days * 86_400))
    return moment.date().isoformat() if days == int(days) else moment.isoformat()
