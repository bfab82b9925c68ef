"""Visiting: what somebody typed of a call or visit is stored as a message of ours, before a note is written from it.

Takes    the fields of the form, whose contact it was, and who typed them
Gives    a message of ours with FHIR resources, read as every message is: the contact, what was reported, what was observed, each drug
         as it is said to be taken, each measurement
Never    adds anything to what was typed, stores what doesn't fit, or lets a sign that can't wait wait for the note
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from careloom.care.access import Permission, may
from careloom.care.call import NEED_ASKED, NEEDS, NOTE_KIND, QUESTION_ASKED
from careloom.care.document import Reviewer
from careloom.care.entry import RECORDED_HERE
from careloom.care.kinds import checked
from careloom.care.record import PatientRecord
from careloom.draft import kind_of, must_live
from careloom.draft.visit_note import lines
from careloom.draft.visit_note.contact import Contact, contact_of
from careloom.draft.visit_note.measuring import DIASTOLIC, SYSTOLIC, Measurement
from careloom.errors import InputError, NotLicensed
from careloom.knowledge import Knowledge
from careloom.pipeline.intake import Intake
from careloom.pipeline.paging import Paging
from careloom.pipeline.report import Report
from careloom.store.opening import Store

KIND = "visit_note"
# What was told in a contact of longer ago pages nobody any more; the note's finding stays.
RECENT = timedelta(days=14)
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
UCUM = "http://unitsofmeasure.org"
_CLASS: Mapping[str, str] = {"phone": "VR", "video": "VR", "home_visit": "HH", "office_visit": "AMB"}
_TAKEN: Mapping[str, str] = {"taking": "active", "differently": "active", "not_taking": "not-taken"}


@dataclass(frozen=True)
class Visiting:
    """The contacts that people of one organisation document."""

    store: Store
    intake: Intake
    paging: Paging
    knowledge: Knowledge
    record: Callable[[str, date], PatientRecord]
    clock: Callable[[], datetime]

    def keep(
        self, actor: Reviewer | str, patient: str, fields: Mapping[str, str], as_of: date | None = None
    ) -> str:
        """Store what was typed; the name under which it stands in the record (`Source.resource` of each entry has it).

        One contact is one day, time, way and author: typed again, it takes the place of what was typed before, and what is no longer
        typed is withdrawn. Without a time the same words are one contact. What can't wait pages somebody at once. Raises NotLicensed,
        InputError naming the field that doesn't fit, and Refused for somebody who has died, whose death it would put in doubt; nothing
        is stored then.
        """
        if isinstance(actor, Reviewer) and not may(actor.role, Permission.WORK):
            raise NotLicensed("contacts are documented by the care team")
        fields = checked(kind_of(KIND).fields, fields)
        now = self.clock().astimezone(ZoneInfo(self.intake.zone))
        contact = contact_of(fields, min(as_of or now.date(), now.date()), self.knowledge)
        _must_be_over(contact, now)
        who, author = (
            (actor.user, actor.name or actor.user) if isinstance(actor, Reviewer) else (actor, actor)
        )
        patient = self.store.patients.find(patient)
        must_live(self.record(patient, now.date()))
        asked = dict(_needs_of(contact, self.knowledge))
        resources = dict(_resources(contact, patient, author, self.intake.zone)) | _needs(
            asked, contact, patient, self.intake.zone
        )
        stored = _named(contact, patient, who, resources)
        if contact.day >= now.date() - RECENT:
            self._page(contact, patient, stored)
        before = self._before(patient, stored)
        if before != resources:
            # What nobody gave a time isn't typed again: its words are its name.
            at = now if contact.start else datetime.combine(contact.day, time(12), now.tzinfo)
            self._store(patient, who, _bundle(patient, stored, resources, [*(before or ())], at))
        return stored

    def name_of(self, contact: Contact, patient: str, who: str) -> str:
        """The name under which a contact of a known time stands in the record."""
        return _named(contact, patient, who, {})

    def withdraw(self, actor: Reviewer, patient: str, stored: str) -> None:
        """What was reported in a contact of one's own never was: its resources are deleted, which leaves the entries as entered in error."""
        patient = self.store.patients.find(patient)
        before = self._before(patient, stored)
        if before:
            at = self.clock().astimezone(ZoneInfo(self.intake.zone))
            self._store(patient, actor.user, _bundle(patient, stored, {}, [*before], at))

    def page_now(self, contact: Contact, patient: str, who: str) -> None:
        """Tell somebody of what can't wait in a contact that still goes on; it is the page that its end would open."""
        self._page(contact, patient, _named(contact, patient, who, {}))

    def _page(self, contact: Contact, patient: str, stored: str) -> None:
        """Tell somebody of the red flags of a contact; what is typed again or more of it comes to the page that is open about it."""
        labels = [flag.label for flag in contact.flags]
        if labels:
            opening = "A contact that was documented tells of"
            self.paging.open_or_add("contact", stored, labels, patient=patient, opening=opening)

    def _before(self, patient: str, stored: str) -> dict[str, dict[str, Any]] | None:
        """The resources of this contact as they were typed last, by what they are; None where it is new."""
        address = f"Encounter/{stored}-contact"
        for entry in self.store.entries.of(patient):
            if entry.source.system == RECORDED_HERE and entry.source.resource == address:
                with self.store.messages.open(entry.source.message) as body:
                    said = [one.get("resource", {}) for one in json.loads(body.read())["entry"]]
                mine = [one for one in said if one.get("id", "").startswith(f"{stored}-")]
                return {
                    f"{one['resourceType']}/{one['id'].removeprefix(f'{stored}-')}": {
                        key: value for key, value in one.items() if key not in ("id", "meta")
                    }
                    for one in mine
                }
        return None

    def _store(self, patient: str, who: str, bundle: Mapping[str, Any]) -> None:
        body = json.dumps(bundle, ensure_ascii=False).encode()
        message, _ = self.store.messages.put(
            iter([body]), source=RECORDED_HERE, format="fhir", name="contact.json", zone=self.intake.zone
        )
        self.store.assignments.add(message, patient, who=who)
        report = Report()
        self.intake.read(message, message.name, report)
        if report.rejected:
            raise InputError(report.rejected[0]["reason"])
        self.store.audit.note(who, "document contact", patient=patient, what=f"message {message.sha256}")


