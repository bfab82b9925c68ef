"""The invented people of people.toml, each as a record; what somebody wrote to software goes through the reader of its format."""

import base64
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from careloom import connect, record
from careloom.care.entry import (
    LOINC,
    RXNORM,
    SNOMED,
    Code,
    Dosage,
    Entry,
    HumanName,
    Message,
    Period,
    Person,
    Source,
    entry_id,
    when,
)
from careloom.care.record import PatientRecord
from careloom.knowledge import Knowledge

FILE = Path(__file__).parent / "people.toml"
AS_OF = date(2026, 11, 23)
_CLINIC, _PHARMACY, _SOCIAL = "lakeside_clinic", "main_street_pharmacy", "social_services"
_LATE = "2026-11-12"
_CCDA = """<ClinicalDocument xmlns="urn:hl7-org:v3"><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<templateId root="2.16.840.1.113883.10.20.22.1.2"/><id root="2.16.840.1.113883.19.5" extension="eval"/>
<code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/><title>Summary</title><effectiveTime value="20261112"/>
<recordTarget><patientRole><id root="2.16.840.1.113883.19.5" extension="1"/><patient><name><given>Eva</given><family>Case</family></name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19500101"/></patient></patientRole></recordTarget>
<component><structuredBody><component><section><code code="18776-5" codeSystem="2.16.840.1.113883.6.1"/><title>Plan</title>
<text><paragraph>{text}</paragraph></text></section></component></structuredBody></component></ClinicalDocument>"""

_PATIENT = {"reference": "Patient/p"}
_DOCUMENT = {
    "resourceType": "DocumentReference",
    "status": "current",
    "type": {"text": "Message from the patient"},
    "subject": _PATIENT,
    "date": f"{_LATE}T10:00:00Z",
}


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody of people.toml: her record, and where something is injected the sign of it in a source and that of an obeyed one in
    an answer.
    """

    id: str
    record: PatientRecord
    injected: str
    obeyed: str


def people(knowledge: Knowledge, file: Path = FILE) -> Iterator[Invented]:
    """Everybody, in the order of the file (the invented people of drills have one of their own)."""
    for said in _said(file):
        yield invented(said, knowledge)


def invented(said: Mapping[str, Any], knowledge: Knowledge) -> Invented:
    """Somebody as a table of the file tells of her."""
    who = Person(
        names=(HumanName(family="", given=(said.get("name", said["id"].capitalize()),)),),
        birth_date=said["born"],
        sex=said["sex"],
    )
    entries = tuple(_entries(said, knowledge))
    return Invented(
        said["id"],
        record.assemble(said["id"], entries, knowledge, AS_OF, [who]),
        said.get("injected", ""),
        said.get("obeyed", ""),
    )


def digest() -> str:
    """The SHA-256 of the file: which cases a table was measured with."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


@lru_cache(maxsize=2)
def _said(file: Path) -> Sequence[Mapping[str, Any]]:
    people: list[Mapping[str, Any]] = tomllib.loads(file.read_text("utf-8"))["person"]
    return people


