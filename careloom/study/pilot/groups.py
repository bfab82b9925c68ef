"""Groups: what a case is counted under where a pilot asks whether it did as well for everybody; as it was on the day of enrolment."""

from datetime import date

from careloom.care.record import PatientRecord
from careloom.study.pilot.including import age

UNKNOWN = "not recorded"
BANDS = ((18, "under 18"), (45, "18 to 44"), (65, "45 to 64"), (75, "65 to 74"), (200, "75 and over"))
# In the order in which they are told.
DIMENSIONS = ("age", "sex", "race", "ethnicity", "language", "payer")


def groups_of(record: PatientRecord, as_of: date) -> dict[str, str]:
    """Each dimension with the patient's group. What no source of the record says is UNKNOWN."""
    years, who = age(record, as_of), record.demographics
    band = next((words for bound, words in BANDS if years < bound), UNKNOWN) if years is not None else UNKNOWN
    return {
        "age": band,
        "sex": who.sex or UNKNOWN,
        "race": _said(record, "race"),
        "ethnicity": _said(record, "ethnicity"),
        "language": (who.language or "").partition("-")[0].lower() or UNKNOWN,
        "payer": _payer(record),
    }


def _said(record: PatientRecord, name: str) -> str:
    """What the newest Patient entry that says it says."""
    said = [one.detail[name] for one in record.entries if one.kind == "Patient" and one.detail.get(name)]
    return said[-1] if said else UNKNOWN


def _payer(record: PatientRecord) -> str:
    """The payer of the newest coverage that isn't over."""
    said = [
        one.detail["payer"]
        for one in record.entries
        if one.kind == "Coverage" and one.detail.get("payer") and one.status in (None, "active")
    ]
    return said[-1] if said else UNKNOWN
