"""A resource of FHIR DSTU2, STU3 or R5 in the form of R4, as far as the drug rules look at it.

Source   FHIR R4 (4.0.1) and R5 (5.0.0), "Differences from previous versions" of the types below; of DSTU2 (1.0.2) Timing and
         MedicationStatement
Misses   what changed its meaning and not merely its name or shape
"""

from collections.abc import Callable
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
_LISTS = ("category", "interpretation", "note")
_DRUGGED = ("MedicationRequest", "MedicationStatement", "MedicationDispense")
_DOSAGES = ("dosageInstruction", "dosage")
_DOSE = {"doseQuantity": "doseQuantity", "doseRange": "doseRange", "quantityQuantity": "doseQuantity", "quantityRange": "doseRange"}  # fmt: skip
# What only another version's resource of a drug says, and within which words of its own.
_OTHER_DRUGS = (
    b'"periodUnits"',
    b'"quantityQuantity"',
    b'"quantityRange"',
    b'"wasNotTaken"',
    b'"taken"',
    b'"asNeededFor"',
)
_OTHER_DOSES = (b'"doseQuantity"', b'"doseRange"')

Told = dict[str, Any]


class Marks(msgspec.Struct, rename="camel"):
    """The parts of a resource whose shape tells its version."""

    clinical_status: msgspec.Raw = msgspec.Raw()
    interpretation: msgspec.Raw = msgspec.Raw()
    category: msgspec.Raw = msgspec.Raw()
    substance: msgspec.Raw = msgspec.Raw()
    medication: msgspec.Raw = msgspec.Raw()
    patient: msgspec.Raw = msgspec.Raw()
    type: msgspec.Raw = msgspec.Raw()
    name: msgspec.Raw = msgspec.Raw()


_MARKS = msgspec.json.Decoder(Marks)


def is_todays(kind: str, raw: bytes) -> bool:
    """Whether a resource of this type can be read as R4 as it is. Raises a MsgspecError for what is no object."""
    marks = _MARKS.decode(raw)
    began = {name: bytes(getattr(marks, name)).lstrip()[:1] for name in Marks.__struct_fields__}
    if kind == "Patient":
        return b'"family":[' not in bytes(marks.name).replace(b" ", b"").replace(b"\n", b"")
    if kind == "AllergyIntolerance":
        older = began["substance"] or began["clinical_status"] == b'"' or began["category"] == b'"'
        return not (older or began["type"] == b"{")
    if kind == "MedicationOrder" or began["patient"] or began["medication"] == b"{":
        return False
    if kind in _DRUGGED:
        doses = any(one in raw for one in _OTHER_DOSES) and b'"doseAndRate"' not in raw
        return not (doses or any(one in raw for one in _OTHER_DRUGS))
    return not (began["clinical_status"] == b'"' or b"{" in (began["interpretation"], began["category"]))


def in_todays_form(kind: str, raw: bytes) -> bytes:
    """The JSON of a resource of this type, as R4 has it: a MedicationOrder is a MedicationRequest, what was of a patient has a
    subject, a status is coded, a drug stands in the order. Raises a MsgspecError for what is no object.
    """
    told = msgspec.json.decode(raw, type=Told)
    if kind == "MedicationOrder":
        told["resourceType"] = kind = "MedicationRequest"
        _rename(told, "dateWritten", "authoredOn")
    if kind != "AllergyIntolerance":
        _rename(told, "patient", "subject")
    for name in ("clinicalStatus", "verificationStatus"):
        if isinstance(told.get(name), str):
            told[name] = {"coding": [{"code": told[name]}]}
    for name in _LISTS:
        if isinstance(told.get(name), dict | str):
            told[name] = [told[name]]
    if isinstance(told.get("note"), list):
        told["note"] = [{"text": one} if isinstance(one, str) else one for one in told["note"]]
    if kind in _CHANGED:
        _CHANGED[kind](told)
    return msgspec.json.encode(told)


def _allergy(told: Told) -> None:
    _rename(told, "substance", "code")
    clinical, verified = _ALLERGY.get(str(told.pop("status", "")), ("", ""))
    for name, status in (("clinicalStatus", clinical), ("verificationStatus", verified)):
        if status and name not in told:
            told[name] = {"coding": [{"code": status}]}
    if isinstance(told.get("type"), dict):
        told["type"] = next((one.get("code") for one in _all(told["type"], "coding")), None)
    for reaction in _all(told, "reaction"):
        if isinstance(reaction.get("manifestation"), list):
            reaction["manifestation"] = [_concept(one) for one in reaction["manifestation"]]


def _drugged(told: Told) -> None:
    meant = told.pop("medication", None)
    if isinstance(meant, dict):
        for name, new in (("concept", "medicationCodeableConcept"), ("reference", "medicationReference")):
            if name in meant:
                told.setdefault(new, meant[name])
    if told.get("status") == "recorded":
        told["status"] = "active"
    if (
        told.pop("wasNotTaken", None) is True
        or told.pop("taken", None) == "n"
        or _not_taking(told.get("adherence"))
    ):
        told["status"] = "not-taken"
    if isinstance(told.get("informationSource"), list):
        told["informationSource"] = next(iter(told["informationSource"]), None)
    for name in _DOSAGES:
        for one in _all(told, name):
            _dosage(one)


def _dosage(one: Told) -> None:
    rates = {new: one.pop(old) for old, new in _DOSE.items() if old in one}
    if rates and not one.get("doseAndRate"):
        one["doseAndRate"] = [rates]
    reasons = one.pop("asNeededFor", None)
    if isinstance(reasons, list) and reasons:
        one.setdefault("asNeededCodeableConcept", reasons[0])
    repeat = (one.get("timing") or {}).get("repeat") if isinstance(one.get("timing"), dict) else None
    if isinstance(repeat, dict):
        _rename(repeat, "periodUnits", "periodUnit")


def _patient(told: Told) -> None:
    for name in _all(told, "name"):
        if isinstance(name.get("family"), list):
            name["family"] = " ".join(part for part in name["family"] if isinstance(part, str))


def _medication(told: Told) -> None:
    for one in _all(told, "ingredient"):
        if isinstance(one.get("item"), dict) and "concept" in one["item"]:
            one.setdefault("itemCodeableConcept", one["item"]["concept"])


_CHANGED: dict[str, Callable[[Told], None]] = {
    "AllergyIntolerance": _allergy,
    "Medication": _medication,
    "Patient": _patient,
    **dict.fromkeys(_DRUGGED, _drugged),
}


def _concept(told: object) -> object:
    """A CodeableReference's concept; anything else as it is."""
    return told["concept"] if isinstance(told, dict) and "concept" in told else told


def _not_taking(adherence: object) -> bool:
    said = adherence.get("code") if isinstance(adherence, dict) else None
    return isinstance(said, dict) and any(one.get("code") == "not-taking" for one in _all(said, "coding"))


def _all(told: Told, name: str) -> list[Told]:
    """The objects of a list; none where there is no list."""
    found = told.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _rename(told: Told, old: str, new: str) -> None:
    if old in told and new not in told:
        told[new] = told.pop(old)
