"""What the values of a column look like: dates and of which form, codes and of which system. Values stay here.

Source   LOINC Users' Guide (mod 10 check digit); SNOMED CT Technical Implementation Guide, SCTID (Verhoeff check digit)
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from careloom.care.ndc import eleven
from careloom.connect.tables.dates import date_form, read_date
from careloom.errors import InputError

FORMS = (
    "iso",
    "MM/DD/YYYY",
    "M/D/YYYY",
    "DD/MM/YYYY",
    "DD.MM.YYYY",
    "YYYYMMDD",
    "MMDDYYYY",
    "YYYYMMDDHHmmss",
    "YYYYMMDDHHmm",
    "YYYY/MM/DD",
    "DD-Mon-YYYY",
    "D Mon YYYY",
    "Mon D, YYYY",
    "MM-DD-YYYY",
    "MM/DD/YYYY HH:mm",
    "MM/DD/YYYY HH:mm:ss",
    "MM/DD/YYYY hh:mm A",
    "M/D/YYYY h:mm A",
    "M/D/YYYY H:mm",
    "MM/DD/YYYY hh:mm:ss A",
    "M/D/YYYY h:mm:ss A",
)
SHORT_FORMS = ("MM/DD/YY", "M/D/YY", "DD/MM/YY", "DD.MM.YY")
# Times of day that stand in a column of their own, beside one of dates.
TIMES = {
    "HH:mm": r"\d\d:\d\d",
    "HH:mm:ss": r"\d\d:\d\d:\d\d",
    "H:mm": r"\d{1,2}:\d\d",
    "h:mm A": r"\d{1,2}:\d\d ?[AaPp]\.?[Mm]\.?",
}
_COMMA = re.compile(r"[<>=~]*\s*-?\d+(?:\.\d{3})*,\d+")
_POINT = re.compile(r"[<>=~]*\s*-?\d+(?:,\d{3})*\.\d+")
# From 1955 to 2050, as a spreadsheet counts days.
_SERIALS = range(20_000, 55_000)
_MOST = 0.9
_ICD10 = re.compile(r"[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?", re.IGNORECASE)
_LOINC = re.compile(r"\d{1,6}-\d")
_SNOMED = re.compile(r"[1-9]\d{5,17}")
# fmt: off
_D5 = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)
_PERMUTED = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)
# fmt: on


def date_forms_of(values: Sequence[str]) -> tuple[str, ...]:
    """The forms that nearly all values of a column have; several where they can't be told apart."""
    if not values:
        return ()
    fits = [form for form in FORMS if _have_form(values, form)]
    fits = fits or [form for form in SHORT_FORMS if _have_form(values, form)]
    if not fits and _share(values, _is_serial) >= _MOST:
        fits = ["excel"]
    exact = [form for form in fits if not (form.startswith("M/D/") and f"MM/DD/{form[4:]}" in fits)]
    return tuple(exact)


def _have_form(values: Sequence[str], form: str) -> bool:
    return _share(values, partial(_is_date, form=form)) >= _MOST


def _is_serial(said: str) -> bool:
    whole = said.partition(".")[0]
    return whole.isascii() and whole.isdigit() and len(whole) == 5 and int(whole) in _SERIALS


def _is_date(said: str, form: str) -> bool:
    if form == "iso" and not re.match(r"\d{4}-\d\d-\d\d", said):
        return False
    try:
        read_date(said, (date_form(form, 50),), "UTC")
    except InputError:
        return False
    return True


def time_form_of(values: Sequence[str]) -> str:
    """The form of the times of day that nearly all values of a column have; "" for none."""
    return next((form for form, looks in TIMES.items() if values and _matching(values, looks) >= _MOST), "")


def _matching(values: Sequence[str], looks: str) -> float:
    return _share(values, lambda said: re.fullmatch(looks, said) is not None)


def decimals_of(values: Sequence[str]) -> tuple[bool, bool]:
    """Whether any number is written with a decimal comma, and whether any is with a point."""
    commas, points = (any(sign.fullmatch(said) for said in values) for sign in (_COMMA, _POINT))
    return commas, points


def systems_of(values: Sequence[str]) -> tuple[str, ...]:
    """The code systems (short names) whose form nearly all values of a column have."""
    return tuple(name for name, has in _FORMS.items() if values and _share(values, has) >= _MOST)


def _share(values: Sequence[str], has: Callable[[str], bool]) -> float:
    return sum(has(said) for said in values) / len(values)


def is_loinc(said: str) -> bool:
    """Whether a text is a LOINC number, by its check digit."""
    if not _LOINC.fullmatch(said):
        return False
    digits = [int(digit) for digit in reversed(said[:-2])]
    doubled = [digit * 2 if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return (10 - sum(digit - 9 if digit > 9 else digit for digit in doubled)) % 10 == int(said[-1])


def is_snomed(said: str) -> bool:
    """Whether a text is a SNOMED CT identifier of a concept, by its partition and check digit."""
    if not _SNOMED.fullmatch(said) or said[-3:-1] not in ("00", "10"):
        return False
    check = 0
    for place, digit in enumerate(reversed(said)):
        check = int(_D5[check][int(_PERMUTED[place % 8][int(digit)])])
    return check == 0


_FORMS: Mapping[str, Callable[[str], bool]] = {
    "loinc": is_loinc,
    "snomed": is_snomed,
    "ndc": lambda said: eleven(said) is not None,
    "icd10": lambda said: _ICD10.fullmatch(said) is not None,
}
