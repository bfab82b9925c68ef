"""Whether a caregiver may be told: with the patient's agreement, or as the recorded health-care proxy.

Source   45 CFR 164.510(b)(2) (2024): somebody involved in care is told with the patient's agreement
Misses   an agreement that was taken back by word of mouth
"""

from careloom.care.kinds import Given
from careloom.care.record import PatientRecord
from careloom.errors import Refused


def must_have_agreed(record: PatientRecord, given: Given, caregiver: bool) -> None:
    """Raises Refused in words where a caregiver gets nothing about this patient, or the day of the agreement lies ahead."""
    agreed = given.fields.get("agreed", "")
    if agreed > record.as_of.isoformat():
        raise Refused("the day on which the patient agreed lies ahead")
    # Who may be the one that harms her is often the one who helps; an agreement may have been forced (45 CFR 164.502(g)(5)).
    if caregiver and any(one.domain == "safety" and one.status == "open" for one in record.needs):
        raise Refused("safety is a need of this patient: nobody but the patient is told, and in private")
    if caregiver and not agreed and not record.demographics.proxy:
        raise Refused(
            "no health-care proxy is recorded; say on which day the patient agreed that this caregiver is told"
        )
