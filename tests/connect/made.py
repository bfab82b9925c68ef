"""Invented resources, and short ways to read them."""

import base64
import hashlib
import io
import json
from collections.abc import Sequence
from typing import Any

from careloom.care.entry import Entry, Message, Reading
from careloom.connect import fhir

Resource = dict[str, Any]
NEVER_IN_ERRORS = ("Quill", "Marta", "1949-06-30", "Q-778")


def patient(id: str = "p1", **given: Any) -> Resource:
    """Marta Quill, unless somebody else is asked for."""
    return {
        "resourceType": "Patient",
        "id": id,
        "identifier": [{"system": "urn:clinic", "value": f"Q-778-{id}"}],
        "name": [{"use": "official", "family": "Quill", "given": ["Marta", "Jo"]}],
        "birthDate": "1949-06-30",
        "gender": "female",
        **given,
    }


def about(kind: str, **given: Any) -> Resource:
    """A resource about Patient/p1."""
    return {"resourceType": kind, "id": "r1", "subject": {"reference": "Patient/p1"}, **given}


def a1c(**given: Any) -> Resource:
    """An HbA1c of 7.00 %."""
    value = {"value": "7.00!", "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}
    return about(
        "Observation",
        **{
            "status": "final",
            "code": coded("4548-4", "Hemoglobin A1c"),
            "effectiveDateTime": "2026-03-04",
            "valueQuantity": value,
        }
        | given,
    )


def coded(code: str, display: str = "", system: str = "http://loinc.org", **given: Any) -> Resource:
    """A CodeableConcept."""
    return {"coding": [{"system": system, "code": code, "display": display}], **given}


def bundle(*resources: Resource, type: str = "collection", urls: Sequence[str] = ()) -> Resource:
    """A Bundle; `urls` are the full URLs of its first entries."""
    entries: list[Resource] = [{"resource": one} for one in resources]
    for entry, url in zip(entries, urls, strict=False):
        entry["fullUrl"] = url
    return {"resourceType": "Bundle", "type": type, "entry": entries}


def body(resource: Resource) -> bytes:
    """JSON; text that ends in ! where a number may stand becomes a number with just these digits."""
    text = json.dumps(resource)
    for digits in ("7.00", "140.50", "0.10", "91", "1.0", "2.50"):
        text = text.replace(f'"{digits}!"', digits)
    return text.encode()


def message(data: bytes, format: str = "fhir", name: str = "message.json") -> Message:
    """The message of some bytes, from a source called clinic."""
    return Message(hashlib.sha256(data).hexdigest(), "clinic", format, name, "America/New_York")


def read(resource: Resource | bytes, max_json_mb: int = 8) -> list[Reading]:
    """All readings of a FHIR message."""
    data = resource if isinstance(resource, bytes) else body(resource)
    return list(fhir.read(message(data), io.BytesIO(data), max_json_mb=max_json_mb))


def entries(resource: Resource | bytes) -> list[Entry]:
    """All entries of a FHIR message, of whomever."""
    return [entry for reading in read(resource) for entry in reading.entries]


def the_entry(resource: Resource, *others: Resource) -> Entry:
    """The entry of a resource about Patient/p1, read with others in one searchset. Nothing may be rejected."""
    found = read(bundle(resource, *others, type="searchset"))
    assert [one.rejected for one in found if one.rejected] == []
    return next(
        entry for one in found for entry in one.entries if entry.source.where == "Bundle.entry[0].resource"
    )


def rejections(resource: Resource | bytes) -> list[tuple[str, str]]:
    """Place and reason of everything that was rejected; none of it tells of the person."""
    found = [(one.where, one.reason) for reading in read(resource) for one in reading.rejected]
    for where, reason in found:
        assert not any(word in where + reason for word in NEVER_IN_ERRORS)
    return found


def base64_of(text: str, charset: str = "utf-8") -> str:
    """A text as an attachment holds it."""
    return base64.b64encode(text.encode(charset)).decode()


SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
METFORMIN = coded("860975", "metformin hydrochloride 500 MG", RXNORM, text="Metformin 500 mg tablet")
DAILY = {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}
