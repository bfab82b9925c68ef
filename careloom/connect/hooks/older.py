"""A resource of FHIR DSTU2 or STU3 in the form of R4, as far as the drug rules look at it.

Source   FHIR R4 (4.0.1), "Differences from previous versions" of MedicationRequest, AllergyIntolerance and Condition
Misses   what changed its meaning and not merely its name or shape: an old dose stands in its text alone
"""

from typing import Any

import msgspec

# DSTU2 has one status for what R4 has as two.
_ALLERGY = {
    "active": ("active", "confirmed"),
    "confirmed": ("active", "confirmed"),
    "unconfirmed": ("active", "unconfirmed"),
    "inactive": ("inactive", "confirmed"),
    "resolved": ("resolved", "confirmed"),
    "refuted": ("", "refuted"),
    "entered-in-error": ("", "entered-in-error"),
}
# A list in R4, and one object or text before.
_LISTS = ("category", "note")


def in_todays_form(kind: str, raw: bytes) -> bytes:
    """The JSON of a resource of this type, as R4 has it: a MedicationOrder is a MedicationRequest, what was of a patient has a
    subject, a status is coded. Raises a MsgspecError for what is no object.
    """
    told = msgspec.json.decode(raw, type=dict[str, Any])
    if kind == "MedicationOrder":
        told["resourceType"] = "MedicationRequest"
        _rename(told, "dateWritten", "authoredOn")
    if kind == "AllergyIntolerance":
        _rename(told, "substance", "code")
        clinical, verified = _ALLERGY.get(str(told.pop("status", "")), ("", ""))
        _say(told, "clinicalStatus", clinical)
        _say(told, "verificationStatus", verified)
    else:
        _rename(told, "patient", "subject")
    for name in ("clinicalStatus", "verificationStatus"):
        if isinstance(told.get(name), str):
            told[name] = {"coding": [{"code": told[name]}]}
    for name in _LISTS:
        if isinstance(told.get(name), dict | str):
            told[name] = [told[name]]
    return msgspec.json.encode(told)


def _rename(told: dict[str, Any], old: str, new: str) -> None:
    if old in told and new not in told:
        told[new] = told.pop(old)


def _say(told: dict[str, Any], name: str, status: str) -> None:
    if status and name not in told:
        told[name] = status