def _must_be_over(contact: Contact, now: datetime) -> None:
    """Raises InputError for a contact that begins or ends later than now."""
    if not contact.start:
        return
    began = datetime.combine(contact.day, contact.start, now.tzinfo)
    if began > now:
        raise InputError("is in the future; a note tells what has happened", "start")
    if contact.minutes and began + timedelta(minutes=contact.minutes) > now + timedelta(minutes=1):
        raise InputError("are more than have passed since it began", "minutes")


def _named(contact: Contact, patient: str, who: str, resources: Mapping[str, Any]) -> str:
    """The name of a contact: of its patient, day, time, way and author; of all its words where no time was typed."""
    said = [patient, who, contact.way, contact.day.isoformat(), str(contact.start)]
    said += [] if contact.start else [json.dumps(resources, sort_keys=True)]
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:24]


def _bundle(
    patient: str, stored: str, resources: Mapping[str, Any], before: Sequence[str], at: datetime
) -> dict[str, Any]:
    """The contact as FHIR, each resource under an address of its own; what was there `before` and is no more is deleted."""
    meta = {"lastUpdated": at.isoformat()}
    entries: list[dict[str, Any]] = [{"resource": {"resourceType": "Patient", "id": patient}}]
    for address, resource in resources.items():
        kind, _, name = address.partition("/")
        entries.append(
            {"resource": {**resource, "resourceType": kind, "id": f"{stored}-{name}", "meta": meta}}
        )
    for address in before:
        if address not in resources:
            kind, _, name = address.partition("/")
            entries.append({"request": {"method": "DELETE", "url": f"{kind}/{stored}-{name}"}})
    return {"resourceType": "Bundle", "type": "collection", "meta": meta, "entry": entries}