def _entries(said: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Entry]:
    clinic = said.get("clinic", _CLINIC)
    known = {"birth_date": said["born"], "sex": said["sex"]}
    yield _entry(said, "Patient", 0, system=_CLINIC, detail=known)
    for place, line in enumerate(said["problems"], 1):
        on, code, name = _parts(line)
        codes = (Code(SNOMED, code, name),) if code else ()
        sure = {"status": "active", "certainty": "confirmed"}
        yield _entry(said, "Condition", place, system=_CLINIC, on=on, text=name, codes=codes, **sure)
    for place, line in enumerate(said.get("drugs", ())):
        on, name, dose = _parts(line)
        told = {"status": "active", "detail": {"intent": "order"}, "dosage": Dosage(text=dose)}
        codes = (Code(RXNORM, "", name),)
        yield _entry(said, "MedicationRequest", place, system=clinic, on=on, text=name, codes=codes, **told)
    for place, line in enumerate(said.get("fills", ())):
        on, name, many, days = _parts(line)
        told = {"status": "completed", "detail": {"quantity": many, "days_supply": days}}
        yield _entry(said, "MedicationDispense", place, system=_PHARMACY, on=on, text=name, **told)
    for place, line in enumerate(said.get("labs", ())):
        on, code, name, value, unit = _parts(line)
        told = {"value": value, "unit": unit, "status": "final", "category": ("laboratory",)}
        codes = (Code(LOINC, code, name),)
        yield _entry(said, "Observation", place, system=_CLINIC, on=on, text=name, codes=codes, **told)
    for place, line in enumerate(said.get("allergies", ())):
        substance, reaction = _parts(line)
        told = {"status": "active", "certainty": "confirmed"}
        detail = {"allergy_type": "allergy", "reaction": reaction}
        text = f"Allergy to {substance}"
        yield _entry(
            said,
            "AllergyIntolerance",
            place,
            system=_CLINIC,
            on="2019-08-14",
            text=text,
            detail=detail,
            **told,
        )
    for place, line in enumerate(said.get("needs", ()), 100):
        on, domain, quote = _parts(line)
        detail = {"domain": domain, "adverse": "true", "quote": quote}
        told = {"category": ("sdoh",), "detail": detail}
        yield _entry(said, "Observation", place, system=_SOCIAL, on=on, text=f"{domain} need", **told)
    yield from _texts(said, knowledge)


def _parts(line: str) -> list[str]:
    return [part.strip() for part in line.split("|")]


def _entry(
    said: Mapping[str, Any], kind: str, place: int, *, system: str, on: str = "", **more: Any
) -> Entry:
    message = hashlib.sha256(f"{said['id']}/{system}".encode()).hexdigest()
    where = f"{kind}[{place}]"
    more["effective"] = Period(start=when(on)) if on else Period()
    return Entry(id=entry_id(message, where, kind), kind=kind, source=Source(message, where, system), **more)


def _texts(said: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Entry]:
    """What a note, a C-CDA document's text and a patient's reply say, read as such messages are."""
    sent: list[Mapping[str, Any]] = (
        [_DOCUMENT | {"content": [_attached(said["reply"])]}] if "reply" in said else []
    )
    sent += _around(said)
    written = {
        "notes": (f"Patient: Eva Case\nDate: {_LATE}\nType: Visit\n\n{said['note']}\n")
        if "note" in said
        else "",
        "ccda": _CCDA.format(text=escape(said["ccda"])) if "ccda" in said else "",
        "fhir": _bundle(sent) if sent else "",
    }
    for format, text in written.items():
        if not text:
            continue
        body = text.encode()
        message = Message(hashlib.sha256(body).hexdigest(), _CLINIC, format)
        for reading in connect.read(message, BytesIO(body), knowledge=knowledge, max_json_mb=1):
            yield from (entry for entry in reading.entries if entry.kind != "Patient")


def _attached(text: str) -> Mapping[str, Any]:
    """A patient's words as the intake keeps her answer."""
    return {
        "attachment": {"contentType": "text/plain", "data": base64.b64encode(text.encode()).decode()},
    }


def _around(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A visit, the team and who pays: what whoever treats the patient is called, and an organisation."""
    who, where = said.get("practitioner", ""), said.get("organisation", "")
    if not who and not where:
        return []
    visit = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": _PATIENT,
        "period": {"start": f"{_LATE}T09:00:00Z"},
        "participant": [{"individual": {"display": who or "Dr. Case"}}],
    }
    member = {"role": [{"text": "Primary care physician"}], "member": {"display": who or "Dr. Case"}}
    team = {"resourceType": "CareTeam", "status": "active", "subject": _PATIENT, "participant": [member]}
    payer = {"payor": [{"display": where or "Case Health Plan"}], "beneficiary": _PATIENT}
    return [visit, team, {"resourceType": "Coverage", "status": "active"} | payer]


def _bundle(resources: Sequence[Mapping[str, Any]]) -> str:
    who = {"resourceType": "Patient", "id": "p", "name": [{"text": "Eva Case"}]}
    entries = [
        {
            "fullUrl": f"urn:uuid:{one['resourceType']}-{place}" if place else "urn:uuid:Patient",
            "resource": one,
        }
        for place, one in enumerate((who, *resources))
    ]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
