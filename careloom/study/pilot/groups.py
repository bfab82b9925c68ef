"""Groups: what a case is counted under where a pilot asks whether it did as well for everybody; as it was on the day of enrolment."""

from collections.abc import Iterable, Sequence
from datetime import date

from careloom.care.entry import Entry, Person
from careloom.care.record import PatientRecord
from careloom.record.people import language
from careloom.study.pilot.including import age, years
from careloom.study.pilot.origins import origin

UNKNOWN = "not recorded"
BANDS = ((18, "under 18"), (45, "18 to 44"), (65, "45 to 64"), (75, "65 to 74"), (200, "75 and over"))
# In the order in which they are told.
DIMENSIONS = ("age", "sex", "race", "ethnicity", "language", "payer")


def groups_of(record: PatientRecord, as_of: date) -> dict[str, str]:
    """Each dimension with the patient's group. What no source of the record says is UNKNOWN."""
    who = record.demographics
    return {
        "age": _band(age(record, as_of)),
        "sex": who.sex or UNKNOWN,
        "race": _said(record.entries, "race"),
        "ethnicity": _said(record.entries, "ethnicity"),
        "language": (who.language or "").partition("-")[0].lower() or UNKNOWN,
        "payer": _payer(record.entries, as_of),
    }


def groups_of_entries(entries: Sequence[Entry], persons: Iterable[Person], as_of: date) -> dict[str, str]:
    """The same of entries that no record was woven of: what was said last of who the patient is counts."""
    births = [one.birth_date for one in persons if one.birth_date]
    sexes = [one.sex for one in persons if one.sex]
    return {
        "age": _band(years(births[-1], as_of) if births else None),
        "sex": sexes[-1] if sexes else UNKNOWN,
        "race": _said(entries, "race"),
        "ethnicity": _said(entries, "ethnicity"),
        "language": language(entries).lower() or UNKNOWN,
        "payer": _payer(entries, as_of),
    }


def _band(years: int | None) -> str:
    return next((words for bound, words in BANDS if years < bound), UNKNOWN) if years is not None else UNKNOWN


def _said(entries: Sequence[Entry], name: str) -> str:
    """The group that the newest Patient entry that tells one tells."""
    said = [
        group
        for one in entries
        if one.kind == "Patient" and (group := origin(name, one.elements.get(name, ())))
    ]
    return said[-1] if said else UNKNOWN


def _payer(entries: Sequence[Entry], as_of: date) -> str:
    """The payer of the newest coverage that isn't over."""
    said = [
        one.detail["payer"]
        for one in entries
        if one.kind == "Coverage"
        and one.detail.get("payer")
        and one.status in (None, "active")
        and not (one.effective.end and one.effective.end.latest.date() < as_of)
    ]
    return said[-1] if said else UNKNOWN