def _resources(
    contact: Contact, patient: str, author: str, zone: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each resource of the contact by its kind and name in it."""
    subject = {"reference": f"Patient/{patient}"}
    at = _at(contact, zone)
    speaker = _speaker(contact)
    yield (
        "Encounter/contact",
        {
            "resourceType": "Encounter",
            "status": "finished" if contact.reached == "reached" else "cancelled",
            "class": {"system": ACT_CODE, "code": _CLASS[contact.way]},
            "type": [{"text": contact.title}],
            "subject": subject,
            "participant": [{"individual": {"display": author}}],
            "period": {"start": at},
            **({"length": _quantity(str(contact.minutes), "min")} if contact.minutes else {}),
        },
    )
    if said := tuple(lines.reported(contact)):
        yield "DocumentReference/reported", _note(lines.REPORTED, said, subject, at, speaker)
    if said := tuple(lines.written(contact)):
        yield "DocumentReference/written", _note(lines.WRITTEN, said, subject, at, {"display": author})
    if said := tuple(lines.asked(contact)):
        coded = {"system": NOTE_KIND, "code": QUESTION_ASKED}
        kind = {"type": {"coding": [coded], "text": "question to the physician"}}
        yield "DocumentReference/asked", _note(lines.ASKED, said, subject, at, {"display": author}) | kind
    for one in contact.medicines:
        how = {"text": one.words} if one.words else {}
        name = hashlib.sha256(one.drug.lower().encode()).hexdigest()[:12]
        yield (
            f"MedicationStatement/{name}",
            {
                "resourceType": "MedicationStatement",
                "status": _TAKEN[one.state],
                "medicationCodeableConcept": {"text": one.drug},
                "subject": subject,
                "effectiveDateTime": contact.day.isoformat(),
                "dateAsserted": at,
                "informationSource": speaker,
                **({"dosage": [how]} if how and one.state == "differently" else {}),
                **({"statusReason": [how]} if how and one.state != "differently" else {}),
            },
        )
    for measured in contact.measured:
        # By what was measured, not by its place: typed again in another order it is the same one, and none is withdrawn.
        name = hashlib.sha256(f"{measured.value}/{measured.second} {measured.unit}".encode()).hexdigest()[:12]
        yield f"Observation/{measured.code.code}-{name}", _measured(measured, subject, at, author)


def _note(title: str, said: tuple[str, ...], subject: object, at: str, author: object) -> dict[str, Any]:
    data = base64.b64encode("\n".join(said).encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "description": title,
        "subject": subject,
        "date": at,
        "author": [author],
        "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
    }


def _needs_of(contact: Contact, knowledge: Knowledge) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Each need of which somebody says how it stands, by its domain: its plain name, and whether there is one."""
    domains = {names["en"]: domain for domain, names in knowledge.plain.names["need"].items()}
    stands = dict(NEEDS.values())
    for topic, answer in contact.needs:
        said = next((one for one in stands if answer == one or answer.startswith(f"{one},")), "")
        if said and topic in domains:
            yield domains[topic], (topic, stands[said])


def _needs(
    asked: Mapping[str, tuple[str, bool]], contact: Contact, patient: str, zone: str
) -> dict[str, dict[str, Any]]:
    """The same as observations; what was said of each stands in the contact's words."""
    return {
        f"Observation/need-{domain.replace('_', '-')}": {
            "resourceType": "Observation",
            "status": "final",
            "category": [{"coding": [{"system": CATEGORY, "code": "social-history"}]}],
            "code": {"coding": [{"system": NEED_ASKED, "code": domain}], "text": f"Trouble with {name}"},
            "subject": {"reference": f"Patient/{patient}"},
            "effectiveDateTime": _at(contact, zone),
            "performer": [_speaker(contact)],
            "valueBoolean": adverse,
        }
        for domain, (name, adverse) in asked.items()
    }


def _speaker(contact: Contact) -> dict[str, str]:
    return {"display": "the caregiver" if contact.whom == "caregiver" else "the patient"}


def _measured(one: Measurement, subject: object, at: str, author: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}],
        "code": _concept(one.code.code, one.code.display),
        "subject": subject,
        "effectiveDateTime": at,
        "performer": [{"display": author}],
    }
    if not one.second:
        return {**made, "valueQuantity": _quantity(one.value, one.unit)}
    parts = ((SYSTOLIC, one.value), (DIASTOLIC, one.second))
    made["component"] = [
        {"code": _concept(code.code, code.display), "valueQuantity": _quantity(value, one.unit)}
        for code, value in parts
    ]
    return made


def _concept(code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://loinc.org", "code": code, "display": display}], "text": display}


def _quantity(digits: str, unit: str) -> dict[str, Any]:
    """A number of JSON, so without zeros at its end that were typed, and its unit in UCUM."""
    value = int(digits) if digits.isdigit() else float(digits)
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def _at(contact: Contact, zone: str) -> str:
    """The day, with the time by the site's clock where it was typed."""
    if contact.start is None:
        return contact.day.isoformat()
    at = datetime.combine(contact.day, time(contact.start.hour, contact.start.minute), ZoneInfo(zone))
    return at.isoformat()
